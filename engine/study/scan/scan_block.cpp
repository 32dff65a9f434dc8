#include "study/scan/scan_block.hpp"

#include <algorithm>
#include <utility>

#include "dickejump/trajectory/observer.hpp"

namespace dickejump {

namespace {
/// Runs whose photons are held in memory at a time: few enough for any N.
constexpr int recorded_together = 16;

void add_signal(const DetectedLeg& detected, const ScanLeg& leg, std::span<const double> expected,
                const Record& record, SignalTally& tally) {
    const auto bins = tally.counts.size(), middle = bins / 2;
    const auto counts = binned(record, detected.signal().main_channel(), leg.grid(), bins);
    const auto signal = detected.signal(record);
    const auto ticks = signal.size() / bins;
    const auto a = static_cast<double>(counts[middle]);
    for (std::size_t bin = 0; bin < bins; ++bin) {
        double sum = 0.0;
        for (std::size_t tick = bin * ticks; tick < (bin + 1) * ticks; ++tick)
            sum += signal[tick];
        const auto b = static_cast<double>(counts[bin]);
        tally.signal[bin].add(sum / static_cast<double>(ticks));
        tally.counts[bin].add(b);
        if (bin >= middle)
            tally.pairs[bin - middle].add(
                Eigen::Vector3d{a, b, (a - expected[middle]) * (b - expected[bin])});
    }
}

/// Mean counts of a detector's main channel in the bins of the curves, dead time aside.
std::vector<double> expected_counts(const DickeLadder& ladder, const ScanLeg& leg, const ExactLeg& exact,
                                    const DetectedLeg& detected, double side_rate, std::int64_t bins) {
    const auto channel = detected.signal().main_channel();
    const auto& settings = *detected.detector()[channel];
    const auto atoms = static_cast<double>(ladder.atoms());
    const double width = leg.duration() / static_cast<double>(bins);
    const auto& solution = exact.solution;
    std::vector<double> expected;
    for (std::int64_t bin = 0; bin < bins; ++bin) {
        // At the nearest point of the curve: the centre of an expansion need not be better.
        const double time = (static_cast<double>(bin) + 0.5) * width;
        const auto after = std::lower_bound(solution.times.begin(), solution.times.end() - 1, time);
        const auto i = static_cast<std::size_t>(after - solution.times.begin());
        const double n = solution.jz_mean[i] + 0.5 * atoms, n2 = solution.jz_variance[i] + n * n;
        const double photons = channel == Channel::side ? side_rate * n
                               : channel == Channel::cavity
                                   ? (atoms + 1.0) * n - n2
                                   : leg.pump().at(time) * (atoms + (atoms - 1.0) * n - n2);
        expected.push_back((settings.efficiency * photons + settings.background) * width);
    }
    return expected;
}
}  // namespace

PreparedLeg prepare(const DickeLadder& ladder, const ScanRun& run, const ExactLeg& exact) {
    const ScanLeg leg(ladder, run.scan, exact.direction);
    PreparedLeg prepared{
        .leg = leg,
        .sampler = leg.sampler(run.method, run.steps_per_tick, 0.0, run.simulated_pump_factor),
        .crossing = {},
        .intervals = curve_intervals(leg.grid().ticks, run.points),
        .sample_ticks = {},
        .detected = {},
        .expected_counts = {}};
    for (const auto& detector : run.detectors) {
        prepared.detected.push_back(std::make_shared<const DetectedLeg>(
            ladder, run.scan, leg, exact, detector, run.side_rate, run.smoothing, run.ensemble.seed,
            run.ensemble.threads, run.method, run.steps_per_tick));
        prepared.expected_counts.push_back(expected_counts(ladder, leg, exact, *prepared.detected.back(),
                                                           run.side_rate, prepared.intervals));
    }
    if (exact.solution.crossing && exact.solution.rise != 0.0) {
        // Fit where the mean moves by about 0.3 of its way to the pole: a cubic is good to 1e-4 of the width
        // there.
        const double reach = 0.15 * static_cast<double>(ladder.atoms()) / std::abs(exact.solution.rise);
        prepared.crossing.emplace(ladder.atoms(), leg.grid(), *exact.solution.crossing, reach);
    }
    return prepared;
}

ScanBlock::ScanBlock(const DickeLadder& ladder, const ScanRun& run, std::vector<PreparedLeg> legs)
    : ladder_(ladder),
      scan_(run.scan),
      side_rate_(run.side_rate),
      signals_(run.signals),
      legs_(std::move(legs)) {
    for (const auto& leg : legs_)
        dimension_ += static_cast<Eigen::Index>(leg.sample_ticks.size());
}

ScanTally ScanBlock::operator()(const Block& block) const {
    ScanTally tally;
    std::vector<LegRuns> runs;
    for (const auto& leg : legs_) {
        const bool up = leg.leg.direction() == Direction::up;
        tally.legs.push_back(empty_leg(leg));
        runs.push_back(
            {.mid = {}, .samples = {}, .detector_mid = {leg.detected.size(), std::vector<double>{}}});
        const int together = leg.detected.empty() ? block.count : recorded_together;
        for (int first = 0; first < block.count; first += together) {
            const Lanes lanes{.seed = block.seed,
                              .first_trajectory = block.first_trajectory() + first,
                              .count = std::min(together, block.count - first),
                              .purpose = leg.leg.purpose()};
            up ? run_leg<Direction::up>(leg, lanes, tally.legs.back(), runs.back())
               : run_leg<Direction::down>(leg, lanes, tally.legs.back(), runs.back());
        }
    }
    if (legs_.size() == 2) {
        tally.loop = loops(runs[0].mid, runs[1].mid);
        for (std::size_t d = 0; d < runs[0].detector_mid.size(); ++d)
            tally.detector_loops.push_back(loops(runs[0].detector_mid[d], runs[1].detector_mid[d]));
    }
    if (dimension_ > 0) tally.samples = samples(runs, static_cast<std::size_t>(block.count));
    return tally;
}

EstimatorTally ScanBlock::empty_estimator() const {
    // Wide enough for any crossing of a scan that matters, fine enough for the narrowest (area at a slow
    // rate).
    const double reach = std::min(scan_.half_width, 10.0 + 10.0 * std::sqrt(scan_.rate));
    return {.runs = {}, .missing_runs = 0, .histogram = {-reach, reach, 1000}};
}
EstimatorTally ScanBlock::loops(const std::vector<double>& up, const std::vector<double>& down) const {
    auto tally = empty_estimator();
    for (std::size_t lane = 0; lane < up.size(); ++lane)
        tally.add(0.5 * (up[lane] + down[lane]));
    return tally;
}
LegTally ScanBlock::empty_leg(const PreparedLeg& leg) const {
    DetectorTally detector{.estimators = {record_estimators.size(), empty_estimator()},
                           .information = {},
                           .intervals = 0,
                           .holding = {},
                           .signal = {}};
    if (signals_) detector.signal.emplace(static_cast<std::size_t>(leg.intervals));
    return {.curve = {ladder_.atoms(), leg.leg.grid(), leg.leg.grid().ticks / leg.intervals},
            .crossing = leg.crossing,
            .jumps = {},
            .estimators = {leg_estimators.size(), empty_estimator()},
            .detectors = {leg.detected.size(), detector}};
}

template <Direction d>
void ScanBlock::run_leg(const PreparedLeg& prepared, const Lanes& lanes, LegTally& tally,
                        LegRuns& runs) const {
    const auto& leg = prepared.leg;
    Crossings<d> crossings(ladder_.atoms());
    InversionIntegral integral(ladder_.atoms());
    InversionSamples samples(ladder_.atoms(), prepared.sample_ticks);
    Maybe<MeanCrossing> crossing{std::move(tally.crossing)};
    const bool jumps_are_made = !std::holds_alternative<SphereKernel>(prepared.sampler);
    if (prepared.detected.empty()) {
        if (jumps_are_made)
            dickejump::run(prepared.sampler, lanes, tally.curve, crossing, tally.jumps, crossings, integral,
                           samples);
        else
            dickejump::run(prepared.sampler, lanes, tally.curve, crossing, crossings, integral, samples);
    } else {
        const auto photons = run_with_photons(prepared.sampler, lanes, d, side_rate_, tally.curve, crossing,
                                              tally.jumps, crossings, integral, samples);
        for (std::size_t i = 0; i < prepared.detected.size(); ++i)
            for (std::size_t lane = 0; lane < photons.size(); ++lane)
                see(prepared, i,
                    prepared.detected[i]->record(photons, lane,
                                                 lanes.first_trajectory + static_cast<std::int64_t>(lane)),
                    tally.detectors[i], runs.detector_mid[i]);
    }
    tally.crossing = std::move(crossing.observer);

    const auto count = static_cast<std::size_t>(lanes.count);
    for (std::size_t lane = 0; lane < count; ++lane) {
        const double first = leg.scaled_pump(crossings.first[lane]),
                     last = leg.scaled_pump(crossings.last[lane]);
        runs.mid.push_back(0.5 * (first + last));  // missing if either is
        const std::array estimates{first, last, runs.mid.back(), leg.area(integral.value[lane])};
        for (std::size_t i = 0; i < estimates.size(); ++i)
            tally.estimators[i].add(estimates[i]);
        for (std::size_t k = lane; k < samples.values.size(); k += count)
            runs.samples.push_back(samples.values[k]);
    }
}

void ScanBlock::see(const PreparedLeg& prepared, std::size_t detector, const Record& record,
                    DetectorTally& tally, std::vector<double>& mid) const {
    const auto& detected = *prepared.detected[detector];
    const auto estimates = detected.estimate(record);
    mid.push_back(estimates.mid);
    tally.add(estimates, ladder_.atoms());
    if (tally.signal && detected.signal().typical_count_rate() > 0.0)
        add_signal(detected, prepared.leg, prepared.expected_counts[detector], record, *tally.signal);
}

Covariance ScanBlock::samples(const std::vector<LegRuns>& runs, std::size_t lanes) const {
    Covariance covariance(dimension_);
    Eigen::VectorXd x(dimension_);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        Eigen::Index i = 0;
        for (const auto& leg : runs) {
            const auto points = leg.samples.size() / lanes;
            for (std::size_t k = 0; k < points; ++k)
                x(i++) = leg.samples[lane * points + k];
        }
        covariance.add(x);
    }
    return covariance;
}

}  // namespace dickejump
