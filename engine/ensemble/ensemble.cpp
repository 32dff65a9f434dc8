#include "dickejump/ensemble/ensemble.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <mutex>
#include <thread>

#ifdef DICKEJUMP_TBB
#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>
#else
#include <condition_variable>
#include <map>
#include <vector>
#endif

namespace dickejump {

std::string_view name(StopReason reason) {
    switch (reason) {
        case StopReason::completed:
            return "completed";
        case StopReason::target_error:
            return "target_error";
        case StopReason::time_limit:
            return "time_limit";
        case StopReason::interrupted:
            return "interrupted";
    }
    return "unknown";
}

namespace detail {

double seconds_now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

namespace {
int thread_count(int asked) {
    return asked > 0 ? asked : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}
struct Finished {
    std::int64_t index;
    std::shared_ptr<void> result;
};
}  // namespace

#ifdef DICKEJUMP_TBB

void in_order(std::int64_t count, int threads, const std::function<std::shared_ptr<void>(std::int64_t)>& work,
              const std::function<bool(std::int64_t, std::shared_ptr<void>)>& take) {
    const int workers = thread_count(threads);
    // More threads than processors are allowed: the limit is a default of the library, not a wish of the
    // user.
    const tbb::global_control allow(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(workers));
    tbb::task_arena arena(workers);
    arena.execute([&] {
        std::int64_t next = 0;
        std::atomic<bool> going = true;
        // An exception would cancel the pipeline, which drops the results on their way without freeing them.
        std::mutex failing;
        std::exception_ptr failure;
        const auto fail = [&] {
            const std::lock_guard lock(failing);
            if (!failure) failure = std::current_exception();
            going = false;
        };
        const auto source = [&](tbb::flow_control& flow) {
            if (next >= count || !going) flow.stop();
            return next++;
        };
        const auto middle = [&](std::int64_t index) {
            try {
                if (going) return Finished{index, work(index)};
            } catch (...) {
                fail();
            }
            return Finished{index, nullptr};
        };
        const auto sink = [&](Finished finished) {
            try {
                if (going && !take(finished.index, std::move(finished.result))) going = false;
            } catch (...) {
                fail();
            }
        };
        // A few tokens per thread keep everyone busy while a slow block holds up the fold.
        tbb::parallel_pipeline(
            4 * static_cast<std::size_t>(workers),
            tbb::make_filter<void, std::int64_t>(tbb::filter_mode::serial_in_order, source) &
                tbb::make_filter<std::int64_t, Finished>(tbb::filter_mode::parallel, middle) &
                tbb::make_filter<Finished, void>(tbb::filter_mode::serial_in_order, sink));
        if (failure) std::rethrow_exception(failure);
    });
}

#else

// The thread sanitizer cannot see into a TBB that was built without it, so its preset runs blocks on
// std::thread.
void in_order(std::int64_t count, int threads, const std::function<std::shared_ptr<void>(std::int64_t)>& work,
              const std::function<bool(std::int64_t, std::shared_ptr<void>)>& take) {
    std::mutex mutex;
    std::condition_variable folded;
    std::map<std::int64_t, std::shared_ptr<void>> waiting;
    std::int64_t next = 0, fold = 0;
    bool going = true;
    std::exception_ptr failure;
    const int workers = thread_count(threads);

    const auto worker = [&] {
        std::unique_lock lock(mutex);
        while (true) {
            // No thread runs far ahead of a slow block: results in waiting stay few.
            folded.wait(lock, [&] { return !going || next >= count || next < fold + 4 * workers; });
            if (!going || next >= count) return;
            const auto index = next++;
            lock.unlock();
            std::shared_ptr<void> result;
            std::exception_ptr error;
            try {
                result = work(index);
            } catch (...) {
                error = std::current_exception();
            }
            lock.lock();
            if (error) {
                if (!failure) failure = error;
                going = false;
            }
            waiting.emplace(index, std::move(result));
            try {
                for (auto it = waiting.begin(); going && it != waiting.end() && it->first == fold;
                     it = waiting.begin()) {
                    auto finished = std::move(it->second);
                    waiting.erase(it);
                    if (!take(fold++, std::move(finished))) going = false;
                }
            } catch (...) {
                if (!failure) failure = std::current_exception();
                going = false;
            }
            folded.notify_all();
        }
    };
    std::vector<std::jthread> pool;
    for (int i = 0; i < workers; ++i)
        pool.emplace_back(worker);
    pool.clear();
    if (failure) std::rethrow_exception(failure);
}

#endif

}  // namespace detail

}  // namespace dickejump
