#include "estimate/filter_clock.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace dickejump {

namespace {

using numeric::Row, numeric::row_width;
constexpr double inf = std::numeric_limits<double>::infinity();

bool any_negative(const Row& row) {
    bool any = false;
    for (int i = 0; i < row_width; ++i)
        any = any || row[i] < 0.0;
    return any;
}

}  // namespace

void check_clicks(std::span<const Photon> clicks, const Detector& detector, double duration,
                  Problems& problems) {
    double last = 0.0;
    for (const auto& click : clicks) {
        const auto at = [&] {
            return "a click of the " + std::string(name(click.channel)) + " at time " + text(click.time);
        };
        if (!(click.time >= last && click.time <= duration)) {
            problems.add(at() + " after one at " + text(last) + " in a run of " + text(duration) +
                         " (clicks ascend within the run) sort or cut them");
            return;
        }
        if (!detector[click.channel]) {
            problems.add(at() + " (detector " + detector.name +
                         " does not see that channel) leave it out, or name the channel");
            return;
        }
        last = click.time;
    }
}

LaneParameters LaneParameters::of(const Detector& detector, double side_rate) {
    LaneParameters lanes{.theta = {},
                         .gamma = Row{} + 1.0,
                         .side_rate = Row{} + side_rate,
                         .offset = {},
                         .efficiency = {},
                         .background = {}};
    for (const auto c : channels)
        if (detector[c]) {
            lanes.efficiency[index_of(c)] += detector[c]->efficiency;
            lanes.background[index_of(c)] += detector[c]->background;
        }
    return lanes;
}

FilterClock::FilterClock(const PumpSchedule& pump, const Detector& detector, const LaneParameters& lanes)
    : pump_(pump),
      detector_(detector),
      theta_(lanes.theta),
      offset_(lanes.offset),
      touches_zero_(any_negative(pump.extremes(inf).lowest + lanes.theta)),
      late_(any_negative(lanes.offset) || any_negative(-lanes.offset)) {}

Row FilterClock::pump_at(double time) const {
    Row w = theta_;
    if (!late_)
        w = pump_.at(time) + w;
    else
        for (int i = 0; i < row_width; ++i)
            w[i] += pump_.at(time - offset_[i]);
    return w > 0.0 ? w : Row{};
}

bool FilterClock::alive(Channel c, double time) const {
    return detector_[c] && time >= dead_until_[index_of(c)] && time >= detector_.gate_open &&
           time < detector_.gate_close;
}

double FilterClock::slope(double time, double end) const {
    const double offset = late_ ? offset_[0] : 0.0;
    return (pump_.at(end - offset) - pump_.at(time - offset)) / (end - time);
}

double FilterClock::next_change(double time) const {
    double next = inf;
    const auto consider = [&](double t) {
        if (t > time) next = std::min(next, t);
    };
    for (const double t : dead_until_)
        consider(t);
    consider(detector_.gate_open);
    consider(detector_.gate_close);
    const auto pieces = pump_.pieces();
    // Lanes whose schedules begin at other times bend there; a step across a bend that is close by errs
    // little.
    const double offset = late_ ? offset_[0] : 0.0;
    const auto bend = std::upper_bound(pieces.begin(), pieces.end(), time - offset,
                                       [](double t, const auto& piece) { return t < piece.begin; });
    if (bend != pieces.end()) consider(bend->begin + offset);
    if (touches_zero_ && bend != pieces.begin()) {
        const auto& piece = *(bend - 1);
        for (int i = 0; i < row_width; ++i)
            if (piece.slope != 0.0) consider(piece.begin + offset - (piece.pump + theta_[i]) / piece.slope);
    }
    return next;
}

void FilterClock::follow(std::span<const Photon> clicks, double duration,
                         const std::function<void(double time, double end)>& evolve,
                         const std::function<void(const Photon&)>& click) {
    double time = 0.0;
    std::size_t next = 0;
    while (time < duration) {
        double end = std::min(duration, next_change(time));
        const bool clicked = next < clicks.size() && clicks[next].time <= end;
        if (clicked) end = clicks[next].time;
        if (end > time) evolve(time, end);
        time = end;
        if (!clicked) continue;
        const auto& photon = clicks[next++];
        click(photon);
        dead_until_[index_of(photon.channel)] = photon.time + detector_[photon.channel]->dead_time;
    }
}

}  // namespace dickejump
