#include <cmath>

#include "study/scan/scan_results.hpp"

namespace dickejump {

DetectedSignal signal_of(const PreparedDetector& prepared, const SignalTally& tally, double side_rate) {
    const auto& detected = *prepared.detected;
    const auto& leg = detected.leg();
    const auto& expected = prepared.expected_counts;
    const auto bins = tally.counts.size();
    const double width = leg.duration() / static_cast<double>(bins);
    const auto channel = detected.signal().main_channel();
    const auto& settings = *detected.detector()[channel];
    DetectedSignal signal{.detector = detected.detector().name,
                          .direction = leg.direction(),
                          .channel = channel,
                          .scaled_pump = {},
                          .lag = {},
                          .jz = {},
                          .fano = {},
                          .jz_variance = {},
                          .g2 = {},
                          .czz = {}};
    const double photons =
        settings.efficiency * side_rate * width;  // counts of a bin per excited atom, on the side
    const double background = settings.background * width;
    const auto middle = bins / 2;
    const double shots = 1.0 / (photons * photons);
    const auto scaled = [](const Estimate& x, double factor) {
        return Estimate{x.value * factor, std::abs(factor) * x.error};
    };
    for (std::size_t bin = 0; bin < bins; ++bin) {
        signal.scaled_pump.push_back(leg.scaled_pump((static_cast<double>(bin) + 0.5) * width));
        signal.jz.push_back(tally.signal[bin].mean());
        const auto count = tally.counts[bin].mean().value_or(Estimate{0.0, 0.0});
        const auto variance = tally.counts[bin].variance();
        if (!variance || !(count.value > 0.0)) {
            signal.fano.push_back({});
            signal.jz_variance.push_back({});
        } else {
            // Sample mean and variance are correlated by the third moment.
            const double both = tally.counts[bin].third() / static_cast<double>(tally.counts[bin].count());
            const auto error = [&](double by_mean, double by_variance) {
                const double square = by_mean * by_mean * count.error * count.error +
                                      by_variance * by_variance * variance->error * variance->error +
                                      2.0 * by_mean * by_variance * both;
                return square < 0.0 ? 0.0 : std::sqrt(square);  // of an unknown error NaN
            };
            const double fano = variance->value / count.value;
            signal.fano.push_back(Estimate{fano, error(-fano / count.value, 1.0 / count.value)});
            signal.jz_variance.push_back(
                channel == Channel::side
                    ? std::optional(scaled({variance->value - count.value, error(-1.0, 1.0)}, shots))
                    : std::nullopt);
        }
        if (bin < middle) continue;
        signal.lag.push_back(static_cast<double>(bin - middle) * width);
        // Covariance of the counts a and b, with shot noise (a photon paired with itself) removed at lag 0,
        // and its error by linear propagation from the means of a, b and (a - a0)(b - b0).
        const auto& pairs = tally.pairs[bin - middle];
        const Eigen::Vector3d mean = pairs.mean();
        const double off_a = mean(0) - expected[middle], off_b = mean(1) - expected[bin];
        const double shot = bin == middle ? 1.0 : 0.0;
        const double correlated = mean(2) - off_a * off_b - shot * mean(0);
        const Eigen::Vector3d gradient{-off_b - shot, -off_a, 1.0};
        const Eigen::Matrix3d spread = pairs.covariance() / static_cast<double>(pairs.count());
        const auto error = [&](const Eigen::Vector3d& g) {
            return std::sqrt(std::max(0.0, g.dot(spread * g)));
        };
        // Background is neither correlated nor counted.
        const double a = mean(0) - background, b = mean(1) - background, ab = a * b;
        const bool enough = pairs.count() > 1;
        if (enough && a > 0.0 && b > 0.0) {
            const Eigen::Vector3d of_ratio =
                gradient / ab - correlated / ab * Eigen::Vector3d{1.0 / a, 1.0 / b, 0.0};
            signal.g2.push_back(Estimate{1.0 + correlated / ab, error(of_ratio)});
        } else {
            signal.g2.push_back({});
        }
        signal.czz.push_back(enough && channel == Channel::side
                                 ? std::optional(scaled({correlated, error(gradient)}, shots))
                                 : std::nullopt);
    }
    return signal;
}

}  // namespace dickejump
