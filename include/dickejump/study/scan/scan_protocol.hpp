#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/direction.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/random/purpose.hpp"
#include "dickejump/trajectory/ladder_setup.hpp"

namespace dickejump {

/// Which legs a scan has.
/// One direction, or both, each leg by itself.
enum class Legs { up, down, both };
/// "up", "down", "both".
std::string_view name(Legs legs);

/// Where a leg starts: `steady`: the steady state at its first pump. `ground`: n = 0 for up, n = N for down.
enum class Initial { steady, ground };
/// "steady", "ground".
std::string_view name(Initial initial);

/// How a scan moves the pump through the transition, in scaled pump s = (w/gamma - 1) N/2, whose unit is the
/// width of the transition: s moves at `rate` [widths times gamma] between -half_width and +half_width.
struct ScanProtocol {
    double rate = 1.0;                  ///< r [transition widths per 1/gamma]
    double half_width = 10.0;           ///< S [transition widths], at most N/2
    Legs legs = Legs::both;             ///< which are run
    Initial initial = Initial::steady;  ///< of each leg
    /// Ticks of each leg; 0: 200 k with the smallest k that makes a tick at most 0.02/gamma.
    std::int64_t ticks = 0;

    /// Up before down.
    std::vector<Direction> directions() const;
};

/// Adds what is wrong with a scan of this many atoms to `problems`: rate and half-width positive and finite,
/// w >= 0 (half_width <= N/2), an even number of ticks, not more than 10^8.
void check(const ScanProtocol& protocol, std::int64_t atoms, Problems& problems);

/// A part of a leg, from one s to another.
struct ScaledRange {
    double from,  ///< s where it begins
        to;       ///< s where it ends
};

/// Two pumps about the true one (or one of them it) whose runs a calibration compares.
struct PumpPair {
    double low,      ///< theta of the first [gamma]
        high;        ///< of the second, greater [gamma]
    bool one_sided;  ///< low = 0, where less pump would be negative
    double shift;    ///< between them [s]
};

/// One leg of a scan: w(t) = gamma + (2 gamma/N) s(t), s(t) = -+S +- r t, 0 <= t <= 2S/r.
class ScanLeg {
public:
    /// @throws InvalidInput as `check`.
    ScanLeg(const DickeLadder& ladder, const ScanProtocol& protocol, Direction direction);

    /// The atoms that are pumped.
    const DickeLadder& ladder() const { return setup_.ladder; }
    /// Which way s moves.
    Direction direction() const { return direction_; }
    /// w(t) along the leg [gamma].
    const PumpSchedule& pump() const { return setup_.pump; }
    /// Its ticks; of both legs the same.
    const TickGrid& grid() const { return setup_.grid; }
    /// n at t = 0.
    const StartState& start() const { return setup_.start; }
    /// 2S/r [1/gamma].
    double duration() const { return setup_.grid.duration; }
    /// r, positive on the way down too.
    double rate() const { return rate_; }
    /// S.
    double half_width() const { return half_width_; }
    /// The stream that its trajectories draw from.
    Purpose purpose() const { return direction_ == Direction::up ? Purpose::scan_up : Purpose::scan_down; }

    /// s at time t [1/gamma].
    double scaled_pump(double time) const { return sign() * (rate_ * time - half_width_); }
    /// ds/dt, negative on the way down.
    double speed() const { return sign() * rate_; }
    /// The area estimate of a run from its int J_z dt: -(1/N) int J_z ds over ascending s.
    double area(double inversion_integral) const {
        return -rate_ * inversion_integral / static_cast<double>(ladder().atoms());
    }
    /// A shift of s [s] per shift theta of the pump [gamma].
    double scaled_per_theta() const { return 0.5 * static_cast<double>(ladder().atoms()); }
    /// The largest |s| that an estimate is looked for at: the scan, but no more than matters.
    double estimate_reach() const;

    /// What a sampler is made from, under the pump factor w(t) + theta (not below 0) and from the start state
    /// of theta = 0 and factor 1.
    /// @param factor  other than 1 only in tests that must fail
    /// @throws InvalidInput unless theta is finite, and factor finite and not negative
    LadderSetup setup(double theta = 0.0, double factor = 1.0) const;
    /// The pumps for paired calibration runs: a spread of the crossings apart.
    PumpPair calibration_pumps() const;

private:
    double sign() const { return direction_ == Direction::up ? 1.0 : -1.0; }

    Direction direction_;
    double rate_, half_width_;
    LadderSetup setup_;
};

/// The number of intervals of a curve with at most `points` points whose points are ticks: the largest
/// divisor of `ticks` that is at most points - 1. @throws InvalidInput unless there are ticks, and two points
std::int64_t curve_intervals(std::int64_t ticks, std::int64_t points);

}  // namespace dickejump
