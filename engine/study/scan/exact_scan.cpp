#include "dickejump/study/scan/exact_scan.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>

#include "dickejump/ensemble/ensemble.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/estimate/run_observers.hpp"
#include "dickejump/exact/crossing_law.hpp"
#include "dickejump/exact/hierarchy.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/trajectory/observer.hpp"

namespace dickejump {

namespace {

constexpr std::int64_t most_atoms = 2'000'000;

ExactLeg solve_leg(const DickeLadder& ladder, const Scan& scan, Direction direction, std::int64_t points,
                   ExactMethod method) {
    const ScanLeg leg(ladder, scan, direction);
    ExactLeg result{};
    result.direction = direction;
    for (std::int64_t i = 0; i < points; ++i) {
        const double fraction = static_cast<double>(i) / static_cast<double>(points - 1);
        result.times.push_back(leg.duration() * fraction);
        const double s = scan.half_width * (2.0 * fraction - 1.0);
        result.scaled_pumps.push_back(direction == Direction::up ? s : -s);
    }
    result.solution =
        method == ExactMethod::hierarchy
            ? exact::solve_hierarchy(ladder, leg.pump(), leg.duration(), leg.start_state(), result.times)
                  .solution
            : exact::solve(ladder, leg.pump(), leg.duration(), leg.start_populations(), result.times);
    if (result.solution.crossing) result.crossing = leg.scaled_pump(*result.solution.crossing);

    auto& bounds = result.bounds;
    bounds.steady_state = exact::steady_state_bound(ladder);
    if (method == ExactMethod::populations) {
        bounds.snapshot = 1.0 / std::sqrt(result.solution.snapshot_information.value);
        bounds.snapshot_scaled_pump = leg.scaled_pump(result.solution.snapshot_information.time);
    }
    if (result.solution.record_information)
        bounds.full_record = 1.0 / std::sqrt(*result.solution.record_information);

    // theta in units of s is N theta / 2.
    const double per_width = 2.0 / static_cast<double>(ladder.atoms());
    result.area = {.offset = leg.area(result.solution.inversion_integral),
                   .slope = std::abs(leg.area(result.solution.inversion_integral_slope)) * per_width};
    return result;
}

}  // namespace

const ExactLeg& ExactScan::leg(Direction direction) const {
    const auto found =
        std::find_if(legs.begin(), legs.end(), [&](const auto& leg) { return leg.direction == direction; });
    if (found == legs.end()) throw std::out_of_range("the scan has no leg " + std::string(name(direction)));
    return *found;
}

std::string_view name(ExactMethod method) {
    return method == ExactMethod::populations ? "populations"
           : method == ExactMethod::hierarchy ? "hierarchy"
                                              : "auto";
}

ExactMethod resolved(ExactMethod method, std::int64_t atoms) {
    constexpr std::int64_t quick = 20'000;
    if (method != ExactMethod::automatic) return method;
    return atoms <= quick ? ExactMethod::populations : ExactMethod::hierarchy;
}

ExactScan solve_scan(const DickeLadder& ladder, const Scan& scan, std::int64_t points, ExactMethod method) {
    method = resolved(method, ladder.atoms());
    Problems problems;
    check(scan, ladder.atoms(), problems);
    problems.require(points >= 2, "points = " + std::to_string(points) +
                                      " (a curve has two ends) pass --points P with P >= 2");
    problems.require(method == ExactMethod::hierarchy || ladder.atoms() <= most_atoms,
                     "atoms = " + std::to_string(ladder.atoms()) + " (the master equation of more than " +
                         std::to_string(most_atoms) +
                         " levels takes hours and gigabytes) use --method hierarchy");
    problems.raise();

    auto up = solve_leg(ladder, scan, Direction::up, points, method),
         down = solve_leg(ladder, scan, Direction::down, points, method);
    ExactScan result{};
    result.method = method;
    if (up.crossing && down.crossing) {
        result.width = *up.crossing - *down.crossing;
        const auto atoms = static_cast<double>(ladder.atoms());
        for (auto* leg : {&up, &down})
            leg->bounds.paper_heuristic = std::max(std::sqrt(12.0) / atoms, 2.0 / atoms * *result.width);
    }
    if (scan.legs == Scan::Legs::both && up.solution.record_information && down.solution.record_information)
        result.loop_full_record =
            1.0 / std::sqrt(*up.solution.record_information + *down.solution.record_information);
    if (scan.legs != Scan::Legs::down) result.legs.push_back(std::move(up));
    if (scan.legs != Scan::Legs::up) result.legs.push_back(std::move(down));
    return result;
}

CrossingCalibrations calibrate_crossings(const DickeLadder& ladder, const ScanLeg& leg) {
    const auto laws =
        exact::crossing_laws(ladder, leg.pump(), leg.duration(), leg.start_populations(), leg.direction());
    const double per_width = 2.0 / static_cast<double>(ladder.atoms());
    const auto calibration = [&](const exact::CrossingLaw& law) -> std::optional<Calibration> {
        if (law.probability <= 0.0) return {};
        return Calibration{.offset = leg.scaled_pump(law.mean),
                           .slope = std::abs(leg.speed() * law.slope) * per_width};
    };
    return {calibration(laws.first), calibration(laws.last), calibration(laws.mid)};
}

namespace {

/// Changes of first, last and mid crossing under a shift of the pump, run by run.
struct CrossingShifts {
    std::array<Moments, 3> change, level;

    void merge(const CrossingShifts& other) {
        for (std::size_t i = 0; i < change.size(); ++i) {
            change[i].merge(other.change[i]);
            level[i].merge(other.level[i]);
        }
    }
};

template <Direction d>
CrossingShifts crossing_shifts(const DickeLadder& ladder, const ScanSampler& low, const ScanSampler& high,
                               bool one_sided, const ScanLeg& leg, const Block& block) {
    const Lanes lanes{.seed = block.seed,
                      .first_trajectory = first_calibration_run + block.first_trajectory(),
                      .count = block.count,
                      .purpose = leg.purpose()};
    Crossings<d> before(ladder.atoms()), after(ladder.atoms());
    run(low, lanes, before);
    run(high, lanes, after);
    CrossingShifts shifts;
    const auto add = [&](std::size_t i, double a, double b) {
        if (std::isnan(a) || std::isnan(b)) return;
        shifts.change[i].add(leg.scaled_pump(b) - leg.scaled_pump(a));
        shifts.level[i].add(leg.scaled_pump(one_sided ? a : 0.5 * (a + b)));
    };
    for (std::size_t lane = 0; lane < before.first.size(); ++lane) {
        add(0, before.first[lane], after.first[lane]);
        add(1, before.last[lane], after.last[lane]);
        add(2, 0.5 * (before.first[lane] + before.last[lane]), 0.5 * (after.first[lane] + after.last[lane]));
    }
    return shifts;
}

}  // namespace

CrossingCalibrations calibrate_crossings(const DickeLadder& ladder, const Scan& scan, const ScanLeg& leg,
                                         Method method, int steps_per_tick, std::uint64_t seed, int threads) {
    const std::int64_t runs = method == Method::sphere ? 65536 : 1024;
    const double spread = std::min(1.0 + std::sqrt(scan.rate), 0.5 * scan.half_width) * 2.0 /
                          static_cast<double>(ladder.atoms());
    const double lowest = std::min(leg.pump().at(0.0), leg.pump().at(leg.duration()));
    const bool one_sided = lowest < 0.5 * spread;  // the pump would be negative
    const double from = one_sided ? 0.0 : -0.5 * spread;
    const auto low = leg.sampler(method, steps_per_tick, from),
               high = leg.sampler(method, steps_per_tick, from + spread);
    const auto task = [&](const Block& block) {
        return leg.direction() == Direction::up
                   ? crossing_shifts<Direction::up>(ladder, low, high, one_sided, leg, block)
                   : crossing_shifts<Direction::down>(ladder, low, high, one_sided, leg, block);
    };
    const auto outcome = simulate(Ensemble{.trajectories = runs, .seed = seed, .threads = threads}, task);
    const double shift = spread * 0.5 * static_cast<double>(ladder.atoms());  // in s
    const auto calibration = [&](std::size_t i) -> std::optional<Calibration> {
        const auto& change = outcome.result->change[i];
        if (change.count() < runs / 8) return {};
        return Calibration{.offset = outcome.result->level[i].mean()->value,
                           .slope = std::abs(change.mean()->value) / shift,
                           .slope_error = change.mean()->error / shift,
                           .source = Calibration::Source::monte_carlo};
    };
    return {calibration(0), calibration(1), calibration(2)};
}

}  // namespace dickejump
