#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "dickejump/estimate/calibration.hpp"
#include "dickejump/estimate/count_filter.hpp"
#include "dickejump/estimate/curve_fit.hpp"
#include "dickejump/estimate/likelihood_estimate.hpp"
#include "dickejump/estimate/record_information.hpp"
#include "dickejump/estimate/record_signal.hpp"
#include "dickejump/estimate/spin_filter.hpp"
#include "dickejump/record/count_record.hpp"
#include "dickejump/record/detector.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/study/scan/scan_config.hpp"
#include "dickejump/study/scan/scan_protocol.hpp"
#include "dickejump/trajectory/method.hpp"
#include "record/detected_ticks.hpp"

namespace dickejump {

/// What is kept of some runs: their photons, one by one or counted, whatever looks at them; or what each of
/// some detectors has counted.
struct RunPhotons {
    using Times = std::vector<std::vector<Photon>>;          ///< [lane]
    using Counts = std::vector<PhotonCounts>;                ///< [lane]
    using Detected = std::vector<std::vector<CountRecord>>;  ///< [detector][lane]
    std::variant<Times, Counts, Detected> runs;

    std::size_t size() const {
        if (const auto* detected = std::get_if<Detected>(&runs)) return detected->front().size();
        return std::visit([](const auto& all) { return all.size(); }, runs);
    }
};

/// What is kept of a run: the time of each photon; their number in every tick; or the number of clicks in
/// every tick, for each detector.
enum class PhotonDetail : std::uint8_t { times, counts, clicks };

/// Run one block of any sampler past observers, keeping of its photons as much as is asked for, or all that
/// the sampler knows.
/// @param detectors  that count their clicks, in the order in which they are asked for
template <Observer... Observers>
RunPhotons run_with_photons(const Sampler& sampler, const Lanes& lanes, Direction leg, double side_rate,
                            PhotonDetail detail, std::span<const Detector* const> detectors,
                            Observers&... observers) {
    const bool known = contains(sampler.provides(), PhotonRecords::needs);
    if (detail == PhotonDetail::clicks && known) {
        DetectedTicks ticks(detectors, lanes.seed, lanes.first_trajectory, leg, side_rate);
        run(sampler, lanes, observers..., ticks);
        return RunPhotons{std::move(ticks.records)};
    }
    if (detail == PhotonDetail::times && known) {
        PhotonRecords records(lanes.seed, lanes.first_trajectory, leg, side_rate);
        run(sampler, lanes, observers..., records);
        return RunPhotons{std::move(records.photons)};
    }
    CountedPhotons records;
    run(sampler, lanes, observers..., records);
    return RunPhotons{std::move(records.runs)};
}

/// What a detector reports of one run: clicks with their times, or counts per bin.
using Record = std::variant<std::vector<Photon>, CountRecord>;

/// Clicks of one channel of a record in equal bins of the run.
std::vector<std::int64_t> binned(const Record& record, Channel channel, const TickGrid& grid,
                                 std::size_t bins);

/// Whether no channel clicked.
bool empty(const Record& record);

/// What one record says: its estimates in nominal s, NaN where it has none.
struct RecordEstimates {
    ByEstimator<double> s;
    LikelihoodEstimate likelihood;
    std::optional<Eigen::MatrixXd> information;  ///< with unknown parameters
};

/// What likelihoods of records come from, if they are to be had.
using RecordFilter = std::variant<std::monostate, LikelihoodFilter, SpinFilter, CountFilter>;

/// One leg of a scan as one detector sees it: everything that turns photons into a record and a record into
/// estimates. It simulates nothing.
class DetectedLeg {
public:
    /// @param config  resolved: method, side rate, smoothing and seed are taken from it
    /// @param prior  where the critical pump is beforehand: anywhere from -prior to prior [s], as far as the
    ///        pump is not negative; empty: all over the scan
    DetectedLeg(const ScanLeg& leg, const Detector& detector, const ScanConfig& config,
                std::optional<double> prior = {}, StopRequest stop = {});

    const ScanLeg& leg() const { return leg_; }
    const Detector& detector() const { return detector_; }
    const Smoothing& smoothing() const { return smoothing_; }
    const RecordSignal& signal() const { return signal_; }
    /// Where the gate leaves only a part of the leg: the part that crossings, area and fit are read from [s].
    std::optional<ScaledRange> gated() const;
    /// Whether the likelihood is that of the record, or an approximation.
    bool likelihood_is_exact() const;

    /// What these estimators need to know of the photons. Where nothing asks for the likelihood, the clicks
    /// of every tick make the same signal as their times do; and of a memoryless detector of cavity and pump
    /// the photons of every tick.
    PhotonDetail photons_for(const EstimatorSet& wanted) const;
    /// What the detector reports of one of the runs.
    /// @param place  of this detector among those that counted
    Record record(const RunPhotons& photons, std::size_t lane, std::int64_t trajectory,
                  std::size_t place = 0) const;
    /// The estimates of a record that are asked for.
    /// @param scale  expected standard error of theta, where its likelihood is looked at; 0: the detector
    ///        tells nothing of the pump
    RecordEstimates estimate(const Record& record, const EstimatorSet& wanted, double scale,
                             StopRequest stop = {}) const;
    /// What a record says of theta and the unknown parameters together; nothing is unknown but theta without
    /// any.
    std::optional<Eigen::MatrixXd> information(const Record& record, StopRequest stop = {}) const;
    /// J_z from the counts, tick by tick.
    std::vector<double> jz(const Record& record) const;
    /// Whether there is a likelihood of its records: not of many atoms that jump one by one.
    bool has_likelihood() const { return !std::holds_alternative<std::monostate>(filter_); }
    LikelihoodFilter::Result likelihood(const Record& record, const LikelihoodFilter::Thetas& thetas,
                                        const LikelihoodFilter::Follow& tell = {},
                                        StopRequest stop = {}) const;

private:
    /// @param jz_mean  [tick] at its end
    DetectedLeg(const ScanLeg& leg, const Detector& detector, const ScanConfig& config,
                std::optional<double> prior, std::span<const double> jz_mean);
    std::vector<Photon> clicks(std::span<const Photon> photons, std::int64_t trajectory) const;
    void estimate_signal(const Record& record, const EstimatorSet& wanted, ByEstimator<double>& s) const;

    ScanLeg leg_;
    Detector detector_;
    double side_rate_;
    ThetaRange range_;
    std::uint64_t seed_;
    Method method_;
    bool single_atoms_;
    RecordSignal signal_;
    Smoothing smoothing_;
    std::optional<CurveFit> fit_;  ///< empty if the gate is never open for a tick
    RecordFilter filter_;
    std::optional<RecordInformation> information_;
};

}  // namespace dickejump
