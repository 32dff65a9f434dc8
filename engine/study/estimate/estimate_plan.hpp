#pragma once

#include <Eigen/Core>
#include <vector>

#include "dickejump/estimate/click_residuals.hpp"
#include "dickejump/estimate/joint_estimate.hpp"
#include "dickejump/estimate/record_information.hpp"
#include "dickejump/model/tick_grid.hpp"
#include "dickejump/study/estimate/pump_estimate.hpp"

namespace dickejump {

/// What makes clicks: the chain under a pump, and what looks at it. Times in 1/gamma of the setup, whatever
/// gamma the atoms have.
struct ClickSource {
    DickeLadder ladder;
    PumpSchedule pump;
    TickGrid grid;
    StartState start;
    Detector detector;
    double side_rate, gamma = 1.0;

    /// Clicks of the runs first, first + 1, ..; of counts, spread over bins.
    std::vector<std::vector<Photon>> clicks(std::uint64_t seed, std::int64_t first, int count, double bin,
                                            const StopRequest& stop) const;
};

/// A setup with its pump: the nominal one, or that plus a theta about which records are simulated.
struct ClickModel {
    DickeLadder ladder;
    PumpSchedule pump;
    TickGrid grid;
    StartState start;
    Eigen::VectorXd populations;
    Detector detector;
    double side_rate;
    ThetaRange range;
    LikelihoodFilter filter;
    RecordInformation joint;  ///< of theta and what is not known
    JointProblem problem;

    ClickModel(const DickeLadder& atoms, const PumpSchedule& w, const TickGrid& ticks,
               const StartState& begin, const Detector& seen_by, double side, double reach,
               const std::vector<Unknown>& unknown = {});

    /// The same under w(t) + theta, from the same start.
    ClickModel shifted(double theta) const;
    ClickResiduals residuals_of(std::span<const Photon> clicks, double theta, const StopRequest& stop) const {
        return residuals(filter, ladder, pump, grid.duration, populations, detector, side_rate, clicks, theta,
                         stop);
    }
    ClickResiduals residuals_at(std::span<const Photon> clicks, const Eigen::VectorXd& at,
                                const StopRequest& stop) const {
        return residuals(joint, pump, grid.duration, populations, clicks, at, stop);
    }
    /// What makes clicks at such a theta and such values of the unknown.
    ClickSource source_at(const Eigen::VectorXd& at) const;
    /// Clicks of the runs first, first + 1, .. under this pump; of counts, spread over bins.
    std::vector<std::vector<Photon>> simulate(std::uint64_t seed, std::int64_t first, int count, double bin,
                                              const StopRequest& stop) const;
    /// What a record tells; empty if it cannot happen.
    std::optional<LikelihoodEstimate> estimate(const Likelihood& likelihood, double scale, bool empty) const;
    /// At theta = 0: log L, and what the clicks tell of theta (their predictable information).
    struct Glance {
        double log_likelihood, information;
    };
    Glance glance(std::span<const Photon> clicks, const StopRequest& stop) const;
    /// About the error of what tells so much.
    double scale_of(double information) const;
};

struct PreparedEstimate::Plan {
    EstimateConfig config;
    ClickModel model;
};

/// Simulated records, fitted as the real ones are.
struct FitPool {
    std::vector<std::vector<double>> single;  ///< distances of each at its own maximum
    std::vector<ClickResiduals> common;       ///< of each at the common theta; empty if not wanted
    /// Of each at the common theta, by parameter: theta first.
    std::vector<std::vector<double>> scores;
};
/// The same with other parameters unknown: simulated at `at` and fitted jointly, what was measured of the
/// unknown beforehand measured anew for each.
FitPool simulate_joint_fits(const PreparedEstimate::Plan& plan, const Eigen::VectorXd& at, std::int64_t count,
                            bool groups, double bin, const RunControl& control);
/// @param theta  the common one, at which they are simulated
/// @param scale  about the error of theta of one record [gamma]
/// @param groups  whether `common` is wanted
FitPool simulate_fits(const PreparedEstimate::Plan& plan, double theta, double scale, std::int64_t count,
                      bool groups, double bin, const RunControl& control);

/// The p-value of the residuals of `records` records together, taken at a common theta: against groups of as
/// many of the pool. @param fitted  whether theta is where their likelihood is greatest
double combined_p_value(const ClickResiduals& together, std::size_t records, const FitPool& pool,
                        bool fitted);

}  // namespace dickejump
