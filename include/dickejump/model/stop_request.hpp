#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace dickejump {

/// Why a computation ended.
/// All that was wanted is there, the target error is reached, the time is up, or a signal came.
enum class StopReason { completed, target_error, time_limit, interrupted };
/// "completed", "target_error", "time_limit", "interrupted".
std::string_view name(StopReason reason);

/// Thrown out of a long computation that was asked to stop before it had a result.
class Stopped : public std::runtime_error {
public:
    /// @param reason  anything but completed
    explicit Stopped(StopReason reason);

    /// What ended it.
    StopReason reason() const { return reason_; }

private:
    StopReason reason_;
};

/// What every long computation asks, at least some ten times a second, whether to go on: until a flag is set
/// (by a signal, say), or until a moment. By default nothing ever asks it to stop.
class StopRequest {
public:
    /// Never set back, so a deadline is one.
    using Clock = std::chrono::steady_clock;

    StopRequest() = default;
    /// @param interrupt  stops once it is true; null: never. It must outlive the request.
    explicit StopRequest(const std::atomic<bool>* interrupt,
                         Clock::time_point deadline = Clock::time_point::max())
        : interrupt_(interrupt), deadline_(deadline) {}

    /// Why to stop; empty to go on.
    std::optional<StopReason> reason() const {
        if (interrupt_ && interrupt_->load(std::memory_order_relaxed)) return StopReason::interrupted;
        if (deadline_ != Clock::time_point::max() && Clock::now() >= deadline_) return StopReason::time_limit;
        return {};
    }
    /// The same, and at `moment` at the latest.
    StopRequest until(Clock::time_point moment) const {
        return StopRequest(interrupt_, std::min(deadline_, moment));
    }
    /// @throws Stopped if it is time to stop
    void check() const {
        if (const auto why = reason()) throw Stopped(*why);
    }

private:
    const std::atomic<bool>* interrupt_ = nullptr;
    Clock::time_point deadline_ = Clock::time_point::max();
};

/// Asks in a loop of quick turns, at every so many of them.
struct SparseCheck {
    StopRequest stop;  ///< what is asked
    int often = 1024;  ///< turns between two questions
    int left = often;  ///< turns until the next

    /// @throws Stopped if it is time to stop
    void operator()() {
        if (--left > 0) return;
        left = often;
        stop.check();
    }
};

}  // namespace dickejump
