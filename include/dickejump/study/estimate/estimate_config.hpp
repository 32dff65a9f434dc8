#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "dickejump/estimate/parameter.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/start_state.hpp"
#include "dickejump/record/detector.hpp"
#include "dickejump/study/keys/keys.hpp"

namespace dickejump {

/// What made the clicks of a laboratory: the atoms, how their pump was moved, what looked at them. Times in
/// 1/gamma, rates in gamma.
struct EstimateConfig {
    std::int64_t atoms = 1;               ///< N
    std::optional<double> rate = {},      ///< r, transition widths per 1/gamma
        half_width = {};                  ///< S: s runs between -S and S
    std::string direction = "up";         ///< of the scan: up or down
    std::string schedule = {};            ///< nominal w(t) from a file with the columns time,pump
    std::optional<double> duration = {};  ///< under a schedule; empty: up to its last knot
    /// steady: the steady state at the nominal w(0); ground: n = 0 (of a scan down n = N); or dicke:n.
    std::string initial = "steady";
    std::vector<Detector> detectors = {};  ///< one
    double side_rate = 0.0;                ///< Gamma, emission to the side per excited atom [gamma]
    std::vector<Unknown> unknown = {};     ///< fitted beside theta, from the setup's values on
    /// W: theta lies between -2W/N and 2W/N beforehand; empty: the half-width of the scan, or 20.
    std::optional<double> prior_width = {};
    std::int64_t fit_records = 1000;  ///< simulated, against which a record's fit is judged; 0: it is not
    std::uint64_t seed = 1;           ///< of the simulated records
    double time_limit = std::numeric_limits<double>::infinity();  ///< [s]

    /// Whether the pump is a linear scan; else it follows a schedule.
    bool is_scan() const { return schedule.empty(); }
    // Of a configuration that `check` finds fault with, all of these may throw InvalidInput.

    /// @throws InvalidInput as `check`, also naming file and line
    PumpSchedule pump() const;
    /// T [1/gamma]: 2S/r of a scan. @throws InvalidInput as `pump`
    double run_duration() const;
    /// What a likelihood knows of n at t = 0.
    StartState start() const;
    /// The largest |theta| of the prior [gamma].
    double reach() const;
    /// The names of what is unknown.
    std::vector<Parameter> unknown_parameters() const;
    /// The one that there is.
    const Detector& detector() const;
};
/// Flags, TOML and Python keywords of `estimate`.
template <>
const Keys<EstimateConfig>& keys<EstimateConfig>();
/// Reads "gamma", "efficiency:cavity=0.50(2)" or "efficiency:cavity=0.5+-0.02". @throws InvalidInput
Unknown parse_unknown(const std::string& text);
/// As parse_unknown reads it, digit for digit.
std::string to_text(const Unknown& unknown);
/// Adds what is wrong with a configuration to `problems`, everything at once; files are read.
void check(const EstimateConfig& config, Problems& problems);

}  // namespace dickejump
