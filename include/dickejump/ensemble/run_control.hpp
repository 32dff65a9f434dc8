#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string_view>

#include "dickejump/ensemble/executor.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/model/stop_request.hpp"

namespace dickejump {

/// What happened so far, for whoever shows it.
struct Progress {
    std::int64_t done = 0,           ///< so many of `unit`
        wanted = 0;                  ///< of so many in all
    double seconds = 0.0;            ///< since this part of the work began
    std::string_view unit = "runs";  ///< "runs", "scans", ..
    std::string_view phase = {};     ///< what comes before the work proper: "exact solution", "calibration"
    double part = -1.0;              ///< of the work, 0 to 1, if that is not done/wanted; else negative

    /// Of the work, 0 to 1.
    double fraction() const {
        return part >= 0.0 ? part : static_cast<double>(done) / static_cast<double>(wanted > 0 ? wanted : 1);
    }
};

/// How something is run: all that does not shape the result.
struct RunControl {
    int threads = 0;                               ///< 0: all there are
    Threading threading = Threading::automatic;    ///< which thread pool the blocks run on
    const std::atomic<bool>* interrupt = nullptr;  ///< ends the run once it is true (set by a signal, say)
    StopRequest::Clock::time_point deadline = StopRequest::Clock::time_point::max();  ///< ends it likewise
    std::function<void(const Progress&)> progress = {};  ///< called by one thread at a time
    std::function<void()> checkpoint = {};  ///< called by the same, when what is finished may be stored
    double checkpoint_every = 60.0;         ///< [s] between two of them

    /// The same, its progress that of something that comes before the work proper; empty `what`: not told of.
    RunControl in_phase(std::string_view what) const {
        auto control = *this;
        if (what.empty())
            control.progress = {};
        else if (progress)
            control.progress = [tell = progress, what](Progress now) {
                now.phase = what;
                tell(now);
            };
        return control;
    }

    /// The same, ended after so many seconds more at the latest. @throws InvalidInput if that is NaN
    RunControl within(double seconds) const {
        if (std::isnan(seconds))
            throw InvalidInput("a time limit of nan (no time at all) give seconds, or infinity");
        auto control = *this;
        constexpr double forever = 1e9;  // more does not fit into a clock
        if (seconds < forever)
            control.deadline =
                std::min(deadline,
                         StopRequest::Clock::now() + std::chrono::duration_cast<StopRequest::Clock::duration>(
                                                         std::chrono::duration<double>(seconds)));
        return control;
    }

    /// What long computations ask: the interrupt flag and the deadline as one.
    StopRequest stop() const { return StopRequest(interrupt, deadline); }
    /// Threads for one job. @throws InvalidInput as `Executor`
    Executor executor() const { return Executor(threads, threading); }
};

}  // namespace dickejump
