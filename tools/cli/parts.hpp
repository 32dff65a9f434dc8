#pragma once

#include <string>
#include <vector>

#include "dickejump/io/checkpoint.hpp"

namespace dickejump::cli {

/// What was stored of a run, and where it came from, for messages.
struct Source {
    std::string name;
    Checkpoint stored;
};

/// The blocks that are in none of the sources. @throws InvalidInput if they are of different runs, or a block
/// is in two of them
std::vector<BlockRange> gaps(const std::vector<Source>& sources);

/// What parts of one run hold together, as one of them; `gaps` finds nothing wrong with them.
Checkpoint joined(std::vector<Source> sources);

}  // namespace dickejump::cli
