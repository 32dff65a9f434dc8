#include "record/loop/loop_checks.hpp"

#include <cmath>
#include <string>

#include "dickejump/record/loop_run.hpp"
#include "model/checks.hpp"

namespace dickejump {

void check_loop(const Detector& detector, Problems& problems) {
    loop::check_gateless(detector, problems);
    for (const auto c : channels)
        if (const auto& seen = detector[c])
            problems.require(
                seen->dead_time == 0.0 && seen->jitter == 0.0,
                "`detector` " + detector.name +
                    " (who takes each click for what it is knows neither dead time nor jitter) leave "
                    "them out");
}

void loop::check_gateless(const Detector& detector, Problems& problems) {
    check(detector, problems);
    problems.require(detector.gate_open == 0.0 && std::isinf(detector.gate_close) && detector.time_tags &&
                         detector.bin_width == 0.0,
                     "`detector` " + detector.name + " (a loop has neither gate nor bins) leave them out");
}

void loop::check_loop(const DickeLadder& ladder, const TickGrid& grid,
                      const std::optional<Detector>& detector, double side_rate) {
    Problems problems;
    check_grid(grid, problems);
    check_rate("side_rate", side_rate, problems);
    if (detector) check_gateless(*detector, problems);
    if (detector && problems.empty()) {
        // Of every tick all clicks are kept.
        constexpr double most = 1e8;
        double rate = 0.0;
        for (const auto c : channels)
            if (const auto& seen = (*detector)[c])
                rate += seen->background + (c == Channel::side ? seen->efficiency * side_rate *
                                                                     static_cast<double>(ladder.atoms())
                                                               : 0.0);
        problems.require(
            rate * grid.duration <= most,
            "`side_rate` = " + text(side_rate) + " (with the background some " +
                text(std::round(rate * grid.duration)) +
                " clicks a run, all of which are kept) give lower rates, or a shorter `duration`");
    }
    problems.raise();
}

void loop::check_gain(const ProportionalServo& law, Problems& problems) {
    problems.require(
        law.gain >= 0.0 && std::isfinite(law.gain),
        "`gain` = " + text(law.gain) + " (a servo with a negative gain drives J_z away) give one from 0 on");
}

}  // namespace dickejump
