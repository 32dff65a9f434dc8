#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/study/keys/keys.hpp"
#include "dickejump/study/plan.hpp"
#include "dickejump/study/provenance.hpp"
#include "dickejump/study/scan/scan_config.hpp"
#include "dickejump/study/scan/scan_result.hpp"

namespace dickejump {

/// Simulation-based calibration of the likelihood of a scan's detectors (Cook, Gelman and Rubin 2006; Talts
/// et al., arXiv:1804.06788): the shift theta of the pump is drawn from a flat prior, one record is made
/// under w(t) + theta from the steady start of the nominal scan, and the truth is ranked in the record's
/// posterior with that same prior. Of a right likelihood the ranks are uniform, whatever the record tells.
struct CalibrateConfig {
    /// Whose detectors; of its estimators, curves, records, stop rules and trajectories nothing is used.
    ScanConfig scan = {};
    std::int64_t records = 1000;  ///< drawn and ranked, each with a theta of its own
    double prior_width = 1.0;     ///< W: the critical pump is drawn from -W to W [s]
};
/// Flags, TOML and Python keywords of `calibrate`.
template <>
const Keys<CalibrateConfig>& keys<CalibrateConfig>();
/// Adds what is wrong with a configuration to `problems`, everything at once.
void check(const CalibrateConfig& config, Problems& problems);
/// @throws InvalidInput as `check`
CalibrateConfig resolved(const CalibrateConfig& config);
/// As of a scan: equal for equal resolved configurations, however many records.
std::uint64_t hash(const CalibrateConfig& config);

/// Where the truth stands in the posteriors of many records.
struct RankCounts {
    static constexpr std::size_t bins = 20;  ///< of equal width between rank 0 and 1

    std::vector<std::int64_t> counts = std::vector<std::int64_t>(bins);  ///< of the rank, 0 to 1
    std::int64_t records = 0;                                            ///< that were ranked
    std::int64_t hold68 = 0,                                             ///< of 68 %
        hold95 = 0;                                                      ///< of 95 %

    /// That ranks at least so uneven come of a right likelihood: chi-squared, 19 degrees of freedom; NaN of
    /// no record.
    double p_value() const;
};

/// Of one detector on one leg.
struct RankCalibration {
    std::string detector;   ///< its name
    Direction direction;    ///< of the leg that was calibrated
    bool exact_likelihood;  ///< without it ranks need not be uniform: see `Detector::likelihood_is_exact`
    RankCounts ranks;       ///< of the truth in the posteriors

    /// How often the intervals hold the truth; empty of no record.
    std::optional<Coverage> coverage() const;
};

/// A calibration that is ready to run. Immutable.
class PreparedCalibrate {
public:
    struct Plan;

    /// Made by `prepare`.
    /// @throws InvalidInput if there is none
    explicit PreparedCalibrate(std::shared_ptr<const Plan> plan) : plan_(planned(std::move(plan))) {}
    /// Resolved.
    const CalibrateConfig& config() const;
    /// What `simulate` needs; not for others.
    const Plan& plan() const { return *plan_; }

private:
    std::shared_ptr<const Plan> plan_;
};

/// What simulation-based calibration found.
struct CalibrateResult {
    CalibrateConfig config;                          ///< resolved
    std::vector<RankCalibration> detectors = {};     ///< by leg, then by detector
    std::int64_t records = 0;                        ///< ranked, of those wanted
    StopReason stop_reason = StopReason::completed;  ///< `completed` only with all of them
    double seconds = 0.0;                            ///< wall time of the records
    int threads = 0;                                 ///< as asked for; 0: all there are
    Provenance provenance = {};                      ///< where and with what it was made
};

/// @throws InvalidInput with everything that is wrong; Stopped if `control` says so
PreparedCalibrate prepare(const CalibrateConfig& config, const RunControl& control = {});
/// Record k is a function of (seed, k) and the configuration. All detectors see the same runs, so that their
/// ranks are not independent of each other.
CalibrateResult simulate(const PreparedCalibrate& prepared, const RunControl& control = {});

}  // namespace dickejump
