#include "dickejump/estimate/loop_filter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "dickejump/record/loop_sampler.hpp"
#include "model/checks.hpp"

namespace dickejump {

LoopFilter::LoopFilter(const DickeLadder& ladder, const Detector& detector, double side_rate,
                       std::int64_t start, const Thetas& thetas)
    : ladder_(ladder), side_rate_(side_rate), thetas_(thetas) {
    Problems problems;
    check_loop(detector, problems);
    check_rate("side_rate", side_rate, problems);
    for (const double theta : thetas)
        problems.require(std::isfinite(theta), "theta = " + text(theta) + " (a shift is finite) correct it");
    constexpr double bytes_a_level = 3 * width * sizeof(double) + 16.0;
    check_memory(
        "atoms = " + std::to_string(ladder.atoms()) + " (populations for eight thetas of so many levels",
        bytes_a_level * static_cast<double>(ladder.atoms()), problems);
    problems.require(start >= 0 && start <= ladder.atoms(),
                     "start level n = " + std::to_string(start) + " (the ladder has 0.." +
                         std::to_string(ladder.atoms()) + ") choose one of them");
    problems.raise();
    for (const auto c : channels)
        if (const auto& seen = detector[c]) {
            sees_[static_cast<std::size_t>(c)] = true;
            efficiency_[static_cast<std::size_t>(c)] = seen->efficiency;
            background_[static_cast<std::size_t>(c)] = seen->background;
        }
    const auto levels = ladder.atoms() + 1;
    pumping_.resize(levels), emission_.resize(levels);
    for (Eigen::Index n = 0; n < levels; ++n) {
        pumping_(n) = ladder.pumping_rate(n);
        emission_(n) = static_cast<double>(ladder.emission(n));
    }
    p_ = Table::Zero(levels, width);
    p_.row(start).setOnes();
    next_ = sum_ = p_;
}

double LoopFilter::mean() const {
    double sum = 0.0, first = 0.0;
    for (Eigen::Index n = 0; n < p_.rows(); ++n) {
        const double p = p_(n, LikelihoodFilter::lower_middle);
        sum += p, first += p * static_cast<double>(n);
    }
    return first / sum;
}

void LoopFilter::advance(double pump, double begin, double end, std::span<const Photon> clicks,
                         StopRequest stop) {
    Problems problems;
    if (!(pump >= 0.0) || std::isinf(pump)) check_rate("pump", pump, problems);
    if (!(begin <= end) || !std::isfinite(begin) || !std::isfinite(end))
        problems.add("a tick from " + text(begin) + " to " + text(end) +
                     " (it is some time, or none) give its finite ends in order");
    double last = begin;
    for (const auto& click : clicks) {
        if (!(click.time >= last && click.time <= end))
            problems.add("a click at time " + text(click.time) + " after one at " + text(last) +
                         " in a tick that ends at " + text(end) +
                         " (clicks ascend within it) sort or cut them");
        else if (!sees_[index_of(click.channel)])
            problems.add("a click of the " + std::string(name(click.channel)) +
                         " (this detector does not see it) leave it out");
        if (!problems.empty()) break;
        last = click.time;
    }
    problems.raise();
    Row shifted;
    for (int i = 0; i < width; ++i)
        shifted(i) = std::max(0.0, pump + thetas_[static_cast<std::size_t>(i)]);
    double time = begin;
    for (const auto& click : clicks) {
        wait(shifted, click.time - time, stop);
        see(click.channel, shifted);
        time = click.time;
    }
    wait(shifted, end - time, stop);
    // What the norm has become is the likelihood of the tick's clicks.
    const Row norm = p_.colwise().sum();
    for (int i = 0; i < width; ++i) {
        auto& log = log_likelihood_[static_cast<std::size_t>(i)];
        if (!(norm(i) > 0.0)) {
            log = -std::numeric_limits<double>::infinity();
            continue;
        }
        log += std::log(norm(i));
        p_.col(i) /= norm(i);
    }
}

void LoopFilter::wait(const Row& pump, double length, StopRequest stop) {
    if (!(length > 0.0)) return;
    const auto at = [](Channel c) { return static_cast<std::size_t>(c); };
    const double unseen_down = 1.0 - efficiency_[at(Channel::cavity)],
                 unseen_up = 1.0 - efficiency_[at(Channel::pump)],
                 side = side_rate_ * efficiency_[at(Channel::side)],
                 background = background_[0] + background_[1] + background_[2];
    const auto levels = p_.rows();
    const auto atoms = static_cast<double>(levels - 1);
    const double fastest =
        (pump.maxCoeff() + 1.0) * 0.25 * (atoms + 1.0) * (atoms + 1.0) + side * atoms + background;
    // exp(t M) = sum_k Poisson_k(fastest t) (1 + M/fastest)^k, in pieces that keep the first weight alive.
    const auto pieces = static_cast<int>(std::ceil(fastest * length / 200.0));
    const double jumps = fastest * length / pieces;
    const Row up = pump / fastest;
    for (int piece = 0; piece < pieces; ++piece) {
        double weight = std::exp(-jumps);
        sum_ = weight * p_;
        for (int k = 1;; ++k) {
            stop.check();
            weight *= jumps / k;
            for (Eigen::Index n = 0; n < levels; ++n) {
                const double down = emission_(n) / fastest,
                             seen = (side * static_cast<double>(n) + background) / fastest;
                Row row = p_.row(n) * (1.0 - down - seen - pumping_(n) * up);
                if (n > 0) row += p_.row(n - 1) * (unseen_up * pumping_(n - 1) * up);
                if (n + 1 < levels) row += p_.row(n + 1) * (unseen_down * emission_(n + 1) / fastest);
                next_.row(n) = row;
            }
            p_.swap(next_);
            sum_ += weight * p_;
            if (k > jumps && weight < 1e-17) break;
        }
        p_.swap(sum_);
    }
}

void LoopFilter::see(Channel channel, const Row& pump) {
    const auto c = static_cast<std::size_t>(channel);
    const double e = efficiency_[c], b = background_[c];
    const auto levels = p_.rows();
    for (Eigen::Index n = 0; n < levels; ++n) {
        Row row = b * p_.row(n);
        if (channel == Channel::cavity && n + 1 < levels) row += e * emission_(n + 1) * p_.row(n + 1);
        if (channel == Channel::pump && n > 0) row += e * pumping_(n - 1) * pump * p_.row(n - 1);
        if (channel == Channel::side) row += e * side_rate_ * static_cast<double>(n) * p_.row(n);
        next_.row(n) = row;
    }
    p_.swap(next_);
    const Row norm = p_.colwise().sum();
    for (int i = 0; i < width; ++i)
        if (norm(i) > 0.0) {
            log_likelihood_[static_cast<std::size_t>(i)] += std::log(norm(i));
            p_.col(i) /= norm(i);
        }
}

}  // namespace dickejump
