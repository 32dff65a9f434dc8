#include "dickejump/record/loop_servo.hpp"

#include <cmath>
#include <numbers>

#include "model/checks.hpp"
#include "record/loop/loop_checks.hpp"

namespace dickejump {

Dither::Dither(double part) : still_(part == 0.0) {
    if (!(part >= 0.0 && part <= 1.0))
        throw InvalidInput("`dither` = " + text(part) + " (a part of the pump) give 0 to 1");
    for (std::int64_t tick = 0; tick < period; ++tick)
        factor_[static_cast<std::size_t>(tick)] =
            1.0 + part * std::cos(2.0 * std::numbers::pi * (static_cast<double>(tick) + 0.5) /
                                  static_cast<double>(period));
}

CountServo::CountServo(const DickeLadder& ladder, const ProportionalServo& law, const Dither& dither,
                       const Detector& detector, double side_rate, double tick, double memory)
    : dither_(dither) {
    Problems problems;
    loop::check_gateless(detector, problems);
    check_rate("side_rate", side_rate, problems);
    loop::check_gain(law, problems);
    const auto sees = [&](Channel c) { return detector[c] && detector[c]->efficiency > 0.0; };
    by_side_ = sees(Channel::side);
    problems.require(
        by_side_ ? side_rate > 0.0 : sees(Channel::cavity) && sees(Channel::pump),
        "`detector` " + detector.name +
            " (its clicks do not tell the sign of x) let it see side at a `side_rate` above 0, or "
            "cavity and pump");
    problems.require(tick > 0.0 && std::isfinite(tick),
                     "`tick` = " + text(tick) + " (clicks are counted over some time) give a longer one");
    problems.require(memory > 0.0 && std::isfinite(memory),
                     "`memory` = " + text(memory) + " (an average is over some time) give a longer one");
    problems.raise();
    if (by_side_) {
        const auto& side = *detector[Channel::side];
        const double share = -std::expm1(-tick / memory);
        per_atom_ = side.efficiency * side_rate;
        kept_ = 1.0 - share;
        per_side_ = share / tick;
        background_ = share * side.background;
    } else {
        const auto &pump = *detector[Channel::pump], &cavity = *detector[Channel::cavity];
        per_pump_ = 1.0 / pump.efficiency, per_cavity_ = 1.0 / cavity.efficiency;
        background_ = tick * (pump.background * per_pump_ - cavity.background * per_cavity_);
    }
    to_x_ = 2.0 / (per_atom_ * static_cast<double>(ladder.atoms()));
    at_zero_ = 1.0 + law.gain, slope_ = law.gain * to_x_;
}

ControllerMaker controllers(const DickeLadder& ladder, const LoopServo& servo) {
    if (const auto* maker = std::get_if<ControllerMaker>(&servo)) return *maker;
    if (const auto* perfect = std::get_if<PerfectServo>(&servo))
        return [ladder, perfect = *perfect](std::int64_t) -> Controller {
            return [ladder, perfect](const LoopTick& at) {
                const double x = ProportionalServo::error_signal(ladder, static_cast<double>(at.n));
                return perfect.law.pump(x) * perfect.dither(at.index);
            };
        };
    return [counts = std::get<CountServo>(servo)](std::int64_t) -> Controller {
        return [counts, known = 0.0](const LoopTick& at) mutable {
            std::array<std::int32_t, 3> clicks{};
            for (const auto& click : at.clicks)
                ++clicks[index_of(click.channel)];
            known = at.index == 0 ? counts.start(static_cast<double>(at.n)) : counts.after(known, clicks);
            return counts.pump(known, at.index);
        };
    };
}

}  // namespace dickejump
