#pragma once

#include <string>

#include "cli/options.hpp"
#include "dickejump/io/click_file.hpp"

namespace dickejump::cli {

/// Reads the setup of a laboratory, a TOML file with the keys of EstimateConfig and a table [data]: those of
/// the options are set in them, the others in `data`. A schedule is looked for beside the setup. What is
/// wrong goes to `problems`, with file and line.
/// @throws InvalidInput if it cannot be read or is not TOML
void read_setup(const std::string& path, Options& options, ClickData& data, Problems& problems);

}  // namespace dickejump::cli
