#include "dickejump/estimate/likelihood_filter.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "estimate/filter_result.hpp"
#include "estimate/filter_walk.hpp"
#include "estimate/thetas.hpp"
#include "model/checks.hpp"

namespace dickejump {

namespace {

constexpr int theta_count = LikelihoodFilter::theta_count;
using Thetas = LikelihoodFilter::Thetas;
static_assert(theta_count == numeric::row_width);

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
    auto lanes = LaneParameters::of(detector_, side_rate_);
    for (int i = 0; i < theta_count; ++i)
        lanes.theta[i] = thetas[static_cast<std::size_t>(i)];
    FilterWalk walk(ladder_, pump_, start_, detector_, lanes, step_scale_);
    return filtered(walk, clicks, duration_, thetas, follow, stop_request);
}

}  // namespace dickejump
