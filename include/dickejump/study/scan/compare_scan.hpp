#pragma once

#include <cstdint>
#include <vector>

#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/study/scan/scan_config.hpp"
#include "dickejump/study/scan/scan_result.hpp"

namespace dickejump {

/// Monte Carlo against the master equation, as one number.
struct ScanComparison {
    struct Point {
        Direction direction;
        double scaled_pump;
        double z;  ///< (mean - exact) / error
    };
    std::vector<Point> points;
    double p_value = 1.0;  ///< Hotelling's T^2 over all points of all legs, correlations included
    double alpha = 1e-6;   ///< the smallest p-value that passes
    ScanResult result;     ///< of the runs that were judged

    bool agrees() const { return p_value >= alpha; }
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
