#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace dickejump::cli {

/// The runs of a study as comma-separated values, one line a run: its folder, its verb, every key in which
/// runs differ, and the numbers that it comes to: crossings and width of the loop, the delta w of every
/// estimate, <J_z> and the gap of steady states. What a run has not is empty.
/// @param names  of the runs' folders in `folder`
std::string study_index(const std::filesystem::path& folder, const std::vector<std::string>& names);

/// The folders of the runs, from such an index. @throws InvalidInput if it is none
std::vector<std::string> runs_in_index(const std::string& csv);

}  // namespace dickejump::cli
