#pragma once

// Tested by tests/estimate/likelihood_filter_test.cpp: it is that filter's inside.

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <functional>
#include <span>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/stop_request.hpp"
#include "dickejump/record/detector.hpp"
#include "estimate/filter_clock.hpp"
#include "estimate/filter_rows.hpp"

namespace dickejump {

/// The filter of one record under way, for eight sets of parameters at once: p on the levels that still have
/// weight, unnormalised.
class FilterWalk {
public:
    using Row = numeric::Row;
    /// What stands at a point of the walk counts with this weight in an integral over time.
    using Weigh = std::function<void(double time, double weight)>;
    /// Told of every step's end.
    using Arrive = std::function<void(double time)>;

    FilterWalk(const DickeLadder& ladder, const PumpSchedule& pump, const Eigen::VectorXd& start,
               const Detector& detector, const LaneParameters& lanes, double step_scale);

    /// Carry p from 0 to `duration` past the clicks.
    /// @throws Stopped
    void follow(std::span<const Photon> clicks, double duration, const Weigh& weigh, const Arrive& arrive,
                StopRequest stop);

    /// Log-likelihoods so far; -infinity where the record cannot happen.
    Row log_likelihood() const;
    bool alive(Channel c, double time) const { return clock_.alive(c, time); }
    /// Predicted click rate of a channel.
    Row click_rate(Channel c, double time) const;
    const Row& mean() const { return mean_; }
    const Row& variance() const { return variance_; }

private:
    struct Unseen;
    struct Plan;
    /// Carry p from `time` to `end`, between which nothing changes.
    void evolve(double time, double end, const Weigh& weigh, const Arrive& arrive, StopRequest stop);
    void click(const Photon& photon);
    Unseen unseen(double time) const;
    Plan plan(const Unseen& unseen, double time, double end) const;
    void step(const Unseen& unseen, double time, double h, double pump_time, int poles);

    filter_rows::Stretch stretch() const { return {lo_, hi_}; }
    double atoms() const { return atoms_; }
    Row pumping() const;
    Row emission() const;
    void settle();
    void trim();
    void normalise(const Row& inverse);
    void widen(double jumps, double drift);

    const DickeLadder& ladder_;
    LaneParameters lanes_;
    double step_scale_, atoms_;
    filter_rows::Levels levels_;
    numeric::Rows p_, work_;
    std::int64_t lo_ = 0, hi_;
    FilterClock clock_;
    Row log_norm_{};
    filter_rows::Sums sums_;  // of p as it is
    Row mean_{}, mean_square_{}, variance_{};
};

}  // namespace dickejump
