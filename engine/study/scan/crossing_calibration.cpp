#include "study/scan/crossing_calibration.hpp"

#include <cmath>

#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/estimate/run_observers.hpp"
#include "dickejump/exact/crossing_law.hpp"
#include "dickejump/exact/steady_state.hpp"

namespace dickejump {

namespace {

/// One block of pairs of runs.
template <Direction d>
PairedShift paired_crossings(const Sampler& low, const Sampler& high, bool one_sided, const ScanLeg& leg,
                             const Block& block) {
    const Lanes lanes{.seed = block.seed,
                      .first_trajectory = first_calibration_run + block.first_trajectory(),
                      .count = block.count,
                      .purpose = leg.purpose(),
                      .stop = block.stop};
    Crossings<d> before(leg.ladder().atoms()), after(leg.ladder().atoms());
    StopWatcher watcher{block.stop};
    run(low, lanes, before, watcher);
    run(high, lanes, after, watcher);
    PairedShift shifts;
    const auto s = [&](double time) { return leg.scaled_pump(time); };
    for (std::size_t lane = 0; lane < before.first.size(); ++lane) {
        const double first[] = {before.first[lane], after.first[lane]},
                     last[] = {before.last[lane], after.last[lane]};
        shifts.add(Estimator::first_crossing, s(first[0]), s(first[1]), one_sided);
        shifts.add(Estimator::last_crossing, s(last[0]), s(last[1]), one_sided);
        shifts.add(Estimator::mid_crossing, s(0.5 * (first[0] + last[0])), s(0.5 * (first[1] + last[1])),
                   one_sided);
    }
    return shifts;
}

}  // namespace

CrossingCalibrations exact_crossing_calibrations(const ScanLeg& leg, StopRequest stop) {
    const auto& ladder = leg.ladder();
    const double per_width = 2.0 / static_cast<double>(ladder.atoms());
    const auto start = exact::start_populations(ladder, leg.start());
    const auto laws_at = [&](double theta) {
        return exact::crossing_laws(ladder, leg.setup(theta).pump, leg.duration(), start, leg.direction(), {},
                                    stop);
    };
    const auto slope_of = [&](const exact::CrossingLaw& law) {
        return std::abs(leg.speed() * law.slope) * per_width;
    };
    const auto laws = laws_at(0.0);
    CrossingCalibrations result;
    const auto add = [&](Estimator estimator, exact::CrossingLaw exact::CrossingLaws::*which, double spread) {
        const auto& law = laws.*which;
        if (law.probability <= 0.0) return;
        auto& calibration = result[estimator];
        calibration = Calibration{.offset = leg.scaled_pump(law.mean), .slope = slope_of(law)};
        // Beyond some atoms the law is the same, and six more integrations take too long.
        constexpr std::int64_t quick = 300;
        const double theta = spread * per_width;
        if (ladder.atoms() > quick || !(leg.pump().extremes(leg.duration()).lowest >= theta)) return;
        const auto below = laws_at(-theta), above = laws_at(theta);
        if ((below.*which).probability > 0.0 && (above.*which).probability > 0.0)
            calibration->slope_at_spread = {slope_of(below.*which), slope_of(above.*which)};
    };
    const double speed = std::abs(leg.speed()), first = speed * laws.first.deviation,
                 last = speed * laws.last.deviation;
    add(Estimator::first_crossing, &exact::CrossingLaws::first, first);
    add(Estimator::last_crossing, &exact::CrossingLaws::last, last);
    add(Estimator::mid_crossing, &exact::CrossingLaws::mid, 0.5 * (first + last));
    return result;
}

CrossingCalibrations simulated_crossing_calibrations(const ScanLeg& leg, Method method, int steps_per_tick,
                                                     const std::optional<LocalRates>& local,
                                                     std::uint64_t seed, const RunControl& control) {
    const std::int64_t runs = method == Method::sphere ? 65536 : local ? 4096 : 1024;
    const auto pumps = leg.calibration_pumps();
    const auto low = make_paired_sampler(method, leg.setup(pumps.low), steps_per_tick, local),
               high = make_paired_sampler(method, leg.setup(pumps.high), steps_per_tick, local);
    const auto task = [&](const Block& block) {
        return leg.direction() == Direction::up
                   ? paired_crossings<Direction::up>(low, high, pumps.one_sided, leg, block)
                   : paired_crossings<Direction::down>(low, high, pumps.one_sided, leg, block);
    };
    const auto outcome = simulate({.trajectories = runs, .seed = seed}, task, {}, control);
    if (outcome.stop_reason != StopReason::completed) throw Stopped(outcome.stop_reason);
    CrossingCalibrations result;
    for (const auto estimator :
         {Estimator::first_crossing, Estimator::last_crossing, Estimator::mid_crossing})
        result[estimator] = outcome.result->calibration(estimator, pumps.shift, runs / 8);
    return result;
}

}  // namespace dickejump
