#include "study/scan/scan_plan.hpp"

#include <algorithm>
#include <cmath>

#include "dickejump/ensemble/simulate.hpp"
#include "study/scan/kept_calibrations.hpp"
#include "study/scan/leg_bias.hpp"

namespace dickejump {

namespace {

/// How wrong the sphere is on every leg, and in how many steps a tick.
std::vector<LegBias> sphere_biases(const DickeLadder& ladder, const ScanConfig& config,
                                   const RunControl& control) {
    const auto directions = config.protocol().directions();
    std::vector<LegBias> biases(directions.size());
    control.executor().for_each(static_cast<std::int64_t>(directions.size()), [&](std::int64_t index) {
        const auto i = static_cast<std::size_t>(index);
        const ScanLeg leg(ladder, config.protocol(), directions[i]);
        const auto bias = config.steps_per_tick > 0
                              ? sphere_bias(ladder, leg.pump(), leg.grid(), leg.start(),
                                            config.steps_per_tick, control.stop())
                              : sphere_bias_within(ladder, leg.pump(), leg.grid(), leg.start(),
                                                   config.bias_tolerance, control.stop());
        biases[i] = leg_bias(leg, bias, EstimatorSet::of(config.estimators));
    });
    return biases;
}

/// Mean counts of a detector's main channel in the bins of the curves, dead time aside.
std::vector<double> expected_counts(const ExactLeg& exact, const DetectedLeg& detected, double side_rate,
                                    std::int64_t bins) {
    const auto& leg = detected.leg();
    const auto channel = detected.signal().main_channel();
    const auto& settings = detected.detector()[channel];
    if (!settings) return std::vector<double>(static_cast<std::size_t>(bins), 0.0);
    const auto atoms = static_cast<double>(leg.ladder().atoms());
    const double width = leg.duration() / static_cast<double>(bins);
    const auto& solution = exact.solution;
    std::vector<double> expected;
    for (std::int64_t bin = 0; bin < bins; ++bin) {
        // At the nearest point of the curve: the centre of an expansion need not be better.
        const double time = (static_cast<double>(bin) + 0.5) * width;
        const auto after = std::lower_bound(solution.times.begin(), solution.times.end() - 1, time);
        const auto i = static_cast<std::size_t>(after - solution.times.begin());
        const double n = solution.jz_mean[i] + 0.5 * atoms, n2 = solution.jz_variance[i] + n * n;
        const double photons = channel == Channel::side ? side_rate * n
                               : channel == Channel::cavity
                                   ? (atoms + 1.0) * n - n2
                                   : leg.pump().at(time) * (atoms + (atoms - 1.0) * n - n2);
        expected.push_back((settings->efficiency * photons + settings->background) * width);
    }
    return expected;
}

/// Where the mean over runs is looked for its zero; empty where the exact mean has none.
std::optional<MeanCrossing> mean_crossing(const ScanLeg& leg, const exact::Solution& solution) {
    if (!solution.crossing || solution.rise == 0.0) return {};
    // Fit where the mean moves by about 0.3 of its way to the pole: a cubic is good to 1e-4 of the width
    // there.
    const double reach = 0.15 * static_cast<double>(leg.ladder().atoms()) / std::abs(solution.rise);
    return MeanCrossing(leg.ladder().atoms(), leg.grid(), *solution.crossing, reach);
}

/// Runs whose photons are held in memory at a time: all that the sampler makes together, if they are not too
/// many.
int together(const ScanConfig& config, const ScanLeg& leg, double jumps) {
    constexpr double most_photons = 2e7;
    const int lanes = lanes_together(config.method, leg.setup(), config.model.local_rates());
    return jumps * lanes <= most_photons ? lanes : std::min(lanes, 16);
}

CrossingCalibrations crossings_of(const ScanLeg& leg, const ScanConfig& config, ExactMethod method,
                                  const RunControl& control) {
    return method == ExactMethod::populations && !config.model.local_rates()
               ? exact_crossing_calibrations(leg, control.stop())
               : simulated_crossing_calibrations(leg, config.method, config.steps_per_tick,
                                                 config.model.local_rates(), config.seed, control);
}

/// A leg but for its calibrations.
PreparedLeg prepare_leg(const PreparedScan::Plan& plan, const ExactLeg& exact, StopRequest stop) {
    const auto& config = plan.config;
    const ScanLeg leg(plan.ladder, config.protocol(), exact.direction);
    PreparedLeg prepared{.leg = leg,
                         .sampler = make_sampler(config.method, leg.setup(0.0, config.simulated_pump_factor),
                                                 config.steps_per_tick, config.model.local_rates()),
                         .together = together(config, leg, 2.0 * exact.solution.up_jumps),
                         .crossing = mean_crossing(leg, exact.solution),
                         .intervals = config.points - 1,
                         .crossings = {},
                         .sample_ticks = {},
                         .detectors = {}};
    for (const auto& detector : config.detectors) {
        const auto detected =
            std::make_shared<const DetectedLeg>(leg, detector, config, std::optional<double>{}, stop);
        // Where the pump touches 0 one J+ click tells everything (bound 3 is then unbounded too).
        const bool sees_pump = detector[Channel::pump] && detector[Channel::pump]->efficiency > 0.0;
        prepared.detectors.push_back({.detected = detected,
                                      .calibration = {},
                                      .bounded = !sees_pump || exact.bounds.full_record.has_value(),
                                      .expected_counts = expected_counts(
                                          exact, *detected, config.seen_side_rate(), prepared.intervals)});
    }
    return prepared;
}

/// Those that were kept, and the others run in order.
void add_calibrations(PreparedScan::Plan& plan, std::span<const double> calibrations,
                      const KeepCalibrations& keep, const RunControl& control) {
    auto& legs = plan.legs;
    const auto kept = put_calibrations(calibrations, legs);
    const std::size_t of_a_leg = 1 + plan.config.detectors.size();
    // What one leg needs does not wait for the other's.
    if (plan.estimators.any_from(EstimatorTraits::From::crossings))
        control.executor().for_each(static_cast<std::int64_t>(legs.size()), [&](std::int64_t index) {
            const auto i = static_cast<std::size_t>(index);
            if (i * of_a_leg >= kept)
                legs[i].crossings = crossings_of(legs[i].leg, plan.config, plan.exact.config.method,
                                                 control.in_phase({}));  // both legs at once
        });
    for (std::size_t i = 0; i < legs.size(); ++i)
        for (std::size_t d = 0; d < legs[i].detectors.size(); ++d) {
            const auto number = i * of_a_leg + 1 + d;
            if (number < kept) continue;
            auto& detector = legs[i].detectors[d];
            detector.calibration =
                calibrate(*detector.detected, plan.estimators, plan.config, control.in_phase("calibration"));
            if (keep) keep(calibrations_of(legs, number + 1));
        }
}

}  // namespace

std::shared_ptr<const PreparedScan::Plan> make_plan(const ScanConfig& asked, const RunControl& unlimited,
                                                    SampleTicks samples, std::span<const double> calibrations,
                                                    const KeepCalibrations& keep) {
    const auto start = StopRequest::Clock::now();
    const auto config = resolved(asked);
    const auto control = unlimited.within(config.time_limit);
    const auto ladder = config.model.ladder(config.atoms);
    if (control.progress)
        control.in_phase("exact solution").progress({.done = 0, .wanted = 1, .unit = "steps"});
    auto plan = std::make_shared<PreparedScan::Plan>(
        PreparedScan::Plan{.config = config,
                           .asked = config,
                           .ladder = ladder,
                           .estimators = EstimatorSet::of(config.estimators),
                           .exact = solve({.atoms = config.atoms,
                                           .model = config.model,
                                           .rate = config.rate,
                                           .half_width = config.half_width,
                                           .direction = config.direction,
                                           .initial = config.initial,
                                           .points = config.points},
                                          control),
                           .biases = {},
                           .legs = {},
                           .seconds = 0.0});
    if (config.method == Method::sphere) {
        // Legs share the number of steps.
        plan->biases = sphere_biases(ladder, config, control);
        for (const auto& leg : plan->biases)
            plan->config.steps_per_tick = std::max(plan->config.steps_per_tick, leg.bias.steps_per_tick);
    }
    for (const auto& exact : plan->exact.legs) {
        plan->legs.push_back(prepare_leg(*plan, exact, control.stop()));
        if (samples) plan->legs.back().sample_ticks = samples(plan->legs.back().leg, exact, control.stop());
    }
    add_calibrations(*plan, calibrations, keep, control);
    plan->seconds = seconds_since(start);
    return plan;
}

}  // namespace dickejump
