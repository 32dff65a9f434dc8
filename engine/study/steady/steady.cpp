#include "dickejump/study/steady/steady.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/exact/local_steady.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/start_state.hpp"
#include "dickejump/random/stream.hpp"

namespace dickejump {

namespace {

constexpr ShotEstimator all[] = {ShotEstimator::locally_unbiased, ShotEstimator::maximum_likelihood};

/// Estimates from the sum of n over a pool.
class Estimators {
public:
    Estimators(const DickeLadder& ladder, double pump)
        : ladder_(ladder), pump_(pump), steady_(exact::steady_inversion(ladder, pump)) {}

    static constexpr std::span<const ShotEstimator> kinds() { return all; }
    /// What is summed up over a pool.
    static double of_shot(std::int64_t n) { return static_cast<double>(n); }
    double operator()(ShotEstimator estimator, double sum, std::int64_t pool) const {
        const double jz = sum / static_cast<double>(pool) - 0.5 * static_cast<double>(ladder_.atoms());
        if (estimator == ShotEstimator::maximum_likelihood) return exact::steady_pump(ladder_, jz);
        return pump_ * (1.0 + (jz - steady_.mean) / steady_.variance);
    }
    /// w/sqrt(Var J_z): the bound on delta w/gamma of one shot.
    double bound() const { return pump_ / std::sqrt(steady_.variance); }
    std::optional<ExactShotEstimate> exact(ShotEstimator estimator, std::int64_t pool,
                                           StopRequest stop) const {
        return exact_estimate(ladder_, pump_, estimator, pool, stop);
    }

private:
    DickeLadder ladder_;
    double pump_;
    exact::Inversion steady_;
};

/// The same where single atoms act, and the law of n is no exponential family: from the sum of its scores.
class ScoreEstimators {
public:
    ScoreEstimators(const exact::LocalSteady& steady, double pump)
        : pump_(pump), information_(steady.information()) {
        // Levels that no shot is at have no score.
        for (Eigen::Index n = 0; n < steady.levels.size(); ++n)
            scores_.push_back(steady.levels(n) > 1e-300 ? steady.level_slopes(n) / steady.levels(n) : 0.0);
    }

    static constexpr std::span<const ShotEstimator> kinds() { return std::span(all).first(1); }
    double of_shot(std::int64_t n) const { return scores_[static_cast<std::size_t>(n)]; }
    double operator()(ShotEstimator, double sum, std::int64_t pool) const {
        return pump_ + sum / (static_cast<double>(pool) * information_);
    }
    double bound() const { return 1.0 / std::sqrt(information_); }
    /// Its mean is the pump, and it saturates the bound.
    std::optional<ExactShotEstimate> exact(ShotEstimator, std::int64_t pool, StopRequest) const {
        return ExactShotEstimate{pump_, bound() / std::sqrt(static_cast<double>(pool))};
    }

private:
    double pump_, information_;
    std::vector<double> scores_;
};

/// The law of the sum of `pool` shots: one geometric factor a shot, each a running sum over N + 1 terms.
std::vector<double> law_of_sum(std::int64_t atoms, double pump, std::int64_t pool, StopRequest stop) {
    // Counted from the populated end, so that every term falls (w > gamma: from n = N).
    const double q = pump > 1.0 ? 1.0 / pump : pump;
    const auto levels = static_cast<std::size_t>(atoms + 1);
    const double leaving = std::pow(q, static_cast<double>(levels));
    std::vector<double> law{1.0}, next;
    for (std::int64_t shot = 0; shot < pool; ++shot) {
        stop.check();
        next.assign(law.size() + levels - 1, 0.0);
        double running = 0.0, total = 0.0;
        for (std::size_t k = 0; k < next.size(); ++k) {
            running = q * running + (k < law.size() ? law[k] : 0.0) -
                      (k >= levels && k - levels < law.size() ? leaving * law[k - levels] : 0.0);
            next[k] = std::max(running, 0.0);  // rounding in the far tail
            total += next[k];
        }
        for (double& p : next)
            p /= total;
        law.swap(next);
    }
    if (pump > 1.0) std::reverse(law.begin(), law.end());
    return law;
}

/// The same for any law of one shot.
std::vector<double> law_of_sum(const DickeLadder& ladder, double pump, std::int64_t pool, StopRequest stop) {
    const Eigen::VectorXd one = exact::steady_state(ladder, pump);
    std::vector<double> law{1.0}, next;
    for (std::int64_t shot = 0; shot < pool; ++shot) {
        stop.check();
        next.assign(law.size() + static_cast<std::size_t>(ladder.atoms()), 0.0);
        for (std::size_t k = 0; k < law.size(); ++k)
            for (Eigen::Index n = 0; n < one.size(); ++n)
                next[k + static_cast<std::size_t>(n)] += law[k] * one(n);
        law.swap(next);
    }
    return law;
}

/// Draws shots: levels of the steady state.
class Shots {
public:
    Shots(const DickeLadder& ladder, double pump) : ladder_(ladder), pump_(pump) {
        if (!ladder.is_ideal()) levels_.emplace(ladder, pump);
    }
    std::int64_t operator()(double u) const {
        return levels_ ? levels_->quantile(u) : steady_state_quantile(ladder_, pump_, u);
    }

private:
    DickeLadder ladder_;
    double pump_;
    std::optional<SteadyLevels> levels_;  ///< of a ladder with a linewidth, once for all shots
};

/// The same from a law that is given as a list.
class ListedShots {
public:
    explicit ListedShots(const Eigen::VectorXd& law) {
        double sum = 0.0;
        for (const double p : law)
            up_to_.push_back(sum += p);
    }
    std::int64_t operator()(double u) const {
        const auto at = std::lower_bound(up_to_.begin(), up_to_.end() - 1, u * up_to_.back());
        return at - up_to_.begin();
    }

private:
    std::vector<double> up_to_;  ///< [n] probability of n or less
};

template <class Draw, class Estimate>
struct ShotBlock {
    double jz_of_ground;
    const Draw& shots;
    std::int64_t pool;
    const Estimate& estimators;

    struct Tally {
        Moments jz;
        Moments estimates[2];
        std::int64_t unbounded[2] = {0, 0};

        void merge(const Tally& other) {
            jz.merge(other.jz);
            for (std::size_t i = 0; i < 2; ++i) {
                estimates[i].merge(other.estimates[i]);
                unbounded[i] += other.unbounded[i];
            }
        }
    };

    Tally operator()(const Block& block) const {
        Tally tally;
        SparseCheck listen{block.stop};
        for (int i = 0; i < block.count; ++i) {
            const auto first = (block.first_trajectory() + i) * pool;
            double sum = 0.0;
            for (std::int64_t shot = first; shot < first + pool; ++shot) {
                listen();
                Stream random(block.seed, static_cast<std::uint64_t>(shot), Purpose::steady_shot);
                const auto n = shots(open_unit(random()));
                sum += estimators.of_shot(n);
                if (pool == 1) tally.jz.add(jz_of_ground + static_cast<double>(n));
            }
            std::size_t e = 0;
            for (const auto kind : estimators.kinds()) {
                const double estimate = estimators(kind, sum, pool);
                if (std::isfinite(estimate))
                    tally.estimates[e].add(estimate);
                else
                    ++tally.unbounded[e];
                ++e;
            }
        }
        return tally;
    }
};

/// All sizes of pools.
template <class Draw, class Estimate>
void measure(const Draw& shots, const Estimate& estimators, const RunControl& control, SteadyResult& result) {
    const auto& config = result.config;
    for (const auto pool : config.pools) {
        const ShotBlock<Draw, Estimate> task{-0.5 * static_cast<double>(config.atoms), shots, pool,
                                             estimators};
        const auto outcome =
            simulate(Ensemble{.trajectories = config.shots / pool, .seed = config.seed}, task, {}, control);
        result.seconds += outcome.seconds;
        if (outcome.result) {
            if (pool == 1) result.jz = outcome.result->jz;
            std::size_t e = 0;
            for (const auto kind : estimators.kinds()) {
                std::optional<ExactShotEstimate> exact;
                try {
                    exact = estimators.exact(kind, pool, control.stop());
                } catch (const Stopped& stopped) {
                    result.stop_reason = stopped.reason();  // the shots are there all the same
                }
                result.estimates.push_back({.estimator = kind,
                                            .pool = pool,
                                            .estimates = outcome.result->estimates[e],
                                            .unbounded = outcome.result->unbounded[e],
                                            .bound = result.bound / std::sqrt(static_cast<double>(pool)),
                                            .exact = exact});
                ++e;
            }
        }
        if (outcome.stop_reason != StopReason::completed) result.stop_reason = outcome.stop_reason;
        if (result.stop_reason != StopReason::completed) break;
    }
}

Keys<SteadyConfig> make_keys() {
    Keys<SteadyConfig> keys;
    keys.number(
            "atoms", &SteadyConfig::atoms, "number of atoms N",
            Range::between(1.0, static_cast<double>(DickeLadder::max_atoms), "a ladder has that many atoms"))
        .as_required();
    keys.part(&SteadyConfig::model, dickejump::keys<ModelConfig>());
    keys.number("pump", &SteadyConfig::pump, "pumping rate w [gamma] (default 1, the transition)",
                Range::above(0.0, "the steady state must fluctuate to tell of it"));
    keys.number("shots", &SteadyConfig::shots, "measurements of J_z (default 100000)",
                Range::from(1.0, "nothing to estimate from"))
        .as(KeyInfo::Role::extent);
    keys.numbers("pools", &SteadyConfig::pools, "how many shots one estimate is made from (default 1)",
                 Range::from(1.0, "a pool has at least one shot"))
        .hinted("K1,K2,..");
    keys.number("seed", &SteadyConfig::seed, "seed of all random streams (default 1)", {});
    return keys;
}

}  // namespace

template <>
const Keys<SteadyConfig>& keys<SteadyConfig>() {
    static const auto all = make_keys();
    return all;
}

void check(const SteadyConfig& config, Problems& problems) {
    judge(config, problems, keys<SteadyConfig>().without(keys<ModelConfig>()));
    check(config.model, config.atoms, problems);
    for (const auto pool : config.pools)
        problems.require(pool <= config.shots || pool < 1 || config.shots < 1,
                         "`pools` = " + std::to_string(pool) + " (more than the " +
                             std::to_string(config.shots) +
                             " shots that there are) give `pools` up to `shots`");
}

SteadyConfig resolved(const SteadyConfig& config) {
    Problems problems;
    check(config, problems);
    problems.raise();
    auto all = config;
    if (all.pools.empty()) all.pools = {1};
    return all;
}

std::uint64_t hash(const SteadyConfig& config) {
    return hash_of("steady", describe(resolved(config)));
}

std::string_view name(ShotEstimator estimator) {
    return estimator == ShotEstimator::locally_unbiased ? "locally_unbiased" : "maximum_likelihood";
}

std::optional<ExactShotEstimate> exact_estimate(const DickeLadder& ladder, double pump,
                                                ShotEstimator estimator, std::int64_t pool,
                                                StopRequest stop) {
    if (pool < 1)
        throw InvalidInput("pool = " + std::to_string(pool) +
                           " (an estimate is made from shots) give at least 1");
    const Estimators estimate(ladder, pump);
    if (estimator == ShotEstimator::locally_unbiased)
        return ExactShotEstimate{pump, estimate.bound() / std::sqrt(static_cast<double>(pool))};
    const double shots = static_cast<double>(pool), levels = static_cast<double>(ladder.atoms()) + 1.0;
    // Of the ideal law a term is one addition, of another a sum over its levels; and two lists are as long.
    const double a_term = ladder.is_ideal() ? 1.0 : levels;
    if (0.5 * shots * shots * levels * a_term > 2e9 || shots * levels > 2e7) return {};
    const auto law = ladder.is_ideal() ? law_of_sum(ladder.atoms(), pump, pool, stop)
                                       : law_of_sum(ladder, pump, pool, stop);
    const double finite = 1.0 - law.back();
    std::vector<double> values(law.size() - 1);
    ExactShotEstimate exact{0.0, 0.0, law.back()};
    for (std::size_t sum = 0; sum < values.size(); ++sum) {
        if (law[sum] < 1e-25) continue;
        values[sum] = estimate(estimator, static_cast<double>(sum), pool);
        exact.mean += law[sum] * values[sum] / finite;
    }
    double variance = 0.0;
    for (std::size_t sum = 0; sum < values.size(); ++sum)
        if (law[sum] >= 1e-25)
            variance += law[sum] * (values[sum] - exact.mean) * (values[sum] - exact.mean) / finite;
    exact.deviation = std::sqrt(variance);
    return exact;
}

PreparedSteady prepare(const SteadyConfig& config, StopRequest stop) {
    PreparedSteady prepared{.config = resolved(config)};
    const auto& all = prepared.config;
    if (const auto local = all.model.local_rates()) {
        prepared.local = std::make_shared<const exact::LocalSteady>(
            exact::local_steady_state(LocalSpins(all.atoms, *local), all.pump, stop));
        prepared.bound = ScoreEstimators(*prepared.local, all.pump).bound();
    } else {
        prepared.bound = Estimators(all.model.ladder(all.atoms), all.pump).bound();
    }
    return prepared;
}

SteadyResult simulate(const PreparedSteady& prepared, const RunControl& control) {
    const auto config = resolved(prepared.config);  // which anybody can have changed
    SteadyResult result{.config = config,
                        .bound = prepared.bound,
                        .jz = {},
                        .threads = control.threads,
                        .provenance = Provenance::now()};
    if (config.model.local_rates()) {
        if (!prepared.local)
            throw InvalidInput("a measurement without its steady state (it was not prepared) call prepare");
        measure(ListedShots(prepared.local->levels), ScoreEstimators(*prepared.local, config.pump), control,
                result);
    } else {
        const auto ladder = config.model.ladder(config.atoms);
        measure(Shots(ladder, config.pump), Estimators(ladder, config.pump), control, result);
    }
    return result;
}

}  // namespace dickejump
