#include "dickejump/study/calibrate/calibrate.hpp"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <limits>

#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/estimate/run_observers.hpp"
#include "dickejump/random/stream.hpp"
#include "study/scan/detector_calibration.hpp"

namespace dickejump {

namespace {

/// A detector on a leg, with the expected error of theta.
struct Ranked {
    DetectedLeg detected;
    double scale;
};

Keys<CalibrateConfig> make_keys() {
    Keys<CalibrateConfig> all;
    all.part(&CalibrateConfig::scan,
             keys<ScanConfig>()
                 .without({"trajectories", "points", "estimators", "smoothing", "signals", "keep_records",
                           "keep_estimates", "target_error"})
                 .without(dickejump::keys<ModelConfig>()));
    all.number("records", &CalibrateConfig::records, "records M, each of a pump of its own (default 1000)",
               Range::from(1.0, "a calibration needs at least one"))
        .as(KeyInfo::Role::extent);
    all.number("prior_width", &CalibrateConfig::prior_width,
               "W: the critical pump is drawn between s = -W and W, S + W <= N/2 (default 1)",
               Range::above(0.0, "a prior has a positive, finite width"));
    return all;
}

/// The rank of the truth, with a prior from -width to width [gamma]; of a detector that tells nothing, in the
/// prior.
struct Rank {
    double below;
    bool in68, in95;
};
Rank rank_of(double theta, const LikelihoodEstimate& estimate, double width) {
    if (!estimate.posterior.known()) {
        const double below = 0.5 + 0.5 * theta / width;
        return {below, std::abs(below - 0.5) < 0.34, std::abs(below - 0.5) < 0.475};
    }
    return {estimate.posterior.below(theta), estimate.posterior.interval(0.68).contains(theta),
            estimate.posterior.interval(0.95).contains(theta)};
}

struct Tally {
    std::vector<RankCounts> ranks;  ///< by leg, then by detector

    void merge(const Tally& other) {
        for (std::size_t i = 0; i < ranks.size(); ++i) {
            auto& into = ranks[i];
            const auto& from = other.ranks[i];
            for (std::size_t bin = 0; bin < RankCounts::bins; ++bin)
                into.counts[bin] += from.counts[bin];
            into.records += from.records;
            into.hold68 += from.hold68;
            into.hold95 += from.hold95;
        }
    }
};

}  // namespace

struct PreparedCalibrate::Plan {
    struct Leg {
        ScanLeg leg;
        std::vector<Ranked> detectors;
    };

    CalibrateConfig config;
    std::vector<Leg> legs;
    double width;          ///< of the prior to either side [gamma]
    double seconds = 0.0;  ///< that preparing took
};

const CalibrateConfig& PreparedCalibrate::config() const {
    return plan_->config;
}

template <>
const Keys<CalibrateConfig>& keys<CalibrateConfig>() {
    static const auto all = make_keys();
    return all;
}

void check(const CalibrateConfig& config, Problems& problems) {
    const auto known = problems.list().size();
    check(config.scan, problems);
    judge(config, problems, keys<CalibrateConfig>().without({"atoms", "rate", "half_width", "ticks"}));
    problems.require(!config.scan.detectors.empty(),
                     "`detector` (records are what a detector makes) give at least one, as in cavity=0.5");
    if (problems.list().size() > known) return;
    const double room = 0.5 * static_cast<double>(config.scan.atoms) - config.scan.half_width;
    problems.require(config.prior_width <= room,
                     "`prior_width` = " + text(config.prior_width) +
                         " (the pump would be negative at the start of some scans) give at most N/2 - S = " +
                         text(room) + ", or a smaller `half_width`");
}

CalibrateConfig resolved(const CalibrateConfig& config) {
    Problems problems;
    check(config, problems);
    problems.raise();
    auto all = config;
    all.scan = resolved(config.scan);
    return all;
}

std::uint64_t hash(const CalibrateConfig& config) {
    return hash_of("calibrate", describe(resolved(config)));
}

double RankCounts::p_value() const {
    if (records == 0) return std::numeric_limits<double>::quiet_NaN();
    const double expected = static_cast<double>(records) / bins;
    double square = 0.0;
    for (const auto count : counts)
        square += std::pow(static_cast<double>(count) - expected, 2) / expected;
    return boost::math::cdf(complement(boost::math::chi_squared_distribution<double>(bins - 1.0), square));
}

std::optional<Coverage> RankCalibration::coverage() const {
    return Coverage::of(ranks.hold68, ranks.hold95, ranks.records);
}

PreparedCalibrate prepare(const CalibrateConfig& asked, const RunControl& unlimited) {
    const auto start = StopRequest::Clock::now();
    const auto config = resolved(asked);
    const auto control = unlimited.within(config.scan.time_limit);
    const DickeLadder ladder(config.scan.atoms);
    auto plan = std::make_shared<PreparedCalibrate::Plan>();
    plan->config = config;
    plan->width = ladder.pump(config.prior_width) - 1.0;
    for (const auto direction : config.scan.protocol().directions()) {
        PreparedCalibrate::Plan::Leg leg{ScanLeg(ladder, config.scan.protocol(), direction), {}};
        for (const auto& detector : config.scan.detectors) {
            DetectedLeg detected(leg.leg, detector, config.scan, config.prior_width, control.stop());
            const double scale = expected_error(detected, config.scan, control);
            leg.detectors.push_back({std::move(detected), scale});
        }
        plan->legs.push_back(std::move(leg));
    }
    plan->seconds = seconds_since(start);
    return PreparedCalibrate(std::move(plan));
}

CalibrateResult simulate(const PreparedCalibrate& prepared, const RunControl& control) {
    const auto& plan = prepared.plan();
    const auto& config = plan.config;
    const auto wanted = EstimatorSet::of({Estimator::bayes});
    const auto task = [&](const Block& block) {
        Tally tally;
        tally.ranks.resize(plan.legs.size() * config.scan.detectors.size());
        for (int i = 0; i < block.count; ++i) {
            block.stop.check();
            const auto record = block.first_trajectory() + i;
            Stream random(block.seed, static_cast<std::uint64_t>(record), Purpose::prior);
            const double theta = plan.width * (2.0 * open_unit(random()) - 1.0);
            auto* ranks = tally.ranks.data();
            for (const auto& [leg, detectors] : plan.legs) {
                const auto sampler =
                    make_sampler(config.scan.method, leg.setup(theta, config.scan.simulated_pump_factor),
                                 config.scan.steps_per_tick);
                const auto photons =
                    run_with_photons(sampler,
                                     {.seed = block.seed,
                                      .first_trajectory = record,
                                      .count = 1,
                                      .purpose = leg.purpose(),
                                      .stop = block.stop},
                                     leg.direction(), config.scan.side_rate, PhotonDetail::times, {});
                for (const auto& [detected, scale] : detectors) {
                    block.stop.check();
                    const auto estimate =
                        detected.estimate(detected.record(photons, 0, record), wanted, scale, block.stop)
                            .likelihood;
                    const auto rank = rank_of(theta, estimate, plan.width);
                    const auto bin = static_cast<std::size_t>(rank.below * RankCounts::bins);
                    ++ranks->counts[std::min(bin, RankCounts::bins - 1)];
                    ++ranks->records;
                    ranks->hold68 += rank.in68;
                    ranks->hold95 += rank.in95;
                    ++ranks;
                }
            }
        }
        return tally;
    };
    CalibrateResult result{.config = config, .threads = control.threads, .provenance = Provenance::now()};
    const auto outcome =
        simulate(Ensemble{.trajectories = config.records, .seed = config.scan.seed}, task,
                 {.time_limit = std::max(0.0, config.scan.time_limit - plan.seconds)}, control);
    result.records = outcome.trajectories;
    result.stop_reason = outcome.stop_reason;
    result.seconds = outcome.seconds;
    std::size_t i = 0;
    for (const auto& [leg, detectors] : plan.legs)
        for (const auto& ranked : detectors) {
            result.detectors.push_back({.detector = ranked.detected.detector().name,
                                        .direction = leg.direction(),
                                        .exact_likelihood = ranked.detected.likelihood_is_exact(),
                                        .ranks = {}});
            if (outcome.result) result.detectors.back().ranks = outcome.result->ranks[i];
            ++i;
        }
    return result;
}

}  // namespace dickejump
