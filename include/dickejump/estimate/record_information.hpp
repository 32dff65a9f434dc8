#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "dickejump/estimate/likelihood_filter.hpp"
#include "dickejump/estimate/parameter.hpp"
#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/stop_request.hpp"
#include "dickejump/record/detector.hpp"

namespace dickejump {

struct LaneParameters;

/// What a record of clicks says of theta, the shift of the pump, and of other parameters at once: its
/// contribution to the Fisher matrix in predictable form,
///   F_ij = int sum_c (d lambda_c/d x_i)(d lambda_c/d x_j)/lambda_c dt,
/// lambda_c the click rate of channel c predicted from the record so far (Gammelmark & Molmer, PRA 87, 032115
/// (2013)). Its mean over records is the Fisher matrix, with a far smaller spread than that of products of
/// scores. No parameter moves the start distribution.
///
/// The derivatives are differences between exact filters that differ by a small part of one parameter,
/// carried side by side.
class RecordInformation {
public:
    /// One filter is of the parameters as they are, and one of theta.
    static constexpr std::size_t most_unknown = 6;

    /// @param start    populations at t = 0, n = 0..N
    /// @param unknown  beside theta, in the order of the matrix
    /// @throws InvalidInput as LikelihoodFilter; if there are more than most_unknown, one stands twice, or
    /// one
    ///         is of a channel that the detector does not see
    RecordInformation(const DickeLadder& ladder, const PumpSchedule& pump, double duration,
                      const Eigen::VectorXd& start, const Detector& detector, double side_rate,
                      const std::vector<Parameter>& unknown);

    /// The matrix of theta and the unknown, each in its own units: (1 + unknown, 1 + unknown).
    /// @param clicks  as of LikelihoodFilter
    /// @throws InvalidInput, Stopped
    Eigen::MatrixXd operator()(std::span<const Photon> clicks, StopRequest stop = {}) const;

    /// What a record says at other values of the parameters.
    struct Told {
        double log_likelihood;        ///< -infinity where the record cannot happen
        Eigen::VectorXd score;        ///< its derivatives
        Eigen::MatrixXd information;  ///< the matrix above
    };
    /// @param at  theta and the unknown, in the order of the matrix
    /// @throws InvalidInput also if there are not as many
    Told at(std::span<const Photon> clicks, const Eigen::VectorXd& at, StopRequest stop = {}) const;
    /// Theta = 0 and the others as the detector and the model have them.
    Eigen::VectorXd nominal() const;
    /// The detector, gamma, the side rate and the offset of the schedule at such values.
    struct Setup {
        Detector detector;  ///< with the efficiencies and backgrounds there
        double gamma,       ///< in units of its nominal value
            side_rate,      ///< [gamma]
            offset;         ///< of the schedule's begin [1/gamma]
    };
    /// @throws InvalidInput as `at`
    Setup setup(const Eigen::VectorXd& at) const;
    /// As given.
    const std::vector<Parameter>& unknown() const { return unknown_; }
    /// The state of knowledge along a record: what LikelihoodFilter tells, at such values.
    void follow(std::span<const Photon> clicks, const Eigen::VectorXd& at,
                const LikelihoodFilter::Follow& follow, StopRequest stop = {}) const;

private:
    LaneParameters lanes(const Eigen::VectorXd& at) const;

    DickeLadder ladder_;
    PumpSchedule pump_;
    double duration_;
    Eigen::VectorXd start_;
    Detector detector_;
    double side_rate_;
    std::vector<Parameter> unknown_;
};

/// What is wrong with asking for these parameters of a detector.
void check(const std::vector<Parameter>& unknown, const Detector& detector, Problems& problems);

}  // namespace dickejump
