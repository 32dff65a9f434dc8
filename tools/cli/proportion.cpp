#include "cli/proportion.hpp"

#include <fmt/format.h>

#include <cmath>

#include "cli/log.hpp"

namespace dickejump::cli {

namespace {

/// Mean number of photons in a leg, by Channel.
std::array<double, 3> photons(const ScanConfig& config, const ExactLeg& leg) {
    const auto& solution = leg.solution;
    const double gained = solution.jz_mean.back() - solution.jz_mean.front();
    const double duration = solution.times.back();
    const double excited =
        solution.inversion_integral + 0.5 * static_cast<double>(config.atoms) * duration;  // int n dt
    return {solution.up_jumps - gained, solution.up_jumps, config.seen_side_rate() * excited};
}

bool is_meant(const TargetError& target, const EstimatorResult& entry) {
    return target.estimator == entry.estimator &&
           (!target.direction || target.direction == entry.direction) &&
           (!target.detector || target.detector == entry.detector);
}

}  // namespace

void warn_of_background(const ScanConfig& config, const ExactScan& exact) {
    for (const auto& detector : config.detectors)
        for (const auto c : channels) {
            if (!detector[c] || detector[c]->background == 0.0) continue;
            double seen = 0.0, time = 0.0;
            for (const auto& leg : exact.legs) {
                seen += detector[c]->efficiency * photons(config, leg)[static_cast<std::size_t>(c)];
                time += leg.solution.times.back();
            }
            if (detector[c]->background > seen / time)
                log_warning(fmt::format(
                    "detector {}: its background of channel {}, {:g} in gamma, is more than what photons "
                    "make "
                    "there, {:.2g} on average. Is that its unit? With --gamma-hz a rate may be \"50 /s\"",
                    detector.name, name(c), detector[c]->background, seen / time));
        }
}

void warn_of_pump(double pump, std::int64_t atoms) {
    constexpr double far = 20.0, widths = 100.0;
    if (pump > far && 0.5 * (pump - 1.0) * static_cast<double>(atoms) > widths && std::isfinite(pump))
        log_warning(
            fmt::format("a pump of {:g} gamma is far above the transition, which is at gamma: nearly every "
                        "atom is excited. "
                        "Is that its unit? With --gamma-hz a pump may be \"150 Hz\"",
                        pump));
}

void warn_of_targets(const ScanResult& result) {
    for (const auto& target : result.config.target_errors)
        for (const auto& entry : result.estimators) {
            if (!is_meant(target, entry)) continue;
            const auto mean = entry.mean();
            if (mean && mean->error <= target.error) continue;
            auto text = fmt::format("the target error {} is not reached after {} runs", to_text(target),
                                    result.trajectories);
            if (mean && std::isfinite(mean->error))
                text += fmt::format(
                    ": that of {}{}{} is {:.2g}, and some {:.2g} runs would reach it", name(entry.estimator),
                    entry.direction ? " " + std::string(name(*entry.direction)) : "",
                    entry.detector ? " of " + *entry.detector : "", mean->error,
                    static_cast<double>(result.trajectories) * std::pow(mean->error / target.error, 2));
            log_warning(text);
        }
}

}  // namespace dickejump::cli
