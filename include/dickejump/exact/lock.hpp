#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/proportional_servo.hpp"
#include "dickejump/model/stop_request.hpp"

namespace dickejump::exact {

/// Means over all runs of a closed loop whose servo knows n at the start of every tick.
struct LockLaw {
    double up_jumps = 0.0;  ///< E N_up: the information on a relative shift of the pump
    /// E int <A>/w dt = E sum 1/w^2 over pumping jumps: the information on a shift [1/gamma^2]; empty where
    /// the servo can set w to 0.
    std::optional<double> shift_information = {};
    double jz_mean = 0.0,            ///< <J_z> at the end
        jz_variance = 0.0;           ///< Var J_z there
    double mean_square_error = 0.0;  ///< mean over tick starts of x^2
    double lost = 0.0;               ///< probability of |x| > 0.9 at the end
};

/// Solves the loop as a Markov chain over tick starts: within a tick the pump is constant, and a row of
/// exp(tick (w P + E)) is summed by uniformisation, all terms positive.
///
/// @param start  populations at t = 0, n = 0..N; the servo knows which of the levels it is
/// @throws InvalidInput if the start is no distribution on the ladder, the tick is not positive, there are no
/// ticks, the gain is negative or not finite, or the rows take more than 10^12 additions, or all ticks more
/// than 10^14; Stopped
LockLaw solve_lock(const DickeLadder& ladder, const ProportionalServo& servo, double tick, std::int64_t ticks,
                   const Eigen::VectorXd& start, const StopRequest& stop = {});

/// No protocol of duration T [1/gamma] near w = gamma, with whatever feedback on the counts, has
/// delta w/w below (gamma T (N+1)^2/4 + N)^(-1/2): E N_up = E N_down + E(n_T - n_0), and B_n <= (N+1)^2/4.
/// Where every atom also emits on its own at rate G, that brings at most G N T more: what goes down can go up
/// again.
/// @param emission  G [gamma]
/// @throws InvalidInput unless T is finite and positive, and G a rate
double protocol_limit(const DickeLadder& ladder, double duration, double emission = 0.0);

}  // namespace dickejump::exact
