#include "dickejump/study/experiment/experiment.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/exact/local_equation.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/study/scan/exact_scan.hpp"
#include "study/experiment/experiment_plan.hpp"

namespace dickejump {

namespace {

constexpr std::int64_t calibration_runs = 4096;

/// int <J_z> dt of every leg, and bound 3's information up to its end.
struct CourseSolution {
    std::vector<double> areas;                       ///< in s
    std::vector<std::optional<double>> information;  ///< up to the end of each leg
};

CourseSolution solve_course(const ExperimentConfig& config, const Course& course, StopRequest stop) {
    const DickeLadder ladder(config.atoms);
    auto populations = exact::symmetric_populations(course.stretches.front().spins,
                                                    exact::start_populations(ladder, course.start));
    CourseSolution result;
    std::optional<double> information = 0.0;
    for (const auto& stretch : course.stretches) {
        auto found = exact::solve_local(stretch.spins, stretch.pump, stretch.duration, populations, {},
                                        exact::Sensitivity::left_out, stop);
        populations = std::move(found.end);
        const auto& its = found.solution.record_information;
        information = information && its ? std::optional(*information + *its) : std::nullopt;
        if (!stretch.leg) continue;
        result.areas.push_back(stretch.leg->area(found.solution.inversion_integral));
        result.information.push_back(information);
    }
    return result;
}

/// Crossings of pairs of runs at two pumps, by leg.
struct PairedLegs {
    std::vector<PairedShift> legs;

    void merge(const PairedLegs& other) {
        for (std::size_t k = 0; k < legs.size(); ++k)
            legs[k].merge(other.legs[k]);
    }
};

void calibrate_crossings(PreparedExperiment::Plan& plan, const RunControl& control) {
    const auto& leg = *plan.course.stretches.front().leg;
    const auto pumps = leg.calibration_pumps();
    const Course low(plan.config, pumps.low), high(plan.config, pumps.high);
    const auto task = [&](const Block& block) {
        PairedLegs shifts{std::vector<PairedShift>(plan.legs.size())};
        for (int i = 0; i < block.count; ++i) {
            block.stop.check();
            const auto index = first_calibration_run + block.first_trajectory() + i;
            const auto before = run_course(low, block.seed, index),
                       after = run_course(high, block.seed, index);
            for (std::size_t k = 0; k < plan.legs.size(); ++k)
                for (std::size_t e = 0; e < leg_estimators.size(); ++e)
                    shifts.legs[k].add(leg_estimators[e], before.legs[k].estimates[e],
                                       after.legs[k].estimates[e], pumps.one_sided);
        }
        return shifts;
    };
    const auto outcome =
        dickejump::simulate({.trajectories = calibration_runs, .seed = plan.config.seed}, task, {}, control);
    if (outcome.stop_reason != StopReason::completed) throw Stopped(outcome.stop_reason);
    for (std::size_t k = 0; k < plan.legs.size(); ++k)
        for (std::size_t e = 0; e < leg_estimators.size(); ++e)
            if (leg_estimators[e] != Estimator::area)
                plan.legs[k].calibrations[e] =
                    outcome.result->legs[k].calibration(leg_estimators[e], pumps.shift, calibration_runs / 8);
}

/// Offset and slope of every leg's area, from the rate equation at theta = 0 and on both sides of it.
void calibrate_areas(PreparedExperiment::Plan& plan, const RunControl& control) {
    const double shift = 1e-3, theta = 2.0 * shift / static_cast<double>(plan.config.atoms);  // [s], [gamma]
    const bool one_sided = plan.course.stretches.front().pump.extremes(1e300).lowest < theta;
    std::array<CourseSolution, 3> solutions;
    const std::array thetas{one_sided ? 0.0 : -theta, 0.0, theta};
    control.executor().for_each(3, [&](std::int64_t i) {
        const auto k = static_cast<std::size_t>(i);
        solutions[k] = solve_course(plan.config, Course(plan.config, thetas[k]), control.stop());
    });
    const double width = one_sided ? shift : 2.0 * shift;
    const auto area = std::find(leg_estimators.begin(), leg_estimators.end(), Estimator::area);
    for (std::size_t k = 0; k < plan.legs.size(); ++k) {
        plan.legs[k].calibrations[static_cast<std::size_t>(area - leg_estimators.begin())] =
            Calibration{.offset = solutions[1].areas[k],
                        .slope = std::abs(solutions[2].areas[k] - solutions[0].areas[k]) / width};
        plan.legs[k].information = solutions[1].information[k];
    }
    if (const auto& all = plan.legs.back().information) plan.full_record = 1.0 / std::sqrt(*all);
}

}  // namespace

void ExperimentTally::add(const CourseRun& run) {
    for (std::size_t k = 0; k < legs.size(); ++k) {
        auto& leg = legs[k];
        leg.jz_end.add(run.legs[k].end.m());
        leg.j2_end.add(run.legs[k].end.j2());
        for (std::size_t e = 0; e < leg_estimators.size(); ++e)
            if (const double s = run.legs[k].estimates[e]; std::isnan(s))
                ++leg.missing[e];
            else
                leg.runs[e].add(s);
    }
    Eigen::VectorXd x(static_cast<Eigen::Index>(legs.size()));
    for (std::size_t e = 0; e < leg_estimators.size(); ++e) {
        for (std::size_t k = 0; k < legs.size(); ++k)
            x(static_cast<Eigen::Index>(k)) = run.legs[k].estimates[e];
        if (!x.hasNaN()) together[e].add(x);
    }
    jumps += run.jumps;
}

void ExperimentTally::merge(const ExperimentTally& other) {
    for (std::size_t k = 0; k < legs.size(); ++k) {
        for (std::size_t e = 0; e < leg_estimators.size(); ++e) {
            legs[k].runs[e].merge(other.legs[k].runs[e]);
            legs[k].missing[e] += other.legs[k].missing[e];
        }
        legs[k].jz_end.merge(other.legs[k].jz_end);
        legs[k].j2_end.merge(other.legs[k].j2_end);
    }
    for (std::size_t e = 0; e < together.size(); ++e)
        together[e].merge(other.together[e]);
    for (std::size_t d = 0; d < records.size(); ++d)
        records[d].merge(other.records[d]);
    jumps += other.jumps;
}

CombinedEstimate combined(Estimator estimator, const Covariance& together,
                          std::span<const Calibration> calibrations, std::int64_t atoms) {
    CombinedEstimate result{.estimator = estimator, .weights = {}, .delta_w = {}};
    const auto count = static_cast<Eigen::Index>(calibrations.size());
    if (together.count() < 10 * (count + 1)) return result;
    Eigen::VectorXd slopes(count);
    for (Eigen::Index k = 0; k < count; ++k)
        slopes(k) = calibrations[static_cast<std::size_t>(k)].slope;
    const Eigen::LLT<Eigen::MatrixXd> covariance(together.covariance());
    if (covariance.info() != Eigen::Success) return result;
    const Eigen::VectorXd solved = covariance.solve(slopes);
    const double precision = slopes.dot(solved);
    if (!(precision > 0.0)) return result;
    // Of M runs and K legs (M - 1)/precision is delta w^2 times a chi-square with M - K degrees: the legs are
    // combined as suits these very runs, which leaves them less of a spread than others would have.
    const auto runs = static_cast<double>(together.count()), degrees = runs - static_cast<double>(count);
    const double value = 2.0 / static_cast<double>(atoms) * std::sqrt((runs - 1.0) / (degrees * precision));
    // And every slope enters with its weight.
    double relative = 0.5 / degrees;
    for (Eigen::Index k = 0; k < count; ++k) {
        const double weight = slopes(k) * solved(k) / precision;
        result.weights.push_back(weight);
        const auto& calibration = calibrations[static_cast<std::size_t>(k)];
        if (calibration.slope > 0.0) {
            const double part = weight * calibration.slope_error / calibration.slope;
            relative += part * part;
        }
    }
    result.delta_w = Estimate{value, value * std::sqrt(relative)};
    return result;
}

const ExperimentConfig& PreparedExperiment::config() const {
    return plan_->config;
}

PreparedExperiment prepare(const ExperimentConfig& config, const RunControl& control) {
    return PreparedExperiment(make_experiment_plan(config, Extent::all, control));
}

std::shared_ptr<PreparedExperiment::Plan> make_experiment_plan(const ExperimentConfig& config, Extent extent,
                                                               const RunControl& control) {
    Problems problems;
    check(config, problems);
    problems.raise();
    const auto limited = control.within(config.time_limit);
    limited.stop().check();
    auto plan = std::make_shared<PreparedExperiment::Plan>(PreparedExperiment::Plan{
        .config = config,
        .course = Course(config, 0.0),
        .legs = std::vector<PreparedExperiment::Plan::Leg>(static_cast<std::size_t>(config.legs())),
        .records = {},
        .full_record = {},
        .paper = {},
        .parked_full_record = 0.0});
    calibrate_areas(*plan, limited);
    if (extent == Extent::area_alone) return plan;
    calibrate_crossings(*plan, limited);
    for (const auto& detector : config.detectors)
        plan->records.push_back(prepare_records(config, plan->course, detector, limited.stop()));

    const LocalSpins spins(config.atoms, config.local_rates());
    const auto levels = static_cast<Eigen::Index>(config.atoms) + 1;
    const auto uniform = exact::symmetric_populations(
        spins, Eigen::VectorXd::Constant(levels, 1.0 / static_cast<double>(levels)));
    plan->parked_full_record =
        1.0 / std::sqrt(*exact::solve_local(spins, PumpSchedule::constant(1.0), config.duration, uniform, {},
                                            exact::Sensitivity::left_out, control.stop())
                             .solution.record_information);
    const auto loop = solve(
        {.atoms = config.atoms, .rate = config.rate, .half_width = config.half_width, .points = 2}, control);
    const double scans = config.rate * config.duration / (2.0 * config.half_width);
    if (const auto& one = loop.legs.front().bounds.paper_heuristic) plan->paper = *one / std::sqrt(scans);
    return plan;
}

ExperimentResult simulate(const PreparedExperiment& experiment, const RunControl& control) {
    const auto& plan = experiment.plan();
    const auto task = [&](const Block& block) {
        ExperimentTally tally(plan.legs.size(), plan.records.size());
        std::vector<Photon> photons;
        for (int i = 0; i < block.count; ++i) {
            block.stop.check();
            const auto index = block.first_trajectory() + i;
            photons.clear();
            tally.add(run_course(plan.course, block.seed, index, plan.records.empty() ? nullptr : &photons));
            for (std::size_t d = 0; d < plan.records.size(); ++d)
                tally.records[d].add(
                    estimate_record(plan.records[d], photons, block.seed, index, block.stop));
        }
        return tally;
    };
    StopRule<ExperimentTally> rule;
    rule.time_limit = plan.config.time_limit;
    const auto outcome = dickejump::simulate(plan.config.ensemble(), task, rule, control);
    ExperimentResult result{.config = plan.config,
                            .legs = {},
                            .combined = {},
                            .records = {},
                            .full_record = plan.full_record,
                            .parked_full_record = plan.parked_full_record,
                            .paper = plan.paper,
                            .trajectories = outcome.trajectories,
                            .jumps = 0,
                            .stop_reason = outcome.stop_reason,
                            .seconds = outcome.seconds,
                            .threads = control.threads,
                            .provenance = Provenance::now()};
    const auto tally = outcome.result.value_or(ExperimentTally(plan.legs.size(), plan.records.size()));
    result.jumps = tally.jumps;
    for (std::size_t d = 0; d < plan.records.size(); ++d)
        result.records.push_back(result_of(plan.records[d], tally.records[d]));
    double start = 0.0;
    std::size_t k = 0;
    for (const auto& stretch : plan.course.stretches) {
        if (stretch.leg) {
            const auto& seen = tally.legs[k];
            ExperimentLeg leg{.direction = stretch.leg->direction(),
                              .start = start,
                              .estimators = {},
                              .jz_end = seen.jz_end,
                              .j2_end = seen.j2_end,
                              .information = plan.legs[k].information};
            for (std::size_t e = 0; e < leg_estimators.size(); ++e)
                leg.estimators.push_back(
                    {leg_estimators[e], seen.runs[e], seen.missing[e], plan.legs[k].calibrations[e]});
            result.legs.push_back(std::move(leg));
            ++k;
        }
        start += stretch.duration;
    }
    for (std::size_t e = 0; e < leg_estimators.size(); ++e) {
        std::vector<Calibration> calibrations;
        for (const auto& leg : plan.legs)
            if (leg.calibrations[e]) calibrations.push_back(*leg.calibrations[e]);
        result.combined.push_back(
            calibrations.size() == plan.legs.size()
                ? combined(leg_estimators[e], tally.together[e], calibrations, plan.config.atoms)
                : CombinedEstimate{.estimator = leg_estimators[e], .weights = {}, .delta_w = {}});
    }
    return result;
}

}  // namespace dickejump
