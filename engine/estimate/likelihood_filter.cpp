#include "dickejump/estimate/likelihood_filter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "estimate/filter_walk.hpp"
#include "estimate/thetas.hpp"
#include "model/checks.hpp"

namespace dickejump {

namespace {

constexpr int theta_count = LikelihoodFilter::theta_count;
using Thetas = LikelihoodFilter::Thetas;
using numeric::Row;
static_assert(theta_count == numeric::row_width);

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

/// The model and detector as they are, each theta in its lane.
LaneParameters lanes_of(const Thetas& thetas, const Detector& detector, double side_rate) {
    LaneParameters lanes{.theta = {},
                         .gamma = Row{} + 1.0,
                         .side_rate = Row{} + side_rate,
                         .efficiency = {},
                         .background = {}};
    for (int i = 0; i < theta_count; ++i)
        lanes.theta[i] = thetas[static_cast<std::size_t>(i)];
    for (const auto c : channels)
        if (detector[c]) {
            lanes.efficiency[static_cast<std::size_t>(c)] += detector[c]->efficiency;
            lanes.background[static_cast<std::size_t>(c)] += detector[c]->background;
        }
    return lanes;
}

}  // namespace

LikelihoodFilter::LikelihoodFilter(const DickeLadder& ladder, const PumpSchedule& pump, double duration,
                                   const Eigen::VectorXd& start, const Detector& detector, double side_rate,
                                   double step_scale)
    : ladder_(ladder),
      pump_(pump),
      duration_(duration),
      start_(start),
      detector_(detector),
      side_rate_(side_rate),
      step_scale_(step_scale) {
    Problems problems;
    check_duration(duration, problems);
    check_populations(start, ladder, problems);
    check_ideal(ladder, problems);
    check(detector, problems);
    check_rate("side_rate", side_rate, problems);
    problems.require(std::isfinite(step_scale) && step_scale > 0.0,
                     "step scale = " + text(step_scale) + " (steps are positive) give a positive one");
    problems.raise();
}
LikelihoodFilter::~LikelihoodFilter() = default;
LikelihoodFilter::LikelihoodFilter(LikelihoodFilter&&) noexcept = default;

LikelihoodFilter::Result LikelihoodFilter::operator()(std::span<const Photon> clicks, const Thetas& thetas,
                                                      const Follow& follow, StopRequest stop_request) const {
    Problems problems;
    check_thetas(thetas, problems);
    check_clicks(clicks, detector_, duration_, problems);
    problems.raise();
    FilterWalk walk(ladder_, pump_, start_, detector_, lanes_of(thetas, detector_, side_rate_), step_scale_);
    Result result;
    const double distance = thetas[upper_middle] - thetas[lower_middle];
    const auto weigh = [&](double time, double weight) {
        for (const auto c : channels) {
            if (!walk.alive(c, time)) continue;
            const Row rate = walk.click_rate(c, time);
            const double middle = 0.5 * (rate[lower_middle] + rate[upper_middle]),
                         slope = (rate[upper_middle] - rate[lower_middle]) / distance;
            if (middle > 0.0) result.information += weight * slope * slope / middle;
        }
    };
    FilterWalk::Arrive arrive;
    if (follow)
        arrive = [&](double time) {
            follow(time, walk.mean()[lower_middle], std::sqrt(walk.variance()[lower_middle]));
        };
    double time = 0.0;
    std::size_t next = 0;
    while (time < duration_) {
        double stop = std::min(duration_, walk.next_change(time));
        const bool clicked = next < clicks.size() && clicks[next].time <= stop;
        if (clicked) stop = clicks[next].time;
        if (stop > time) walk.evolve(time, stop, weigh, arrive, stop_request);
        time = stop;
        if (clicked) {
            walk.click(clicks[next++]);
            if (arrive) arrive(time);
        }
    }
    const Row log_likelihood = walk.log_likelihood();
    for (int i = 0; i < theta_count; ++i)
        result.log_likelihood[static_cast<std::size_t>(i)] = log_likelihood[i];
    return result;
}

}  // namespace dickejump
