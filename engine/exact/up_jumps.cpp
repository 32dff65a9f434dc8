#include "dickejump/exact/up_jumps.hpp"

#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "dickejump/model/invalid_input.hpp"
#include "model/checks.hpp"

namespace dickejump::exact {

namespace {

/// Of the scheme: its diagonal, and the weight of the first stage's change in the second's start.
constexpr double diagonal = 1.0 - 1.0 / std::numbers::sqrt2;
constexpr double carried = (1.0 - diagonal) / diagonal;

}  // namespace

/// Where a stage of a step is: after knot `piece`, the part `place` of the way to the next.
struct UpJumpSum::Stage {
    Eigen::Index piece;
    double place, weight;  ///< weight: of the stage in integrals [1/gamma]
};

UpJumpSum::UpJumpSum(const DickeLadder& ladder, Eigen::VectorXd start, double duration, Eigen::Index knots,
                     double longest_step)
    : pumping_(start.size()), emission_(start.size()), start_(std::move(start)), knots_(knots) {
    Problems problems;
    check_populations(start_, ladder, problems);
    check_duration(duration, problems);
    problems.require(knots >= 2, "knots = " + std::to_string(knots) +
                                     " (a schedule is between at least two) give two or more");
    problems.require(longest_step > 0.0,
                     "step = " + text(longest_step) + " (steps go forward) give a positive, finite time");
    problems.raise();
    for (Eigen::Index n = 0; n < start_.size(); ++n) {
        pumping_(n) = ladder.pumping_rate(n);
        emission_(n) = static_cast<double>(ladder.emission(n));
    }
    const double piece = duration / static_cast<double>(knots - 1);
    steps_a_piece_ = std::max<std::int64_t>(1, std::llround(std::ceil(piece / longest_step * (1.0 - 1e-12))));
    step_ = piece / static_cast<double>(steps_a_piece_);
}

UpJumpSum::Stage UpJumpSum::stage(std::int64_t step, int which) const {
    const auto within = static_cast<double>(step % steps_a_piece_) + (which == 0 ? diagonal : 1.0);
    return {step / steps_a_piece_, within / static_cast<double>(steps_a_piece_),
            step_ * (which == 0 ? 1.0 - diagonal : diagonal)};
}

UpJumpSum::Lanes UpJumpSum::pump_at(const Stage& at, const Eigen::VectorXd& pumps,
                                    const Lanes& factors) const {
    return factors * ((1.0 - at.place) * pumps(at.piece) + at.place * pumps(at.piece + 1));
}

/// y <- (1 - d h (w P + E))^-1 y, or the transposed of it. An M-matrix: no pivots are needed.
void UpJumpSum::solve(const Lanes& pump, Way way, Levels& y, Levels& work) const {
    const auto last = y.cols() - 1;
    const double h = diagonal * step_;
    const Lanes up = h * pump;
    const auto pivot = [&](Eigen::Index n) -> Lanes { return 1.0 + up * pumping_(n) + h * emission_(n); };
    // What row n takes from the rows before and after it.
    const auto before = [&](Eigen::Index n) -> Lanes {
        return way == Way::forward ? Lanes(up * pumping_(n - 1)) : Lanes(Lanes::Constant(h * emission_(n)));
    };
    const auto after = [&](Eigen::Index n) -> Lanes {
        return way == Way::forward ? Lanes(Lanes::Constant(h * emission_(n + 1))) : Lanes(up * pumping_(n));
    };
    Lanes reciprocal = 1.0 / pivot(0);
    y.col(0) *= reciprocal;
    for (Eigen::Index n = 1; n <= last; ++n) {
        work.col(n) = after(n - 1) * reciprocal;
        const Lanes left = before(n);
        reciprocal = 1.0 / (pivot(n) - left * work.col(n));
        y.col(n) = (y.col(n) + left * y.col(n - 1)) * reciprocal;
    }
    for (Eigen::Index n = last; n-- > 0;)
        y.col(n) += work.col(n + 1) * y.col(n + 1);
}

/// Goes through all steps and sums the jumps. @param course  takes the values of both stages of every step
UpJumpSum::Lanes UpJumpSum::walk(const Eigen::VectorXd& pumps, const Lanes& factors,
                                 std::vector<Levels>* course, const StopRequest& stop) const {
    Levels p = start_.transpose().array().replicate<lanes, 1>(), first, work(lanes, p.cols());
    const Eigen::ArrayXd pumping = pumping_.array();
    const auto rate = [&](const Levels& y) -> Lanes { return (y.matrix() * pumping.matrix()).array(); };
    Lanes jumps = Lanes::Zero();
    const auto steps = steps_a_piece_ * (knots_ - 1);
    for (std::int64_t k = 0; k < steps; ++k) {
        if (k % 64 == 0) stop.check();
        const auto one = stage(k, 0), two = stage(k, 1);
        const Lanes w1 = pump_at(one, pumps, factors), w2 = pump_at(two, pumps, factors);
        first = p;
        solve(w1, Way::forward, first, work);
        p += carried * (first - p);
        solve(w2, Way::forward, p, work);
        jumps += one.weight * w1 * rate(first) + two.weight * w2 * rate(p);
        if (course) {
            course->push_back(first);
            course->push_back(p);
        }
    }
    return jumps;
}

std::vector<double> UpJumpSum::means(const Eigen::VectorXd& pumps, std::span<const double> factors,
                                     const StopRequest& stop) const {
    Lanes all = Lanes::Ones();
    for (std::size_t i = 0; i < factors.size(); ++i)
        all(static_cast<Eigen::Index>(i)) = factors[i];
    const Lanes jumps = walk(pumps, all, nullptr, stop);
    return {jumps.data(), jumps.data() + factors.size()};
}

UpJumps UpJumpSum::operator()(const Eigen::VectorXd& pumps, std::span<const double> factors,
                              const StopRequest& stop) const {
    Lanes all = Lanes::Ones();
    for (std::size_t i = 0; i < factors.size(); ++i)
        all(static_cast<Eigen::Index>(i)) = factors[i];
    std::vector<Levels> course;
    course.reserve(static_cast<std::size_t>(2 * steps_a_piece_ * (knots_ - 1)));
    const Lanes jumps = walk(pumps, all, &course, stop);

    const auto levels = start_.size();
    Eigen::Array<double, lanes, Eigen::Dynamic> by_knot =
        Eigen::Array<double, lanes, Eigen::Dynamic>::Zero(lanes, knots_);
    // `later`: what the sum changes by with the populations after a step.
    Levels later = Levels::Zero(lanes, levels), bar(lanes, levels), work(lanes, levels);
    // A stage's pump stands in its rate of jumps, and in the flow that its solve lets through.
    const auto add = [&](const Stage& at, const Levels& y, const Levels& solved) {
        Lanes direct = Lanes::Zero(), flow = Lanes::Zero();
        for (Eigen::Index n = 0; n < levels; ++n)
            direct += pumping_(n) * y.col(n);
        for (Eigen::Index n = 0; n + 1 < levels; ++n)
            flow += pumping_(n) * y.col(n) * (solved.col(n + 1) - solved.col(n));
        const Lanes slope = all * (at.weight * direct + diagonal * step_ * flow);
        by_knot.col(at.piece) += (1.0 - at.place) * slope;
        by_knot.col(at.piece + 1) += at.place * slope;
    };
    for (std::int64_t k = steps_a_piece_ * (knots_ - 1); k-- > 0;) {
        if (k % 64 == 0) stop.check();
        const auto one = stage(k, 0), two = stage(k, 1);
        const Lanes w1 = pump_at(one, pumps, all), w2 = pump_at(two, pumps, all);
        const auto& second = course[static_cast<std::size_t>(2 * k + 1)];
        const auto& first = course[static_cast<std::size_t>(2 * k)];
        for (Eigen::Index n = 0; n < levels; ++n)
            later.col(n) += two.weight * w2 * pumping_(n);
        solve(w2, Way::backward, later, work);
        add(two, second, later);
        bar = carried * later;
        for (Eigen::Index n = 0; n < levels; ++n)
            bar.col(n) += one.weight * w1 * pumping_(n);
        solve(w1, Way::backward, bar, work);
        add(one, first, bar);
        later = (1.0 - carried) * later + bar;
    }
    UpJumps result{.mean = {jumps.data(), jumps.data() + factors.size()}};
    result.by_knot = by_knot.topRows(static_cast<Eigen::Index>(factors.size())).transpose().matrix();
    return result;
}

}  // namespace dickejump::exact
