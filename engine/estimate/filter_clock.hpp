#pragma once

// Tested by tests/estimate/likelihood_filter_test.cpp and tests/estimate/spin_filter_test.cpp: the inside of
// both.

#include <array>
#include <functional>
#include <span>

#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/record/detector.hpp"
#include "numeric/row.hpp"

namespace dickejump {

/// Eight sets of parameters, one a lane: the shift of the pump, the rates and what the detector is like.
struct LaneParameters {
    using Row = numeric::Row;
    Row theta, gamma, side_rate, offset;
    std::array<Row, 3> efficiency, background;  ///< by channel

    /// Of the model and a detector as they are, theta = 0, in all lanes.
    static LaneParameters of(const Detector& detector, double side_rate);
};

/// Adds what is wrong with the clicks of a run of this length: they ascend, and come from channels that the
/// detector sees.
void check_clicks(std::span<const Photon> clicks, const Detector& detector, double duration,
                  Problems& problems);

/// What a record says and when, whatever the atoms are: when channels are awake, and when the pump bends.
class FilterClock {
public:
    using Row = numeric::Row;

    FilterClock(const PumpSchedule& pump, const Detector& detector, const LaneParameters& lanes);

    /// The pump of every lane.
    Row pump_at(double time) const;
    /// How fast w changes on average between two times, the same in all lanes.
    double slope(double time, double end) const;
    bool alive(Channel c, double time) const;
    /// Goes past the clicks of a record from 0 to `duration`: calls evolve(time, end) where nothing changes
    /// by itself, and click(photon) where one comes, after which its channel may sleep.
    void follow(std::span<const Photon> clicks, double duration,
                const std::function<void(double time, double end)>& evolve,
                const std::function<void(const Photon&)>& click);

private:
    /// The earliest time after `time` at which what is seen changes by itself, or a lane's pump bends;
    /// infinite if there is none.
    double next_change(double time) const;

    const PumpSchedule& pump_;
    const Detector& detector_;
    Row theta_, offset_;
    bool touches_zero_;                   // for some lane's theta
    bool late_;                           // whether some lane's schedule begins at another time than 0
    std::array<double, 3> dead_until_{};  // by channel
};

}  // namespace dickejump
