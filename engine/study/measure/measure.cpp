#include "dickejump/study/measure/measure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <utility>

#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/estimate/record_information.hpp"
#include "dickejump/exact/master_equation.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/trajectory/method.hpp"
#include "dickejump/trajectory/observer.hpp"
#include "study/scan/detector_keys.hpp"
#include "study/start_key.hpp"

namespace dickejump {

struct PreparedMeasure::Plan {
    struct Eye {
        Detector detector;
        LikelihoodFilter filter;
        std::optional<RecordInformation> information;  ///< with parameters unknown
        double scale;                                  ///< about the error of one record [gamma]
    };

    MeasureConfig config;
    DickeLadder ladder;
    PumpSchedule pump;
    TickGrid grid;
    StartState start;
    exact::Solution exact;
    ThetaRange range;
    std::vector<Eye> eyes;
    double seconds = 0.0;  ///< that preparing took

    Sampler sampler(double theta) const {
        return make_sampler(Method::exact,
                            {ladder, theta == 0.0 ? pump : pump.affine(1.0, theta), grid, start});
    }
    /// Photons of runs first, first + 1, ..
    std::vector<std::vector<Photon>> photons(std::int64_t first, int count, const StopRequest& stop) const {
        PhotonRecords records(config.seed, first, Direction::up, config.side_rate);
        run(sampler(config.simulated_shift),
            Lanes{.seed = config.seed,
                  .first_trajectory = first,
                  .count = count,
                  .purpose = Purpose::measure,
                  .stop = stop},
            records);
        return std::move(records.photons);
    }
};

namespace {

using Plan = PreparedMeasure::Plan;

Keys<MeasureConfig> make_keys() {
    Keys<MeasureConfig> keys;
    keys.number("atoms", &MeasureConfig::atoms, "number of atoms N",
                Range::between(1.0, 65534.0, "a likelihood follows every level, and every jump is made"))
        .as_required();
    keys.number("park", &MeasureConfig::park, "constant pump w [gamma]",
                Range::above(0.0, "without a pump nothing tells of it"))
        .hinted("W");
    keys.text("schedule", &MeasureConfig::schedule, "w(t) from a file with the columns time,pump")
        .hinted("FILE.csv");
    keys.number("duration", &MeasureConfig::duration, "T [1/gamma]",
                Range::above(0.0, "a measurement takes time"))
        .as_required();
    add_start_key(keys, &MeasureConfig::initial, "steady", "state at t = 0 (default steady, at w(0))");
    add_detector_key(keys, &MeasureConfig::detectors,
                     "what a detector sees, with efficiencies; may be repeated. More in TOML: [[detector]]");
    keys.words(
        "unknown", &MeasureConfig::unknown,
        "bounds of detected records also with these parameters unknown, such as gamma,efficiency:cavity",
        {all_parameters.begin(), all_parameters.end()});
    keys.number("side_rate", &MeasureConfig::side_rate,
                "Gamma, emission to the side per excited atom [gamma] (default 0)",
                Range::from(0.0, "a rate is not negative"));
    keys.number("prior_width", &MeasureConfig::prior_width,
                "W: theta lies between -2W/N and 2W/N beforehand (default 20)",
                Range::above(0.0, "a prior has a positive, finite width"));
    keys.number("trajectories", &MeasureConfig::trajectories, "number of runs M (default 1000)",
                Range::from(1.0, "an ensemble needs at least one"))
        .as(KeyInfo::Role::extent);
    keys.number("seed", &MeasureConfig::seed, "seed of all random streams (default 1)", {});
    keys.number(
            "time_limit", &MeasureConfig::time_limit, "stop after so many seconds",
            {.low = 0.0, .low_is_in = false, .why = "a time to run in, in seconds", .takes_infinity = true})
        .as(KeyInfo::Role::extent)
        .hinted("SECONDS");
    return keys;
}

void check_shift(double shift, Problems& problems) {
    problems.require(std::isfinite(shift), "simulated shift = " + text(shift) + " (it is finite) correct it");
}

TickGrid grid_of(double duration) {
    constexpr double longest = 0.02;
    return {.duration = duration,
            .ticks = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(duration / longest)))};
}

std::vector<Photon> seen_by(const Plan& plan, const Plan::Eye& eye, std::span<const Photon> photons,
                            std::int64_t run) {
    return detect(eye.detector, photons, plan.config.seed, run, Direction::up, plan.grid.duration);
}

/// About the error of one record, from what eight of them tell near theta = 0.
double expected_error(const Plan& plan, const Plan::Eye& eye, double perfect, const StopRequest& stop) {
    constexpr int pilots = 8;
    LikelihoodFilter::Thetas thetas;
    for (std::size_t i = 0; i < thetas.size(); ++i)
        thetas[i] = 0.02 * perfect * (static_cast<double>(i) - 3.5);
    const auto photons = plan.photons(first_calibration_run, pilots, stop);
    double information = 0.0;
    for (std::size_t lane = 0; lane < photons.size(); ++lane) {
        const auto clicks =
            seen_by(plan, eye, photons[lane], first_calibration_run + static_cast<std::int64_t>(lane));
        information += eye.filter(clicks, thetas, {}, stop).information / pilots;
    }
    const double least = 1e-4 / (perfect * perfect);
    return 1.0 / std::sqrt(std::max(information, least));
}

struct Tally {
    std::vector<MeasuredDetector> detectors;

    void merge(const Tally& other) {
        for (std::size_t i = 0; i < detectors.size(); ++i)
            detectors[i].merge(other.detectors[i]);
    }
};

void add(const LikelihoodEstimate& estimate, double truth, MeasuredDetector& tally) {
    tally.information.add(estimate.information);
    if (estimate.posterior.known()) {
        tally.bayes.add(estimate.posterior.mean(), estimate.score);
        ++tally.posteriors;
        tally.posterior68 += estimate.posterior.interval(0.68).contains(truth);
        tally.posterior95 += estimate.posterior.interval(0.95).contains(truth);
    }
    if (!estimate.found()) return tally.no_maximum.add(*estimate.no_maximum);
    tally.maximum_likelihood.add(estimate.maximum, estimate.score);
    ++tally.intervals;
    tally.hold68 += estimate.confidence68().contains(truth);
    tally.hold95 += estimate.confidence95().contains(truth);
}

}  // namespace

void MeasuredDetector::merge(const MeasuredDetector& other) {
    maximum_likelihood.merge(other.maximum_likelihood), bayes.merge(other.bayes);
    no_maximum.merge(other.no_maximum), information.merge(other.information);
    if (matrix) matrix->merge(*other.matrix);
    intervals += other.intervals, hold68 += other.hold68, hold95 += other.hold95;
    posteriors += other.posteriors, posterior68 += other.posterior68, posterior95 += other.posterior95;
}

PumpSchedule MeasureConfig::pump() const {
    if (schedule.empty() && !park)
        throw InvalidInput("`park` and `schedule` (one of them says what w is) give one of them");
    return schedule.empty() ? PumpSchedule::constant(*park) : PumpSchedule::from_csv(schedule);
}

template <>
const Keys<MeasureConfig>& keys<MeasureConfig>() {
    static const auto all = make_keys();
    return all;
}

void check(const MeasureConfig& config, Problems& problems) {
    const auto known = problems.list().size();
    judge(config, problems);
    problems.require(config.park.has_value() != !config.schedule.empty(),
                     "`park` and `schedule` (one of them says what w is) give one of them");
    if (!config.schedule.empty()) problems.collect([&] { PumpSchedule::from_csv(config.schedule); });
    problems.require(!config.initial || (*config.initial >= 0 && *config.initial <= config.atoms),
                     "`initial` = dicke:" + std::to_string(config.initial.value_or(0)) +
                         " (the ladder has 0.." + std::to_string(config.atoms) + ") choose one of them");
    check_shift(config.simulated_shift, problems);
    problems.require(!config.detectors.empty(),
                     "`detector` (records are what a detector makes) give at least one, as in cavity=0.5");
    if (problems.list().size() > known) return;
    constexpr double most_time = 1e8 * 0.02;
    if (!(config.duration <= most_time))
        return problems.add("`duration` = " + text(config.duration) +
                            " (more than 10^8 ticks of 0.02/gamma) cut it");
    const auto grid = grid_of(config.duration);
    for (const auto& detector : config.detectors) {
        check(detector, config.side_rate, grid.duration, grid.tick(), problems);
        check(config.unknown, detector, problems);
        problems.require(
            detector.time_tags && detector.bin_width == 0.0,
            "`detector` " + detector.name + " with bins (here every click has its time) give tags");
    }
}

MeasureConfig resolved(const MeasureConfig& config) {
    Problems problems;
    check(config, problems);
    problems.raise();
    auto all = config;
    if (!all.schedule.empty())
        all.schedule = std::filesystem::absolute(all.schedule).lexically_normal().string();
    return all;
}

std::uint64_t hash(const MeasureConfig& config) {
    return hash_of("measure", describe(resolved(config)));
}

PreparedMeasure prepare(const MeasureConfig& asked, const RunControl& unlimited) {
    const auto begin = StopRequest::Clock::now();
    const auto config = resolved(asked);
    const auto control = unlimited.within(config.time_limit);
    const DickeLadder ladder(config.atoms);
    const auto pump = config.pump();
    const auto start = config.initial ? StartState::dicke(*config.initial) : StartState::steady(pump.at(0.0));
    const auto populations = exact::start_populations(ladder, start);
    const auto reach = 2.0 * config.prior_width / static_cast<double>(config.atoms);
    auto plan =
        std::make_shared<Plan>(Plan{.config = config,
                                    .ladder = ladder,
                                    .pump = pump,
                                    .grid = grid_of(config.duration),
                                    .start = start,
                                    .exact = exact::solve(ladder, pump, config.duration, populations,
                                                          std::array{0.0, config.duration}, control.stop()),
                                    .range = ThetaRange::of(pump, config.duration, reach),
                                    .eyes = {}});
    const auto& snapshot = plan->exact.snapshot_information.value;
    const double told = std::max(plan->exact.record_information.value_or(snapshot), snapshot);
    const double perfect = 1.0 / std::sqrt(std::max(told, 1e-12));
    for (const auto& detector : config.detectors) {
        Plan::Eye eye{
            detector,
            LikelihoodFilter(ladder, pump, config.duration, populations, detector, config.side_rate),
            {},
            perfect};
        if (!config.unknown.empty())
            eye.information.emplace(ladder, pump, config.duration, populations, detector, config.side_rate,
                                    config.unknown);
        eye.scale = expected_error(*plan, eye, perfect, control.stop());
        plan->eyes.push_back(std::move(eye));
    }
    plan->seconds = seconds_since(begin);
    return PreparedMeasure(std::move(plan));
}

MeasureResult simulate(const PreparedMeasure& measure, const RunControl& control) {
    const auto& plan = measure.plan();
    const auto& config = plan.config;
    const auto named = [&] {
        std::vector<MeasuredDetector> all;
        for (const auto& eye : plan.eyes) {
            all.push_back(
                {.detector = eye.detector.name, .exact_likelihood = eye.detector.likelihood_is_exact()});
            const auto size = static_cast<Eigen::Index>(config.unknown.size()) + 1;
            if (eye.information) all.back().matrix.emplace(size * (size + 1) / 2);
        }
        return all;
    };
    const auto task = [&](const Block& block) {
        Tally tally{named()};
        // Few at a time: their photons are kept.
        constexpr int together = 16;
        for (int done = 0; done < block.count; done += together) {
            const auto first = block.first_trajectory() + done;
            const auto photons = plan.photons(first, std::min(together, block.count - done), block.stop);
            for (std::size_t lane = 0; lane < photons.size(); ++lane)
                for (std::size_t i = 0; i < plan.eyes.size(); ++i) {
                    block.stop.check();
                    const auto& eye = plan.eyes[i];
                    const auto clicks =
                        seen_by(plan, eye, photons[lane], first + static_cast<std::int64_t>(lane));
                    const Likelihood likelihood = [&](const LikelihoodFilter::Thetas& thetas) {
                        return eye.filter(clicks, thetas, {}, block.stop);
                    };
                    add(estimate_likelihood(likelihood, eye.scale, plan.range), config.simulated_shift,
                        tally.detectors[i]);
                    if (eye.information)
                        tally.detectors[i].matrix->add(
                            upper_triangle((*eye.information)(clicks, block.stop)));
                }
        }
        return tally;
    };
    const auto outcome =
        simulate(config.ensemble(), task,
                 StopRule<Tally>{.time_limit = std::max(0.0, config.time_limit - plan.seconds)}, control);
    MeasureResult result{.config = config,
                         .full_record = {},
                         .detectors = outcome.result ? outcome.result->detectors : named(),
                         .trajectories = outcome.trajectories,
                         .stop_reason = outcome.stop_reason,
                         .seconds = outcome.seconds,
                         .threads = control.threads,
                         .provenance = Provenance::now()};
    if (const auto& told = plan.exact.record_information; told && *told > 0.0) {
        result.full_record = 1.0 / std::sqrt(*told);
        const double downs = plan.exact.up_jumps - (plan.exact.jz_mean.back() - plan.exact.jz_mean.front());
        if (downs > 0.0) result.full_record_gamma_unknown = std::sqrt(1.0 / *told + 1.0 / downs);
    }
    if (plan.exact.snapshot_information.value > 0.0)
        result.snapshot = 1.0 / std::sqrt(plan.exact.snapshot_information.value);
    return result;
}

}  // namespace dickejump
