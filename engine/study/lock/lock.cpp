#include "dickejump/study/lock/lock.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/estimate/loop_filter.hpp"
#include "dickejump/record/loop_sampler.hpp"
#include "numeric/newton.hpp"

namespace dickejump {

struct PreparedLock::Plan {
    LockConfig config;
    DickeLadder ladder;
    ProportionalServo servo;
    LoopSampler sampler;
    std::optional<Detector> detector;
    double scale;  ///< about the error of one run [gamma]
};

namespace {

using Plan = PreparedLock::Plan;

/// What a servo takes for x = 2 J_z/N at the start of a tick.
using Sense = std::function<double(const LoopTick&)>;

Sense perfect_sense(const Plan& plan) {
    return [&plan](const LoopTick& tick) {
        return ProportionalServo::error_signal(plan.ladder, static_cast<double>(tick.n));
    };
}

/// The average of side clicks, without background, from its value for the known start.
Sense side_sense(const Plan& plan) {
    const auto& side = *(*plan.detector)[Channel::side];
    const double tick = plan.sampler.grid().tick(), share = -std::expm1(-tick / plan.config.memory),
                 per_atom = side.efficiency * plan.config.side_rate;
    const auto atoms = static_cast<double>(plan.ladder.atoms());
    return [=, background = side.background, rate = 0.0](const LoopTick& at) mutable {
        if (at.index == 0) {
            rate = per_atom * static_cast<double>(at.n);
        } else {
            const auto clicks = std::count_if(at.clicks.begin(), at.clicks.end(),
                                              [](const Photon& p) { return p.channel == Channel::side; });
            rate += share * (static_cast<double>(clicks) / tick - background - rate);
        }
        return 2.0 * rate / (per_atom * atoms) - 1.0;
    };
}

/// From the known start on, pump photons raise n and cavity photons lower it.
Sense balance_sense(const Plan& plan) {
    const auto pump = *(*plan.detector)[Channel::pump], cavity = *(*plan.detector)[Channel::cavity];
    const double tick = plan.sampler.grid().tick();
    return [=, &ladder = plan.ladder, n = 0.0](const LoopTick& at) mutable {
        if (at.index == 0) {
            n = static_cast<double>(at.n);
        } else {
            n -= tick * (pump.background / pump.efficiency - cavity.background / cavity.efficiency);
            for (const auto& click : at.clicks) {
                if (click.channel == Channel::pump) n += 1.0 / pump.efficiency;
                if (click.channel == Channel::cavity) n -= 1.0 / cavity.efficiency;
            }
        }
        return ProportionalServo::error_signal(ladder, n);
    };
}

/// 1 + a cos(2 pi t/(20 tick)) in the middle of a tick.
double dither(const Plan& plan, std::int64_t tick) {
    if (plan.config.dither == 0.0) return 1.0;
    constexpr double period = 20.0;
    return 1.0 +
           plan.config.dither * std::cos(2.0 * std::numbers::pi * (static_cast<double>(tick) + 0.5) / period);
}

/// Eight times theta = 0: a filter that is asked for its mean alone.
constexpr LoopFilter::Thetas no_shift{};

/// The filter's mean.
Sense filter_sense(const Plan& plan, StopRequest stop) {
    return [&plan, stop, filter = std::shared_ptr<LoopFilter>(), last = 0.0](const LoopTick& at) mutable {
        const auto& grid = plan.sampler.grid();
        if (at.index == 0)
            filter = std::make_shared<LoopFilter>(plan.ladder, *plan.detector, plan.config.side_rate, at.n,
                                                  no_shift);
        else
            filter->advance(last, grid.time(at.index - 1), at.time, at.clicks, stop);
        const double x = ProportionalServo::error_signal(plan.ladder, filter->mean());
        last = plan.servo.pump(x) * dither(plan, at.index);
        return x;
    };
}

Sense sense_of(const Plan& plan, StopRequest stop) {
    if (plan.config.servo == Servo::perfect) return perfect_sense(plan);
    if (plan.config.servo == Servo::filter) return filter_sense(plan, stop);
    const auto& side = (*plan.detector)[Channel::side];
    return side && side->efficiency > 0.0 ? side_sense(plan) : balance_sense(plan);
}

/// theta of greatest likelihood where every jump was seen: sum 1/(w + theta) over pumping jumps is int A dt.
std::optional<double> every_jump(const LoopRun& run) {
    double pumping = 0.0, lowest = std::numeric_limits<double>::infinity(), ups = 0.0;
    for (std::size_t k = 0; k < run.pumps.size(); ++k) {
        pumping += run.pumping[k];
        if (run.ups[k] == 0) continue;
        ups += run.ups[k];
        lowest = std::min(lowest, run.pumps[k]);
    }
    if (ups == 0.0 || pumping == 0.0) return {};
    const auto excess = [&](double theta) {
        numeric::ValueAndSlope at{.value = pumping, .slope = 0.0};
        for (std::size_t k = 0; k < run.pumps.size(); ++k)
            if (run.ups[k] > 0) {
                const double w = run.pumps[k] + theta, part = run.ups[k] / w;
                at.value -= part, at.slope += part / w;
            }
        return at;
    };
    const numeric::Bracket bracket{-lowest, ups / pumping - lowest};
    const double guess = std::clamp(0.0, bracket.low + 0.5 * (bracket.high - bracket.low), bracket.high);
    return numeric::bracketed_newton(excess, bracket, guess, 1e-13, 1e-13);
}

/// Likelihoods of what the detector saw of a run.
Likelihood likelihood_of(const Plan& plan, const LoopRun& run, StopRequest stop) {
    return [&plan, &run, stop](const LoopFilter::Thetas& thetas) {
        const auto& grid = plan.sampler.grid();
        LoopFilter filter(plan.ladder, *plan.detector, plan.config.side_rate, run.start, thetas);
        const std::span clicks(run.clicks);
        for (std::size_t k = 0; k < run.pumps.size(); ++k) {
            const auto tick = static_cast<std::int64_t>(k);
            filter.advance(
                run.pumps[k], grid.time(tick), grid.time(tick + 1),
                clicks.subspan(run.clicks_before[k], run.clicks_before[k + 1] - run.clicks_before[k]), stop);
        }
        return LikelihoodFilter::Result{.log_likelihood = filter.log_likelihood(), .information = 0.0};
    };
}

struct LockTally {
    Moments up_jumps, jumps, shift_information, relative_information, jz, square_error, time_to_lock,
        squared_score;
    ScoredMoments every_jump, maximum_likelihood, mean_pump;
    std::int64_t lost = 0, no_jumps = 0;
    NoMaximumCounts no_maximum;

    void merge(const LockTally& other) {
        up_jumps.merge(other.up_jumps), jumps.merge(other.jumps);
        shift_information.merge(other.shift_information);
        relative_information.merge(other.relative_information);
        jz.merge(other.jz), square_error.merge(other.square_error), time_to_lock.merge(other.time_to_lock);
        squared_score.merge(other.squared_score);
        every_jump.merge(other.every_jump), maximum_likelihood.merge(other.maximum_likelihood);
        mean_pump.merge(other.mean_pump);
        lost += other.lost, no_jumps += other.no_jumps;
        no_maximum.merge(other.no_maximum);
    }
};

class LockBlock {
public:
    explicit LockBlock(const Plan& plan) : plan_(plan) {}

    LockTally operator()(const Block& block) const {
        LockTally tally;
        for (int i = 0; i < block.count; ++i) {
            block.stop.check();
            add_run(block, block.first_trajectory() + i, tally);
        }
        return tally;
    }

private:
    void add_run(const Block& block, std::int64_t trajectory, LockTally& tally) const {
        const auto& config = plan_.config;
        auto sense = sense_of(plan_, block.stop);
        double squares = 0.0;
        std::optional<double> locked;
        const auto run = plan_.sampler(
            block.seed, trajectory, config.initial,
            [&](const LoopTick& tick) {
                if (tick.index % 256 == 0) block.stop.check();
                const double x = ProportionalServo::error_signal(plan_.ladder, static_cast<double>(tick.n));
                squares += x * x;
                if (!locked && std::abs(x) <= 0.1) locked = tick.time;
                return plan_.servo.pump(sense(tick)) * dither(plan_, tick.index);
            },
            config.simulated_shift, block.stop);

        double ups = 0.0, downs = 0.0, score = 0.0, shift = 0.0, relative = 0.0, set = 0.0;
        for (std::size_t k = 0; k < run.pumps.size(); ++k) {
            const double w = run.pumps[k];
            ups += run.ups[k], downs += run.downs[k], set += w;
            relative += w * run.pumping[k];
            if (w > 0.0) shift += run.pumping[k] / w;
            score += (run.ups[k] > 0 ? run.ups[k] / w : 0.0) - run.pumping[k];
        }
        const auto ticks = static_cast<double>(run.pumps.size());
        tally.up_jumps.add(ups), tally.jumps.add(ups + downs);
        if (!plan_.servo.reaches_zero()) tally.shift_information.add(shift);
        tally.relative_information.add(relative);
        tally.jz.add(plan_.ladder.jz(static_cast<double>(run.n.back())));
        tally.square_error.add(squares / ticks);
        if (locked) tally.time_to_lock.add(*locked);
        const double end = ProportionalServo::error_signal(plan_.ladder, static_cast<double>(run.n.back()));
        tally.lost += std::abs(end) > 0.9;
        tally.mean_pump.add(1.0 - set / ticks, score);
        if (const auto theta = every_jump(run))
            tally.every_jump.add(*theta, score);
        else
            ++tally.no_jumps;
        if (plan_.detector) add_detected(run, block.stop, tally);
    }

    void add_detected(const LoopRun& run, StopRequest stop, LockTally& tally) const {
        // A tick's pump may go to 0 while others go on: the likelihood ends where all of them are 0.
        const double lowest = *std::max_element(run.pumps.begin(), run.pumps.end());
        const double reach = std::max(30.0 * plan_.scale, 1.0);
        const auto estimate =
            estimate_likelihood(likelihood_of(plan_, run, stop), plan_.scale,
                                {.lowest = -lowest, .prior = {-std::min(lowest, reach), reach}});
        tally.squared_score.add(estimate.score * estimate.score);
        if (estimate.found())
            tally.maximum_likelihood.add(estimate.maximum, estimate.score);
        else
            tally.no_maximum.add(*estimate.no_maximum);
    }

    const Plan& plan_;
};

std::int64_t total(const NoMaximumCounts& counts) {
    return counts.no_clicks + counts.boundary + counts.flat;
}

}  // namespace

std::string_view name(LockEstimator estimator) {
    return estimator == LockEstimator::every_jump           ? "every_jump"
           : estimator == LockEstimator::maximum_likelihood ? "maximum_likelihood"
                                                            : "mean_pump";
}

const LockConfig& PreparedLock::config() const {
    return plan_->config;
}

PreparedLock prepare(const LockConfig& asked) {
    const auto config = resolved(asked);
    const auto ladder = config.model.ladder(config.atoms);
    std::optional<Detector> detector;
    if (!config.detectors.empty()) detector = config.detectors.front();
    // The jumps that a detector sees tell of theta as the limit says; side light as if it saw as many.
    double seen = 0.0;
    if (detector)
        for (const auto c : channels)
            if ((*detector)[c]) seen = std::max(seen, (*detector)[c]->efficiency);
    const double scale =
        2.0 * exact::protocol_limit(ladder, config.duration) / std::sqrt(std::max(seen, 0.01));
    return PreparedLock(
        std::make_shared<Plan>(Plan{.config = config,
                                    .ladder = ladder,
                                    .servo = {config.gain},
                                    .sampler = LoopSampler(ladder, config.grid(), detector, config.side_rate),
                                    .detector = detector,
                                    .scale = scale}));
}

LockResult simulate(const PreparedLock& lock, const RunControl& control) {
    const auto& plan = lock.plan();
    const auto& config = plan.config;
    const auto outcome = simulate(config.ensemble(), LockBlock(plan),
                                  StopRule<LockTally>{.time_limit = config.time_limit}, control);
    LockResult result{.config = config,
                      .limit = exact::protocol_limit(plan.ladder, config.duration),
                      .trajectories = outcome.trajectories,
                      .stop_reason = outcome.stop_reason,
                      .seconds = outcome.seconds,
                      .threads = control.threads,
                      .provenance = Provenance::now()};
    if (!outcome.result) return result;
    const auto& tally = *outcome.result;
    result.up_jumps = tally.up_jumps, result.jumps = tally.jumps;
    result.shift_information = tally.shift_information;
    result.relative_information = tally.relative_information;
    result.jz = tally.jz, result.square_error = tally.square_error;
    result.lost = tally.lost, result.time_to_lock = tally.time_to_lock;
    result.estimators.push_back({LockEstimator::every_jump, {}, tally.every_jump, tally.no_jumps});
    if (plan.detector) {
        result.squared_score = tally.squared_score;
        result.no_maximum = tally.no_maximum;
        result.estimators.push_back({LockEstimator::maximum_likelihood, plan.detector->name,
                                     tally.maximum_likelihood, total(tally.no_maximum)});
    }
    result.estimators.push_back({LockEstimator::mean_pump, {}, tally.mean_pump, 0});
    if (plan.detector) result.estimators.back().detector = plan.detector->name;
    return result;
}

ExactLock solve(const LockConfig& asked, const RunControl& control) {
    const auto config = resolved(asked);
    Problems problems;
    problems.require(config.servo == Servo::perfect,
                     "`servo` = " + std::string(name(config.servo)) +
                         " (what it knows is no function of n, and the chain is of n) give perfect, or run "
                         "`lock`");
    problems.require(config.dither == 0.0, "`dither` = " + text(config.dither) +
                                               " (the chain is the same in every tick) leave it out, or run "
                                               "`lock`");
    problems.raise();
    const auto ladder = config.model.ladder(config.atoms);
    const auto levels = static_cast<Eigen::Index>(config.atoms + 1);
    const Eigen::VectorXd start =
        config.initial
            ? Eigen::VectorXd(Eigen::VectorXd::Unit(levels, *config.initial))
            : Eigen::VectorXd(Eigen::VectorXd::Constant(levels, 1.0 / static_cast<double>(levels)));
    const auto grid = config.grid();
    return {config, exact::solve_lock(ladder, {config.gain}, grid.tick(), grid.ticks, start, control.stop()),
            exact::protocol_limit(ladder, config.duration)};
}

}  // namespace dickejump
