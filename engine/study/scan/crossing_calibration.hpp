#pragma once

#include <cstdint>
#include <optional>

#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/estimate/calibration.hpp"
#include "dickejump/study/scan/scan_protocol.hpp"
#include "dickejump/trajectory/method.hpp"

namespace dickejump {

/// Calibrations of the crossings of the perfect record, in s; empty where too few runs have the crossing.
using CrossingCalibrations = ByEstimator<std::optional<Calibration>>;

/// From the master equation with absorbing levels; empty where fewer than 1e-12 of the runs have the
/// crossing.
CrossingCalibrations exact_crossing_calibrations(const ScanLeg& leg, StopRequest stop = {});

/// From runs of a method with common random numbers under two pumps a spread of the crossings apart, where
/// the populations are out of reach: a fixed number of runs of their own, whatever the ensemble.
CrossingCalibrations simulated_crossing_calibrations(const ScanLeg& leg, Method method, int steps_per_tick,
                                                     const std::optional<LocalRates>& local,
                                                     std::uint64_t seed, const RunControl& control);

}  // namespace dickejump
