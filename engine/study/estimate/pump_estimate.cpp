#include "dickejump/study/estimate/pump_estimate.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>

#include "study/estimate/estimate_plan.hpp"

namespace dickejump {

namespace {

using Plan = PreparedEstimate::Plan;
using Records = std::vector<std::vector<Photon>>;

void add_clicks(std::span<const Photon> clicks, PumpEstimate& estimate) {
    for (const auto& click : clicks)
        ++estimate.clicks[index_of(click.channel)];
}

void put(const std::optional<LikelihoodEstimate>& told, PumpEstimate& estimate) {
    if (!told) {
        estimate.reason = "impossible";
        return;
    }
    if (told->found())
        estimate.theta = Estimate{told->maximum, told->standard_error};
    else if (told->no_maximum)
        estimate.reason = name(*told->no_maximum);
    if (told->posterior.known()) {
        estimate.interval68 = told->posterior.interval(0.68);
        estimate.interval95 = told->posterior.interval(0.95);
    }
}

/// The joint estimate in place of theta's alone. @param empty  nothing was clicked
void put_joint(const Plan& plan, const JointLikelihood& likelihood, bool empty, PumpEstimate& estimate) {
    if (estimate.reason == "impossible") return;
    auto start = plan.model.joint.nominal();
    if (estimate.theta) start(0) = estimate.theta->value;
    estimate.theta = {}, estimate.interval68 = {}, estimate.interval95 = {};
    estimate.reason = {};
    try {
        estimate.joint = estimate_jointly(likelihood, plan.model.problem, start);
    } catch (const InvalidInput&) {
        estimate.reason = "impossible";
        return;
    }
    const auto& joint = *estimate.joint;
    if (joint.theta) {
        estimate.interval68 = joint.theta->interval68;
        estimate.interval95 = joint.theta->interval95;
        if (!std::isnan(joint.theta->estimate.value)) {
            estimate.theta = joint.theta->estimate;
            return;
        }
    }
    const bool at_end =
        std::find(joint.at_end.begin(), joint.at_end.end(), joint.parameters.front()) != joint.at_end.end();
    estimate.reason = empty ? "no clicks" : at_end ? "boundary" : !joint.converged ? "not found" : "singular";
}

/// Where residuals are taken: at the maximum, or without one at the nominal values.
Eigen::VectorXd fitted_at(const Plan& plan, const PumpEstimate& estimate) {
    return estimate.joint && estimate.theta ? estimate.joint->value : plan.model.joint.nominal();
}

/// Tells of finished records, from many threads.
class Counter {
public:
    Counter(const RunControl& control, std::string_view phase, std::size_t wanted)
        : control_(control.in_phase(phase)), wanted_(static_cast<std::int64_t>(wanted)) {}
    void operator()(std::int64_t done) const {
        if (control_.progress)
            control_.progress(
                {.done = done,
                 .wanted = wanted_,
                 .seconds = std::chrono::duration<double>(StopRequest::Clock::now() - start_).count(),
                 .unit = "records"});
    }

private:
    RunControl control_;
    std::int64_t wanted_;
    StopRequest::Clock::time_point start_ = StopRequest::Clock::now();
};

/// Every record by itself.
void estimate_each(const Plan& plan, const Records& records, const RunControl& control,
                   EstimateResult& result, std::vector<ClickModel::Glance>& glances) {
    const auto& model = plan.model;
    const auto stop = control.stop();
    const Counter counter(control, "likelihood", records.size());
    const auto work = [&](std::int64_t i) {
        stop.check();
        const auto index = static_cast<std::size_t>(i);
        const std::span<const Photon> clicks = records[index];
        auto& estimate = result.records[index];
        add_clicks(clicks, estimate);
        glances[index] = model.glance(clicks, stop);
        estimate.log_likelihood = glances[index].log_likelihood;
        put(model.estimate(
                [&](const LikelihoodFilter::Thetas& thetas) {
                    return model.filter(clicks, thetas, {}, stop);
                },
                model.scale_of(glances[index].information), clicks.empty()),
            estimate);
        if (plan.config.unknown.empty()) {
            estimate.residuals =
                model.residuals_of(clicks, estimate.theta ? estimate.theta->value : 0.0, stop);
            return;
        }
        put_joint(
            plan, [&](const Eigen::VectorXd& at) { return model.joint.at(clicks, at, stop); }, clicks.empty(),
            estimate);
        estimate.residuals = model.residuals_at(clicks, fitted_at(plan, estimate), stop);
    };
    control.executor().in_order(static_cast<std::int64_t>(records.size()), work, [&](std::int64_t i) {
        counter(i + 1);
        return true;
    });
}

/// All records together: the sum of their log-likelihoods.
void estimate_together(const Plan& plan, const Records& records, const RunControl& control,
                       const std::vector<ClickModel::Glance>& glances, PumpEstimate& combined) {
    const auto& model = plan.model;
    const auto stop = control.stop();
    const auto executor = control.executor();
    const auto count = static_cast<std::int64_t>(records.size());
    double information = 0.0;
    bool empty = true;
    for (std::size_t i = 0; i < records.size(); ++i) {
        add_clicks(records[i], combined);
        combined.log_likelihood += glances[i].log_likelihood;
        information += glances[i].information;
        empty = empty && records[i].empty();
    }
    const Likelihood sum = [&](const LikelihoodFilter::Thetas& thetas) {
        std::vector<LikelihoodFilter::Result> each(records.size());
        executor.for_each(count, [&](std::int64_t i) {
            const auto index = static_cast<std::size_t>(i);
            each[index] = model.filter(records[index], thetas, {}, stop);
        });
        stop.check();
        LikelihoodFilter::Result all{};
        for (const auto& one : each) {
            all.information += one.information;
            for (std::size_t lane = 0; lane < thetas.size(); ++lane)
                all.log_likelihood[lane] += one.log_likelihood[lane];
        }
        return all;
    };
    put(model.estimate(sum, model.scale_of(information), empty), combined);
    const bool joint = !plan.config.unknown.empty();
    const JointLikelihood joint_sum = [&](const Eigen::VectorXd& at) {
        std::vector<RecordInformation::Told> each(records.size());
        executor.for_each(count, [&](std::int64_t i) {
            const auto index = static_cast<std::size_t>(i);
            each[index] = model.joint.at(records[index], at, stop);
        });
        stop.check();
        for (std::size_t i = 1; i < each.size(); ++i) {
            each[0].log_likelihood += each[i].log_likelihood;
            each[0].score += each[i].score;
            each[0].information += each[i].information;
        }
        return std::move(each[0]);
    };
    if (joint) put_joint(plan, joint_sum, empty, combined);
    const double theta = combined.theta ? combined.theta->value : 0.0;
    const auto at = fitted_at(plan, combined);
    std::vector<ClickResiduals> each(records.size());
    executor.for_each(count, [&](std::int64_t i) {
        const auto index = static_cast<std::size_t>(i);
        each[index] = joint ? model.residuals_at(records[index], at, stop)
                            : model.residuals_of(records[index], theta, stop);
    });
    combined.residuals = each.front();
    for (std::size_t i = 1; i < each.size(); ++i)
        for (std::size_t k = 0; k < each[i].processes.size(); ++k)
            combined.residuals.processes[k] += each[i].processes[k];
}

/// @param information  what one record tells of theta, on average
void judge_fits(const Plan& plan, double information, double counted, const RunControl& control,
                EstimateResult& result) {
    const auto records = result.records.size();
    const auto& combined = result.combined;
    const double theta = combined.theta ? combined.theta->value : 0.0;
    // So many that groups of as many as there are records differ.
    const auto count = std::max(plan.config.fit_records, 10 * static_cast<std::int64_t>(records));
    const bool several = records > 1;
    const auto pool = plan.config.unknown.empty()
                          ? simulate_fits(plan, theta, plan.model.scale_of(information), count, several,
                                          counted, control.in_phase("fit"))
                          : simulate_joint_fits(plan, fitted_at(plan, combined), count, several, counted,
                                                control.in_phase("fit"));
    for (auto& record : result.records)
        record.fit_p_value = fit_p_value(record.residuals.distances(), pool.single);
    result.combined.fit_p_value =
        several ? combined_p_value(combined.residuals, records, pool, combined.theta.has_value())
                : *result.records.front().fit_p_value;
    result.simulated = count;
}

TickGrid grid_of(double duration) {
    constexpr double longest = 0.02;
    return {.duration = duration,
            .ticks = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(duration / longest)))};
}

}  // namespace

std::optional<Estimate> PumpEstimate::critical_pump() const {
    if (joint) {
        if (!theta || !joint->critical_pump) return {};
        return joint->critical_pump->estimate;
    }
    if (!theta) return {};
    return Estimate{1.0 - theta->value, theta->error};
}

PreparedEstimate prepare(const EstimateConfig& config) {
    Problems problems;
    check(config, problems);
    problems.raise();
    return PreparedEstimate(std::make_shared<const Plan>(Plan{
        config,
        ClickModel(DickeLadder(config.atoms), config.pump(), grid_of(config.run_duration()), config.start(),
                   config.detector(), config.side_rate, config.reach(), config.unknown)}));
}

EstimateResult estimate(const PreparedEstimate& prepared, const Records& records, double counted,
                        const RunControl& unlimited) {
    const auto start = StopRequest::Clock::now();
    const auto& plan = prepared.plan();
    if (records.empty()) throw InvalidInput("records (none) give the clicks of one run at least");
    if (!(counted >= 0.0) || std::isinf(counted))
        throw InvalidInput("bins of " + text(counted) + " (a width, or 0 for times) give it >= 0");
    const auto control = unlimited.within(plan.config.time_limit);
    EstimateResult result{.config = plan.config,
                          .exact_likelihood = plan.model.detector.likelihood_is_exact() && counted == 0.0,
                          .threads = control.threads,
                          .provenance = Provenance::now()};
    result.records.resize(records.size());
    std::vector<ClickModel::Glance> glances(records.size());
    estimate_each(plan, records, control, result, glances);
    if (records.size() == 1)
        result.combined = result.records.front();
    else
        estimate_together(plan, records, control, glances, result.combined);
    if (plan.config.fit_records > 0) {
        double information = 0.0;
        for (const auto& glance : glances)
            information += glance.information / static_cast<double>(glances.size());
        try {
            judge_fits(plan, information, counted, control, result);
        } catch (const Stopped& stopped) {
            result.stop_reason = stopped.reason();  // the estimates themselves are there
        }
    }
    result.seconds = std::chrono::duration<double>(StopRequest::Clock::now() - start).count();
    return result;
}

std::vector<std::vector<Photon>> simulate_clicks(const PreparedEstimate& prepared, std::int64_t count,
                                                 double theta, const RunControl& control) {
    const auto& plan = prepared.plan();
    Problems problems;
    problems.require(count >= 1 && count <= 1'000'000,
                     "`records` = " + std::to_string(count) + " (a number of runs) give 1 to 1000000");
    problems.require(std::isfinite(theta) && theta > plan.model.range.lowest,
                     "`theta` = " + text(theta) + " (the pump would be negative somewhere) give more than " +
                         text(plan.model.range.lowest));
    problems.raise();
    const auto model = plan.model.shifted(theta);
    constexpr std::int64_t together = 16;
    std::vector<std::vector<Photon>> all;
    for (std::int64_t first = 0; first < count; first += together) {
        control.stop().check();
        auto some = model.simulate(plan.config.seed, first,
                                   static_cast<int>(std::min(together, count - first)), 0.0, control.stop());
        std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    return all;
}

}  // namespace dickejump
