#include <cmath>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/record/record.hpp"
#include "study/experiment/experiment_plan.hpp"

namespace dickejump {

namespace {

constexpr int pilot_runs = 16;

/// The nominal pump of all legs and rests.
PumpSchedule whole_pump(const Course& course) {
    std::vector<double> times{0.0}, pumps{course.stretches.front().pump.at(0.0)};
    for (const auto& stretch : course.stretches) {
        times.push_back(times.back() + stretch.duration);
        pumps.push_back(stretch.pump.at(stretch.duration));
    }
    return PumpSchedule::piecewise_linear(times, pumps);
}

/// The clicks of a run.
std::vector<Photon> clicks_of(const CourseRecords& records, std::span<const Photon> photons,
                              std::uint64_t seed, std::int64_t index) {
    // Of one run of the whole; the streams of an up leg are no other's here.
    return detect(records.detector, photons, seed, index, Direction::up, records.duration);
}

}  // namespace

CourseRecords prepare_records(const ExperimentConfig& config, const Course& course, const Detector& detector,
                              StopRequest stop) {
    const auto pump = whole_pump(course);
    double duration = 0.0;
    for (const auto& stretch : course.stretches)
        duration += stretch.duration;
    const auto& leg = *course.stretches.front().leg;
    CourseRecords records{
        .detector = detector,
        .filter = SpinFilter(course.stretches.front().spins, pump, duration,
                             exact::start_populations(leg.ladder(), course.start), detector),
        .range = ThetaRange::of(pump, duration, leg.half_width() / leg.scaled_per_theta()),
        .duration = duration,
        .scale = 0.0};
    const auto atoms = static_cast<double>(config.atoms);
    const double guess = 0.05 / std::sqrt(atoms * (atoms + 2.0) * static_cast<double>(config.legs()));
    const SpinFilter::Thetas thetas{0, 0, 0, -guess, guess, 0, 0, 0};
    double information = 0.0;
    for (int i = 0; i < pilot_runs; ++i) {
        std::vector<Photon> photons;
        const auto index = first_calibration_run + i;
        run_course(course, config.seed, index, &photons);
        information +=
            records.filter(clicks_of(records, photons, config.seed, index), thetas, {}, stop).information;
    }
    information /= pilot_runs;
    if (information > 1e-12) records.scale = 1.0 / std::sqrt(information);
    return records;
}

LikelihoodEstimate estimate_record(const CourseRecords& records, std::span<const Photon> photons,
                                   std::uint64_t seed, std::int64_t index, StopRequest stop) {
    if (records.scale == 0.0) return {.no_maximum = NoMaximum::flat};
    const auto clicks = clicks_of(records, photons, seed, index);
    auto estimate =
        estimate_likelihood([&](const auto& thetas) { return records.filter(clicks, thetas, {}, stop); },
                            records.scale, records.range);
    if (estimate.no_maximum && clicks.empty()) estimate.no_maximum = NoMaximum::no_clicks;
    return estimate;
}

void RecordTally::add(const LikelihoodEstimate& estimate) {
    information.add(estimate.information);
    const auto hold = [](const Interval& interval, std::int64_t& count) {
        count += interval.low <= 0.0 && 0.0 <= interval.high;
    };
    if (estimate.found()) {
        maximum.add(estimate.maximum, estimate.score);
        hold(estimate.confidence68(), maximum_holds[0]), hold(estimate.confidence95(), maximum_holds[1]);
    } else {
        no_maximum.add(*estimate.no_maximum);
    }
    if (!estimate.posterior.known()) return;
    bayes.add(estimate.posterior.mean(), estimate.score);
    hold(estimate.posterior.interval(0.6827), bayes_holds[0]);
    hold(estimate.posterior.interval(0.9545), bayes_holds[1]);
}

void RecordTally::merge(const RecordTally& other) {
    information.merge(other.information);
    maximum.merge(other.maximum), bayes.merge(other.bayes);
    no_maximum.merge(other.no_maximum);
    for (std::size_t i = 0; i < 2; ++i) {
        maximum_holds[i] += other.maximum_holds[i];
        bayes_holds[i] += other.bayes_holds[i];
    }
}

ExperimentRecord result_of(const CourseRecords& records, const RecordTally& tally) {
    ExperimentRecord result{
        .detector = records.detector.name,
        .exact_likelihood = records.detector.likelihood_is_exact(),
        .bound = {},
        .maximum = tally.maximum,
        .bayes = tally.bayes,
        .no_maximum = tally.no_maximum,
        .maximum_holds = Coverage::of(tally.maximum_holds[0], tally.maximum_holds[1], tally.maximum.count()),
        .bayes_holds = Coverage::of(tally.bayes_holds[0], tally.bayes_holds[1], tally.bayes.count())};
    if (const auto information = tally.information.mean(); information && information->value > 0.0) {
        const double bound = 1.0 / std::sqrt(information->value);
        result.bound = Estimate{bound, 0.5 * bound * information->error / information->value};
    }
    return result;
}

}  // namespace dickejump
