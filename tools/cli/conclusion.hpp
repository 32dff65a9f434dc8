#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dickejump/study/keys/keys.hpp"

namespace dickejump::cli {

/// How well the transition is to be known: what repetitions are counted for.
struct Goal {
    double goal = 0.01;      ///< standard error of the critical pump, in transition widths
    bool what_pays = false;  ///< also try better detectors, see what_pays.hpp
};

/// What a scan comes to, in sentences: of every record the best estimate with its delta w and its own bound,
/// and how many repetitions and how much time make it as good as `goal` transition widths.
/// @param scan  as `scan --json` prints it; without estimators there are no sentences
std::vector<std::string> conclusions(const nlohmann::ordered_json& scan, double goal);

/// Sentences as lines for a terminal; empty if there are none.
std::string in_lines(const std::vector<std::string>& sentences);

}  // namespace dickejump::cli

namespace dickejump {
template <>
const Keys<cli::Goal>& keys<cli::Goal>();
}  // namespace dickejump
