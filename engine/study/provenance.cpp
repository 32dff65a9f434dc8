#include "dickejump/study/provenance.hpp"

#include <unistd.h>

#include <array>
#include <ctime>

#include "study/build_info.hpp"

namespace dickejump {

Provenance Provenance::now() {
    std::array<char, 256> host{}, started{};
    if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
    const std::time_t time = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&time, &utc);
    std::strftime(started.data(), started.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
    return {.version = build_info::version,
            .git = build_info::git,
            .compiler = build_info::compiler,
            .flags = build_info::flags,
            .host = host.data(),
            .started = started.data()};
}

}  // namespace dickejump
