#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string_view>
#include <vector>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/direction.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/tick_grid.hpp"
#include "dickejump/random/purpose.hpp"
#include "dickejump/study/scan/method.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"

namespace dickejump {

/// A scan of the pump through the transition, in scaled pump s = (w/gamma - 1) N/2, whose unit is the width
/// of the transition: s moves at `rate` [widths times gamma] between -half_width and +half_width.
struct Scan {
    enum class Legs { up, down, both };
    enum class Initial { steady, ground };

    double rate = 1.0;
    double half_width = 10.0;
    Legs legs = Legs::both;
    /// `steady`: the steady state at the leg's first pump. `ground`: n = 0 for up, n = N for down.
    Initial initial = Initial::steady;
    /// Ticks of each leg; 0: 200 k with the smallest k that makes a tick at most 0.02/gamma.
    std::int64_t ticks = 0;

    std::vector<Direction> directions() const;
};
std::string_view name(Scan::Legs legs);
std::string_view name(Scan::Initial initial);

/// Adds what is wrong with a scan of this many atoms to `problems`: rate and half-width positive and finite,
/// w >= 0 (half_width <= N/2), an even number of ticks.
void check(const Scan& scan, std::int64_t atoms, Problems& problems);

/// One leg of a scan: w(t) = gamma + (2 gamma/N) s(t), s(t) = -+S +- r t, 0 <= t <= 2S/r.
class ScanLeg {
public:
    /// @throws InvalidInput as `check`.
    ScanLeg(const DickeLadder& ladder, const Scan& scan, Direction direction);

    Direction direction() const { return direction_; }
    const PumpSchedule& pump() const { return pump_; }
    const TickGrid& grid() const { return grid_; }
    double duration() const { return grid_.duration; }
    Purpose purpose() const { return direction_ == Direction::up ? Purpose::scan_up : Purpose::scan_down; }

    /// s at time t [1/gamma].
    double scaled_pump(double time) const { return sign() * (rate_ * time - half_width_); }
    /// ds/dt, negative on the way down.
    double speed() const { return sign() * rate_; }
    /// The area estimate of a run from its int J_z dt: -(1/N) int J_z ds over ascending s.
    double area(double inversion_integral) const {
        return -rate_ * inversion_integral / static_cast<double>(ladder_.atoms());
    }

    /// The sampler of a method under the pump w(t) + theta (not below 0), from the start state of theta = 0.
    /// @param pump_factor  multiplies the pump but not the start state: other than 1 only in tests that must
    /// fail
    ScanSampler sampler(Method method, int steps_per_tick = 0, double theta = 0.0,
                        double pump_factor = 1.0) const;
    /// A sampler of the same law whose runs under two pumps stay close, so that their chance cancels in
    /// differences. Jump by jump that is the reference sampler, slower, whose k-th jump takes the k-th
    /// numbers of its stream.
    ScanSampler paired_sampler(Method method, int steps_per_tick, double theta) const;
    StartState start_state() const;
    /// Populations at the start of the leg, n = 0..N.
    Eigen::VectorXd start_populations() const;

private:
    double sign() const { return direction_ == Direction::up ? 1.0 : -1.0; }
    PumpSchedule shifted_pump(double theta, double factor) const;

    DickeLadder ladder_;
    Direction direction_;
    double rate_, half_width_;
    Scan::Initial initial_;
    PumpSchedule pump_;
    TickGrid grid_;
};

/// The method that `auto` stands for, from model and protocol only: exact where runs are affordable, the
/// sphere beyond, where it applies (S <= N/10).
Method automatic_method(std::int64_t atoms, const Scan& scan);

/// The number of intervals of a curve with at most `points` points whose points are ticks: the largest
/// divisor of `ticks` that is at most points - 1.
std::int64_t curve_intervals(std::int64_t ticks, std::int64_t points);

}  // namespace dickejump
