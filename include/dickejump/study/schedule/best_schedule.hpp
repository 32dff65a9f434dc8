#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/study/keys/keys.hpp"
#include "dickejump/study/provenance.hpp"

namespace dickejump {

/// The search for the pump w(t) of duration T whose jumps tell most of a relative shift, w e^epsilon, when
/// epsilon is only known to be normal about 0: of all w linear between equally spaced knots the one of the
/// greatest expected information E F, F(epsilon) = E N_up under w e^epsilon (every jump seen).
struct ScheduleConfig {
    std::int64_t atoms = 1;    ///< N
    double duration = 1.0;     ///< T [1/gamma]
    double prior_width = 0.0;  ///< W: epsilon has the standard deviation 2W/N [transition widths]
    double pump_min = 0.1,     ///< least w [gamma]
        pump_max = 10.0;       ///< greatest w [gamma]
    std::int64_t knots = 41;   ///< of w(t), both ends among them
    std::optional<double> half_width = {};     ///< S of the scan that it starts from; empty: the best one
    std::optional<std::int64_t> initial = {};  ///< n at t = 0; empty: uniform on 0..N
    double time_limit = std::numeric_limits<double>::infinity();  ///< [s] of the search
};
/// Flags, TOML and Python keywords of the search.
template <>
const Keys<ScheduleConfig>& keys<ScheduleConfig>();
/// Adds what is wrong with a configuration to `problems`, everything at once.
void check(const ScheduleConfig& config, Problems& problems);
/// @throws InvalidInput as `check`
std::uint64_t hash(const ScheduleConfig& config);

/// Normal numbers for sums: values of epsilon with the weights of its prior. Equally spaced, so that a smooth
/// function's mean converges faster than any power of the spacing, which is at most one transition width.
struct PriorNodes {
    std::vector<double> epsilon,  ///< relative shifts of the pump, ascending
        weight;                   ///< of each, of sum 1

    /// @param width  W [transition widths]
    static PriorNodes of(double width, std::int64_t atoms);
};

/// A schedule with what it tells.
struct ToldSchedule {
    std::vector<double> pumps = {};  ///< w at the knots [gamma]
    double information = 0.0;        ///< E F of epsilon
    double at_center = 0.0;          ///< F(0)

    /// (E F)^(-1/2): delta w/w of a pump near w_c.
    double delta_w() const;
    /// What an estimate with the prior cannot be below, van Trees: (E F + 1/sigma^2)^(-1/2); empty without a
    /// width, where all is known beforehand.
    std::optional<double> with_prior(const ScheduleConfig& config) const;
};

/// The best schedule that was found, beside those that it starts from.
struct ScheduleResult {
    ScheduleConfig config;           ///< what was asked for
    std::vector<double> times = {};  ///< of the knots [1/gamma]
    ToldSchedule best,               ///< of the greatest E F found
        scan,                        ///< the linear scan
        parked;                      ///< at rest at w = gamma
    double scan_half_width = 0.0;    ///< S of the linear scan, s = -S to S in T, w not below pump_min
    double limit = 0.0;              ///< of the information: no schedule or feedback has more
    int steps = 0;                   ///< of the ascents
    bool converged = false;          ///< no step gained any more
    StopReason stop_reason = StopReason::completed;  ///< of the search
    double seconds = 0.0;                            ///< wall time
    int threads = 0;                                 ///< as asked for; 0: all there are
    Provenance provenance = {};                      ///< where and with what it was made
};

/// Climbs from the linear scan, and from the parked pump, by exact gradients of the master equation; the best
/// of all is never below either. A search that is stopped by its time limit has the best so far, one that is
/// interrupted the better of the two.
/// @throws InvalidInput with everything that is wrong
ScheduleResult simulate(const ScheduleConfig& config, const RunControl& control = {});

}  // namespace dickejump
