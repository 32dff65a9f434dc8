#pragma once

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>

#include "dickejump/ensemble/binary_fold.hpp"

namespace dickejump {

/// How many trajectories, from which seed, on how many threads (0: all there are). Trajectory k depends on
/// the seed and k alone; results do not depend on the threads, to the last bit.
struct Ensemble {
    std::int64_t trajectories = 10'000;
    std::uint64_t seed = 1;
    int threads = 0;
};

/// The unit of work and of folding: consecutive trajectories.
struct Block {
    static constexpr int size = 128;

    std::int64_t index = 0;
    std::uint64_t seed = 1;
    int count = size;  ///< trajectories in it: `size`, or fewer in the last

    std::int64_t first_trajectory() const { return index * size; }
};

enum class StopReason { completed, target_error, time_limit, interrupted };
std::string_view name(StopReason reason);

/// What happened so far, for whoever shows it.
struct Progress {
    std::int64_t done = 0, wanted = 0;  ///< trajectories
    double seconds = 0.0;
};

/// When to stop before all trajectories are done. Looks at the contiguous prefix of finished blocks only, so
/// that the outcome does not depend on which thread was quick.
template <class R>
struct Watch {
    std::function<bool(const R&)> good_enough;  ///< asked at block ends, from min_blocks on
    std::int64_t min_blocks = 8;
    double time_limit = std::numeric_limits<double>::infinity();  ///< [s]
    const std::atomic<bool>* interrupt = nullptr;                 ///< set by a signal handler, say
    std::function<void(const Progress&)> show;  ///< called after every folded block, by one thread
};

template <class R>
struct Outcome {
    std::optional<R> result;  ///< empty if stopped before the first block was done
    std::int64_t trajectories = 0;
    StopReason stop_reason = StopReason::completed;
    double seconds = 0.0;
};

namespace detail {
/// Run work(0), work(1), .. < count on threads and take(i, result) in order of i, one at a time, until take
/// returns false. Exceptions of either come out of this call.
void in_order(std::int64_t count, int threads, const std::function<std::shared_ptr<void>(std::int64_t)>& work,
              const std::function<bool(std::int64_t, std::shared_ptr<void>)>& take);
double seconds_now();
}  // namespace detail

/// Runs blocks of an ensemble on threads and folds what they return: threads, order, progress and stopping
/// are here, once, for every sampler.
///
/// @param task  Block -> R, called from many threads at once
/// @throws what the task throws
template <class Task, class R = std::invoke_result_t<const Task&, Block>>
requires Mergeable<R> Outcome<R> simulate(const Ensemble& ensemble, const Task& task,
                                          const Watch<R>& watch = {}) {
    const double start = detail::seconds_now();
    const auto blocks = (ensemble.trajectories + Block::size - 1) / Block::size;
    BinaryFold<R> fold;
    Outcome<R> outcome;

    const auto work = [&](std::int64_t index) -> std::shared_ptr<void> {
        Block block{.index = index, .seed = ensemble.seed};
        block.count = static_cast<int>(
            std::min<std::int64_t>(Block::size, ensemble.trajectories - index * Block::size));
        return std::make_shared<R>(task(block));
    };
    const auto take = [&](std::int64_t index, std::shared_ptr<void> result) {
        fold.push(std::move(*std::static_pointer_cast<R>(result)));
        outcome.trajectories = std::min((index + 1) * Block::size, ensemble.trajectories);
        const double seconds = detail::seconds_now() - start;
        if (watch.show) watch.show({outcome.trajectories, ensemble.trajectories, seconds});
        const auto stop = [&](StopReason reason) {
            outcome.stop_reason = reason;
            return false;
        };
        if (index + 1 == blocks) return false;
        if (watch.good_enough && fold.count() >= watch.min_blocks && watch.good_enough(*fold.total()))
            return stop(StopReason::target_error);
        if (watch.interrupt && watch.interrupt->load()) return stop(StopReason::interrupted);
        if (seconds >= watch.time_limit) return stop(StopReason::time_limit);
        return true;
    };
    detail::in_order(blocks, ensemble.threads, work, take);
    outcome.result = fold.total();
    outcome.seconds = detail::seconds_now() - start;
    return outcome;
}

}  // namespace dickejump
