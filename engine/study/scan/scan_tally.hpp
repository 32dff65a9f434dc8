#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "dickejump/ensemble/state.hpp"
#include "dickejump/estimate/covariance.hpp"
#include "dickejump/estimate/curve_moments.hpp"
#include "dickejump/estimate/estimator.hpp"
#include "dickejump/estimate/fisher_matrix.hpp"
#include "dickejump/estimate/histogram.hpp"
#include "dickejump/estimate/mean_crossing.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/estimate/run_observers.hpp"
#include "dickejump/estimate/run_samples.hpp"
#include "study/scan/detected_leg.hpp"

namespace dickejump {

// The sums of some runs of a scan: what a block returns, and what is folded, kept and merged. Each has
// merge() and visit_state(tally, archive) (see ensemble/state.hpp).

/// Merge lists of tallies item by item.
template <class Tally>
void merge_each(std::vector<Tally>& into, const std::vector<Tally>& from) {
    for (std::size_t i = 0; i < into.size(); ++i)
        into[i].merge(from[i]);
}
template <class Tally>
void merge_present(std::optional<Tally>& into, const std::optional<Tally>& from) {
    if (into) into->merge(*from);
}

/// Runs of one estimator, as they come.
struct EstimatorTally {
    Moments runs;
    std::int64_t missing_runs = 0;
    Histogram histogram;
    std::optional<Series<double>> each;  ///< every run's, NaN where it is missing; where they are kept

    void add(double s) {
        if (each) each->items.push_back(s);
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
        merge_present(each, other.each);
    }
    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, EstimatorTally> {
        archive("runs", self.runs);
        archive("missing", self.missing_runs);
        archive("histogram", self.histogram);
        if (self.each) archive("each", *self.each);
    }
};

/// Of every estimator that a record has and that is asked for.
struct EstimatorTallies {
    ByEstimator<std::optional<EstimatorTally>> of;

    void add(const ByEstimator<double>& s) {
        for (const auto estimator : all_estimators)
            if (of[estimator]) of[estimator]->add(s[estimator]);
    }
    void merge(const EstimatorTallies& other) {
        for (const auto estimator : all_estimators)
            merge_present(of[estimator], other.of[estimator]);
    }
    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, EstimatorTallies> {
        for (const auto estimator : all_estimators)
            archive(name(estimator), self.of[estimator]);
    }
};

/// Counts of one detector in the bins of the curves. `pairs`, for bins from the middle on: the counts a of
/// the middle bin and b of this one, and (a - a0)(b - b0) about their expected values, whose errors the
/// correlations need.
struct SignalTally {
    std::vector<Moments> signal, counts;
    std::vector<Covariance> pairs;

    explicit SignalTally(std::size_t bins)
        : signal(bins), counts(bins), pairs(bins - bins / 2, Covariance(3)) {}
    void merge(const SignalTally& other) {
        merge_each(signal, other.signal);
        merge_each(counts, other.counts);
        merge_each(pairs, other.pairs);
    }
    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, SignalTally> {
        archive("signal", self.signal);
        archive("counts", self.counts);
        archive("pairs", self.pairs);
    }
};

/// How often the intervals of one estimator hold theta = 0.
struct IntervalTally {
    std::int64_t runs = 0;  ///< that give them
    std::int64_t hold68 = 0, hold95 = 0;

    void add(const Interval& at68, const Interval& at95) {
        ++runs;
        hold68 += at68.contains(0.0);
        hold95 += at95.contains(0.0);
    }
    void merge(const IntervalTally& other) {
        runs += other.runs;
        hold68 += other.hold68;
        hold95 += other.hold95;
    }
    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, IntervalTally> {
        archive("runs", self.runs);
        archive("hold68", self.hold68);
        archive("hold95", self.hold95);
    }
};

/// One detector on one leg.
struct DetectorTally {
    EstimatorTallies estimators;
    NoMaximumCounts no_maximum;
    Moments information;               ///< of each record about theta at 0
    std::optional<Covariance> matrix;  ///< of the records' Fisher matrices, with unknown parameters
    IntervalTally likelihood_intervals, posterior_intervals;
    std::optional<SignalTally> signal;

    void add(const RecordEstimates& estimates) {
        estimators.add(estimates.s);
        const auto& likelihood = estimates.likelihood;
        information.add(likelihood.information);
        if (matrix) matrix->add(upper_triangle(*estimates.information));
        if (likelihood.no_maximum) no_maximum.add(*likelihood.no_maximum);
        if (likelihood.found())
            likelihood_intervals.add(likelihood.confidence68(), likelihood.confidence95());
        if (likelihood.posterior.known())
            posterior_intervals.add(likelihood.posterior.interval(0.68), likelihood.posterior.interval(0.95));
    }
    void merge(const DetectorTally& other) {
        estimators.merge(other.estimators);
        no_maximum.merge(other.no_maximum);
        information.merge(other.information);
        merge_present(matrix, other.matrix);
        likelihood_intervals.merge(other.likelihood_intervals);
        posterior_intervals.merge(other.posterior_intervals);
        merge_present(signal, other.signal);
    }
    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, DetectorTally> {
        archive("estimators", self.estimators);
        archive("no_maximum", self.no_maximum);
        archive("information", self.information);
        if (self.matrix) archive("matrix", *self.matrix);
        archive("likelihood_intervals", self.likelihood_intervals);
        archive("posterior_intervals", self.posterior_intervals);
        archive("signal", self.signal);
    }
};

/// <J^2> along a leg, at the points of the curve, and how often single atoms jumped.
struct SpinTally {
    static constexpr Quantities needs = Quantities::spin;

    std::int64_t atoms, stride;
    std::vector<Moments> j2;
    std::int64_t jumps = 0;

    SpinTally(std::int64_t of, const TickGrid& grid, std::int64_t every)
        : atoms(of), stride(every), j2(static_cast<std::size_t>(grid.ticks / every) + 1) {}

    void observe(const Window& window) {
        if (window.first_tick == 0)
            for (int lane = 0; lane < window.lanes; ++lane)
                j2[0].add(SpinState{.twice_j = atoms}.j2());
        for (int t = 0; t < window.ticks; ++t) {
            const auto tick = window.first_tick + t + 1;
            for (int lane = 0; lane < window.lanes; ++lane) {
                jumps += window.local_jumps[window.at(t, lane)];
                if (tick % stride == 0)
                    j2[static_cast<std::size_t>(tick / stride)].add(
                        SpinState{.twice_j = window.twice_j[window.at(t, lane)]}.j2());
            }
        }
    }
    void merge(const SpinTally& other) {
        merge_each(j2, other.j2);
        jumps += other.jumps;
    }
    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, SpinTally> {
        archive("j2", self.j2);
        archive("jumps", self.jumps);
    }
};

struct LegTally {
    CurveMoments curve;
    std::optional<SpinTally> spin;  ///< of the local model
    std::optional<MeanCrossing> crossing;
    JumpCount jumps;
    EstimatorTallies estimators;
    std::vector<DetectorTally> detectors;

    void merge(const LegTally& other) {
        curve.merge(other.curve);
        merge_present(spin, other.spin);
        merge_present(crossing, other.crossing);
        jumps.merge(other.jumps);
        estimators.merge(other.estimators);
        merge_each(detectors, other.detectors);
    }
    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, LegTally> {
        archive("curve", self.curve);
        archive("spin", self.spin);
        archive("crossing", self.crossing);
        archive("jumps", self.jumps);
        archive("estimators", self.estimators);
        archive("detectors", self.detectors);
    }
};

struct ScanTally {
    std::vector<LegTally> legs;
    std::optional<EstimatorTally> loop;          ///< of the perfect record
    std::vector<EstimatorTally> detector_loops;  ///< by detector
    std::optional<RunSamples> samples;           ///< of J_z at the compared points of all legs

    void merge(const ScanTally& other) {
        merge_each(legs, other.legs);
        merge_present(loop, other.loop);
        merge_each(detector_loops, other.detector_loops);
        merge_present(samples, other.samples);
    }
    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, ScanTally> {
        archive("legs", self.legs);
        archive("loop", self.loop);
        archive("detector_loops", self.detector_loops);
        archive("samples", self.samples);
    }
};

}  // namespace dickejump
