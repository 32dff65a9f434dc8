#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "dickejump/estimate/likelihood_filter.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"
#include "dickejump/trajectory/observer.hpp"

namespace dickejump::test {

/// A run of a given ladder and what is needed to filter its record.
struct FilteredRun {
    DickeLadder ladder;
    PumpSchedule pump;
    double duration;
    Detector detector;
    double side_rate;

    Eigen::VectorXd start() const { return exact::steady_state(ladder, pump.at(0.0)); }
    LikelihoodFilter filter(double step_scale = 1.0) const {
        return {ladder, pump, duration, start(), detector, side_rate, step_scale};
    }
    std::vector<Photon> clicks(std::int64_t trajectory) const {
        const LadderSampler sampler(ladder, pump, {.duration = duration, .ticks = 10},
                                    StartState::steady(pump.at(0.0)));
        PhotonRecords records(21, trajectory, Direction::up, side_rate);
        run(sampler, {.seed = 21, .first_trajectory = trajectory, .count = 1, .purpose = Purpose::test},
            records);
        return detect(detector, records.photons[0], 21, trajectory, Direction::up, duration);
    }
};

/// The filter as plainly as it can be written: one theta, all levels, the classical Runge-Kutta rule with
/// tiny steps between the moments at which what is seen changes.
class PlainFilter {
public:
    PlainFilter(const FilteredRun& c, std::span<const Photon> clicks, double theta)
        : case_(c), clicks_(clicks) {
        levels_ = c.ladder.atoms() + 1;
        up_ = down_ = n_ = Eigen::ArrayXd::Zero(levels_);
        for (Eigen::Index n = 0; n < levels_; ++n) {
            up_(n) = static_cast<double>(c.ladder.pumping(n));
            down_(n) = static_cast<double>(c.ladder.emission(n));
            n_(n) = static_cast<double>(n);
        }
        theta_ = theta;
        p_ = c.start().array();
    }

    double log_likelihood() {
        std::vector<double> edges{0.0, case_.duration};
        const auto add = [&](double t) {
            if (t > 0.0 && t < case_.duration) edges.push_back(t);
        };
        for (const auto& click : clicks_) {
            add(click.time);
            add(click.time + case_.detector[click.channel]->dead_time);
        }
        add(case_.detector.gate_open);
        add(case_.detector.gate_close);
        for (const auto& piece : case_.pump.pieces())
            add(piece.begin);
        std::sort(edges.begin(), edges.end());
        double log_norm = 0.0;
        std::size_t next = 0;
        for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
            if (edges[i + 1] > edges[i]) stretch(edges[i], edges[i + 1]);
            while (next < clicks_.size() && clicks_[next].time == edges[i + 1])
                click(clicks_[next++]);
            log_norm += std::log(p_.sum());
            p_ /= p_.sum();
        }
        return log_norm;
    }

private:
    double pump_at(double t) const { return std::max(0.0, case_.pump.at(t) + theta_); }
    static Eigen::ArrayXd raised(const Eigen::ArrayXd& x) {
        Eigen::ArrayXd y = Eigen::ArrayXd::Zero(x.size());
        y.tail(x.size() - 1) = x.head(x.size() - 1);
        return y;
    }
    static Eigen::ArrayXd lowered(const Eigen::ArrayXd& x) {
        Eigen::ArrayXd y = Eigen::ArrayXd::Zero(x.size());
        y.head(x.size() - 1) = x.tail(x.size() - 1);
        return y;
    }
    bool awake(Channel c, double t) const {
        const auto& d = case_.detector;
        if (!d[c] || t < d.gate_open || t >= d.gate_close) return false;
        return std::none_of(clicks_.begin(), clicks_.end(), [&](const Photon& click) {
            return click.channel == c && click.time <= t && t < click.time + d[c]->dead_time;
        });
    }
    void stretch(double begin, double end) {
        const double middle = 0.5 * (begin + end);
        double seen_up = 0.0, seen_down = 0.0, seen_side = 0.0, background = 0.0;
        for (const auto c : channels) {
            if (!awake(c, middle)) continue;
            const auto& channel = *case_.detector[c];
            background += channel.background;
            (c == Channel::pump     ? seen_up
             : c == Channel::cavity ? seen_down
                                    : seen_side) = channel.efficiency;
        }
        const auto rate = [&](const Eigen::ArrayXd& p, double t) -> Eigen::ArrayXd {
            const double w = pump_at(t);
            return -(w * up_ + down_ + seen_side * case_.side_rate * n_ + background) * p +
                   (1.0 - seen_up) * w * raised(up_ * p) + (1.0 - seen_down) * lowered(down_ * p);
        };
        const auto steps = static_cast<int>(std::ceil((end - begin) / 5e-4));
        const double h = (end - begin) / steps;
        for (int i = 0; i < steps; ++i) {
            const double t = begin + h * i;
            const Eigen::ArrayXd k1 = rate(p_, t), k2 = rate(p_ + 0.5 * h * k1, t + 0.5 * h),
                                 k3 = rate(p_ + 0.5 * h * k2, t + 0.5 * h), k4 = rate(p_ + h * k3, t + h);
            p_ += h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
        }
    }
    void click(const Photon& photon) {
        const auto& channel = *case_.detector[photon.channel];
        const Eigen::ArrayXd jumped = photon.channel == Channel::cavity ? lowered(down_ * p_)
                                      : photon.channel == Channel::pump
                                          ? Eigen::ArrayXd(pump_at(photon.time) * raised(up_ * p_))
                                          : Eigen::ArrayXd(case_.side_rate * n_ * p_);
        p_ = Eigen::ArrayXd(channel.efficiency * jumped + channel.background * p_);
    }

    const FilteredRun& case_;
    std::span<const Photon> clicks_;
    Eigen::Index levels_;
    double theta_;
    Eigen::ArrayXd p_, up_, down_, n_;
};

}  // namespace dickejump::test
