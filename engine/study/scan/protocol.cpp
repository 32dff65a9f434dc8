#include "dickejump/study/scan/protocol.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

namespace {

constexpr double longest_tick = 0.02;  // [1/gamma]

std::int64_t default_ticks(double duration) {
    // The margin keeps a duration that is a whole number of ticks from being rounded up.
    const double groups = std::ceil(duration / (200.0 * longest_tick) * (1.0 - 1e-12));
    return 200 * std::max<std::int64_t>(1, static_cast<std::int64_t>(groups));
}

const Scan& checked(const Scan& scan, const DickeLadder& ladder) {
    Problems problems;
    check(scan, ladder.atoms(), problems);
    problems.raise();
    return scan;
}

PumpSchedule ramp(const DickeLadder& ladder, const Scan& scan, Direction direction) {
    // At S = N/2 the lower end is w = 0 but for rounding.
    const double low = std::max(0.0, ladder.pump(-scan.half_width)), high = ladder.pump(scan.half_width);
    const bool up = direction == Direction::up;
    return PumpSchedule::linear(up ? low : high, up ? high : low, 2.0 * scan.half_width / scan.rate);
}

}  // namespace

std::vector<Direction> Scan::directions() const {
    if (legs == Legs::up) return {Direction::up};
    if (legs == Legs::down) return {Direction::down};
    return {Direction::up, Direction::down};
}

std::string_view name(Scan::Legs legs) {
    return legs == Scan::Legs::up ? "up" : legs == Scan::Legs::down ? "down" : "both";
}
std::string_view name(Scan::Initial initial) {
    return initial == Scan::Initial::steady ? "steady" : "ground";
}

void check(const Scan& scan, std::int64_t atoms, Problems& problems) {
    const auto positive = [](double x) { return std::isfinite(x) && x > 0.0; };
    problems.require(positive(scan.rate),
                     "rate = " + text(scan.rate) +
                         " (a scan moves at a positive, finite rate; direction is separate) pass "
                         "--rate r with r > 0");
    problems.require(positive(scan.half_width),
                     "half-width = " + text(scan.half_width) +
                         " (a scan has a positive, finite extent) pass --half-width S with S > 0");
    if (positive(scan.half_width) && atoms >= 1)
        problems.require(
            scan.half_width <= 0.5 * static_cast<double>(atoms),
            "half-width = " + text(scan.half_width) +
                " (the pump would be negative, w = gamma - 2 gamma S/N, with " + std::to_string(atoms) +
                " atoms) pass --half-width S with S <= " + text(0.5 * static_cast<double>(atoms)));
    problems.require(scan.ticks >= 0 && scan.ticks % 2 == 0,
                     "ticks = " + std::to_string(scan.ticks) +
                         " (s = 0 must be a tick) pass an even number, or leave it out");
    constexpr double most_ticks = 1e8;
    if (positive(scan.rate) && positive(scan.half_width))
        problems.require(scan.ticks > 0 || 2.0 * scan.half_width / scan.rate < longest_tick * most_ticks,
                         "rate = " + text(scan.rate) + " with half-width = " + text(scan.half_width) +
                             " (more than 1e8 ticks of 0.02/gamma) scan faster, or pass --ticks K");
}

ScanLeg::ScanLeg(const DickeLadder& ladder, const Scan& scan, Direction direction)
    : ladder_(ladder),
      direction_(direction),
      rate_(checked(scan, ladder).rate),
      half_width_(scan.half_width),
      initial_(scan.initial),
      pump_(ramp(ladder, scan, direction)) {
    const double duration = 2.0 * scan.half_width / scan.rate;
    grid_ = {.duration = duration, .ticks = scan.ticks > 0 ? scan.ticks : default_ticks(duration)};
}

StartState ScanLeg::start_state() const {
    if (initial_ == Scan::Initial::steady) return StartState::steady(pump_.at(0.0));
    return StartState::dicke(direction_ == Direction::up ? 0 : ladder_.atoms());
}

PumpSchedule ScanLeg::shifted_pump(double theta, double factor) const {
    const auto end = [&](double time) { return std::max(0.0, factor * pump_.at(time) + theta); };
    return PumpSchedule::linear(end(0.0), end(duration()), duration());
}

ScanSampler ScanLeg::sampler(Method method, int steps_per_tick, double theta, double pump_factor) const {
    return make_sampler(method, ladder_, shifted_pump(theta, pump_factor), grid_, start_state(),
                        steps_per_tick);
}

ScanSampler ScanLeg::paired_sampler(Method method, int steps_per_tick, double theta) const {
    if (method == Method::exact)
        return LadderSampler(ladder_, shifted_pump(theta, 1.0), grid_, start_state());
    return sampler(method, steps_per_tick, theta);
}

Eigen::VectorXd ScanLeg::start_populations() const {
    if (initial_ == Scan::Initial::steady) return exact::steady_state(ladder_, pump_.at(0.0));
    return Eigen::VectorXd::Unit(ladder_.atoms() + 1, direction_ == Direction::up ? 0 : ladder_.atoms());
}

Method automatic_method(std::int64_t atoms, const Scan& scan) {
    constexpr std::int64_t affordable = 3000;
    const bool sphere_applies = scan.half_width <= 0.1 * static_cast<double>(atoms);
    return atoms > affordable && sphere_applies ? Method::sphere : Method::exact;
}

std::int64_t curve_intervals(std::int64_t ticks, std::int64_t points) {
    auto intervals = std::clamp<std::int64_t>(points - 1, 1, ticks);
    while (ticks % intervals != 0)
        --intervals;
    return intervals;
}

}  // namespace dickejump
