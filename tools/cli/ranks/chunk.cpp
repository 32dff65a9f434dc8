#include "cli/ranks/chunk.hpp"

#include <mutex>

namespace dickejump::cli {

namespace {

/// Every block by itself, for a leader who asks after each whether that is enough.
Chunk compute_apart(const PreparedScan& scan, BlockRange blocks, const RunControl& control) {
    Chunk chunk;
    chunk.sums.resize(static_cast<std::size_t>(blocks.size()));
    auto one = control;  // thread for each
    one.threads = 1;
    one.threading = Threading::threads;
    std::mutex mutex;
    control.executor().for_each(blocks.size(), [&](std::int64_t i) {
        ScanPart part(scan);
        const auto reason = part.simulate({blocks.begin + i, blocks.begin + i + 1}, one);
        chunk.sums[static_cast<std::size_t>(i)] = to_bytes(part.store());
        const std::lock_guard lock(mutex);
        if (chunk.reason == StopReason::completed) chunk.reason = reason;
    });
    return chunk;
}

}  // namespace

Chunk compute(const PreparedScan& scan, BlockRange blocks, const RunControl& control) {
    if (!scan.config().target_errors.empty()) return compute_apart(scan, blocks, control);
    ScanPart part(scan);
    const auto reason = part.simulate(blocks, control);
    return {.sums = {to_bytes(part.store())}, .reason = reason};
}

}  // namespace dickejump::cli
