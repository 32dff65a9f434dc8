#include "dickejump/model/pump_schedule.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "dickejump/model/invalid_input.hpp"
#include "model/csv_table.hpp"

namespace dickejump {

namespace {

constexpr double forever = std::numeric_limits<double>::infinity();

/// A time up to which something is asked for.
void check_until(double until, bool may_be_infinite) {
    if (!(until >= 0.0) || (std::isinf(until) && !may_be_infinite))
        throw InvalidInput("time = " + text(until) + " (a schedule runs from 0 on) ask for a time in it");
}

std::vector<PumpSchedule::Piece> joined(std::span<const double> times, std::span<const double> pumps) {
    Problems problems;
    if (times.size() != pumps.size() || times.empty())
        throw InvalidInput("a schedule of " + std::to_string(times.size()) + " times and " +
                           std::to_string(pumps.size()) +
                           " pumps (each time needs its pump) give both columns");
    problems.require(times.front() == 0.0, "first time = " + text(times.front()) +
                                               " (a schedule starts at time 0) shift the times");
    for (std::size_t i = 0; i < times.size(); ++i) {
        // Linear pieces take their extremes at the knots, so this checks the whole schedule.
        problems.require(
            std::isfinite(pumps[i]) && pumps[i] >= 0.0,
            "pump w = " + text(pumps[i]) + " at time " + text(times[i]) +
                " (a pumping rate is finite and not negative) keep w >= 0 over the whole schedule");
        problems.require(std::isfinite(times[i]), "time = " + text(times[i]) + " (not finite) correct it");
        if (i > 0)
            problems.require(times[i] > times[i - 1], "time " + text(times[i]) + " after " +
                                                          text(times[i - 1]) +
                                                          " (times must ascend) sort the schedule");
    }
    problems.raise();

    std::vector<PumpSchedule::Piece> pieces;
    for (std::size_t i = 0; i + 1 < times.size(); ++i) {
        const double slope = (pumps[i + 1] - pumps[i]) / (times[i + 1] - times[i]);
        problems.require(std::isfinite(slope), "pump w from " + text(pumps[i]) + " to " + text(pumps[i + 1]) +
                                                   " within " + text(times[i + 1] - times[i]) +
                                                   " (too steep for a number) put the times further apart");
        pieces.push_back({.begin = times[i], .end = times[i + 1], .pump = pumps[i], .slope = slope});
    }
    problems.raise();
    pieces.push_back({.begin = times.back(), .end = forever, .pump = pumps.back(), .slope = 0.0});
    return pieces;
}

}  // namespace

PumpSchedule PumpSchedule::constant(double pump) {
    return piecewise_linear(std::vector{0.0}, std::vector{pump});
}

PumpSchedule PumpSchedule::linear(double first, double last, double duration) {
    return piecewise_linear(std::vector{0.0, duration}, std::vector{first, last});
}

PumpSchedule PumpSchedule::triangle(double first, double turn, double leg_duration, int repeats) {
    constexpr int most = 1'000'000;
    if (repeats < 1 || repeats > most)
        throw InvalidInput("repeats = " + std::to_string(repeats) +
                           " (a triangle goes up and down 1 to 10^6 times) pass so many");
    std::vector<double> times, pumps;
    for (int leg = 0; leg <= 2 * repeats; ++leg) {
        times.push_back(leg * leg_duration);
        pumps.push_back(leg % 2 == 0 ? first : turn);
    }
    return piecewise_linear(times, pumps);
}

PumpSchedule PumpSchedule::piecewise_linear(std::span<const double> times, std::span<const double> pumps) {
    return PumpSchedule(joined(times, pumps));
}

PumpSchedule PumpSchedule::from_csv(const std::string& file) {
    constexpr std::string_view columns[] = {"time", "pump"};
    std::vector<double> times, pumps;
    for (const auto& row : read_csv(file, "schedule", columns)) {
        const double time = row.numbers[0], pump = row.numbers[1];
        const auto refuse = [&](const std::string& why) { throw InvalidInput(row.place + " " + why); };
        if (!std::isfinite(pump) || pump < 0.0)
            refuse("(a pumping rate is finite and not negative) keep w >= 0");
        if (!std::isfinite(time)) refuse("(a time is finite) correct it");
        if (times.empty() && time != 0.0) refuse("(a schedule starts at time 0) shift the times");
        if (!times.empty() && time <= times.back()) refuse("(times must ascend) sort the schedule");
        times.push_back(time);
        pumps.push_back(pump);
    }
    return piecewise_linear(times, pumps);
}

double PumpSchedule::at(double time) const {
    if (std::isnan(time)) throw InvalidInput("time = nan (no time at all) ask for a number");
    if (std::isinf(time)) return time > 0.0 ? pieces_.back().pump : pieces_.front().pump;
    const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), time,
                                        [](double t, const Piece& piece) { return t < piece.begin; });
    return after == pieces_.begin() ? pieces_.front().pump : std::prev(after)->at(time);
}

PumpSchedule::Extremes PumpSchedule::extremes(double until) const {
    check_until(until, true);
    // At the end of a ramp to 0 the line can round to below it.
    const double last = std::max(0.0, at(std::min(until, duration())));
    Extremes extremes{last, last};
    for (const auto& piece : pieces_) {
        if (piece.begin >= until) break;
        extremes.lowest = std::min(extremes.lowest, piece.pump);
        extremes.highest = std::max(extremes.highest, piece.pump);
    }
    return extremes;
}

double PumpSchedule::integral(double until) const {
    check_until(until, false);
    double sum = 0.0;
    for (const auto& piece : pieces_) {
        if (piece.begin >= until) break;
        sum += piece.integral(piece.begin, std::min(piece.end, until) - piece.begin);
    }
    return sum;
}

PumpSchedule PumpSchedule::held_from(double time) const {
    if (!(time > 0.0))
        throw InvalidInput("time = " + text(time) + " (a schedule starts at time 0) hold it from later on");
    if (time >= duration()) return *this;
    auto pieces = pieces_;
    while (pieces.back().begin >= time)
        pieces.pop_back();
    const double last = std::max(0.0, pieces.back().at(time));
    pieces.back().end = time;
    pieces.push_back({.begin = time, .end = forever, .pump = last, .slope = 0.0});
    return PumpSchedule(std::move(pieces));
}

PumpSchedule PumpSchedule::affine(double factor, double offset, double about) const {
    if (!std::isfinite(factor) || !std::isfinite(offset) || !std::isfinite(about))
        throw InvalidInput(text(factor) + " (w - " + text(about) + ") + " + text(offset) +
                           " (its three numbers are finite) correct them");
    std::vector<double> times, pumps;
    for (const auto& piece : pieces_) {
        times.push_back(piece.begin);
        const double pump = factor * (piece.pump - about) + offset;
        pumps.push_back(pump < 0.0 ? 0.0 : pump);  // what is no number stays none, and is refused
    }
    return piecewise_linear(times, pumps);
}

}  // namespace dickejump
