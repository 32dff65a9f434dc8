#include "dickejump/scan/simulated_scan.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "dickejump/estimate/covariance.hpp"
#include "dickejump/estimate/curve_moments.hpp"
#include "dickejump/estimate/mean_crossing.hpp"
#include "dickejump/estimate/run_observers.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/trajectory/observer.hpp"

namespace dickejump {

namespace {

constexpr std::array leg_estimators{Estimator::first_crossing, Estimator::last_crossing,
                                    Estimator::mid_crossing, Estimator::area};

/// Runs of one estimator, as they come.
struct EstimatorTally {
    Moments runs;
    std::int64_t missing_runs = 0;
    Histogram histogram;

    void add(double s) {
        if (std::isnan(s)) {
            ++missing_runs;
            return;
        }
        runs.add(s);
        histogram.add(s);
    }
    void merge(const EstimatorTally& other) {
        runs.merge(other.runs);
        missing_runs += other.missing_runs;
        histogram.merge(other.histogram);
    }
};

struct LegTally {
    CurveMoments curve;
    std::optional<MeanCrossing> crossing;
    JumpCount jumps;
    std::vector<EstimatorTally> estimators;  ///< as leg_estimators

    void merge(const LegTally& other) {
        curve.merge(other.curve);
        if (crossing) crossing->merge(*other.crossing);
        jumps.merge(other.jumps);
        for (std::size_t i = 0; i < estimators.size(); ++i)
            estimators[i].merge(other.estimators[i]);
    }
};

struct ScanTally {
    std::vector<LegTally> legs;
    std::optional<EstimatorTally> loop;
    std::optional<Covariance> samples;  ///< of J_z at the compared points of all legs

    void merge(const ScanTally& other) {
        for (std::size_t i = 0; i < legs.size(); ++i)
            legs[i].merge(other.legs[i]);
        if (loop) loop->merge(*other.loop);
        if (samples) samples->merge(*other.samples);
    }
};

/// Estimates of the runs of one block of one leg, and the samples that a comparison wants.
struct LegRuns {
    std::vector<double> mid;      ///< [lane] in s
    std::vector<double> samples;  ///< [point][lane]
};

/// A leg ready to run.
struct PreparedLeg {
    ScanLeg leg;
    LadderSampler sampler;
    std::optional<MeanCrossing> crossing;
    std::int64_t intervals;
    std::vector<std::int64_t> sample_ticks;
};

/// The task of `simulate`: one block of all legs.
class ScanBlock {
public:
    ScanBlock(const DickeLadder& ladder, const Scan& scan, std::vector<PreparedLeg> legs)
        : ladder_(ladder), scan_(scan), legs_(std::move(legs)) {
        for (const auto& leg : legs_)
            dimension_ += static_cast<Eigen::Index>(leg.sample_ticks.size());
    }

    ScanTally operator()(const Block& block) const {
        ScanTally tally;
        std::vector<LegRuns> runs;
        for (const auto& leg : legs_) {
            const bool up = leg.leg.direction() == Direction::up;
            tally.legs.push_back(empty_leg(leg));
            runs.push_back(up ? run_leg<Direction::up>(leg, block, tally.legs.back())
                              : run_leg<Direction::down>(leg, block, tally.legs.back()));
        }
        if (legs_.size() == 2) {
            tally.loop = empty_estimator();
            for (std::size_t lane = 0; lane < runs[0].mid.size(); ++lane)
                tally.loop->add(0.5 * (runs[0].mid[lane] + runs[1].mid[lane]));
        }
        if (dimension_ > 0) tally.samples = samples(runs, static_cast<std::size_t>(block.count));
        return tally;
    }

    const std::vector<PreparedLeg>& legs() const { return legs_; }

private:
    EstimatorTally empty_estimator() const {
        // Wide enough for any crossing of a scan that matters, fine enough for the narrowest (area at a slow
        // rate).
        const double reach = std::min(scan_.half_width, 10.0 + 10.0 * std::sqrt(scan_.rate));
        return {.runs = {}, .missing_runs = 0, .histogram = {-reach, reach, 1000}};
    }
    LegTally empty_leg(const PreparedLeg& leg) const {
        return {.curve = {ladder_.atoms(), leg.leg.grid(), leg.leg.grid().ticks / leg.intervals},
                .crossing = leg.crossing,
                .jumps = {},
                .estimators = {leg_estimators.size(), empty_estimator()}};
    }

    template <Direction d>
    LegRuns run_leg(const PreparedLeg& prepared, const Block& block, LegTally& tally) const {
        const auto& leg = prepared.leg;
        Crossings<d> crossings(ladder_.atoms());
        InversionIntegral integral(ladder_.atoms());
        InversionSamples samples(ladder_.atoms(), prepared.sample_ticks);
        Maybe<MeanCrossing> crossing{std::move(tally.crossing)};
        const Lanes lanes{.seed = block.seed,
                          .first_trajectory = block.first_trajectory(),
                          .count = block.count,
                          .purpose = leg.purpose()};
        run(prepared.sampler, lanes, tally.curve, crossing, tally.jumps, crossings, integral, samples);
        tally.crossing = std::move(crossing.observer);

        LegRuns runs{.mid = {}, .samples = std::move(samples.values)};
        for (std::size_t lane = 0; lane < integral.value.size(); ++lane) {
            const double first = leg.scaled_pump(crossings.first[lane]),
                         last = leg.scaled_pump(crossings.last[lane]);
            runs.mid.push_back(0.5 * (first + last));  // missing if either is
            const std::array estimates{first, last, runs.mid.back(), leg.area(integral.value[lane])};
            for (std::size_t i = 0; i < estimates.size(); ++i)
                tally.estimators[i].add(estimates[i]);
        }
        return runs;
    }

    Covariance samples(const std::vector<LegRuns>& runs, std::size_t lanes) const {
        Covariance covariance(dimension_);
        Eigen::VectorXd x(dimension_);
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            Eigen::Index i = 0;
            for (const auto& leg : runs)
                for (std::size_t k = lane; k < leg.samples.size(); k += lanes)
                    x(i++) = leg.samples[k];
            covariance.add(x);
        }
        return covariance;
    }

    DickeLadder ladder_;
    Scan scan_;
    std::vector<PreparedLeg> legs_;
    Eigen::Index dimension_ = 0;
};

PreparedLeg prepare(const DickeLadder& ladder, const ScanRun& run, const ExactLeg& exact) {
    const ScanLeg leg(ladder, run.scan, exact.direction);
    PreparedLeg prepared{.leg = leg,
                         .sampler = leg.sampler(run.simulated_pump_factor),
                         .crossing = {},
                         .intervals = curve_intervals(leg.grid().ticks, run.points),
                         .sample_ticks = {}};
    if (exact.solution.crossing && exact.solution.rise != 0.0) {
        // Fit where the mean moves by about 0.3 of its way to the pole: a cubic is good to 1e-4 of the width
        // there.
        const double reach = 0.15 * static_cast<double>(ladder.atoms()) / std::abs(exact.solution.rise);
        prepared.crossing.emplace(ladder.atoms(), leg.grid(), *exact.solution.crossing, reach);
    }
    return prepared;
}

const EstimatorTally* find(const ScanTally& tally, const std::vector<PreparedLeg>& legs, Estimator estimator,
                           Direction direction) {
    for (std::size_t leg = 0; leg < legs.size(); ++leg)
        for (std::size_t i = 0; i < leg_estimators.size(); ++i)
            if (legs[leg].leg.direction() == direction && leg_estimators[i] == estimator)
                return &tally.legs[leg].estimators[i];
    return nullptr;
}

bool reached(const ScanTally& tally, const std::vector<PreparedLeg>& legs, const TargetError& target) {
    const auto small = [&](const EstimatorTally& estimator) {
        const auto mean = estimator.runs.mean();
        return estimator.runs.count() >= 2 && mean->error <= target.error;
    };
    if (target.estimator == Estimator::loop) return tally.loop && small(*tally.loop);
    return std::all_of(legs.begin(), legs.end(), [&](const PreparedLeg& leg) {
        const bool asked = !target.direction || *target.direction == leg.leg.direction();
        return !asked || small(*find(tally, legs, target.estimator, leg.leg.direction()));
    });
}

ScanCurve curve(const ScanLeg& leg, const LegTally& tally, std::int64_t intervals) {
    ScanCurve result{.direction = leg.direction(), .points = {}, .crossing = {}};
    for (std::int64_t i = 0; i <= intervals; ++i) {
        const double time = leg.grid().time(i * (leg.grid().ticks / intervals));
        const auto moments = tally.curve.at(static_cast<std::size_t>(i));
        result.points.push_back({time, leg.scaled_pump(time), moments.mean(), moments.variance()});
    }
    if (tally.crossing)
        if (const auto time = tally.crossing->time())
            result.crossing = Estimate{leg.scaled_pump(time->value), std::abs(leg.speed()) * time->error};
    return result;
}

EstimatorResult result_of(Estimator estimator, std::optional<Direction> direction,
                          const EstimatorTally& tally, const std::optional<Calibration>& calibration) {
    return {estimator, direction, tally.runs, tally.missing_runs, calibration, tally.histogram};
}

struct Simulation {
    ScanResult result;
    std::optional<ScanTally> tally;
};

Simulation simulate_prepared(const DickeLadder& ladder, const ScanRun& run, const ExactScan& exact,
                             std::vector<PreparedLeg> prepared) {
    // Calibrations do not depend on the runs; doing them first keeps a failure from costing the runs.
    std::vector<CrossingCalibrations> crossings;
    for (const auto& leg : prepared)
        crossings.push_back(calibrate_crossings(ladder, leg.leg));

    const ScanBlock block(ladder, run.scan, std::move(prepared));
    const auto& legs = block.legs();
    Watch<ScanTally> watch;
    watch.time_limit = run.time_limit;
    watch.interrupt = run.interrupt;
    watch.show = run.show;
    if (!run.targets.empty())
        watch.good_enough = [&](const ScanTally& tally) {
            return std::all_of(run.targets.begin(), run.targets.end(),
                               [&](const TargetError& target) { return reached(tally, legs, target); });
        };
    const auto outcome = simulate(run.ensemble, block, watch);

    ScanResult result;
    result.trajectories = outcome.trajectories;
    result.stop_reason = outcome.stop_reason;
    result.seconds = outcome.seconds;
    if (!outcome.result) return {std::move(result), {}};
    const auto& tally = *outcome.result;
    for (std::size_t i = 0; i < legs.size(); ++i) {
        const auto& leg = tally.legs[i];
        result.jumps += leg.jumps.up + leg.jumps.down;
        result.curves.push_back(curve(legs[i].leg, leg, legs[i].intervals));
        const auto direction = legs[i].leg.direction();
        const std::array calibrations{crossings[i].first, crossings[i].last, crossings[i].mid,
                                      std::optional(exact.leg(direction).area)};
        for (std::size_t k = 0; k < leg_estimators.size(); ++k)
            result.estimators.push_back(
                result_of(leg_estimators[k], direction, leg.estimators[k], calibrations[k]));
    }
    if (tally.loop) {
        std::optional<Calibration> calibration;
        if (crossings[0].mid && crossings[1].mid)
            calibration = {0.5 * (crossings[0].mid->offset + crossings[1].mid->offset),
                           0.5 * (crossings[0].mid->slope + crossings[1].mid->slope)};
        result.estimators.push_back(result_of(Estimator::loop, {}, *tally.loop, calibration));
        const auto &up = result.curves[0].crossing, &down = result.curves[1].crossing;
        if (up && down) result.width = Estimate{up->value - down->value, std::hypot(up->error, down->error)};
    }
    return {std::move(result), outcome.result};
}

/// The compared points of one leg: up to 15, evenly spread over the stretch where J_z has spread, and far
/// enough apart for the covariance of neighbours to be well conditioned.
std::vector<std::int64_t> compared_ticks(const ScanLeg& leg, const exact::Solution& solution) {
    constexpr double floor = 0.05;    // of the largest variance
    constexpr double closest = 0.05;  // [1/gamma]
    constexpr std::int64_t most = 15;
    const auto& grid = leg.grid();
    const double lowest = floor * solution.max_variance.value;
    const auto has_spread = [&](double variance) { return variance >= lowest; };
    const auto& v = solution.jz_variance;
    const auto first = std::find_if(v.begin() + 1, v.end(), has_spread);
    const auto last = std::find_if(v.rbegin(), v.rend(), has_spread);
    const double begin = solution.times[static_cast<std::size_t>(first - v.begin())];
    const double end = solution.times[v.size() - 1 - static_cast<std::size_t>(last - v.rbegin())];

    const auto fits = static_cast<std::int64_t>((end - begin) / std::max(closest, grid.tick())) + 1;
    const auto count = std::clamp<std::int64_t>(fits, 1, most);
    std::vector<std::int64_t> ticks;
    for (std::int64_t i = 0; i < count; ++i) {
        const double fraction = count == 1 ? 0.5 : static_cast<double>(i) / static_cast<double>(count - 1);
        const auto tick =
            static_cast<std::int64_t>(std::llround((begin + fraction * (end - begin)) / grid.tick()));
        ticks.push_back(std::clamp<std::int64_t>(tick, 1, grid.ticks));
    }
    ticks.erase(std::unique(ticks.begin(), ticks.end()), ticks.end());
    return ticks;
}

}  // namespace

std::string_view name(Estimator estimator) {
    switch (estimator) {
        case Estimator::first_crossing:
            return "first_crossing";
        case Estimator::last_crossing:
            return "last_crossing";
        case Estimator::mid_crossing:
            return "mid_crossing";
        case Estimator::area:
            return "area";
        case Estimator::loop:
            return "loop";
    }
    return "unknown";
}

std::optional<Estimator> estimator_named(std::string_view wanted) {
    for (const auto estimator : {Estimator::first_crossing, Estimator::last_crossing, Estimator::mid_crossing,
                                 Estimator::area, Estimator::loop})
        if (name(estimator) == wanted) return estimator;
    return {};
}

std::optional<Estimate> EstimatorResult::delta_w(std::int64_t atoms) const {
    const auto spread = runs.deviation();
    // An estimate that does not answer to the pump at all measures nothing.
    if (!spread || !calibration || calibration->slope < 1e-9) return {};
    const double scale = 2.0 / (static_cast<double>(atoms) * calibration->slope);
    return Estimate{scale * spread->value, scale * spread->error};
}

void check(const ScanRun& run, std::int64_t atoms, Problems& problems) {
    check(run.scan, atoms, problems);
    problems.require(run.ensemble.trajectories >= 1,
                     "trajectories = " + std::to_string(run.ensemble.trajectories) +
                         " (an ensemble needs at least one) pass --trajectories M with M >= 1");
    problems.require(run.ensemble.threads >= 0,
                     "threads = " + std::to_string(run.ensemble.threads) +
                         " (a number of threads) pass --threads K with K >= 1, or 0 for all");
    problems.require(
        !(run.time_limit <= 0.0) && !std::isnan(run.time_limit),
        "time-limit = " + text(run.time_limit) + " (seconds, more than 0) pass --time-limit SECONDS");
    problems.require(run.points >= 2, "points = " + std::to_string(run.points) +
                                          " (a curve has two ends) pass --points P with P >= 2");
    const auto directions = run.scan.directions();
    for (const auto& target : run.targets) {
        problems.require(
            std::isfinite(target.error) && target.error > 0.0,
            "target-error " + text(target.error) + " (an error to reach is positive) pass NAME:E with E > 0");
        if (target.estimator == Estimator::loop)
            problems.require(directions.size() == 2,
                             "target-error for loop (it needs both legs) pass --direction both");
        if (target.direction)
            problems.require(
                std::find(directions.begin(), directions.end(), *target.direction) != directions.end(),
                "target-error for the leg " + std::string(name(*target.direction)) +
                    " (it does not run) pass --direction both");
    }
}

ScanResult simulate_scan(const DickeLadder& ladder, const ScanRun& run, const ExactScan& exact) {
    Problems problems;
    check(run, ladder.atoms(), problems);
    problems.raise();
    std::vector<PreparedLeg> legs;
    for (const auto& leg : exact.legs)
        legs.push_back(prepare(ladder, run, leg));
    return simulate_prepared(ladder, run, exact, std::move(legs)).result;
}

std::int64_t trajectories_for_comparison(const Scan& scan) {
    return trajectories_for_agreement(15 * static_cast<Eigen::Index>(scan.directions().size()));
}

ScanComparison compare_scan(const DickeLadder& ladder, const ScanRun& run) {
    Problems problems;
    check(run, ladder.atoms(), problems);
    const auto fewest = trajectories_for_comparison(run.scan);
    problems.require(run.ensemble.trajectories >= fewest,
                     "trajectories = " + std::to_string(run.ensemble.trajectories) +
                         " (the test of means at many points needs " + std::to_string(fewest) +
                         " for its p-value to hold) pass --trajectories M with at least that");
    problems.raise();

    const auto scanned = solve_scan(ladder, run.scan, 2001);
    std::vector<PreparedLeg> legs;
    Eigen::Index dimension = 0;
    for (const auto& exact : scanned.legs) {
        legs.push_back(prepare(ladder, run, exact));
        legs.back().sample_ticks = compared_ticks(legs.back().leg, exact.solution);
        dimension += static_cast<Eigen::Index>(legs.back().sample_ticks.size());
    }
    // Once more, for the exact means at just those ticks.
    Eigen::VectorXd expected(dimension);
    ScanComparison comparison{};
    for (const auto& prepared : legs) {
        const auto& leg = prepared.leg;
        std::vector<double> at;
        for (const auto tick : prepared.sample_ticks)
            at.push_back(leg.grid().time(tick));
        const auto solution = exact::solve(ladder, leg.pump(), leg.duration(), leg.start_populations(), at);
        for (std::size_t i = 0; i < at.size(); ++i) {
            expected(static_cast<Eigen::Index>(comparison.points.size())) = solution.jz_mean[i];
            comparison.points.push_back({leg.direction(), leg.scaled_pump(at[i]), 0.0});
        }
    }
    auto simulation = simulate_prepared(ladder, run, scanned, std::move(legs));
    comparison.result = std::move(simulation.result);
    if (!simulation.tally)
        throw InvalidInput("the comparison was stopped before its first block (no p-value) run it longer");
    const auto& samples = *simulation.tally->samples;
    const Eigen::MatrixXd covariance = samples.covariance();
    for (Eigen::Index i = 0; i < dimension; ++i) {
        const double error = std::sqrt(covariance(i, i) / static_cast<double>(samples.count()));
        comparison.points[static_cast<std::size_t>(i)].z = (samples.mean()(i) - expected(i)) / error;
    }
    comparison.p_value = agreement(samples, expected);
    return comparison;
}

}  // namespace dickejump
