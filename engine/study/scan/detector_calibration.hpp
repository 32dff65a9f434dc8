#pragma once

#include <optional>

#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/estimate/calibration.hpp"
#include "study/scan/detected_leg.hpp"

namespace dickejump {

/// How the estimates of one detector on one leg answer to the pump.
struct DetectorCalibration {
    /// Expected standard error of theta from one record [gamma]; 0 for a detector that learns nothing, or
    /// where no likelihood is asked for.
    double scale = 0.0;
    /// Empty where too few calibration runs have the estimate.
    ByEstimator<std::optional<Calibration>> calibrations;
};

/// The expected standard error of theta from one record [gamma], from 16 runs; 0 of a detector that learns
/// nothing. @throws Stopped
double expected_error(const DetectedLeg& detected, const ScanConfig& config, const RunControl& control);

/// From a fixed number of runs of their own, whatever the ensemble: 16 for the scale, 1024 pairs under two
/// pumps for what is read off the signal, 256 for the likelihood. Only what is wanted is run.
/// @param config  resolved, with steps_per_tick chosen
/// @throws Stopped
DetectorCalibration calibrate(const DetectedLeg& detected, const EstimatorSet& wanted,
                              const ScanConfig& config, const RunControl& control);

}  // namespace dickejump
