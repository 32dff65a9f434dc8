#include "dickejump/scan/exact_scan.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "dickejump/exact/crossing_law.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

namespace {

constexpr std::int64_t most_atoms = 2'000'000;

ExactLeg solve_leg(const DickeLadder& ladder, const Scan& scan, Direction direction, std::int64_t points) {
    const ScanLeg leg(ladder, scan, direction);
    ExactLeg result{};
    result.direction = direction;
    for (std::int64_t i = 0; i < points; ++i) {
        const double fraction = static_cast<double>(i) / static_cast<double>(points - 1);
        result.times.push_back(leg.duration() * fraction);
        const double s = scan.half_width * (2.0 * fraction - 1.0);
        result.scaled_pumps.push_back(direction == Direction::up ? s : -s);
    }
    result.solution = exact::solve(ladder, leg.pump(), leg.duration(), leg.start_populations(), result.times);
    if (result.solution.crossing) result.crossing = leg.scaled_pump(*result.solution.crossing);

    auto& bounds = result.bounds;
    bounds.steady_state = exact::steady_state_bound(ladder);
    bounds.snapshot = 1.0 / std::sqrt(result.solution.snapshot_information.value);
    bounds.snapshot_scaled_pump = leg.scaled_pump(result.solution.snapshot_information.time);
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

ExactScan solve_scan(const DickeLadder& ladder, const Scan& scan, std::int64_t points) {
    Problems problems;
    check(scan, ladder.atoms(), problems);
    problems.require(points >= 2, "points = " + std::to_string(points) +
                                      " (a curve has two ends) pass --points P with P >= 2");
    problems.require(ladder.atoms() <= most_atoms,
                     "atoms = " + std::to_string(ladder.atoms()) + " (the master equation of more than " +
                         std::to_string(most_atoms) + " levels takes hours and gigabytes) pass fewer");
    problems.raise();

    auto up = solve_leg(ladder, scan, Direction::up, points),
         down = solve_leg(ladder, scan, Direction::down, points);
    ExactScan result;
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

}  // namespace dickejump
