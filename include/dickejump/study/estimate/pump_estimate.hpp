#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/estimate/click_residuals.hpp"
#include "dickejump/estimate/likelihood_estimate.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/study/estimate/estimate_config.hpp"
#include "dickejump/study/plan.hpp"
#include "dickejump/study/provenance.hpp"

namespace dickejump {

/// What one record of clicks, or several together, tell of the pump: theta is how far the true pump was above
/// the nominal one [gamma], 1 - theta the nominal pump at which w = gamma.
struct PumpEstimate {
    std::array<std::int64_t, 3> clicks = {};  ///< by Channel
    std::optional<Estimate> theta = {};       ///< maximum of the likelihood, and its error from the curvature
    /// Why there is no maximum: "no clicks", "boundary", "flat", or "impossible" where the clicks cannot come
    /// from this setup for any theta.
    std::string_view reason = {};
    std::optional<Interval> interval68 = {}, interval95 = {};  ///< of theta: the posterior's
    double log_likelihood = 0.0;                               ///< at theta = 0
    /// How often chance alone fits as badly as this; empty if it was not asked for.
    std::optional<double> fit_p_value = {};
    /// At the maximum, or at theta = 0 without one.
    ClickResiduals residuals = {};

    /// The nominal pump at which w = gamma [gamma].
    std::optional<Estimate> critical_pump() const;
};

struct EstimateResult {
    EstimateConfig config;
    bool exact_likelihood = true;
    std::vector<PumpEstimate> records = {};
    PumpEstimate combined = {};
    std::int64_t simulated = 0;  ///< records against which the fit was judged
    /// Other than completed: the estimates are there, and their fit is not judged.
    StopReason stop_reason = StopReason::completed;
    double seconds = 0.0;
    int threads = 0;
    Provenance provenance = {};
};

/// A setup that is ready to judge clicks. Immutable.
class PreparedEstimate {
public:
    struct Plan;
    /// @throws InvalidInput if there is none
    explicit PreparedEstimate(std::shared_ptr<const Plan> plan) : plan_(planned(std::move(plan))) {}
    const Plan& plan() const { return *plan_; }

private:
    std::shared_ptr<const Plan> plan_;
};

/// @throws InvalidInput with everything that is wrong
PreparedEstimate prepare(const EstimateConfig& config);

/// Estimates the pump from records of clicks, of each and of all together (the sum of their log-likelihoods).
///
/// The likelihood is that of LikelihoodFilter: exact for efficiency, background, gate and non-paralysable
/// dead time; clicks that were jittered, spread over bins or kept from a paralysable detector are taken as if
/// they had not been (`exact_likelihood` is then false).
///
/// The fit is judged by time-rescaling residuals at the maximum (ClickResiduals) against records that are
/// simulated at the common maximum and whose theta is fitted as well, one by one and, for the combination,
/// in groups: what fitting takes from the residuals is taken from theirs too.
/// @param records  clicks of each, ascending, within the run
/// @param counted  the clicks were counts per bin, spread over them: of this width [1/gamma]; 0: times
/// @throws InvalidInput if there are none, they are not of this detector and run, or the width is no time;
/// Stopped before there is
///         an estimate of all of them
EstimateResult estimate(const PreparedEstimate& prepared, const std::vector<std::vector<Photon>>& records,
                        double counted = 0.0, const RunControl& control = {});

/// Clicks as the setup's detector makes them of atoms whose pump is the nominal one plus theta.
/// @throws InvalidInput unless 1 <= count <= 10^6 and theta is finite and leaves a pump; Stopped
std::vector<std::vector<Photon>> simulate_clicks(const PreparedEstimate& prepared, std::int64_t count,
                                                 double theta, const RunControl& control = {});

}  // namespace dickejump
