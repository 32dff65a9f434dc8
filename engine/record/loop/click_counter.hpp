#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "dickejump/record/detector.hpp"
#include "dickejump/record/loop_run.hpp"
#include "random/xoshiro.hpp"

namespace dickejump::loop {

/// Binomial numbers of one probability, exact for any number of trials: summed up from 0, 64 trials at once.
class BinomialDraw {
public:
    explicit BinomialDraw(double p = 0.0);

    std::int32_t operator()(Xoshiro& random, std::int32_t trials) const {
        if (certain_) return certain_ > 0 ? trials : 0;
        std::int32_t rare = 0;
        for (auto left = trials; left > 0; left -= most)
            rare += few(random.unit(), left < most ? left : most);
        return turned_ ? trials - rare : rare;
    }

private:
    static constexpr std::int32_t most = 64;

    std::int32_t few(double u, std::int32_t trials) const {
        double term = none_[static_cast<std::size_t>(trials)], sum = term;
        std::int32_t k = 0;
        while (sum < u && k < trials) {
            term *= odds_ * (trials - k) * inverse_[static_cast<std::size_t>(k)];
            sum += term;
            ++k;
        }
        return k;
    }

    int certain_ = 0;      // -1: never, 1: always
    bool turned_ = false;  // failures are counted
    double odds_ = 0.0;
    std::array<double, most + 1> none_{};  // [trials] probability of 0
    std::array<double, most> inverse_{};   // [k] 1/(k + 1)
};

/// A Poisson number, exact for any mean: summed up from 0, a mean of 16 at once.
class PoissonDraw {
public:
    /// @param mean  not negative
    explicit PoissonDraw(double mean = 0.0) {
        pieces_ = mean <= most ? static_cast<std::int64_t>(mean > 0.0)
                               : static_cast<std::int64_t>(std::ceil(mean / most));
        part_ = pieces_ > 1 ? mean / static_cast<double>(pieces_) : mean;
        none_ = std::exp(-part_);
    }

    std::int32_t operator()(Xoshiro& random) const {
        std::int32_t count = 0;
        for (auto left = pieces_; left > 0; --left)
            count += of(random.unit());
        return count;
    }

private:
    static constexpr double most = 16.0;

    std::int32_t of(double u) const {
        // The first few without a branch: chance would mislead it.
        const double one = none_ * part_, two = one * part_ * (1.0 / 2.0), three = two * part_ * (1.0 / 3.0);
        double sum = none_;
        std::int32_t k = sum < u;
        sum += one, k += sum < u;
        sum += two, k += sum < u;
        sum += three;
        // Beyond 200 no u that there is can be.
        for (double term = three; sum < u && k < 200; sum += term)
            term *= part_ / ++k;
        return k;
    }

    std::int64_t pieces_;
    double part_, none_;  // mean of a piece, probability that it has none
};

/// Clicks of a tick, by Channel. `of_jumps`: photons of cavity and pump. `other`: background, and all of the
/// side.
struct TickClicks {
    std::array<std::int32_t, 3> of_jumps{}, other{};

    std::array<std::int32_t, 3> total() const {
        return {of_jumps[0] + other[0], of_jumps[1] + other[1], other[2]};
    }
};

/// A level that a run jumped to, and when.
struct Landing {
    double time;  ///< [1/gamma]
    std::int32_t n;
};

/// What a detector makes of the ticks of a loop: how many clicks each has, given its jumps and int n dt, and
/// where they are, given how many and the path. The same numbers, whether or not anybody asks where.
class ClickCounter {
public:
    ClickCounter(const Detector& detector, double side_rate, double tick);

    /// Whether int n dt matters.
    bool sees_side() const { return side_ > 0.0; }

    TickClicks count(Xoshiro& random, std::int32_t ups, std::int32_t downs, double n_dt) const {
        TickClicks clicks;
        clicks.of_jumps[0] = jumps_[0](random, downs);
        clicks.of_jumps[1] = jumps_[1](random, ups);
        if (has_background_)
            for (std::size_t c = 0; c < 3; ++c)
                clicks.other[c] = background_[c](random);
        if (side_ > 0.0) clicks.other[2] += PoissonDraw(side_ * std::max(0.0, n_dt))(random);
        return clicks;
    }

    /// Adds the clicks of a tick to `photons`, in order of time: jumps that were seen are any of them with
    /// the same chance, background is anywhere, and the side is where the atoms are excited.
    /// @param n  where the tick begins, followed by `path`
    void place(Xoshiro& random, const TickClicks& clicks, double begin, double end, std::int32_t n,
               std::span<const Landing> path, std::vector<Photon>& photons) const;

private:
    double side_, side_background_;  // [gamma] an excited atom; all
    std::array<BinomialDraw, 2> jumps_;
    std::array<PoissonDraw, 3> background_;
    bool has_background_ = false;  // whether there is any
};

}  // namespace dickejump::loop
