#pragma once

#include <Eigen/Core>
#include <array>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/stop_request.hpp"
#include "dickejump/record/detector.hpp"

namespace dickejump {

/// The likelihood of a record of clicks for several shifts theta of the pump at once: the exact forward
/// filter on the N + 1 populations, p unnormalised, from the known start distribution (Gammelmark & Molmer,
/// PRA 87, 032115 (2013)).
///
/// Between clicks  p' = (L - what would have been seen) p  with w(t) + theta (not below 0) for the pump; at a
/// click p -> (e_c J_c + background_c) p. A channel within its (non-paralysable) dead time, or outside the
/// gate, sees nothing and evolves with its full L. The log-likelihood is the sum of the logarithms of the
/// norms.
///
/// Steps: exp(h M) by its L-stable (1,2), (3,4) or (5,6) Pade approximant in partial fractions, complex
/// tridiagonal solutions for all thetas together, on the stretch of levels that still has weight; of the
/// fourth order in the change of the pump. Differences of log-likelihoods are right to about 1e-4 of all that
/// a record can tell. What the norm loses on average is split off exactly, so that for a record that leaves
/// no doubt about n the likelihood is exact to rounding.
class LikelihoodFilter {
public:
    static constexpr int theta_count = 8;  ///< thetas that one pass takes along
    /// Shifts of the pump [gamma].
    using Thetas = std::array<double, theta_count>;
    /// The two thetas between which derivatives by theta are taken, as differences; what `Follow` is told is
    /// of the lower one.
    static constexpr int lower_middle = 3,
                         upper_middle = 4;  ///< the other of them

    /// @param start  populations at t = 0, n = 0..N
    /// @param step_scale  multiplies every limit on the steps: for tests of convergence
    /// @throws InvalidInput if the start has another N or is no distribution, the duration or the scale is
    ///         not positive, the side rate is negative, or as `check(detector)` says
    LikelihoodFilter(const DickeLadder& ladder, const PumpSchedule& pump, double duration,
                     const Eigen::VectorXd& start, const Detector& detector, double side_rate,
                     double step_scale = 1.0);
    ~LikelihoodFilter();
    /// The setup moves along; what is left behind can only be destroyed.
    LikelihoodFilter(LikelihoodFilter&&) noexcept;

    /// What a pass over one record tells.
    struct Result {
        Thetas log_likelihood;  ///< by theta; -infinity where the record cannot happen
        /// int sum_c (d lambda_c/d theta)^2 / lambda_c dt, lambda_c the click rate predicted from the record
        /// so far, the derivative between the two middle thetas (NaN if they are the same): its mean over
        /// records is the Fisher information.
        double information = 0.0;
    };
    /// The state of knowledge at some time, at the lower middle theta: mean and standard deviation of n given
    /// the record so far.
    using Follow = std::function<void(double time, double mean, double deviation)>;

    /// @param clicks  ascending in time, within [0, duration], of channels that the detector sees
    /// @throws InvalidInput if they are not, or a theta is not finite; Stopped if it is asked to
    Result operator()(std::span<const Photon> clicks, const Thetas& thetas, const Follow& follow = {},
                      StopRequest stop = {}) const;

private:
    DickeLadder ladder_;
    PumpSchedule pump_;
    double duration_;
    Eigen::VectorXd start_;
    Detector detector_;
    double side_rate_;
    double step_scale_;
};

}  // namespace dickejump
