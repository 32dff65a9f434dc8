#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/model/direction.hpp"
#include "dickejump/record/detector.hpp"
#include "dickejump/study/experiment/experiment.hpp"
#include "dickejump/study/keys/keys.hpp"
#include "dickejump/study/lock/lock_config.hpp"
#include "dickejump/study/measure/measure.hpp"
#include "dickejump/study/provenance.hpp"
#include "dickejump/study/scan/scan_config.hpp"
#include "dickejump/study/sensitivity/sensitivity.hpp"

namespace dickejump {

/// What to do with a time T to learn the critical pump.
enum class Protocol {
    scan,  ///< scans one after the other, each from its own start
    park,  ///< the pump rests at w = gamma
    lock   ///< a servo holds J_z = 0
};
/// "scan", "park", "lock".
std::string_view name(Protocol protocol);

/// Protocols that get the same duration and are looked at by the same detectors, for several numbers of
/// atoms. Without protocols it is the study of scans that it holds.
struct ProtocolsConfig {
    SensitivityConfig scans = {};          ///< atoms, runs and seed of all; rates, widths and legs of scans
    std::vector<Protocol> protocols = {};  ///< that are compared; empty: scans alone, without a duration
    std::optional<double> duration = {};   ///< T [1/gamma]
    std::vector<Detector> detectors = {};  ///< each looks at scans and at rest, and has a loop of its own
    double side_rate = 0.0;                ///< Gamma, emission to the side per excited atom [gamma]
    double gain = 0.5;                     ///< of the servo, as its tick and memory
    double tick = 0.0;                     ///< how often the servo sets the pump [1/gamma]; 0: 0.2/(gamma N)
    double memory = 0.05;                  ///< of the average of side clicks [1/gamma]
    std::optional<Servo> servo = {};       ///< empty: perfect without detectors, else filter
};
/// Flags, TOML and Python keywords of `sensitivity`.
template <>
const Keys<ProtocolsConfig>& keys<ProtocolsConfig>();
/// Adds what is wrong with a study to `problems`, each mistake once.
void check(const ProtocolsConfig& config, Problems& problems);
/// @throws InvalidInput as `check`
std::uint64_t hash(const ProtocolsConfig& config);

/// A pump that rests at w = gamma for atoms that also emit on their own, from n uniform at j = N/2: what is
/// known of it is exact.
struct LocalRest {
    std::int64_t atoms;  ///< N
    ModelConfig model;   ///< local, with what each atom does
    double duration;     ///< T [1/gamma]
};

/// One protocol at one N, as the run of another study. The seed of each is a function of the study's seed and
/// of what it is, so that none changes when others join.
struct ProtocolPoint {
    Protocol protocol;   ///< what is done
    std::int64_t atoms;  ///< N
    /// Scans; a pump at rest without a detector, and loops; a pump at rest that detectors look at; legs up
    /// and down in turns, and a rest, of the local model.
    std::variant<ScanConfig, LockConfig, MeasureConfig, ExperimentConfig, LocalRest> run;
};
/// Protocols in the order given, N by N.
std::vector<ProtocolPoint> points(const ProtocolsConfig& config);

/// delta w/gamma after T, of an estimate or a bound.
struct ProtocolValue {
    std::string name;                          ///< "area", .., "every_jump", ..; "full_record", ..
    std::optional<std::string> detector = {};  ///< empty: every jump
    std::optional<Direction> direction = {};   ///< of scans; empty: both legs, or there are none
    std::optional<Estimate> delta_w = {};      ///< exact where the error is 0; empty where there is none
    std::int64_t missing = 0;                  ///< runs without it
};

/// What a protocol's runs say.
struct ProtocolOutcome {
    ProtocolPoint point;  ///< what was run
    /// r T/2S, how many scans of one leg T has: it need not be whole, as in Eq. (9). Of the local model the
    /// legs.
    std::optional<double> scans = {};
    std::vector<ProtocolValue> estimates = {},  ///< of what runs say
        bounds = {};                            ///< of what they could say
    std::int64_t trajectories = 0;              ///< a scan is one
};

/// What protocols of the same duration tell of the pump.
struct ProtocolsResult {
    ProtocolsConfig config;                    ///< what was run
    std::vector<ProtocolOutcome> points = {};  ///< those that are done, in the order of `points(config)`
    StopReason stop_reason = StopReason::completed;  ///< `completed` only with all points
    double seconds = 0.0;                            ///< wall time
    int threads = 0;                                 ///< as asked for; 0: all there are
    Provenance provenance = {};                      ///< where and with what it was made
};

/// Runs everything, one after the other, each on all threads. @throws InvalidInput with everything wrong
ProtocolsResult simulate(const ProtocolsConfig& config, const RunControl& control = {});

/// N delta w sqrt(gamma T)/gamma, which does not go with N where delta w goes as 1/N.
std::optional<Estimate> scaled(const std::optional<Estimate>& delta_w, std::int64_t atoms, double duration);

}  // namespace dickejump
