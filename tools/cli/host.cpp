#include "cli/host.hpp"

#include <utility>

namespace dickejump::cli {

namespace {
thread_local const Host* current = nullptr;
}  // namespace

const Host* host() {
    return current;
}

Hosting::Hosting(const Host& host) : before_(std::exchange(current, &host)) {}

Hosting::~Hosting() {
    current = before_;
}

}  // namespace dickejump::cli
