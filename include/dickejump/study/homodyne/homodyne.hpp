#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dickejump/ensemble/block.hpp"
#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/study/ensemble/ensemble_config.hpp"
#include "dickejump/study/keys/keys.hpp"
#include "dickejump/study/provenance.hpp"
#include "dickejump/wavefunction/diffusive_sampler.hpp"

namespace dickejump {

/// "homodyne", "heterodyne".
std::string_view name(CavityDetection::Kind kind);

/// The light of the cavity beside a local oscillator, while the pump does what a schedule says: the
/// photocurrent, averaged over intervals of time, run after run.
struct HomodyneConfig {
    std::int64_t atoms = 1;           ///< N, at most 1000
    InitialState initial = {};        ///< ground, steady, dicke:n, coherent, ghz or file
    std::optional<double> pump = {};  ///< w, constant [gamma]; empty: a schedule says
    std::string schedule = {};        ///< file of w(t); empty: none
    std::vector<double> times = {};   ///< where intervals end; the first begins at 0 [1/gamma]
    CavityDetection::Kind detection = CavityDetection::Kind::homodyne;  ///< one quadrature, or both
    double phase = 0.0;                                                 ///< phi of the local oscillator [rad]
    double efficiency = 1.0;                                            ///< eta, 0..1
    double longest_step = 0.0;         ///< of the integration [1/gamma]; 0: a fiftieth of a level's mean life
    std::int64_t trajectories = 1000;  ///< M
    std::uint64_t seed = 1;            ///< run k depends on it and k alone
    double time_limit = std::numeric_limits<double>::infinity();  ///< [s]
    std::int64_t keep_records = 0;  ///< currents of the first runs, in the result

    /// For tests of the tests: simulated pump rates are this times the nominal ones. Exact means do not know.
    double simulated_pump_factor = 1.0;

    /// Number and seed of the runs as one.
    Ensemble ensemble() const { return {trajectories, seed}; }
    /// w(t), from whatever says it. @throws InvalidInput, also naming file and line
    PumpSchedule pump_of_time() const;
    /// The begin of the first interval and the end of each [1/gamma].
    std::vector<double> edges() const;
    /// 1, or 2 of heterodyne detection.
    std::size_t quadratures() const { return detection == CavityDetection::Kind::homodyne ? 1 : 2; }
};
/// Flags, TOML and Python keywords of `homodyne`.
template <>
const Keys<HomodyneConfig>& keys<HomodyneConfig>();
/// Adds what is wrong with a configuration to `problems`, everything at once; files are read.
void check(const HomodyneConfig& config, Problems& problems);
/// The same with files by their whole paths. @throws InvalidInput as `check`
HomodyneConfig resolved(const HomodyneConfig& config);
/// As of a scan. Files enter with what they say, not with their names.
std::uint64_t hash(const HomodyneConfig& config);

/// One quadrature of the cavity's light: x of the local oscillator's phase, y of a right angle more.
struct QuadratureCurrent {
    std::vector<Moments> current;  ///< [interval] mean current over it, of each run [sqrt(gamma)]
    std::vector<double> exact;     ///< [interval] its mean by the master equation
    /// [delay] where all intervals are as long: the product of the deviations from the exact means of two
    /// intervals so many intervals apart, averaged over all such pairs of a run. Delay 0 holds the shot
    /// noise, 1 over the interval's length.
    std::vector<Moments> correlation;
};

/// The currents of one run, as kept.
struct CurrentRecord {
    std::int64_t trajectory = 0;                   ///< which run
    std::vector<std::vector<double>> quadratures;  ///< [x, y][interval] mean current [sqrt(gamma)]
};

/// What the photocurrents of many runs were.
struct HomodyneResult {
    HomodyneConfig config;                           ///< resolved
    std::vector<QuadratureCurrent> quadratures;      ///< x; of heterodyne detection x and y
    std::vector<CurrentRecord> records;              ///< of the first `keep_records` runs
    std::int64_t trajectories = 0;                   ///< that are in the result
    StopReason stop_reason = StopReason::completed;  ///< `completed` only with all of them
    double seconds = 0.0;                            ///< wall time
    int threads = 0;                                 ///< as asked for
    Provenance provenance = {};                      ///< where and with what it was made
};

/// Runs them. A current at efficiency eta is sqrt(eta) of that of a perfect detector and sqrt(1 - eta) of an
/// empty beam's: what a beam splitter before the detector does, so that the state stays pure and a run costs
/// N + 1 amplitudes a step. The sums are the same on any number of threads.
/// @throws InvalidInput as `check`; Stopped before the first block of runs is done
HomodyneResult simulate(const HomodyneConfig& config, const RunControl& control = {});

}  // namespace dickejump
