#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dickejump/record/detector.hpp"

namespace dickejump::cli {

/// A detector and what could be better about it, one thing at a time: twice the efficiency, no background, no
/// dead time, no jitter, time tags in place of counts, no gate. Each is named after it, "lab, no dead time".
std::vector<Detector> improvements(const Detector& detector);

/// Adds the improvements of every detector that was asked for; once, however often it is called.
void add_improvements(std::vector<Detector>& detectors);

/// What of the changes takes how many times fewer runs, in sentences, the most first: by the bounds of the
/// records of all legs, where there are bounds, else by the best estimates. A better estimate than the area
/// is among them.
/// @param scan  as `scan --json` prints it, of detectors with their improvements
std::vector<std::string> what_pays(const nlohmann::ordered_json& scan);

/// The scan without its improved detectors.
nlohmann::ordered_json without_improvements(nlohmann::ordered_json scan);

}  // namespace dickejump::cli
