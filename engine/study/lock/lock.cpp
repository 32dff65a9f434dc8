#include "dickejump/study/lock/lock.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/estimate/loop_filter.hpp"
#include "dickejump/record/loop_kernel.hpp"
#include "dickejump/record/loop_sampler.hpp"
#include "study/lock/pump_spectrum.hpp"
#include "study/lock/pumping_jumps.hpp"

namespace dickejump {

struct PreparedLock::Plan {
    LockConfig config;
    DickeLadder ladder;
    ProportionalServo servo;
    TickGrid grid;
    std::variant<LoopKernel, LoopSampler> loops;  ///< one by one where single atoms act too
    PumpSpectrum spectrum;
    std::optional<Detector> detector;
    double scale;  ///< about the error of one run [gamma]
};

namespace {

using Plan = PreparedLock::Plan;

/// Eight times theta = 0: a filter that is asked for its mean alone.
constexpr LoopFilter::Thetas no_shift{};

/// Acts on the mean of the filter.
ControllerMaker filter_servo(const Plan& plan, StopRequest stop) {
    return [&plan, stop](std::int64_t) -> Controller {
        return [&plan, stop, dither = Dither(plan.config.dither), filter = std::shared_ptr<LoopFilter>(),
                last = 0.0](const LoopTick& at) mutable {
            const auto& grid = plan.grid;
            if (at.index == 0)
                filter = std::make_shared<LoopFilter>(plan.ladder, *plan.detector, plan.config.side_rate,
                                                      at.n, no_shift);
            else
                filter->advance(last, grid.time(at.index - 1), at.time, at.clicks, stop);
            const double x = ProportionalServo::error_signal(plan.ladder, filter->mean());
            return last = plan.servo.pump(x) * dither(at.index);
        };
    };
}

LoopServo servo_of(const Plan& plan, StopRequest stop) {
    const auto& config = plan.config;
    if (config.servo == Servo::filter) return filter_servo(plan, stop);
    const Dither dither(config.dither);
    if (config.servo == Servo::perfect) return PerfectServo{plan.servo, dither};
    return CountServo(plan.ladder, plan.servo, dither, *plan.detector, config.seen_side_rate(),
                      plan.grid.tick(), config.memory);
}

/// Likelihoods of what the detector saw of a run.
Likelihood likelihood_of(const Plan& plan, const LoopRun& run, StopRequest stop) {
    return [&plan, &run, stop](const LoopFilter::Thetas& thetas) {
        const auto& grid = plan.grid;
        LoopFilter filter(plan.ladder, *plan.detector, plan.config.side_rate, run.start, thetas);
        std::span clicks(run.clicks);
        std::int64_t index = 0;
        for (const auto& tick : run.ticks) {
            const auto seen = static_cast<std::size_t>(tick.clicks[0] + tick.clicks[1] + tick.clicks[2]);
            filter.advance(tick.pump, grid.time(index), grid.time(index + 1), clicks.first(seen), stop);
            clicks = clicks.subspan(seen);
            ++index;
        }
        return LikelihoodFilter::Result{.log_likelihood = filter.log_likelihood(), .information = 0.0};
    };
}

struct LockTally {
    Moments up_jumps, jumps, shift_information, relative_information, jz, j2, square_error, time_to_lock,
        squared_score;
    std::vector<Moments> spectrum;
    ScoredMoments every_jump, maximum_likelihood, mean_pump;
    std::int64_t lost = 0, no_jumps = 0;
    NoMaximumCounts no_maximum;

    void merge(const LockTally& other) {
        up_jumps.merge(other.up_jumps), jumps.merge(other.jumps);
        shift_information.merge(other.shift_information);
        relative_information.merge(other.relative_information);
        jz.merge(other.jz), j2.merge(other.j2), square_error.merge(other.square_error),
            time_to_lock.merge(other.time_to_lock);
        squared_score.merge(other.squared_score);
        every_jump.merge(other.every_jump), maximum_likelihood.merge(other.maximum_likelihood);
        mean_pump.merge(other.mean_pump);
        spectrum.resize(std::max(spectrum.size(), other.spectrum.size()));
        for (std::size_t band = 0; band < other.spectrum.size(); ++band)
            spectrum[band].merge(other.spectrum[band]);
        lost += other.lost, no_jumps += other.no_jumps;
        no_maximum.merge(other.no_maximum);
    }
};

/// What is kept of one run, until all of its block are there: lanes finish them in any order.
struct LockedRun {
    double ups = 0.0, downs = 0.0, score = 0.0, shift = 0.0, relative = 0.0;
    double mean_pump = 0.0, square_error = 0.0;
    std::int64_t end = 0, twice_j = -1;
    std::vector<double> spectrum = {};
    std::optional<double> locked = {}, every_jump = {};
    std::optional<LikelihoodEstimate> detected = {};
};

class LockBlock {
public:
    explicit LockBlock(const Plan& plan) : plan_(plan) {}

    LockTally operator()(const Block& block) const {
        std::vector<LockedRun> runs(static_cast<std::size_t>(block.count));
        const auto first = block.first_trajectory();
        PumpingJumps jumps;
        const auto keep = [&](std::int64_t trajectory, const LoopRun& run) {
            runs[static_cast<std::size_t>(trajectory - first)] = read(run, jumps, block.stop);
        };
        const auto& config = plan_.config;
        const auto servo = servo_of(plan_, block.stop);
        if (const auto* kernel = std::get_if<LoopKernel>(&plan_.loops)) {
            (*kernel)(
                {.seed = block.seed, .first_trajectory = first, .count = block.count, .stop = block.stop},
                {.servo = servo,
                 .start = config.initial,
                 .theta = config.simulated_shift,
                 .clicks = asks_for(LockEstimator::maximum_likelihood) ? LoopKernel::Clicks::timed
                                                                       : LoopKernel::Clicks::counted},
                keep);
        } else {
            const auto& sampler = std::get<LoopSampler>(plan_.loops);
            const auto controller = controllers(plan_.ladder, servo);
            for (auto k = first; k < first + block.count; ++k)
                keep(k, sampler(block.seed, k, config.initial, controller(k), config.simulated_shift,
                                block.stop));
        }
        LockTally tally;
        for (const auto& run : runs)
            add(run, tally);
        return tally;
    }

private:
    bool asks_for(LockEstimator estimator) const { return plan_.config.asks_for(estimator); }
    /// Whether the pump is ever set anew.
    bool moves() const { return plan_.config.gain > 0.0 || plan_.config.dither > 0.0; }

    LockedRun read(const LoopRun& run, PumpingJumps& jumps, StopRequest stop) const {
        LockedRun read{.end = run.end, .twice_j = run.twice_j};
        const auto ticks = static_cast<double>(run.ticks.size()),
                   atoms = static_cast<double>(plan_.ladder.atoms());
        // x = 2 J_z/N.
        const auto first = std::find_if(run.ticks.begin(), run.ticks.end(), [&](const LoopStep& tick) {
            return std::abs(ProportionalServo::error_signal(plan_.ladder, tick.n)) <= 0.1;
        });
        if (first != run.ticks.end()) read.locked = plan_.grid.time(first - run.ticks.begin());
        jumps.clear();
        double squares = 0.0, set = 0.0, pumping = 0.0;
        for (const auto& tick : run.ticks) {
            const double w = tick.pump, inverse = w > 0.0 ? 1.0 / w : 0.0, twice_jz = 2.0 * tick.n - atoms;
            read.ups += tick.ups, read.downs += tick.downs, set += w;
            read.relative += w * tick.pumping;
            read.shift += inverse * tick.pumping;
            // A jump under a pump that was set to 0 tells everything.
            read.score +=
                tick.ups > 0 && w == 0.0 ? std::numeric_limits<double>::infinity() : inverse * tick.ups;
            pumping += tick.pumping;
            squares += twice_jz * twice_jz;
            jumps.add(w, tick.ups, tick.pumping);
        }
        read.score -= pumping;
        read.mean_pump = set / ticks, read.square_error = squares / (ticks * atoms * atoms);
        if (moves()) {
            std::vector<double> pumps;
            for (auto i = run.ticks.size() - plan_.spectrum.ticks(); i < run.ticks.size(); ++i)
                pumps.push_back(run.ticks[i].pump);
            read.spectrum = plan_.spectrum(pumps);
        }
        if (asks_for(LockEstimator::every_jump)) read.every_jump = jumps.likeliest_shift();
        if (asks_for(LockEstimator::maximum_likelihood)) read.detected = detected(run, stop);
        return read;
    }

    LikelihoodEstimate detected(const LoopRun& run, StopRequest stop) const {
        // A tick's pump may go to 0 while others go on: the likelihood ends where all of them are 0.
        double highest = 0.0;
        for (const auto& tick : run.ticks)
            highest = std::max(highest, tick.pump);
        const double reach = std::max(30.0 * plan_.scale, 1.0);
        return estimate_likelihood(likelihood_of(plan_, run, stop), plan_.scale,
                                   {.lowest = -highest, .prior = {-std::min(highest, reach), reach}});
    }

    void add(const LockedRun& run, LockTally& tally) const {
        tally.up_jumps.add(run.ups), tally.jumps.add(run.ups + run.downs);
        if (!plan_.servo.reaches_zero()) tally.shift_information.add(run.shift);
        tally.relative_information.add(run.relative);
        tally.jz.add(plan_.ladder.jz(static_cast<double>(run.end)));
        if (run.twice_j >= 0) tally.j2.add(SpinState{.twice_j = run.twice_j}.j2());
        tally.square_error.add(run.square_error);
        tally.spectrum.resize(run.spectrum.size());
        for (std::size_t band = 0; band < run.spectrum.size(); ++band)
            tally.spectrum[band].add(run.spectrum[band]);
        if (run.locked) tally.time_to_lock.add(*run.locked);
        const double end = ProportionalServo::error_signal(plan_.ladder, static_cast<double>(run.end));
        tally.lost += std::abs(end) > 0.9;
        tally.mean_pump.add(1.0 - run.mean_pump, run.score);
        if (run.every_jump)
            tally.every_jump.add(*run.every_jump, run.score);
        else
            ++tally.no_jumps;
        if (!run.detected) return;
        const auto& estimate = *run.detected;
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
    const auto grid = config.grid();
    auto plan = Plan{.config = config,
                     .ladder = ladder,
                     .servo = {config.gain},
                     .grid = grid,
                     .loops = LoopKernel(ladder, grid, detector, config.side_rate),
                     .spectrum = PumpSpectrum(grid),
                     .detector = detector,
                     .scale = scale};
    if (const auto local = config.model.local_rates())
        plan.loops = LoopSampler(ladder, grid, detector, 0.0, local);
    return PreparedLock(std::make_shared<Plan>(std::move(plan)));
}

LockResult simulate(const PreparedLock& lock, const RunControl& control) {
    const auto& plan = lock.plan();
    const auto& config = plan.config;
    const auto outcome = simulate(config.ensemble(), LockBlock(plan),
                                  StopRule<LockTally>{.time_limit = config.time_limit}, control);
    LockResult result{.config = config,
                      .limit = exact::protocol_limit(plan.ladder, config.duration, config.model.emission),
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
    result.jz = tally.jz, result.j2 = tally.j2, result.square_error = tally.square_error;
    for (std::size_t band = 0; band < tally.spectrum.size(); ++band)
        result.spectrum.push_back({plan.spectrum.frequencies()[band], tally.spectrum[band]});
    result.lost = tally.lost, result.time_to_lock = tally.time_to_lock;
    const auto seen = plan.detector ? std::optional(plan.detector->name) : std::nullopt;
    if (config.asks_for(LockEstimator::every_jump))
        result.estimators.push_back({LockEstimator::every_jump, {}, tally.every_jump, tally.no_jumps});
    if (config.asks_for(LockEstimator::maximum_likelihood)) {
        result.squared_score = tally.squared_score;
        result.no_maximum = tally.no_maximum;
        result.estimators.push_back(
            {LockEstimator::maximum_likelihood, seen, tally.maximum_likelihood, total(tally.no_maximum)});
    }
    if (config.asks_for(LockEstimator::mean_pump))
        result.estimators.push_back({LockEstimator::mean_pump, seen, tally.mean_pump, 0});
    return result;
}

ExactLock solve(const LockConfig& asked, const RunControl& control) {
    const auto config = resolved(asked);
    Problems problems;
    problems.require(
        config.model.kind != Model::local,
        "`model` = local (the chain is of n, and j changes) give `model` ladder or effective, or "
        "run `lock`");
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
