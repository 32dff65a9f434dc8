#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "dickejump/exact/master_equation.hpp"
#include "dickejump/study/scan/method.hpp"
#include "dickejump/study/scan/protocol.hpp"

namespace dickejump {

/// Lower bounds on delta w/gamma of one run of one leg. Each is of something else, and named for it.
struct Bounds {
    double steady_state;  ///< one measurement of J_z in the steady state at w = gamma (App. D)
    /// One measurement of J_z at the best moment of the scan, which is at this s; empty from the hierarchy,
    /// which does not know the populations.
    std::optional<double> snapshot, snapshot_scaled_pump;
    std::optional<double> full_record;  ///< start and every jump seen; empty where the pump touches 0
    std::optional<double>
        paper_heuristic;  ///< max{sqrt(12)/N, width of the mean loop}: the paper's, not a bound
};

/// How an estimate answers to the pump: mean in nominal s at theta = 0, and |d mean/d s_theta|.
struct Calibration {
    enum class Source { exact, monte_carlo };

    double offset = 0.0;
    double slope = 0.0;
    double slope_error = 0.0;  ///< 0 from the master equation
    Source source = Source::exact;
};

/// How exact means are had: from the master equation of the populations, or from its Legendre moments, which
/// costs milliseconds at any N but leaves the snapshot bound open. `automatic`: populations up to 20000
/// atoms.
enum class ExactMethod { populations, hierarchy, automatic };
std::string_view name(ExactMethod method);
ExactMethod resolved(ExactMethod method, std::int64_t atoms);

/// Exact means of one leg.
struct ExactLeg {
    Direction direction;
    std::vector<double> times;         ///< [1/gamma]
    std::vector<double> scaled_pumps;  ///< s there
    exact::Solution solution;
    std::optional<double> crossing;  ///< s at <J_z> = 0
    Bounds bounds;

    Calibration area;
};

/// Exact means of a scan, and the width s_up - s_down of the mean loop (computed from both legs even if only
/// one is asked for, since the paper's heuristic needs it).
struct ExactScan {
    ExactMethod method;          ///< populations or hierarchy
    std::vector<ExactLeg> legs;  ///< as asked for
    std::optional<double> width;
    std::optional<double> loop_full_record;  ///< the bound of both records together, with legs = both

    const ExactLeg& leg(Direction direction) const;
};

/// Solves the scan; curves have exactly `points` points.
/// @throws InvalidInput if the scan does not fit the ladder, points < 2, or populations are asked for beyond
/// 2 10^6 atoms
ExactScan solve_scan(const DickeLadder& ladder, const Scan& scan, std::int64_t points,
                     ExactMethod method = ExactMethod::automatic);

/// Calibrations of the crossings of one leg, in s; empty where fewer than 1e-12 of the runs have the
/// crossing.
struct CrossingCalibrations {
    std::optional<Calibration> first, last, mid;
};
CrossingCalibrations calibrate_crossings(const DickeLadder& ladder, const ScanLeg& leg);
/// The same from runs of a method, with common random numbers under two pumps a spread of the crossings
/// apart, where the populations are out of reach. A fixed number of runs of their own, whatever the ensemble.
CrossingCalibrations calibrate_crossings(const DickeLadder& ladder, const Scan& scan, const ScanLeg& leg,
                                         Method method, int steps_per_tick, std::uint64_t seed, int threads);

}  // namespace dickejump
