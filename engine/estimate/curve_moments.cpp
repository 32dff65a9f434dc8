#include "dickejump/estimate/curve_moments.hpp"

#include <algorithm>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "model/checks.hpp"

namespace dickejump {

CurveMoments::CurveMoments(std::int64_t atoms, const TickGrid& grid, std::int64_t stride)
    : atoms_(atoms), stride_(stride) {
    Problems problems;
    check_grid(grid, problems);
    problems.require(stride >= 1 && grid.ticks % std::max<std::int64_t>(stride, 1) == 0,
                     "stride = " + std::to_string(stride) + " (points divide the " +
                         std::to_string(grid.ticks) + " ticks evenly) give a divisor of them");
    problems.require(atoms >= 1,
                     "atoms = " + std::to_string(atoms) + " (a ladder has at least one) give more");
    check_memory(
        "ticks = " + std::to_string(grid.ticks) + " by " + std::to_string(stride) + " (sums at each point",
        sizeof(PowerSums) * static_cast<double>(grid.ticks) /
            static_cast<double>(std::max<std::int64_t>(stride, 1)),
        problems);
    problems.raise();
    sums_.resize(static_cast<std::size_t>(grid.ticks / stride) + 1);
}

void CurveMoments::add(PowerSums& sums, std::span<const std::int32_t> levels) const {
    for (const std::int64_t n : levels) {
        const std::int64_t k = 2 * n - atoms_;
        const auto x = static_cast<double>(k);
        sums.first += k;
        sums.second += static_cast<Wide>(k) * k;
        sums.third += x * x * x;
        sums.fourth += (x * x) * (x * x);
    }
}

void CurveMoments::observe(const Window& window) {
    if (window.grid.ticks != ticks())
        throw InvalidInput("a window of a run of " + std::to_string(window.grid.ticks) +
                           " ticks (this curve has " + std::to_string(ticks()) +
                           ") give the curve the run's grid");
    check_window(window);
    const auto lanes = static_cast<std::size_t>(window.lanes);
    if (window.first_tick == 0) {
        count_ += window.lanes;
        add(sums_[0], std::span(window.start).first(lanes));
    }
    for (int t = 0; t < window.ticks; ++t) {
        const auto tick = window.first_tick + t + 1;
        if (tick % stride_ == 0)
            add(sums_[static_cast<std::size_t>(tick / stride_)],
                std::span(window.n).subspan(window.at(t, 0), lanes));
    }
}

void CurveMoments::merge(const CurveMoments& other) {
    if (other.atoms_ != atoms_ || other.stride_ != stride_ || other.sums_.size() != sums_.size())
        throw InvalidInput("a curve of " + std::to_string(other.atoms_) + " atoms and " +
                           std::to_string(other.ticks()) + " ticks by " + std::to_string(other.stride_) +
                           " (this one is of " + std::to_string(atoms_) + " atoms and " +
                           std::to_string(ticks()) + " ticks by " + std::to_string(stride_) +
                           ") merge those of one run");
    count_ += other.count_;
    for (std::size_t i = 0; i < sums_.size(); ++i) {
        sums_[i].first += other.sums_[i].first;
        sums_[i].second += other.sums_[i].second;
        sums_[i].third += other.sums_[i].third;
        sums_[i].fourth += other.sums_[i].fourth;
    }
}

Moments CurveMoments::at(std::size_t i) const {
    if (i >= sums_.size())
        throw InvalidInput("point " + std::to_string(i) + " (the curve has 0.." +
                           std::to_string(sums_.size() - 1) + ") choose one of them");
    const auto& sums = sums_[i];
    return Moments::from_power_sums(count_, 0.0, 0.5 * static_cast<double>(sums.first),
                                    0.25 * static_cast<double>(sums.second), 0.125 * sums.third,
                                    0.0625 * sums.fourth);
}

}  // namespace dickejump
