#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>

#include "dickejump/ensemble/executor.hpp"
#include "dickejump/model/stop_request.hpp"

namespace dickejump {

/// What happened so far, for whoever shows it.
struct Progress {
    std::int64_t done = 0, wanted = 0;  ///< of `unit`
    double seconds = 0.0;               ///< since this part of the work began
    std::string_view unit = "runs";     ///< "runs", "scans", ..
    double part = -1.0;                 ///< of the work, 0 to 1, if that is not done/wanted; else negative

    double fraction() const {
        return part >= 0.0 ? part : static_cast<double>(done) / static_cast<double>(wanted > 0 ? wanted : 1);
    }
};

/// How something is run: all that does not shape the result.
struct RunControl {
    int threads = 0;  ///< 0: all there are
    Threading threading = Threading::automatic;
    const std::atomic<bool>* interrupt = nullptr;  ///< ends the run once it is true (set by a signal, say)
    StopRequest::Clock::time_point deadline = StopRequest::Clock::time_point::max();  ///< ends it likewise
    std::function<void(const Progress&)> progress = {};  ///< called by one thread at a time
    std::function<void()> checkpoint = {};  ///< called by the same, when what is finished may be stored
    double checkpoint_every = 60.0;         ///< [s] between two of them

    StopRequest stop() const { return StopRequest(interrupt, deadline); }
    Executor executor() const { return Executor(threads, threading); }
};

}  // namespace dickejump
