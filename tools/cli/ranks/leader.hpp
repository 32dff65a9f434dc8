#pragma once

#include <cstdint>
#include <vector>

#include "dickejump/study/scan/prepared_scan.hpp"

namespace dickejump::cli {

/// A worker that has nothing to do, and what it has prepared.
struct Idle {
    int rank = 0;
    std::int64_t scan_number = -1;
};

/// All of them, kept from one scan to the next.
std::vector<Idle>& idle_workers();

/// Rank 0 over one scan of several ranks: hands out chunks, computes too, and adds up what comes back.
/// @return why it ended
StopReason lead(ScanPart& part, BlockRange wanted, const RunControl& control);

}  // namespace dickejump::cli
