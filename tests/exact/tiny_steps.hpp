#pragma once

#include <Eigen/Core>
#include <cmath>
#include <functional>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/pump_schedule.hpp"

/// The master equation once more, as plainly as it can be written: the classical Runge-Kutta rule with tiny
/// fixed steps between the knots of the pump. Shares nothing with the library but the rates.
namespace dickejump::test {

/// Populations, their derivative by a shift of the pump, and integrals over the run so far.
struct TinyStepsState {
    Eigen::ArrayXd p, dp;
    double jz_integral = 0.0, jz_integral_slope = 0.0;
    double up_jumps = 0.0, record_information = 0.0;
};

class TinySteps {
public:
    TinySteps(const DickeLadder& ladder, PumpSchedule pump)
        : ladder_(ladder), pump_(std::move(pump)), levels_(ladder.atoms() + 1) {
        m_ = Eigen::ArrayXd::LinSpaced(levels_, ladder.jz(0.0), -ladder.jz(0.0));
        up_ = down_ = Eigen::ArrayXd::Zero(levels_);
        for (Eigen::Index n = 0; n < levels_; ++n) {
            up_(n) = static_cast<double>(ladder.pumping(n));
            down_(n) = static_cast<double>(ladder.emission(n));
        }
    }

    /// From `start` at t = 0 to `duration` in steps of at most `step`; `see` is shown the state at t = 0 and
    /// after every step.
    TinyStepsState run(const Eigen::VectorXd& start, double duration, double step,
                       const std::function<void(double, const TinyStepsState&)>& see = {}) const {
        TinyStepsState state{.p = start.array(), .dp = Eigen::ArrayXd::Zero(levels_)};
        if (see) see(0.0, state);
        for (const auto& piece : pump_.pieces()) {
            const double begin = piece.begin, end = std::min(piece.end, duration);
            if (begin >= end) continue;
            const auto steps = static_cast<long>(std::ceil((end - begin) / step));
            const double h = (end - begin) / static_cast<double>(steps);
            for (long i = 0; i < steps; ++i) {
                const double t = begin + h * static_cast<double>(i);
                const double w0 = piece.at(t), w1 = piece.at(t + 0.5 * h), w2 = piece.at(t + h);
                const auto k1 = rate(state, w0);
                const auto k2 = rate(moved(state, k1, 0.5 * h), w1);
                const auto k3 = rate(moved(state, k2, 0.5 * h), w1);
                const auto k4 = rate(moved(state, k3, h), w2);
                state = moved(state, k1, h / 6.0);
                state = moved(state, k2, h / 3.0);
                state = moved(state, k3, h / 3.0);
                state = moved(state, k4, h / 6.0);
                if (see) see(t + h, state);
            }
        }
        return state;
    }

    double mean(const Eigen::ArrayXd& p) const { return (m_ * p).sum(); }
    double variance(const Eigen::ArrayXd& p) const { return ((m_ - mean(p)).square() * p).sum(); }

private:
    /// w P x with unit w: what pumping does to a distribution.
    Eigen::ArrayXd pumped(const Eigen::ArrayXd& x) const {
        Eigen::ArrayXd change = -up_ * x;
        change.tail(levels_ - 1) += (up_ * x).head(levels_ - 1);
        return change;
    }
    Eigen::ArrayXd emitted(const Eigen::ArrayXd& x) const {
        Eigen::ArrayXd change = -down_ * x;
        change.head(levels_ - 1) += (down_ * x).tail(levels_ - 1);
        return change;
    }
    TinyStepsState rate(const TinyStepsState& y, double w) const {
        const Eigen::ArrayXd by_pump = pumped(y.p);
        return {.p = w * by_pump + emitted(y.p),
                .dp = w * pumped(y.dp) + emitted(y.dp) + by_pump,
                .jz_integral = mean(y.p),
                .jz_integral_slope = mean(y.dp),
                .up_jumps = w * (up_ * y.p).sum(),
                .record_information = w > 0.0 ? (up_ * y.p).sum() / w : 0.0};
    }
    static TinyStepsState moved(const TinyStepsState& y, const TinyStepsState& k, double h) {
        return {.p = y.p + h * k.p,
                .dp = y.dp + h * k.dp,
                .jz_integral = y.jz_integral + h * k.jz_integral,
                .jz_integral_slope = y.jz_integral_slope + h * k.jz_integral_slope,
                .up_jumps = y.up_jumps + h * k.up_jumps,
                .record_information = y.record_information + h * k.record_information};
    }

    DickeLadder ladder_;
    PumpSchedule pump_;
    Eigen::Index levels_;
    Eigen::ArrayXd m_, up_, down_;
};

}  // namespace dickejump::test
