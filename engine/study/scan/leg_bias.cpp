#include "study/scan/leg_bias.hpp"

#include <algorithm>
#include <cmath>

namespace dickejump {

LegBias leg_bias(const ScanLeg& leg, const SphereBias& bias, const EstimatorSet& wanted) {
    const auto atoms = static_cast<double>(leg.ladder().atoms());
    const double levels = atoms + 1.0, scale = levels / atoms, rounding = 2.0 / (levels * levels);
    LegBias result{.direction = leg.direction(),
                   .bias = bias,
                   .crossing = leg.speed() * (bias.step.crossing + bias.model.crossing),
                   .jz_mean = scale * (bias.step.mean + bias.model.mean + rounding),
                   .jz_variance = scale * scale * (bias.step.variance + bias.model.variance + rounding)};

    const double v = 2.0 * leg.grid().tick() / bias.steps_per_tick;
    const double sigma = 1.7 + 0.31 * std::sqrt(leg.rate());
    const double part = 0.05 * v, ladder = 1.4 * sigma * sigma / (atoms * atoms);
    const double crossing = part * sigma + ladder;
    const double curve = scale * (bias.step.mean + bias.model.mean) * leg.half_width();
    for (const auto estimator : all_estimators) {
        const auto from = traits(estimator).from;
        if (!wanted.contains(estimator)) continue;
        if (from == EstimatorTraits::From::crossings)
            result.estimators.push_back({estimator, crossing, crossing, part + ladder});
        if (from == EstimatorTraits::From::integral)
            result.estimators.push_back({estimator, curve, std::max(curve, part * sigma), curve});
    }
    return result;
}

}  // namespace dickejump
