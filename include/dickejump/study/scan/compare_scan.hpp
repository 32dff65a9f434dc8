#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/study/scan/scan_config.hpp"
#include "dickejump/study/scan/scan_result.hpp"

namespace dickejump {

/// Monte Carlo against the master equation, as one number.
struct ScanComparison {
    /// One point of one leg.
    struct Point {
        Direction direction;  ///< of the leg
        double scaled_pump;   ///< s
        double z;             ///< (mean - exact)/error, the error that of the exact variance
    };
    std::vector<Point> points;  ///< where the mean has spread, up to 15 a leg
    /// Hotelling's T^2 over the points of all legs, correlations included (`judge_means`); empty where there
    /// is too little to judge by.
    std::optional<double> p_value;
    double alpha = 1e-6;      ///< the smallest p-value that passes
    std::string reason = {};  ///< why there is no p-value
    ScanResult result;        ///< of the runs that were judged

    /// Empty without a p-value.
    std::optional<bool> agrees() const { return p_value ? std::optional(*p_value >= alpha) : std::nullopt; }
};

/// How many trajectories `compare` needs for its p-value to be trusted.
std::int64_t trajectories_for_comparison(const ScanConfig& config);

/// Adds what is wrong with a comparison to `problems`, everything at once.
void check_comparison(const ScanConfig& config, double alpha, Problems& problems);

/// Runs exactly what `simulate(prepare(config))` runs and compares <J_z> at up to 15 points a leg, where it
/// has spread, with the master equation.
/// @throws InvalidInput with everything that is wrong, also if there are too few trajectories for the test;
/// Stopped
ScanComparison compare(const ScanConfig& config, double alpha = 1e-6, const RunControl& control = {});

}  // namespace dickejump
