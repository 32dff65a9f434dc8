#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "cli/output.hpp"
#include "dickejump/ensemble/run_control.hpp"

namespace dickejump::cli {

/// A program that runs verbs inside itself: it hears what would else be printed, and ends what would else be
/// ended by a signal.
struct Host {
    const std::atomic<bool>* interrupt = nullptr;  ///< ends the run once it is true
    std::function<void(const Progress&)> progress = {};
    std::function<void(const std::string&)> inform = {}, warn = {};
    std::function<void(const Answer&)> deliver = {};
};

/// The host of what runs on this thread; null: there is a person at a terminal.
const Host* host();

/// While it lives, what runs on this thread runs for a host.
class Hosting {
public:
    explicit Hosting(const Host& host);
    ~Hosting();
    Hosting(const Hosting&) = delete;
    Hosting& operator=(const Hosting&) = delete;

private:
    const Host* before_;
};

}  // namespace dickejump::cli
