#pragma once

// Tested by tests/estimate/likelihood_filter_test.cpp and tests/estimate/spin_filter_test.cpp.

#include <cmath>
#include <functional>
#include <span>

#include "dickejump/estimate/likelihood_filter.hpp"
#include "numeric/row.hpp"

namespace dickejump {

/// Takes the filter of a record all the way, with the thetas that it carries: likelihoods, and the
/// information of the record.
template <class Walk>
LikelihoodFilter::Result filtered(Walk& walk, std::span<const Photon> clicks, double duration,
                                  const LikelihoodFilter::Thetas& thetas,
                                  const LikelihoodFilter::Follow& follow, StopRequest stop) {
    constexpr int lower = LikelihoodFilter::lower_middle, upper = LikelihoodFilter::upper_middle;
    LikelihoodFilter::Result result;
    const double distance = thetas[upper] - thetas[lower];
    const auto weigh = [&](double time, double weight) {
        for (const auto c : channels) {
            if (!walk.alive(c, time)) continue;
            const numeric::Row rate = walk.click_rate(c, time);
            const double middle = 0.5 * (rate[lower] + rate[upper]),
                         slope = (rate[upper] - rate[lower]) / distance;
            if (middle > 0.0) result.information += weight * slope * slope / middle;
        }
    };
    typename Walk::Arrive arrive;
    if (follow)
        arrive = [&](double time) { follow(time, walk.mean()[lower], std::sqrt(walk.variance()[lower])); };
    walk.follow(clicks, duration, weigh, arrive, stop);
    const numeric::Row log_likelihood = walk.log_likelihood();
    for (int i = 0; i < LikelihoodFilter::theta_count; ++i)
        result.log_likelihood[static_cast<std::size_t>(i)] = log_likelihood[i];
    return result;
}

}  // namespace dickejump
