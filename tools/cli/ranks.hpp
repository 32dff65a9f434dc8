#pragma once

#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/study/scan/prepared_scan.hpp"

namespace dickejump::cli {

/// Whether this process computes for rank 0, which alone reads, speaks and writes.
bool is_worker();

/// What a worker does from start to end: scans and blocks of them as rank 0 hands them out. @return exit code
int serve();

/// Runs the blocks of a range that a part does not have yet on all ranks of the job (on this one alone, if
/// there are no others): the same bytes whatever their number. Chunks get smaller towards the end.
/// @return why it ended
StopReason simulate_over_ranks(ScanPart& part, BlockRange wanted, const RunControl& control);

/// A whole scan likewise.
ScanResult simulate_over_ranks(const PreparedScan& scan, const RunControl& control);

/// Says where binding or a lack of cores makes ranks wait for each other.
void warn_of_binding(int threads);

/// Lets the other ranks go, at the end of the program. @param code  the exit code, for one that does not come
void release_ranks(int code);

}  // namespace dickejump::cli
