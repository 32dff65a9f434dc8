#include "study/scan/scan_block.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace dickejump {

namespace {

void add_signal(const DetectedLeg& detected, std::span<const double> expected, const Record& record,
                SignalTally& tally) {
    const auto bins = tally.counts.size(), middle = bins / 2;
    const auto counts = binned(record, detected.signal().main_channel(), detected.leg().grid(), bins);
    const auto signal = detected.jz(record);
    const auto ticks = signal.size() / bins;
    const auto a = static_cast<double>(counts[middle]);
    const bool middle_seen =
        !std::isnan(signal[middle * ticks]) && !std::isnan(signal[(middle + 1) * ticks - 1]);
    for (std::size_t bin = 0; bin < bins; ++bin) {
        double sum = 0.0;
        for (std::size_t tick = bin * ticks; tick < (bin + 1) * ticks; ++tick)
            sum += signal[tick];
        // Bins that the gate cuts say nothing.
        if (std::isnan(sum)) continue;
        const auto b = static_cast<double>(counts[bin]);
        tally.signal[bin].add(sum / static_cast<double>(ticks));
        tally.counts[bin].add(b);
        if (bin >= middle && middle_seen)
            tally.pairs[bin - middle].add(
                Eigen::Vector3d{a, b, (a - expected[middle]) * (b - expected[bin])});
    }
}

}  // namespace

PhotonDetail ScanBlock::photon_detail(const PreparedLeg& prepared) const {
    // What one detector needs, all are given: times if any asks for them, counts if they are enough for all.
    auto all = PhotonDetail::counts;
    for (const auto& d : prepared.detectors) {
        const auto its = d.detected->photons_for(plan_.estimators);
        if (its == PhotonDetail::times) return its;
        if (its == PhotonDetail::clicks) all = its;
    }
    return all;
}

EstimatorTally ScanBlock::empty_estimator() const {
    // Wide enough for any crossing of a scan that matters, fine enough for the narrowest (area at a slow
    // rate).
    const double reach = plan_.legs.front().leg.estimate_reach();
    EstimatorTally tally{.runs = {}, .missing_runs = 0, .histogram = {-reach, reach, 1000}, .each = {}};
    if (plan_.config.keep_estimates) tally.each.emplace();
    return tally;
}

LegTally ScanBlock::empty_leg(const PreparedLeg& prepared) const {
    const auto& leg = prepared.leg;
    LegTally tally{.curve = {plan_.ladder.atoms(), leg.grid(), leg.grid().ticks / prepared.intervals},
                   .spin = {},
                   .crossing = prepared.crossing,
                   .jumps = {},
                   .estimators = {},
                   .detectors = {}};
    DetectorTally detector{.estimators = {},
                           .no_maximum = {},
                           .information = {},
                           .matrix = {},
                           .likelihood_intervals = {},
                           .posterior_intervals = {},
                           .signal = {}};
    if (plan_.config.model.kind == Model::local)
        tally.spin.emplace(plan_.ladder.atoms(), leg.grid(), leg.grid().ticks / prepared.intervals);
    if (!plan_.config.unknown.empty()) {
        const auto size = static_cast<Eigen::Index>(plan_.config.unknown.size()) + 1;
        detector.matrix.emplace(size * (size + 1) / 2);
    }
    if (plan_.config.signals) detector.signal.emplace(static_cast<std::size_t>(prepared.intervals));
    for (const auto estimator : all_estimators) {
        if (!plan_.estimators.contains(estimator) || estimator == Estimator::loop) continue;
        if (traits(estimator).of_perfect_record) tally.estimators.of[estimator] = empty_estimator();
        if (traits(estimator).of_detector) detector.estimators.of[estimator] = empty_estimator();
    }
    tally.detectors.assign(prepared.detectors.size(), detector);
    return tally;
}

ScanTally ScanBlock::empty() const {
    ScanTally tally;
    Eigen::Index samples = 0;
    for (const auto& leg : plan_.legs) {
        tally.legs.push_back(empty_leg(leg));
        samples += static_cast<Eigen::Index>(leg.sample_ticks.size());
    }
    if (plan_.has_loop()) {
        tally.loop = empty_estimator();
        tally.detector_loops.assign(plan_.config.detectors.size(), empty_estimator());
    }
    if (samples > 0) tally.samples.emplace(samples);
    return tally;
}

ScanTally ScanBlock::operator()(const Block& block) const {
    auto tally = empty();
    std::vector<LegRuns> runs;
    for (std::size_t i = 0; i < plan_.legs.size(); ++i) {
        const auto& prepared = plan_.legs[i];
        const bool up = prepared.leg.direction() == Direction::up;
        runs.push_back(
            {.mid = {}, .samples = {}, .detector_mid = {prepared.detectors.size(), std::vector<double>{}}});
        const int together = prepared.detectors.empty() ? block.count : prepared.together;
        for (int first = 0; first < block.count; first += together) {
            const Lanes lanes{.seed = block.seed,
                              .first_trajectory = block.first_trajectory() + first,
                              .count = std::min(together, block.count - first),
                              .purpose = prepared.leg.purpose(),
                              .stop = block.stop};
            up ? leg_of_block<Direction::up>(prepared, lanes, block, tally.legs[i], runs.back())
               : leg_of_block<Direction::down>(prepared, lanes, block, tally.legs[i], runs.back());
        }
    }
    if (tally.loop) {
        add_loops(runs[0].mid, runs[1].mid, *tally.loop);
        for (std::size_t d = 0; d < tally.detector_loops.size(); ++d)
            add_loops(runs[0].detector_mid[d], runs[1].detector_mid[d], tally.detector_loops[d]);
    }
    if (tally.samples) add_samples(runs, static_cast<std::size_t>(block.count), *tally.samples);
    return tally;
}

void ScanBlock::add_loops(const std::vector<double>& up, const std::vector<double>& down,
                          EstimatorTally& tally) const {
    for (std::size_t lane = 0; lane < up.size(); ++lane)
        tally.add(0.5 * (up[lane] + down[lane]));
}

template <Direction d>
void ScanBlock::leg_of_block(const PreparedLeg& prepared, const Lanes& lanes, const Block& block,
                             LegTally& tally, LegRuns& runs) const {
    using From = EstimatorTraits::From;
    const auto& leg = prepared.leg;
    const auto atoms = plan_.ladder.atoms();
    Maybe<Crossings<d>> crossings;
    if (plan_.estimators.any_from(From::crossings)) crossings.observer.emplace(atoms);
    Maybe<InversionIntegral> integral;
    if (plan_.estimators.any_from(From::integral)) integral.observer.emplace(atoms);
    Maybe<JumpCount> jumps;
    if (plan_.counts_jumps()) jumps.observer = tally.jumps;
    Maybe<SpinTally> spin{std::move(tally.spin)};
    Maybe<MeanCrossing> crossing{std::move(tally.crossing)};
    InversionSamples samples(atoms, prepared.sample_ticks);
    StopWatcher watcher{block.stop};
    if (prepared.detectors.empty()) {
        run(prepared.sampler, lanes, tally.curve, spin, crossing, jumps, crossings, integral, samples,
            watcher);
    } else {
        std::vector<const Detector*> detectors;
        for (const auto& detector : prepared.detectors)
            detectors.push_back(&detector.detected->detector());
        const auto photons = run_with_photons(prepared.sampler, lanes, d, plan_.config.side_rate,
                                              photon_detail(prepared), detectors, tally.curve, spin, crossing,
                                              jumps, crossings, integral, samples, watcher);
        for (std::size_t i = 0; i < prepared.detectors.size(); ++i)
            for (std::size_t lane = 0; lane < photons.size(); ++lane) {
                block.stop.check();
                const auto trajectory = lanes.first_trajectory + static_cast<std::int64_t>(lane);
                const auto& detector = prepared.detectors[i];
                see(detector, detector.detected->record(photons, lane, trajectory, i), tally.detectors[i],
                    runs.detector_mid[i], block.stop);
            }
    }
    tally.spin = std::move(spin.observer);
    tally.crossing = std::move(crossing.observer);
    if (jumps.observer) tally.jumps = *jumps.observer;

    const auto count = static_cast<std::size_t>(lanes.count);
    for (std::size_t lane = 0; lane < count; ++lane) {
        ByEstimator<double> s(missing);
        if (crossings.observer) {
            const double first = leg.scaled_pump(crossings.observer->first[lane]),
                         last = leg.scaled_pump(crossings.observer->last[lane]);
            s[Estimator::first_crossing] = first;
            s[Estimator::last_crossing] = last;
            s[Estimator::mid_crossing] = 0.5 * (first + last);  // missing if either is
        }
        if (integral.observer) s[Estimator::area] = leg.area(integral.observer->value[lane]);
        tally.estimators.add(s);
        runs.mid.push_back(s[Estimator::mid_crossing]);
        for (std::size_t k = lane; k < samples.values.size(); k += count)
            runs.samples.push_back(samples.values[k]);
    }
}

void ScanBlock::see(const PreparedDetector& detector, const Record& record, DetectorTally& tally,
                    std::vector<double>& mid, StopRequest stop) const {
    const auto& detected = *detector.detected;
    auto estimates = detected.estimate(record, plan_.estimators, detector.calibration.scale, stop);
    estimates.information = detected.information(record, stop);
    mid.push_back(estimates.s[Estimator::mid_crossing]);
    tally.add(estimates);
    if (tally.signal && detected.signal().typical_count_rate() > 0.0)
        add_signal(detected, detector.expected_counts, record, *tally.signal);
}

void ScanBlock::add_samples(const std::vector<LegRuns>& runs, std::size_t lanes, RunSamples& samples) const {
    Eigen::VectorXd x(samples.all().mean().size());
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        Eigen::Index i = 0;
        for (const auto& leg : runs) {
            const auto points = leg.samples.size() / lanes;
            for (std::size_t k = 0; k < points; ++k)
                x(i++) = leg.samples[lane * points + k];
        }
        samples.add(x);
    }
}

}  // namespace dickejump
