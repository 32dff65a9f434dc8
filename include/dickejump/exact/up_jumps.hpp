#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/stop_request.hpp"

namespace dickejump::exact {

/// Mean numbers of pumping jumps, and what they change by with every knot of the schedule.
struct UpJumps {
    std::vector<double> mean = {};  ///< E N_up, for each factor
    Eigen::MatrixXd by_knot = {};   ///< [knot][factor] its derivative by the pump there [1/gamma]
};

/// E N_up under pumps f w(t), w linear between equally spaced knots, for several factors f side by side: the
/// information of every jump on ln f.
///
/// The populations go by the L-stable two-stage Runge-Kutta scheme of order 2 (SDIRK2, a tridiagonal solve a
/// stage; Alexander, SIAM J. Numer. Anal. 14, 1006 (1977)), and the gradient is that of this sum to rounding,
/// from the adjoint equation run backwards.
class UpJumpSum {
public:
    /// Factors that are done at a time.
    static constexpr int lanes = 8;

    /// @param start  populations p_n at t = 0, n = 0..N
    /// @param knots  at least 2, the first at t = 0 and the last at the end
    /// @param longest_step  steps are no longer than this [1/gamma]
    /// @throws InvalidInput if the start is no distribution on the ladder, there are too few knots, or a time
    /// is not positive
    UpJumpSum(const DickeLadder& ladder, Eigen::VectorXd start, double duration, Eigen::Index knots,
              double longest_step);

    /// @param pumps  w >= 0 at the knots [gamma]
    /// @param factors  up to `lanes` of them
    /// @throws Stopped
    UpJumps operator()(const Eigen::VectorXd& pumps, std::span<const double> factors,
                       const StopRequest& stop = {}) const;
    /// Of the scheme [1/gamma].
    double step() const { return step_; }
    /// The means alone.
    std::vector<double> means(const Eigen::VectorXd& pumps, std::span<const double> factors,
                              const StopRequest& stop = {}) const;

private:
    /// A value of every lane.
    using Lanes = Eigen::Array<double, lanes, 1>;
    /// [lane][level]
    using Levels = Eigen::Array<double, lanes, Eigen::Dynamic>;
    struct Stage;
    struct Course;
    enum class Way { forward, backward };

    Stage stage(std::int64_t step, int which) const;
    Lanes pump_at(const Stage& stage, const Eigen::VectorXd& pumps, const Lanes& factors) const;
    void solve(const Lanes& pump, Way way, Levels& y, Levels& work) const;
    Lanes walk(const Eigen::VectorXd& pumps, const Lanes& factors, std::vector<Levels>* course,
               const StopRequest& stop) const;

    Eigen::VectorXd pumping_, emission_, start_;
    Eigen::Index knots_;
    std::int64_t steps_a_piece_;
    double step_;
};

}  // namespace dickejump::exact
