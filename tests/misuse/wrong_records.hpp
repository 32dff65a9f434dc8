#pragma once

#include <string>
#include <utility>
#include <vector>

#include "misuse/wrong_calls.hpp"

namespace dickejump::misuse {

inline const TickGrid grid{.duration = 1.0, .ticks = 10};
inline constexpr auto no_channel = static_cast<Channel>(7);

/// Clicks that are not those of a run of length 1.
inline std::vector<std::pair<std::string, std::vector<Photon>>> wrong_clicks() {
    return {{"a click before the run", {{-0.1, Channel::cavity}}},
            {"a click after the run", {{1.5, Channel::cavity}}},
            {"clicks out of order", {{0.5, Channel::cavity}, {0.2, Channel::cavity}}},
            {"a click at NaN", {{nan, Channel::cavity}}},
            {"a click at infinity", {{inf, Channel::cavity}}},
            {"a click of no channel", {{0.5, no_channel}}}};
}

inline std::vector<std::pair<std::string, TickGrid>> wrong_grids() {
    return {{"no ticks", {1.0, 0}},      {"-1 ticks", {1.0, -1}},     {"duration 0", {0.0, 10}},
            {"duration -1", {-1.0, 10}}, {"duration NaN", {nan, 10}}, {"duration inf", {inf, 10}}};
}

}  // namespace dickejump::misuse
