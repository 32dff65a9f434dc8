#include "dickejump/study/scan/scan_protocol.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace dickejump {

namespace {

constexpr double longest_tick = 0.02;  // [1/gamma]
constexpr double most_ticks = 1e8;

std::int64_t default_ticks(double duration) {
    // The margin keeps a duration that is a whole number of ticks from being rounded up.
    const double groups = std::ceil(duration / (200.0 * longest_tick) * (1.0 - 1e-12));
    return 200 * std::max<std::int64_t>(1, static_cast<std::int64_t>(groups));
}

const ScanProtocol& checked(const ScanProtocol& protocol, const DickeLadder& ladder) {
    Problems problems;
    check(protocol, ladder.atoms(), problems);
    problems.raise();
    return protocol;
}

PumpSchedule ramp(const DickeLadder& ladder, const ScanProtocol& protocol, Direction direction) {
    // At S = N/2 the lower end is w = 0 but for rounding.
    const double low = std::max(0.0, ladder.pump(-protocol.half_width)),
                 high = ladder.pump(protocol.half_width);
    const bool up = direction == Direction::up;
    return PumpSchedule::linear(up ? low : high, up ? high : low, 2.0 * protocol.half_width / protocol.rate);
}

LadderSetup setup_of(const DickeLadder& ladder, const ScanProtocol& protocol, Direction direction) {
    auto pump = ramp(ladder, protocol, direction);
    const double duration = 2.0 * protocol.half_width / protocol.rate;
    const auto start = protocol.initial == Initial::steady
                           ? StartState::steady(pump.at(0.0))
                           : StartState::dicke(direction == Direction::up ? 0 : ladder.atoms());
    return {.ladder = ladder,
            .pump = std::move(pump),
            .grid = {.duration = duration,
                     .ticks = protocol.ticks > 0 ? protocol.ticks : default_ticks(duration)},
            .start = start};
}

}  // namespace

std::vector<Direction> ScanProtocol::directions() const {
    if (legs == Legs::up) return {Direction::up};
    if (legs == Legs::down) return {Direction::down};
    return {Direction::up, Direction::down};
}

std::string_view name(Legs legs) {
    return legs == Legs::up ? "up" : legs == Legs::down ? "down" : "both";
}
std::string_view name(Initial initial) {
    return initial == Initial::steady ? "steady" : "ground";
}

void check(const ScanProtocol& protocol, std::int64_t atoms, Problems& problems) {
    const auto positive = [](double x) { return std::isfinite(x) && x > 0.0; };
    problems.require(positive(protocol.rate),
                     "`rate` = " + text(protocol.rate) +
                         " (a scan moves at a positive, finite rate; its direction is "
                         "separate) give `rate` > 0");
    problems.require(positive(protocol.half_width),
                     "`half_width` = " + text(protocol.half_width) +
                         " (a scan has a positive, finite extent) give `half_width` > 0");
    if (positive(protocol.half_width) && atoms >= 1)
        problems.require(protocol.half_width <= 0.5 * static_cast<double>(atoms),
                         "`half_width` = " + text(protocol.half_width) +
                             " (the pump would be negative, w = gamma - 2 gamma S/N, with " +
                             std::to_string(atoms) +
                             " atoms) give `half_width` <= " + text(0.5 * static_cast<double>(atoms)));
    problems.require(protocol.ticks >= 0 && protocol.ticks % 2 == 0,
                     "`ticks` = " + std::to_string(protocol.ticks) +
                         " (s = 0 must be a tick) give an even number, or leave it out");
    problems.require(static_cast<double>(protocol.ticks) <= most_ticks,
                     "`ticks` = " + std::to_string(protocol.ticks) + " (more than 10^8) give fewer");
    if (positive(protocol.rate) && positive(protocol.half_width))
        problems.require(
            protocol.ticks > 0 || 2.0 * protocol.half_width / protocol.rate < longest_tick * most_ticks,
            "`rate` = " + text(protocol.rate) + " with `half_width` = " + text(protocol.half_width) +
                " (more than 10^8 ticks of 0.02/gamma) scan faster, or give `ticks`");
}

ScanLeg::ScanLeg(const DickeLadder& ladder, const ScanProtocol& protocol, Direction direction)
    : direction_(direction),
      rate_(checked(protocol, ladder).rate),
      half_width_(protocol.half_width),
      setup_(setup_of(ladder, protocol, direction)) {}

double ScanLeg::estimate_reach() const {
    return std::min(half_width_, 10.0 + 10.0 * std::sqrt(rate_));
}

LadderSetup ScanLeg::setup(double theta, double factor) const {
    if (!std::isfinite(theta) || !(factor >= 0.0) || std::isinf(factor))
        throw InvalidInput("theta = " + text(theta) + ", factor = " + text(factor) +
                           " (a pump w factor + theta is finite) correct them");
    const auto end = [&](double time) { return std::max(0.0, factor * pump().at(time) + theta); };
    auto shifted = setup_;
    shifted.pump = PumpSchedule::linear(end(0.0), end(duration()), duration());
    return shifted;
}

PumpPair ScanLeg::calibration_pumps() const {
    const double spread =
        std::min(1.0 + std::sqrt(rate_), 0.5 * half_width_) * 2.0 / static_cast<double>(ladder().atoms());
    const double lowest = std::min(pump().at(0.0), pump().at(duration()));
    const bool one_sided = lowest < 0.5 * spread;
    const double low = one_sided ? 0.0 : -0.5 * spread;
    return {.low = low, .high = low + spread, .one_sided = one_sided, .shift = spread * scaled_per_theta()};
}

std::int64_t curve_intervals(std::int64_t ticks, std::int64_t points) {
    if (ticks < 1)
        throw InvalidInput("`ticks` = " + std::to_string(ticks) +
                           " (a curve has at least one interval) give more");
    if (points < 2)
        throw InvalidInput("`points` = " + std::to_string(points) +
                           " (a curve has two ends) give at least 2");
    auto intervals = std::clamp<std::int64_t>(points - 1, 1, ticks);
    while (ticks % intervals != 0)
        --intervals;
    return intervals;
}

}  // namespace dickejump
