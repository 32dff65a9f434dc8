#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace dickejump {

/// Who runs the blocks.
enum class Threading {
    automatic,  ///< tbb, if the library was built with it
    tbb,        ///< oneTBB's work stealing: idle threads of one study help another
    threads     ///< std::thread: what the thread sanitizer can see into
};

/// Runs the items of one job on threads.
class Executor {
public:
    /// @param threads  0: as many as there are processors; more than that are allowed
    /// @throws InvalidInput if threads < 0 or > 65536, or for tbb in a library built without it
    explicit Executor(int threads = 0, Threading threading = Threading::automatic);

    /// How many work at a time, at least 1: what 0 stands for is put in.
    int threads() const { return threads_; }
    /// Items that may be under way or wait for their turn at a time.
    std::int64_t ahead() const { return 4 * std::int64_t{threads_}; }

    /// Calls work(i) for i = 0..count - 1 from many threads, and take(i) for each i in order, one at a time,
    /// after work(i), until take returns false. No item i starts before take(i - ahead()) is done.
    /// An exception of either ends the job and comes out of this call. With count <= 0 nothing happens.
    /// @throws InvalidInput if one of them is empty
    void in_order(std::int64_t count, const std::function<void(std::int64_t)>& work,
                  const std::function<bool(std::int64_t)>& take) const;
    /// Calls work(i) for i = 0..count - 1 from many threads.
    void for_each(std::int64_t count, const std::function<void(std::int64_t)>& work) const;

private:
    int threads_;
    Threading threading_;
};

}  // namespace dickejump
