#include "dickejump/study/protocols/protocols.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/exact/local_equation.hpp"
#include "dickejump/study/lock/lock.hpp"
#include "dickejump/study/scan/prepared_scan.hpp"

namespace dickejump {

namespace {

std::optional<Estimate> bound_from(const std::optional<Estimate>& information) {
    if (!information || !(information->value > 0.0)) return {};
    const double bound = 1.0 / std::sqrt(information->value);
    return Estimate{bound, 0.5 * bound * information->error / information->value};
}

std::optional<Estimate> exactly(const std::optional<double>& x) {
    return x ? std::optional(Estimate{*x, 0.0}) : std::nullopt;
}

std::optional<Estimate> times(std::optional<Estimate> x, double factor) {
    if (x) x = Estimate{x->value * factor, x->error * factor};
    return x;
}

/// With gamma unknown as well, of the pump at which w = gamma: the pumping jumps tell of the pump alone and
/// the emitted photons of gamma alone, each of those 1/gamma^2.
ProtocolValue gamma_unknown(const std::optional<Estimate>& bound, const std::optional<Estimate>& emitted,
                            std::optional<Direction> direction = {}) {
    ProtocolValue value{.name = "full_record_gamma_unknown", .direction = direction};
    if (!bound || !emitted || !(emitted->value > 0.0)) return value;
    const double all = std::hypot(bound->value, 1.0 / std::sqrt(emitted->value));
    value.delta_w = Estimate{
        all,
        std::hypot(bound->value * bound->error, 0.5 * emitted->error / std::pow(emitted->value, 2)) / all};
    return value;
}

/// What remains of a run that ended before it was done: nothing.
struct Ended {
    StopReason why;
};

class Runner {
public:
    Runner(const ProtocolsConfig& config, const RunControl& control) : config_(config), control_(control) {}

    ProtocolOutcome operator()(const ProtocolPoint& point) const {
        ProtocolOutcome outcome{.point = point};
        std::visit([&](const auto& run) { fill(run, outcome); }, point.run);
        return outcome;
    }

private:
    void fill(const ScanConfig& scan, ProtocolOutcome& outcome) const {
        const auto result = simulate(prepare(scan, control_.in_phase("scan")), control_);
        if (result.stop_reason != StopReason::completed) throw Ended{result.stop_reason};
        const double scans = scan.rate * *config_.duration / (2.0 * scan.half_width);
        outcome.scans = scans;
        outcome.trajectories = result.trajectories;
        // A pair of legs takes the time of two scans.
        const auto share = [&](bool pair) { return 1.0 / std::sqrt(pair ? 0.5 * scans : scans); };
        for (const auto& one : result.estimators)
            outcome.estimates.push_back({std::string(name(one.estimator)), one.detector, one.direction,
                                         times(one.delta_w, share(!one.direction)), one.missing});
        for (const auto& leg : result.exact.legs) {
            const auto full = exactly(leg.bounds.full_record);
            outcome.bounds.push_back({"full_record", {}, leg.direction, times(full, share(false))});
            // What is pumped up and not there at the end has been emitted.
            const auto& jz = leg.solution.jz_mean;
            auto unknown = gamma_unknown(
                full, Estimate{leg.solution.up_jumps - (jz.back() - jz.front()), 0.0}, leg.direction);
            unknown.delta_w = times(unknown.delta_w, share(false));
            outcome.bounds.push_back(std::move(unknown));
        }
        for (const auto& one : result.detected_bounds)
            outcome.bounds.push_back(
                {"detected_record", one.detector, one.direction, times(one.value, share(!one.direction))});
    }
    void fill(const LockConfig& loop, ProtocolOutcome& outcome) const {
        const auto result = simulate(prepare(loop), control_);
        if (result.stop_reason != StopReason::completed) throw Ended{result.stop_reason};
        outcome.trajectories = result.trajectories;
        for (const auto& one : result.estimators)
            // At rest nothing is set, and there is no mean of it.
            if (loop.gain > 0.0 || one.estimator != LockEstimator::mean_pump)
                outcome.estimates.push_back({std::string(name(one.estimator)),
                                             one.detector,
                                             {},
                                             one.runs.sensitivity(),
                                             one.missing});
        const auto n = static_cast<double>(loop.atoms);
        // At rest in the steady state as many are emitted as are pumped, and that is known.
        const double at_rest = loop.duration * n * (n + 2.0) / 6.0;
        const auto full = loop.gain > 0.0 ? bound_from(result.shift_information.mean())
                                          : std::optional(Estimate{1.0 / std::sqrt(at_rest), 0.0});
        outcome.bounds.push_back({"full_record", {}, {}, full});
        const auto all = result.jumps.mean(), ups = result.up_jumps.mean();
        std::optional<Estimate> emitted;
        if (loop.gain == 0.0)
            emitted = Estimate{at_rest, 0.0};
        else if (all && ups)
            emitted = Estimate{all->value - ups->value, std::hypot(all->error, ups->error)};
        outcome.bounds.push_back(gamma_unknown(full, emitted));
        if (result.squared_score)
            outcome.bounds.push_back({"detected_record",
                                      loop.detectors.front().name,
                                      {},
                                      bound_from(result.squared_score->mean())});
    }
    void fill(const MeasureConfig& rest, ProtocolOutcome& outcome) const {
        const auto result = simulate(prepare(rest, control_), control_);
        if (result.stop_reason != StopReason::completed) throw Ended{result.stop_reason};
        outcome.trajectories = result.trajectories;
        for (const auto& m : result.detectors) {
            const auto without = m.no_maximum.no_clicks + m.no_maximum.boundary + m.no_maximum.flat;
            outcome.estimates.push_back(
                {"maximum_likelihood", m.detector, {}, m.maximum_likelihood.sensitivity(), without});
            outcome.estimates.push_back(
                {"bayes", m.detector, {}, m.bayes.sensitivity(), result.trajectories - m.posteriors});
            outcome.bounds.push_back({"detected_record", m.detector, {}, bound_from(m.information.mean())});
        }
    }

    void fill(const ExperimentConfig& legs, ProtocolOutcome& outcome) const {
        const auto result = simulate(prepare(legs, control_.in_phase("scan")), control_);
        if (result.stop_reason != StopReason::completed) throw Ended{result.stop_reason};
        outcome.scans = static_cast<double>(result.legs.size());
        outcome.trajectories = result.trajectories;
        for (const auto& one : result.combined) {
            ProtocolValue value{.name = std::string(name(one.estimator)), .delta_w = one.delta_w};
            for (const auto& leg : result.legs)
                for (const auto& estimate : leg.estimators)
                    if (estimate.estimator == one.estimator)
                        value.missing = std::max(value.missing, estimate.missing);
            outcome.estimates.push_back(std::move(value));
        }
        outcome.bounds.push_back({"full_record", {}, {}, exactly(result.full_record)});
    }
    void fill(const LocalRest& rest, ProtocolOutcome& outcome) const {
        const LocalSpins spins(rest.atoms, *rest.model.local_rates());
        const auto levels = static_cast<Eigen::Index>(rest.atoms) + 1;
        const auto uniform = exact::symmetric_populations(
            spins, Eigen::VectorXd::Constant(levels, 1.0 / static_cast<double>(levels)));
        const auto told = exact::solve_local(spins, PumpSchedule::constant(1.0), rest.duration, uniform, {},
                                             exact::Sensitivity::left_out, control_.stop())
                              .solution.record_information;
        outcome.bounds.push_back({"full_record", {}, {}, bound_from(exactly(told))});
    }

    const ProtocolsConfig& config_;
    const RunControl& control_;
};

}  // namespace

ProtocolsResult simulate(const ProtocolsConfig& config, const RunControl& control) {
    const auto start = StopRequest::Clock::now();
    Problems problems;
    check(config, problems);
    problems.require(!config.protocols.empty(),
                     "`protocol` (none: nothing to compare) give `protocol` scan,park,lock");
    problems.raise();
    ProtocolsResult result{.config = config, .threads = control.threads, .provenance = Provenance::now()};
    const Runner run(config, control);
    try {
        for (const auto& point : points(config))
            result.points.push_back(run(point));
    } catch (const Ended& ended) {
        result.stop_reason = ended.why;
    } catch (const Stopped& stopped) {
        result.stop_reason = stopped.reason();
    }
    result.seconds = seconds_since(start);
    return result;
}

std::optional<Estimate> scaled(const std::optional<Estimate>& delta_w, std::int64_t atoms, double duration) {
    return times(delta_w, static_cast<double>(atoms) * std::sqrt(duration));
}

}  // namespace dickejump
