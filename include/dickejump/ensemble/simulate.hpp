#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "dickejump/ensemble/block.hpp"
#include "dickejump/ensemble/part.hpp"
#include "dickejump/ensemble/run_control.hpp"

namespace dickejump {

/// When to stop before all trajectories are done. Looks at the contiguous prefix of finished blocks only, so
/// that the outcome does not depend on which thread was quick.
template <class R>
struct StopRule {
    std::function<bool(const R&)> good_enough = {};  ///< asked at block ends, from min_blocks on
    std::int64_t min_blocks = 8;  ///< fewer finished blocks are not asked: their spread is too rough
    /// [s], from the first block on. A block under way then has two seconds more, and is lost after that.
    double time_limit = std::numeric_limits<double>::infinity();
};

/// The sums of some blocks of an ensemble, and of its last block where that is cut short.
template <Mergeable R>
struct Sums {
    Part<R> whole;         ///< every block of 128 that is done
    std::optional<R> cut;  ///< the ensemble's last block, if it holds fewer trajectories than others

    /// All of `ensemble`'s first `blocks` blocks as one; empty if there are none. @throws InvalidInput if one
    /// is missing
    std::optional<R> total(const Ensemble& ensemble, std::int64_t blocks) const {
        const bool reaches_cut = cut && blocks == blocks_of(ensemble).end;
        return whole.total(blocks, reaches_cut ? &*cut : nullptr);
    }
};

/// What is left of an ensemble when it has ended: the folded sums, and how far it got.
template <class R>
struct Outcome {
    std::optional<R> result;                         ///< empty if stopped before the first block was done
    std::int64_t trajectories = 0;                   ///< in the sums
    StopReason stop_reason = StopReason::completed;  ///< `completed` only with all of them
    double seconds = 0.0;                            ///< wall time, by the steady clock
};

/// Wall time since then [s].
double seconds_since(StopRequest::Clock::time_point start);

/// @throws InvalidInput if there are fewer trajectories than none, the range is none of the ensemble's, or
/// the time limit is NaN
void check_blocks(const Ensemble& ensemble, BlockRange range, double time_limit);

/// Runs the blocks of `range` that `sums` does not have yet and adds them: threads, order, progress and
/// stopping are here, once, for every sampler. What was finished when it stops stays in `sums`.
///
/// @param task  Block -> R, called from many threads at once; may throw Stopped, as may nothing else
/// @param rule  its good_enough is asked of blocks 0.. as far as they are all there
/// @return why it ended
/// @throws InvalidInput as `check_blocks`; what the task throws
template <class Task, Mergeable R>
StopReason simulate_blocks(const Ensemble& ensemble, BlockRange range, const Task& task, Sums<R>& sums,
                           const StopRule<R>& rule = {}, const RunControl& control = {}) {
    check_blocks(ensemble, range, rule.time_limit);
    const auto start = StopRequest::Clock::now();
    const auto all = blocks_of(ensemble);
    const int last_count = static_cast<int>(ensemble.trajectories - (all.end - 1) * Block::size);
    const bool has_cut = last_count < Block::size && range.contains(all.end - 1);

    std::vector<std::int64_t> todo;
    BlockRange whole = range;
    if (has_cut) --whole.end;
    const auto gaps = sums.whole.missing(whole);
    std::int64_t count = 0;
    for (const auto& gap : gaps)
        count += gap.size();
    const auto whole_count = count;
    if (has_cut && !sums.cut) ++count;
    // The i-th block to do, without a list that could be as long as the ensemble.
    const auto block_index = [&](std::int64_t i) {
        if (i >= whole_count) return all.end - 1;
        for (const auto& gap : gaps) {
            if (i < gap.size()) return gap.begin + i;
            i -= gap.size();
        }
        return all.end - 1;
    };

    const auto executor = control.executor();
    const auto stop = control.stop();
    constexpr double grace = 2.0;
    const auto within = control.within(rule.time_limit + grace).stop();
    std::vector<std::optional<R>> waiting(static_cast<std::size_t>(std::min(count, executor.ahead())));
    const auto slot = [&](std::int64_t i) -> auto& {
        return waiting[static_cast<std::size_t>(i % static_cast<std::int64_t>(waiting.size()))];
    };
    std::atomic<int> stopped_in_block{-1};
    const auto work = [&](std::int64_t i) {
        const auto index = block_index(i);
        const Block block{.index = index,
                          .seed = ensemble.seed,
                          .count = index == all.end - 1 ? last_count : Block::size,
                          .stop = within};
        try {
            slot(i).emplace(task(block));
        } catch (const Stopped& why) {
            stopped_in_block = static_cast<int>(why.reason());
        }
    };
    auto prefix = sums.whole.empty() ? BlockRange{} : sums.whole.covered().front();
    if (prefix.begin != 0) prefix = {};
    auto reason = StopReason::completed;
    double stored = 0.0;  // when, in seconds
    const auto end_with = [&](StopReason why) {
        reason = why;
        return false;
    };
    const auto take = [&](std::int64_t i) {
        auto& result = slot(i);
        if (!result) return end_with(static_cast<StopReason>(stopped_in_block.load()));
        const auto index = block_index(i);
        const bool cut = has_cut && index == all.end - 1;
        if (cut)
            sums.cut = std::move(*result);
        else
            sums.whole.put(0, index, std::move(*result));
        result.reset();
        if (index == prefix.end) prefix.end = cut ? index + 1 : sums.whole.covered().front().end;
        const double seconds = seconds_since(start);
        if (control.progress)
            control.progress({.done = trajectories_in(ensemble, i + 1),
                              .wanted = trajectories_in(ensemble, count),
                              .seconds = seconds});
        if (i + 1 == count) return false;
        if (rule.good_enough && prefix.end >= rule.min_blocks && index + 1 == prefix.end &&
            rule.good_enough(*sums.total(ensemble, prefix.end)))
            return end_with(StopReason::target_error);
        if (const auto why = stop.reason()) return end_with(*why);
        if (seconds >= rule.time_limit) return end_with(StopReason::time_limit);
        if (control.checkpoint && seconds >= stored + control.checkpoint_every) {
            control.checkpoint();
            stored = seconds_since(start);
        }
        return true;
    };
    if (count > 0) executor.in_order(count, work, take);
    return reason;
}

/// Runs all blocks of an ensemble and folds them.
/// @throws InvalidInput as `check_blocks`; what the task throws
template <class Task, class R = std::invoke_result_t<const Task&, Block>>
requires Mergeable<R> Outcome<R> simulate(const Ensemble& ensemble, const Task& task,
                                          const StopRule<R>& rule = {}, const RunControl& control = {}) {
    const auto start = StopRequest::Clock::now();
    Sums<R> sums;
    Outcome<R> outcome;
    outcome.stop_reason = simulate_blocks(ensemble, blocks_of(ensemble), task, sums, rule, control);
    const auto covered = sums.whole.covered();
    const auto done = (covered.empty() ? 0 : covered.front().end) + (sums.cut ? 1 : 0);
    outcome.result = sums.total(ensemble, done);
    outcome.trajectories = trajectories_in(ensemble, done);
    outcome.seconds = seconds_since(start);
    return outcome;
}

}  // namespace dickejump
