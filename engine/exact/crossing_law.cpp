#include "dickejump/exact/crossing_law.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "exact/populations.hpp"
#include "model/checks.hpp"
#include "numeric/gauss_points.hpp"

namespace dickejump::exact {

namespace {

/// A probability (or density) along the run and its derivative by theta.
struct Trace {
    DenseCurve value, slope;
};

/// Means and slopes are wanted to 1e-6; the boundary layers of absorbing levels would make more expensive.
constexpr double passage_tolerance = 1e-9;

/// One component of a solution.
Trace component(LinearSystem system, Eigen::Index index) {
    Trace trace;
    integrate(system, [&](const RadauStep& step) {
        trace.value.append(step.begin, step.length, step.y.col(index));
        trace.slope.append(step.begin, step.length, step.sensitivity.col(index));
    });
    return trace;
}

/// The level that runs leave at a crossing, and where that takes them.
struct Gate {
    std::int64_t from;
    Direction direction;

    std::int64_t to() const { return direction == Direction::up ? from + 1 : from - 1; }
};

class Leg {
public:
    Leg(const DickeLadder& ladder, const PumpSchedule& pump, double duration)
        : ladder_(ladder), pump_(pump), duration_(duration) {}

    /// Probability of `level` at time t, starting from `start`, on `levels`.
    Trace population(Levels levels, const Eigen::VectorXd& start, std::int64_t level) const {
        auto [up, down] = generator(ladder_, levels, Equation::forward);
        return component({.pumping = std::move(up),
                          .emission = std::move(down),
                          .pump = pump_,
                          .until = duration_,
                          .start = start.segment(levels.first, levels.size()),
                          .tolerance = passage_tolerance},
                         levels.index(level));
    }

    /// Probability, for a run at `level` with time tau to go, to stay within `levels` and to end in `good`.
    Trace prospect(Levels levels, Levels good, std::int64_t level) const {
        auto [up, down] = generator(ladder_, levels, Equation::backward);
        Eigen::VectorXd end = Eigen::VectorXd::Zero(levels.size());
        end.segment(levels.index(good.first), good.size()).setOnes();
        return component({.pumping = std::move(up),
                          .emission = std::move(down),
                          .pump = reversed(pump_, duration_),
                          .until = duration_,
                          .start = end,
                          .norm = LinearSystem::Norm::maximum,
                          .tolerance = passage_tolerance},
                         levels.index(level));
    }

    /// Probability, mean time and slope of passing the gate at t, weighted with the prospect of what follows.
    CrossingLaw passing(const Trace& before, const Gate& gate, const Trace* after,
                        std::span<const double> times) const {
        std::vector<double> breaks(times.begin(), times.end());
        for (const auto& step : before.value.steps())
            breaks.push_back(step.begin);
        if (after)
            for (const auto& step : after->value.steps())
                breaks.push_back(duration_ - step.begin);
        breaks.push_back(duration_);
        std::sort(breaks.begin(), breaks.end());

        const bool up = gate.direction == Direction::up;
        const double factor =
            up ? ladder_.pumping_rate(gate.from) : static_cast<double>(ladder_.emission(gate.from));
        double sum = 0.0, sum_slope = 0.0, first = 0.0, first_slope = 0.0, second = 0.0;
        const auto add = [&](double t, double weight) {
            const double rate = factor * (up ? pump_.at(t) : 1.0), rate_slope = up ? factor : 0.0;
            const double p = before.value(t), dp = before.slope(t);
            const double f = after ? after->value(duration_ - t) : 1.0,
                         df = after ? after->slope(duration_ - t) : 0.0;
            const double density = rate * p * f;
            const double slope = rate_slope * p * f + rate * dp * f + rate * p * df;
            sum += weight * density;
            sum_slope += weight * slope;
            first += weight * t * density;
            first_slope += weight * t * slope;
            second += weight * t * t * density;
        };
        CrossingLaw law;
        law.distribution.reserve(times.size());
        for (std::size_t i = 0; i + 1 < breaks.size(); ++i) {
            while (law.distribution.size() < times.size() && times[law.distribution.size()] <= breaks[i])
                law.distribution.push_back(sum);
            if (breaks[i + 1] > breaks[i]) numeric::for_each_gauss_point<10>(breaks[i], breaks[i + 1], add);
        }
        // Rarer than this is rounding of the curves, and no ensemble will ever show it.
        if (!(sum > 1e-12)) return {};
        law.distribution.resize(times.size(), sum);
        for (double& probability : law.distribution)
            probability /= sum;
        law.probability = std::min(sum, 1.0);
        law.mean = first / sum;
        law.deviation = std::sqrt(std::max(0.0, second / sum - law.mean * law.mean));
        law.slope = (first_slope - law.mean * sum_slope) / sum;
        return law;
    }

private:
    const DickeLadder& ladder_;
    const PumpSchedule& pump_;
    double duration_;
};

}  // namespace

CrossingLaws crossing_laws(const DickeLadder& ladder, const PumpSchedule& pump, double duration,
                           const Eigen::VectorXd& start, Direction direction, std::span<const double> times) {
    Problems problems;
    check_duration(duration, problems);
    check_populations(start, ladder, problems);
    check_times_within(times, duration, problems);
    problems.require(std::is_sorted(times.begin(), times.end()),
                     "times that do not ascend (a distribution is asked for in order) sort them");
    problems.raise();
    const auto atoms = ladder.atoms();
    const bool up = direction == Direction::up;
    const std::int64_t above = (atoms + 1) / 2, below = atoms / 2;  // ceil(N/2), floor(N/2)
    const Levels all{0, atoms};
    // A run sets out in `origin`, arrives when it leaves it, and has departed for good when it stays in
    // `target`.
    const Levels origin = up ? Levels{0, above - 1} : Levels{below + 1, atoms};
    const Levels target = up ? Levels{below + 1, atoms} : Levels{0, above - 1};
    const Gate arrival{up ? above - 1 : below + 1, direction};
    const Gate departure{up ? below : above, direction};

    Eigen::VectorXd from_origin = Eigen::VectorXd::Zero(start.size());
    from_origin.segment(origin.first, origin.size()) = start.segment(origin.first, origin.size());

    const Leg leg(ladder, pump, duration);
    const Trace stays_beyond = leg.prospect(target, target, departure.to());

    CrossingLaws laws;
    laws.last = leg.passing(leg.population(all, start, departure.from), departure, &stays_beyond, times);
    if (from_origin.sum() < 1e-12) return laws;

    const Trace arriving = leg.population(origin, from_origin, arrival.from);
    laws.first = leg.passing(arriving, arrival, nullptr, times);

    const Trace ends_beyond = leg.prospect(all, target, arrival.to());
    const auto first = leg.passing(arriving, arrival, &ends_beyond, {});
    const auto last =
        leg.passing(leg.population(all, from_origin, departure.from), departure, &stays_beyond, {});
    laws.mid.probability = last.probability;
    laws.mid.mean = 0.5 * (first.mean + last.mean);
    laws.mid.slope = 0.5 * (first.slope + last.slope);
    laws.mid.deviation = std::numeric_limits<double>::quiet_NaN();
    if (first.probability == 0.0 || last.probability == 0.0) laws.mid = {};
    return laws;
}

}  // namespace dickejump::exact
