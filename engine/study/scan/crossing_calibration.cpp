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
                      .purpose = leg.purpose()};
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

CrossingCalibrations exact_crossing_calibrations(const ScanLeg& leg) {
    const auto& ladder = leg.ladder();
    const auto laws = exact::crossing_laws(ladder, leg.pump(), leg.duration(),
                                           exact::start_populations(ladder, leg.start()), leg.direction());
    const double per_width = 2.0 / static_cast<double>(ladder.atoms());
    const auto calibration = [&](const exact::CrossingLaw& law) -> std::optional<Calibration> {
        if (law.probability <= 0.0) return {};
        return Calibration{.offset = leg.scaled_pump(law.mean),
                           .slope = std::abs(leg.speed() * law.slope) * per_width};
    };
    CrossingCalibrations result;
    result[Estimator::first_crossing] = calibration(laws.first);
    result[Estimator::last_crossing] = calibration(laws.last);
    result[Estimator::mid_crossing] = calibration(laws.mid);
    return result;
}

CrossingCalibrations simulated_crossing_calibrations(const ScanLeg& leg, Method method, int steps_per_tick,
                                                     std::uint64_t seed, const RunControl& control) {
    const std::int64_t runs = method == Method::sphere ? 65536 : 1024;
    const auto pumps = leg.calibration_pumps();
    const auto low = make_paired_sampler(method, leg.setup(pumps.low), steps_per_tick),
               high = make_paired_sampler(method, leg.setup(pumps.high), steps_per_tick);
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
