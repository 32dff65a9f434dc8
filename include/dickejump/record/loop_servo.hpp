#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <variant>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/proportional_servo.hpp"
#include "dickejump/record/loop_run.hpp"

namespace dickejump {

/// A pump that is swung to and fro: w times 1 + a cos(2 pi t/(20 tick)), t in the middle of a tick.
class Dither {
public:
    /// @param part  a, of the pump
    /// @throws InvalidInput unless 0 <= a <= 1
    explicit Dither(double part = 0.0);

    /// Whether there is none.
    bool is_still() const { return still_; }
    /// What w is multiplied by in a tick, counted from 0.
    double operator()(std::int64_t tick) const {
        return still_ ? 1.0 : factor_[static_cast<std::size_t>(tick % period)];
    }

private:
    static constexpr std::int64_t period = 20;
    bool still_;
    std::array<double, period> factor_;
};

/// A servo that knows the true level at the start of every tick.
struct PerfectServo {
    ProportionalServo law = {};  ///< from x to w
    Dither dither = Dither();    ///< of w
};

/// A servo that counts the clicks of each tick, from a known start. Where its detector sees the side, it
/// takes x from their rate, background taken off, averaged exponentially over a memory (it knows of no dead
/// time); else from the clicks of pump and cavity added up, for pump photons raise n and cavity photons lower
/// it.
class CountServo {
public:
    /// @param side_rate  Gamma [gamma]
    /// @param tick  how long one is [1/gamma]
    /// @param memory  of the average of side clicks [1/gamma]
    /// @throws InvalidInput unless the detector sees the side (and there is a side rate) or both cavity and
    /// pump; unless tick and memory are positive; as `check(detector)`, with a gate or
    /// bins
    CountServo(const DickeLadder& ladder, const ProportionalServo& law, const Dither& dither,
               const Detector& detector, double side_rate, double tick, double memory);

    /// What it knows of a run that starts at level n: a rate of clicks, or a level.
    double start(double n) const { return per_atom_ * n; }
    /// What it knows after a tick that had these clicks, by Channel.
    double after(double known, const std::array<std::int32_t, 3>& clicks) const {
        const double heard =
            by_side_ ? per_side_ * clicks[2] : per_pump_ * clicks[1] - per_cavity_ * clicks[0];
        return kept_ * known + (heard - background_);
    }
    /// x of what it knows.
    double error_signal(double known) const { return known * to_x_ - 1.0; }
    /// What it sets for a tick [gamma].
    double pump(double known, std::int64_t tick) const {
        return std::max(0.0, at_zero_ - slope_ * known) * dither_(tick);
    }

private:
    Dither dither_;
    bool by_side_;
    double per_atom_ = 1.0, to_x_ = 0.0;    // known of an excited atom; x
    double at_zero_ = 1.0, slope_ = 0.0;    // w where nothing is known, and its fall
    double kept_ = 1.0, background_ = 0.0;  // in a tick: of what was known; what is no signal
    double per_side_ = 0.0, per_pump_ = 0.0, per_cavity_ = 0.0;  // known by a click
};

/// Any other: makes the controller of a run, given its trajectory. It is shown clicks with their times.
using ControllerMaker = std::function<Controller(std::int64_t trajectory)>;

/// Sets the pump of a loop.
using LoopServo = std::variant<PerfectServo, CountServo, ControllerMaker>;
/// The same for a sampler that asks a function: a servo as `LoopKernel` understands it, and what it is of.
ControllerMaker controllers(const DickeLadder& ladder, const LoopServo& servo);

}  // namespace dickejump
