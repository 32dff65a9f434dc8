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
#include "dickejump/estimate/joint_estimate.hpp"
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
    /// from this setup for any theta; with parameters unknown also "singular" where they hide theta
    /// altogether, and "not found".
    std::string_view reason = {};
    /// Equal-tailed, of the posterior; with parameters unknown of the profile likelihood.
    std::optional<Interval> interval68 = {},  ///< of theta, 68 %
        interval95 = {};                      ///< the same of 95 %
    double log_likelihood = 0.0;              ///< at theta = 0
    /// How often chance alone fits as badly as this; empty if it was not asked for.
    std::optional<double> fit_p_value = {};
    /// At the maximum, or at theta = 0 without one.
    ClickResiduals residuals = {};

    /// Of theta and the parameters that are not known; empty if there are none, or the clicks cannot be.
    std::optional<JointEstimate> joint = {};

    /// The nominal pump at which w = gamma [gamma]: gamma - theta, gamma being 1 unless it is unknown.
    std::optional<Estimate> critical_pump() const;
};

/// What records of clicks say of the pump.
struct EstimateResult {
    EstimateConfig config;                   ///< as it was judged by
    bool exact_likelihood = true;            ///< see `Detector::likelihood_is_exact`
    std::vector<PumpEstimate> records = {};  ///< one by one, in the order given
    PumpEstimate combined = {};              ///< from the sum of their log-likelihoods
    std::int64_t simulated = 0;              ///< records against which the fit was judged
    /// Other than completed: the estimates are there, and their fit is not judged.
    StopReason stop_reason = StopReason::completed;
    double seconds = 0.0;        ///< wall time
    int threads = 0;             ///< as asked for; 0: all there are
    Provenance provenance = {};  ///< where and with what it was made
};

/// A setup that is ready to judge clicks. Immutable.
class PreparedEstimate {
public:
    struct Plan;
    /// Made by `prepare`.
    /// @throws InvalidInput if there is none
    explicit PreparedEstimate(std::shared_ptr<const Plan> plan) : plan_(planned(std::move(plan))) {}
    /// What `estimate` needs; not for others.
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
/// With parameters unknown theta and they are fitted together (JointEstimate), priors included, from where
/// theta alone is likeliest.
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
