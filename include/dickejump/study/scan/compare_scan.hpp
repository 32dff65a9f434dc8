#pragma once

#include <cstdint>
#include <vector>

#include "dickejump/study/scan/simulated_scan.hpp"

namespace dickejump {

/// Monte Carlo against the master equation, as one number.
struct ScanComparison {
    struct Point {
        Direction direction;
        double scaled_pump;
        double z;  ///< (mean - exact) / error
    };
    std::vector<Point> points;
    double p_value;  ///< Hotelling's T^2 over all points of all legs, correlations included
    ScanResult result;
};

/// How many trajectories `compare_scan` needs for its p-value to be trusted.
std::int64_t trajectories_for_comparison(const Scan& scan);

/// @throws InvalidInput also if there are too few trajectories for the test.
ScanComparison compare_scan(const DickeLadder& ladder, const ScanRun& run);

}  // namespace dickejump
