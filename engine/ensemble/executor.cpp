#include "dickejump/ensemble/executor.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/model/invalid_input.hpp"

#ifdef DICKEJUMP_TBB
#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>
#endif

namespace dickejump {

namespace {

using Work = std::function<void(std::int64_t)>;
using Take = std::function<bool(std::int64_t)>;

/// What ends a job early: the first exception of any thread, or that no more is wanted.
class Ending {
public:
    bool going() const { return going_; }
    void end() { going_ = false; }
    void fail() {
        const std::lock_guard lock(mutex_);
        if (!failure_) failure_ = std::current_exception();
        going_ = false;
    }
    void rethrow() const {
        if (failure_) std::rethrow_exception(failure_);
    }

private:
    std::atomic<bool> going_ = true;
    std::mutex mutex_;
    std::exception_ptr failure_;
};

#ifdef DICKEJUMP_TBB

void in_order_on_tbb(std::int64_t count, int threads, std::int64_t ahead, const Work& work,
                     const Take& take) {
    // More threads than processors are allowed: the limit is a default of the library, not a wish of the
    // user.
    const tbb::global_control allow(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(threads));
    tbb::task_arena arena(threads);
    arena.execute([&] {
        std::int64_t next = 0;
        // An exception would cancel the pipeline, and what is under way with it, so none may reach it.
        Ending ending;
        const auto source = [&](tbb::flow_control& flow) {
            if (next >= count || !ending.going()) flow.stop();
            return next++;
        };
        const auto middle = [&](std::int64_t index) {
            try {
                if (ending.going()) {
                    work(index);
                    return std::pair{index, true};
                }
            } catch (...) {
                ending.fail();
            }
            return std::pair{index, false};
        };
        const auto sink = [&](std::pair<std::int64_t, bool> finished) {
            try {
                if (finished.second && ending.going() && !take(finished.first)) ending.end();
            } catch (...) {
                ending.fail();
            }
        };
        // Several items a thread keep all of them busy while a slow one holds up the order.
        tbb::parallel_pipeline(
            static_cast<std::size_t>(ahead),
            tbb::make_filter<void, std::int64_t>(tbb::filter_mode::serial_in_order, source) &
                tbb::make_filter<std::int64_t, std::pair<std::int64_t, bool>>(tbb::filter_mode::parallel,
                                                                              middle) &
                tbb::make_filter<std::pair<std::int64_t, bool>, void>(tbb::filter_mode::serial_in_order,
                                                                      sink));
        ending.rethrow();
    });
}

#endif

void in_order_on_threads(std::int64_t count, int threads, std::int64_t ahead, const Work& work,
                         const Take& take) {
    std::mutex mutex;
    std::condition_variable taken;
    std::set<std::int64_t> waiting;
    std::int64_t next = 0, first_left = 0;
    Ending ending;

    const auto worker = [&] {
        std::unique_lock lock(mutex);
        while (true) {
            taken.wait(lock, [&] { return !ending.going() || next >= count || next < first_left + ahead; });
            if (!ending.going() || next >= count) return;
            const auto index = next++;
            lock.unlock();
            try {
                work(index);
            } catch (...) {
                ending.fail();
            }
            lock.lock();
            waiting.insert(index);
            try {
                while (ending.going() && waiting.erase(first_left) > 0)
                    if (!take(first_left++)) ending.end();
            } catch (...) {
                ending.fail();
            }
            taken.notify_all();
        }
    };
    std::vector<std::jthread> pool;
    try {
        for (int i = 0; i < threads; ++i)
            pool.emplace_back(worker);
    } catch (...) {
        // No more threads to be had: those that are there do the work, if there are any.
        if (pool.empty()) throw;
    }
    pool.clear();
    ending.rethrow();
}

}  // namespace

double seconds_since(StopRequest::Clock::time_point start) {
    return std::chrono::duration<double>(StopRequest::Clock::now() - start).count();
}

void check_blocks(const Ensemble& ensemble, BlockRange range, double time_limit) {
    Problems problems;
    problems.require(ensemble.trajectories >= 0, "`trajectories` = " + std::to_string(ensemble.trajectories) +
                                                     " (a number of them is not negative) give more");
    problems.require(range.begin >= 0 && range.begin <= range.end && range.end <= blocks_of(ensemble).end,
                     "blocks " + std::to_string(range.begin) + " to " + std::to_string(range.end) +
                         " (the ensemble has 0 to " + std::to_string(blocks_of(ensemble).end) +
                         ") give some of these");
    problems.require(!std::isnan(time_limit),
                     "`time_limit` = nan (no time at all) give a number, or infinity");
    problems.raise();
}

Executor::Executor(int threads, Threading threading)
    : threads_(threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()))),
      threading_(threading) {
    constexpr int most = 65536;
    if (threads < 0 || threads > most)
        throw InvalidInput("`threads` = " + std::to_string(threads) +
                           " (a number of threads, at most 65536; 0 means all) give 0 or more");
#ifdef DICKEJUMP_TBB
    if (threading_ == Threading::automatic) threading_ = Threading::tbb;
#else
    if (threading_ == Threading::automatic) threading_ = Threading::threads;
    if (threading_ == Threading::tbb)
        throw InvalidInput("threading = tbb (this library was built without it) use std::thread");
#endif
}

void Executor::in_order(std::int64_t count, const Work& work, const Take& take) const {
    if (!work || !take)
        throw InvalidInput("a job without work, or nobody to take it (an executor runs functions) pass both");
#ifdef DICKEJUMP_TBB
    if (threading_ == Threading::tbb) return in_order_on_tbb(count, threads_, ahead(), work, take);
#endif
    in_order_on_threads(count, threads_, ahead(), work, take);
}

void Executor::for_each(std::int64_t count, const Work& work) const {
    in_order(count, work, [](std::int64_t) { return true; });
}

}  // namespace dickejump
