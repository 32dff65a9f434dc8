#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "dickejump/io/checkpoint.hpp"

namespace dickejump::cli {

/// The bytes of a checkpoint or result.h5, or of that in a folder. @throws InvalidInput if there is none
std::string stored_bytes(const std::string& path);

/// What a file, or the checkpoint of a folder, holds. @throws InvalidInput if there is none, or it is damaged
Checkpoint checkpoint_at(const std::string& path);

/// The verb of a configuration with all that it says, and `more` arguments; its values are checked.
/// @param name  of the configuration, for messages
struct Verb;
Verb verb_with(const std::string& config, const std::string& name, const std::vector<std::string>& more);

}  // namespace dickejump::cli
