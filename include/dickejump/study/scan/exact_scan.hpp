#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/estimate/calibration.hpp"
#include "dickejump/exact/master_equation.hpp"
#include "dickejump/study/keys/keys.hpp"
#include "dickejump/study/model.hpp"
#include "dickejump/study/scan/scan_protocol.hpp"

namespace dickejump {

/// How exact means are had: from the master equation of the populations, or from its Legendre moments, which
/// costs milliseconds at any N but leaves the snapshot bound open. `automatic`: populations up to 20000
/// atoms.
enum class ExactMethod { populations, hierarchy, automatic };
/// "populations", "hierarchy", "auto".
std::string_view name(ExactMethod method);

/// A scan to solve.
struct ExactScanConfig {
    std::int64_t atoms = 1;                       ///< N
    ModelConfig model = {};                       ///< which equation
    double rate = 1.0;                            ///< r, transition widths per 1/gamma
    double half_width = 10.0;                     ///< S: s runs between -S and S
    Legs direction = Legs::both;                  ///< up, down or both
    Initial initial = Initial::steady;            ///< of each leg: steady, or ground
    std::int64_t points = 201;                    ///< of the curves
    ExactMethod method = ExactMethod::automatic;  ///< how the means are had

    /// Rate, extent, legs and start as one.
    ScanProtocol protocol() const {
        return {.rate = rate, .half_width = half_width, .legs = direction, .initial = initial};
    }
};
/// Flags, TOML and Python keywords of `exact scan`.
template <>
const Keys<ExactScanConfig>& keys<ExactScanConfig>();
/// With the method that automatic stands for.
ExactScanConfig resolved(const ExactScanConfig& config);
/// Adds what is wrong with a configuration to `problems`, everything at once.
void check(const ExactScanConfig& config, Problems& problems);

/// Lower bounds on delta w/gamma of one run of one leg. Each is of something else, and named for it.
struct Bounds {
    double steady_state = 0.0;  ///< one measurement of J_z in the steady state at w = gamma (App. D)
    /// One measurement of J_z at the best moment of the scan, which is at this s; empty from the hierarchy,
    /// which does not know the populations.
    std::optional<double> snapshot,     ///< bound on delta w/gamma
        snapshot_scaled_pump;           ///< s of that moment
    std::optional<double> full_record;  ///< start and every jump seen; empty where the pump touches 0
    /// The same on the critical pump gamma - theta where gamma is unknown too: the J- jumps tell of gamma
    /// alone, the J+ jumps of theta, and sqrt(1/F + 1/E N_down). All other bounds take gamma as known. Of the
    /// ladder.
    std::optional<double> full_record_gamma_unknown;
    std::optional<double>
        paper_heuristic;  ///< max{sqrt(12)/N, width of the mean loop}: the paper's, not a bound
};

/// Exact means of one leg.
struct ExactLeg {
    Direction direction = Direction::up;  ///< which leg it is
    std::vector<double> times;            ///< [1/gamma]
    std::vector<double> scaled_pumps;     ///< s there
    exact::Solution solution;             ///< curves and integrals by time [1/gamma]
    std::optional<double> crossing;       ///< s at <J_z> = 0
    Bounds bounds;                        ///< of one run of this leg
    Calibration area;                     ///< of the area estimate, exact
    std::vector<double> j2_mean = {};     ///< <J^2> at the times; of the local model
    double side_photons = 0.0;            ///< mean number of photons of single atoms; of the local model

    /// s at a time within the leg [1/gamma].
    double scaled_pump(double time) const {
        return scaled_pumps.front() + (scaled_pumps.back() - scaled_pumps.front()) * (time / times.back());
    }
};

/// Exact means of a scan, and the width s_up - s_down of the mean loop (computed from both legs even if only
/// one is asked for, since the paper's heuristic needs it).
struct ExactScan {
    ExactScanConfig config;       ///< method resolved
    std::vector<ExactLeg> legs;   ///< as asked for
    std::optional<double> width;  ///< s_up - s_down of the mean loop; empty where a leg has no crossing
    std::optional<double> loop_full_record;  ///< the bound of both records together, with both legs
    std::optional<double> loop_full_record_gamma_unknown;  ///< the same on gamma - theta, gamma unknown

    /// @throws InvalidInput if that leg was not asked for
    const ExactLeg& leg(Direction direction) const;
};

/// Solves the scan; curves have exactly `points` points.
/// @throws InvalidInput with everything that is wrong, also if populations are asked for beyond 2 10^6 atoms;
///         Stopped if `control` says so
ExactScan solve(const ExactScanConfig& config, const RunControl& control = {});

}  // namespace dickejump
