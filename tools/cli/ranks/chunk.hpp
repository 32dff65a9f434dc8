#pragma once

#include <string>
#include <vector>

#include "dickejump/study/scan/prepared_scan.hpp"

namespace dickejump::cli {

/// What one thread or rank made of a chunk.
struct Chunk {
    std::vector<std::string> sums;  ///< at least one, in order
    StopReason reason = StopReason::completed;
};

/// Runs blocks of a scan: in one sum, or in one for each block where there are target errors.
Chunk compute(const PreparedScan& scan, BlockRange blocks, const RunControl& control);

}  // namespace dickejump::cli
