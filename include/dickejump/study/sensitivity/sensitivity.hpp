#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/study/scan/prepared_scan.hpp"

namespace dickejump {

/// Scans of many numbers of atoms at several rates: how the sensitivity of one run scales with N.
struct SensitivityConfig {
    std::vector<std::int64_t> atoms = {};   ///< every N to scan
    ModelConfig model = {};                 ///< which equation
    std::vector<double> rates = {};         ///< transition widths times gamma
    std::optional<double> half_width = {};  ///< of every scan; empty: default_half_width
    Legs direction = Legs::both;            ///< legs of every scan
    Initial initial = Initial::steady;      ///< of each leg: steady, or ground
    Method method = Method::automatic;      ///< automatic: chosen for each N by itself
    double bias_tolerance = 2e-4;           ///< as in ScanConfig
    std::int64_t trajectories = 10'000;     ///< of every scan
    std::uint64_t seed = 1;                 ///< of the study; that of a scan follows from it
};
/// Flags, TOML and Python keywords of `sensitivity`.
template <>
const Keys<SensitivityConfig>& keys<SensitivityConfig>();
/// Adds what is wrong with the study to `problems`, each mistake once.
void check(const SensitivityConfig& config, Problems& problems);
/// @throws InvalidInput as `check`
std::uint64_t hash(const SensitivityConfig& config);

/// Wide enough for the loop and its lags, S = 6 + 6 sqrt(r) transition widths beyond the transition (which is
/// at s = 0 in Eq. (1)), but short of w = 0: at most 0.98 N/2. @throws InvalidInput unless r is finite, r > 0
double default_half_width(const DickeLadder& ladder, double rate);

/// The scans of a study, rate by rate, the numbers of atoms in the order given. The seed of each is a
/// function of the study's seed, N, r and S, so that points are independent (with one seed for all, runs of
/// the sphere at 10^6 and 10^8 atoms would be the same) and a point does not change when others join.
std::vector<ScanConfig> points(const SensitivityConfig& config);

/// A study that is ready to run. Immutable.
struct PreparedSensitivity {
    SensitivityConfig config;        ///< of the study
    std::vector<ScanConfig> points;  ///< each with a seed of its own
};

/// All scans of a study that are done.
struct SensitivityResult {
    SensitivityConfig config;             ///< of the study
    std::vector<ScanResult> points = {};  ///< those that are done, in the order of `points(config)`
    StopReason stop_reason = StopReason::completed;  ///< `completed` only with all points
    double seconds = 0.0;                            ///< wall time of the study
    int threads = 0;                                 ///< as asked for; 0: all there are
    Provenance provenance = {};                      ///< where and with what it was made
};

/// @throws InvalidInput with everything that is wrong
PreparedSensitivity prepare(const SensitivityConfig& config);
/// Runs all points side by side.
SensitivityResult simulate(const PreparedSensitivity& study, const RunControl& control = {});

/// The scans of the k-th of so many parts that take about the same time, k = 1, 2, ..: the longest first,
/// each to the part that has least.
/// @return the places in `points`, ascending
/// @throws InvalidInput unless 1 <= part <= parts
std::vector<std::size_t> scans_of_part(std::span<const ScanConfig> points, std::int64_t part,
                                       std::int64_t parts);

/// Runs one scan with more than the threads of this process.
using ScanRunner = std::function<ScanResult(const PreparedScan&, const RunControl&)>;

/// Runs scans side by side, those that take longest first; the threads of scans that are done help with the
/// others. A scan that does not complete is dropped.
/// @param finished  called, by one thread at a time, with the index of a scan as soon as it is done, in any
/// order
/// @param run  runs each, one after another, on the calling thread; empty: `simulate`
/// @return completed, or why it ended
/// @throws InvalidInput if a scan is wrong, or `finished` is empty; and what `finished` throws
StopReason simulate_points(std::span<const ScanConfig> points, const RunControl& control,
                           const std::function<void(std::size_t, ScanResult)>& finished,
                           const ScanRunner& run = {});

}  // namespace dickejump
