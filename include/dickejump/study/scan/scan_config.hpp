#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "dickejump/ensemble/block.hpp"
#include "dickejump/estimate/estimator.hpp"
#include "dickejump/estimate/parameter.hpp"
#include "dickejump/estimate/record_signal.hpp"
#include "dickejump/record/detector.hpp"
#include "dickejump/study/keys/keys.hpp"
#include "dickejump/study/model.hpp"
#include "dickejump/study/scan/scan_protocol.hpp"
#include "dickejump/trajectory/method.hpp"

namespace dickejump {

/// Stop when the standard error of an estimator's mean is at most `error` [s]; without a leg, on every leg,
/// without a detector, for the perfect record and every detector that have it.
struct TargetError {
    Estimator estimator = Estimator::area;     ///< of the runs, not of the calibration
    std::optional<Direction> direction = {};   ///< empty: every leg
    std::optional<std::string> detector = {};  ///< empty: the perfect record and every detector
    double error = 0.0;                        ///< [s], positive
};
/// From NAME[:direction[:detector]]:E, such as area:up:0.01; the detector's name may hold colons. @throws
/// InvalidInput
TargetError parse_target_error(const std::string& text);
/// As `parse_target_error` reads it.
std::string to_text(const TargetError& target);

/// Everything that shapes the result of a scan; how it is run (threads, ..) is RunControl's.
struct ScanConfig {
    std::int64_t atoms = 1;             ///< N
    ModelConfig model = {};             ///< which equation
    double rate = 1.0;                  ///< r, transition widths per 1/gamma
    double half_width = 10.0;           ///< S: s runs between -S and S
    Legs direction = Legs::both;        ///< up, down or both
    Initial initial = Initial::steady;  ///< of each leg: steady, or ground
    Method method = Method::automatic;  ///< automatic: by model and protocol alone
    double bias_tolerance = 2e-4;       ///< sphere: largest error of <x>, x = 2 J_z/(N+1), by the finite step
    std::int64_t ticks = 0;             ///< of each leg; 0: at most 0.02/gamma each
    int steps_per_tick = 0;             ///< sphere; 0 chooses by bias_tolerance
    std::int64_t trajectories = 10'000;                           ///< pairs of legs, with both
    std::uint64_t seed = 1;                                       ///< trajectory k depends on it and k alone
    double time_limit = std::numeric_limits<double>::infinity();  ///< [s]
    std::int64_t points = 201;                    ///< of the curves, rounded down so that points are ticks
    std::vector<Estimator> estimators = {};       ///< empty: all
    std::vector<Detector> detectors = {};         ///< each sees every run
    double side_rate = 0.0;                       ///< Gamma, emission to the side per excited atom [gamma]
    std::optional<Smoothing> smoothing = {};      ///< before crossings are read; empty: Smoothing::by_default
    bool signals = false;                         ///< also reduce the counts to curves
    std::int64_t keep_records = 0;                ///< the first so many records, for pictures
    bool keep_estimates = false;                  ///< also every run's estimates, in memory and result.h5
    std::vector<Parameter> unknown = {};          ///< beside theta: for bounds of detected records
    std::vector<TargetError> target_errors = {};  ///< stop early when all are reached

    /// For tests of the tests: the simulated pump is this times the nominal one. Exact means do not know of
    /// it.
    double simulated_pump_factor = 1.0;

    /// The rate of side photons an excited atom: of the local model that of the emission, whose back-action
    /// the runs have.
    double seen_side_rate() const { return model.kind == Model::local ? model.emission : side_rate; }
    /// Rate, extent, legs, start and ticks as one.
    ScanProtocol protocol() const { return {rate, half_width, direction, initial, ticks}; }
    /// Number and seed of the trajectories as one.
    Ensemble ensemble() const { return {trajectories, seed}; }
};

/// Flags, TOML and Python keywords of `scan`.
template <>
const Keys<ScanConfig>& keys<ScanConfig>();

/// Adds what is wrong with a configuration to `problems`, everything at once.
void check(const ScanConfig& config, Problems& problems);

/// What `auto` and defaults stand for put in: method, ticks, and the points that there will be. Running it
/// gives the same bytes. @throws InvalidInput as `check`
ScanConfig resolved(const ScanConfig& config);

/// A number that is equal for equal resolved configurations, however they were written; trajectories and stop
/// rules do not matter. @throws InvalidInput as `check`
std::uint64_t hash(const ScanConfig& config);

}  // namespace dickejump
