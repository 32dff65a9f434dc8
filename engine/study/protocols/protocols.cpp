#include "dickejump/study/protocols/protocols.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/exact/lock.hpp"
#include "dickejump/study/lock/lock.hpp"
#include "dickejump/study/scan/prepared_scan.hpp"
#include "random/split_mix.hpp"
#include "study/scan/detector_keys.hpp"

namespace dickejump {

namespace {

constexpr std::array all_protocols{Protocol::scan, Protocol::park, Protocol::lock};

std::optional<Servo> parse_servo(const std::string& said) {
    for (const auto servo : {Servo::perfect, Servo::filter, Servo::counts})
        if (said == name(servo)) return servo;
    throw InvalidInput("`servo` = " + said + " (not one of its words) choose from perfect, filter, counts");
}

Keys<ProtocolsConfig> make_keys() {
    Keys<ProtocolsConfig> keys;
    keys.part(&ProtocolsConfig::scans, dickejump::keys<SensitivityConfig>());
    keys.words("protocol", &ProtocolsConfig::protocols,
               "compare scan, park and lock, for the same duration and detectors",
               {all_protocols.begin(), all_protocols.end()});
    keys.number("duration", &ProtocolsConfig::duration, "protocol: T that each of them gets [1/gamma]",
                Range::above(0.0, "a protocol takes time"));
    add_detector_key(keys, &ProtocolsConfig::detectors,
                     "protocol: what looks at all of them, with efficiencies; may be repeated. More in TOML: "
                     "[[detector]]");
    keys.number("side_rate", &ProtocolsConfig::side_rate,
                "protocol: Gamma, emission to the side per excited atom [gamma] (default 0)",
                Range::from(0.0, "a rate is not negative"));
    keys.number("gain", &ProtocolsConfig::gain, "lock: w = gamma max(0, 1 - gain x) (default 0.5)",
                Range::from(0.0, "a servo with a negative gain drives J_z away"));
    keys.number("tick", &ProtocolsConfig::tick, "lock: how often the pump is set [1/gamma] (default 0.2/N)",
                Range::from(0.0, "a time, 0 for the default"));
    keys.number("memory", &ProtocolsConfig::memory,
                "lock: of the average of side clicks [1/gamma] (default 0.05)",
                Range::above(0.0, "an average is over some time"));
    keys.special("servo", &ProtocolsConfig::servo,
                 "lock: what it acts on (default perfect, with a detector filter)", parse_servo,
                 [](const std::optional<Servo>& servo) {
                     return servo ? std::string(name(*servo)) : std::string();
                 })
        .hinted("perfect|filter|counts");
    return keys;
}

bool has(const ProtocolsConfig& config, Protocol protocol) {
    return std::find(config.protocols.begin(), config.protocols.end(), protocol) != config.protocols.end();
}

/// `which` tells the loops of several detectors apart.
std::uint64_t seed_of(const ProtocolsConfig& config, Protocol protocol, std::int64_t atoms,
                      std::uint64_t which) {
    SplitMix mix{config.scans.seed};
    for (const auto word : {static_cast<std::uint64_t>(atoms), static_cast<std::uint64_t>(protocol), which,
                            std::bit_cast<std::uint64_t>(config.duration.value_or(0.0))})
        mix.state = mix() ^ word;
    return mix();
}

void add_points(const ProtocolsConfig& config, Protocol protocol, std::int64_t atoms,
                std::vector<ProtocolPoint>& all) {
    const double duration = config.duration.value_or(1.0);
    const auto runs = config.scans.trajectories;
    if (protocol == Protocol::scan) {
        auto scans = config.scans;
        scans.atoms = {atoms};
        for (auto& scan : points(scans)) {
            scan.detectors = config.detectors;
            scan.side_rate = config.side_rate;
            all.push_back({protocol, atoms, std::move(scan)});
        }
        return;
    }
    const auto loop = [&](double gain, double tick, Servo servo, std::vector<Detector> detectors) {
        const auto which = static_cast<std::uint64_t>(all.size());
        const bool sees_side = std::any_of(detectors.begin(), detectors.end(),
                                           [](const Detector& d) { return d[Channel::side].has_value(); });
        all.push_back({protocol, atoms,
                       LockConfig{.atoms = atoms,
                                  .duration = duration,
                                  .gain = gain,
                                  .tick = tick,
                                  .servo = servo,
                                  .detectors = std::move(detectors),
                                  .side_rate = sees_side ? config.side_rate : 0.0,
                                  .memory = config.memory,
                                  .trajectories = runs,
                                  .seed = seed_of(config, protocol, atoms, which)}});
    };
    if (protocol == Protocol::park) {
        // A loop that is never moved, and needs to be asked but once.
        loop(0.0, duration, Servo::perfect, {});
        if (!config.detectors.empty())
            all.push_back({protocol, atoms,
                           MeasureConfig{.atoms = atoms,
                                         .park = 1.0,
                                         .duration = duration,
                                         .detectors = config.detectors,
                                         .side_rate = config.side_rate,
                                         .trajectories = runs,
                                         .seed = seed_of(config, protocol, atoms, 1)}});
        return;
    }
    if (config.detectors.empty() || config.servo == Servo::perfect)
        return loop(config.gain, config.tick, config.servo.value_or(Servo::perfect), {});
    for (const auto& detector : config.detectors)
        loop(config.gain, config.tick, config.servo.value_or(Servo::filter), {detector});
}

void check_point(const ProtocolPoint& point, Problems& problems) {
    std::visit([&](const auto& run) { check(run, problems); }, point.run);
}

std::optional<Estimate> bound_from(const std::optional<Estimate>& information) {
    if (!information || !(information->value > 0.0)) return {};
    const double bound = 1.0 / std::sqrt(information->value);
    return Estimate{bound, 0.5 * bound * information->error / information->value};
}

std::optional<Estimate> exactly(const std::optional<double>& x) {
    return x ? std::optional(Estimate{*x, 0.0}) : std::nullopt;
}

std::optional<Estimate> times(std::optional<Estimate> x, double factor) {
    if (x) x = Estimate{x->value * factor, x->error * factor};
    return x;
}

/// What remains of a run that ended before it was done: nothing.
struct Ended {
    StopReason why;
};

class Runner {
public:
    Runner(const ProtocolsConfig& config, const RunControl& control) : config_(config), control_(control) {}

    ProtocolOutcome operator()(const ProtocolPoint& point) const {
        ProtocolOutcome outcome{.point = point};
        std::visit([&](const auto& run) { fill(run, outcome); }, point.run);
        return outcome;
    }

private:
    void fill(const ScanConfig& scan, ProtocolOutcome& outcome) const {
        const auto result = simulate(prepare(scan, control_.in_phase("scan")), control_);
        if (result.stop_reason != StopReason::completed) throw Ended{result.stop_reason};
        const double scans = scan.rate * *config_.duration / (2.0 * scan.half_width);
        outcome.scans = scans;
        outcome.trajectories = result.trajectories;
        // A pair of legs takes the time of two scans.
        const auto share = [&](bool pair) { return 1.0 / std::sqrt(pair ? 0.5 * scans : scans); };
        for (const auto& one : result.estimators)
            outcome.estimates.push_back({std::string(name(one.estimator)), one.detector, one.direction,
                                         times(one.delta_w, share(!one.direction)), one.missing});
        for (const auto& leg : result.exact.legs)
            outcome.bounds.push_back(
                {"full_record", {}, leg.direction, times(exactly(leg.bounds.full_record), share(false))});
        for (const auto& one : result.detected_bounds)
            outcome.bounds.push_back(
                {"detected_record", one.detector, one.direction, times(one.value, share(!one.direction))});
    }
    void fill(const LockConfig& loop, ProtocolOutcome& outcome) const {
        const auto result = simulate(prepare(loop), control_);
        if (result.stop_reason != StopReason::completed) throw Ended{result.stop_reason};
        outcome.trajectories = result.trajectories;
        for (const auto& one : result.estimators)
            // At rest nothing is set, and there is no mean of it.
            if (loop.gain > 0.0 || one.estimator != LockEstimator::mean_pump)
                outcome.estimates.push_back({std::string(name(one.estimator)),
                                             one.detector,
                                             {},
                                             one.runs.sensitivity(),
                                             one.missing});
        if (loop.gain > 0.0) {
            outcome.bounds.push_back({"full_record", {}, {}, bound_from(result.shift_information.mean())});
        } else {
            const auto n = static_cast<double>(loop.atoms);
            outcome.bounds.push_back(
                {"full_record", {}, {}, Estimate{std::sqrt(6.0 / (n * (n + 2.0) * loop.duration)), 0.0}});
        }
        if (result.squared_score)
            outcome.bounds.push_back({"detected_record",
                                      loop.detectors.front().name,
                                      {},
                                      bound_from(result.squared_score->mean())});
    }
    void fill(const MeasureConfig& rest, ProtocolOutcome& outcome) const {
        const auto result = simulate(prepare(rest, control_), control_);
        if (result.stop_reason != StopReason::completed) throw Ended{result.stop_reason};
        outcome.trajectories = result.trajectories;
        for (const auto& m : result.detectors) {
            const auto without = m.no_maximum.no_clicks + m.no_maximum.boundary + m.no_maximum.flat;
            outcome.estimates.push_back(
                {"maximum_likelihood", m.detector, {}, m.maximum_likelihood.sensitivity(), without});
            outcome.estimates.push_back(
                {"bayes", m.detector, {}, m.bayes.sensitivity(), result.trajectories - m.posteriors});
            outcome.bounds.push_back({"detected_record", m.detector, {}, bound_from(m.information.mean())});
        }
    }

    const ProtocolsConfig& config_;
    const RunControl& control_;
};

/// Keys that are of protocols alone.
std::vector<Described> own_keys(const ProtocolsConfig& config) {
    auto all = describe(config);
    std::erase_if(all, [](const Described& one) {
        return dickejump::keys<SensitivityConfig>().find(one.info.key) != nullptr;
    });
    return all;
}

void check_scans(const ProtocolsConfig& config, Problems& problems) {
    const auto known = problems.list().size();
    check(config.scans, problems);
    if (problems.list().size() > known || !config.duration) return;
    for (const auto& scan : points(config.scans)) {
        const double takes = 2.0 * scan.half_width / scan.rate;
        problems.require(takes <= *config.duration * (1.0 + 1e-12),
                         "`duration` = " + text(*config.duration) + " (a scan of " +
                             std::to_string(scan.atoms) + " atoms at r = " + text(scan.rate) +
                             " takes 2S/r = " + text(takes) + ") give at least that, or scan faster");
    }
}

}  // namespace

std::string_view name(Protocol protocol) {
    return protocol == Protocol::scan ? "scan" : protocol == Protocol::park ? "park" : "lock";
}

template <>
const Keys<ProtocolsConfig>& keys<ProtocolsConfig>() {
    static const auto all = make_keys();
    return all;
}

std::vector<ProtocolPoint> points(const ProtocolsConfig& config) {
    std::vector<ProtocolPoint> all;
    for (const auto protocol : config.protocols)
        for (const auto atoms : config.scans.atoms) {
            std::vector<ProtocolPoint> own;
            add_points(config, protocol, atoms, own);
            for (auto& point : own)
                all.push_back(std::move(point));
        }
    return all;
}

void check(const ProtocolsConfig& config, Problems& problems) {
    if (config.protocols.empty()) {
        for (const auto& one : own_keys(config))
            problems.require(one.is_default, "`" + one.info.key +
                                                 "` (it is for comparing protocols, and none is named) give "
                                                 "`protocol` scan,park,lock, or leave it out");
        return check(config.scans, problems);
    }
    Problems found;
    judge(config, found, keys<ProtocolsConfig>().without(keys<SensitivityConfig>()));
    found.require(config.duration.has_value(),
                  "`duration` (not given: protocols are compared for the same time) give `duration` T");
    for (std::size_t i = 0; i < config.protocols.size(); ++i)
        found.require(
            std::find(config.protocols.begin(), config.protocols.begin() + static_cast<std::ptrdiff_t>(i),
                      config.protocols[i]) == config.protocols.begin() + static_cast<std::ptrdiff_t>(i),
            "`protocol` = " + std::string(name(config.protocols[i])) + " (given twice) leave one out");
    found.require(config.scans.model.kind == Model::ladder,
                  "`model` = " + std::string(name(config.scans.model.kind)) +
                      " (protocols are compared on the ladder of Eq. (1)) give ladder");
    if (has(config, Protocol::scan)) {
        check_scans(config, found);
    } else {
        // Rates are the scans', and what else is wrong with atoms and runs shows at any rate.
        auto scans = config.scans;
        found.require(scans.rates.empty(),
                      "`rates` (no scan is among the protocols) leave it out, or add scan to `protocol`");
        scans.rates = {1.0}, scans.half_width.reset();
        check(scans, found);
    }
    if (found.empty())
        for (const auto& point : points(config))
            check_point(point, found);
    std::set<std::string> said;
    for (const auto& problem : found.list())
        if (said.insert(problem).second) problems.add(problem);
}

std::uint64_t hash(const ProtocolsConfig& config) {
    Problems problems;
    check(config, problems);
    problems.raise();
    return hash_of("sensitivity", describe(config));
}

ProtocolsResult simulate(const ProtocolsConfig& config, const RunControl& control) {
    const auto start = StopRequest::Clock::now();
    Problems problems;
    check(config, problems);
    problems.require(!config.protocols.empty(),
                     "`protocol` (none: nothing to compare) give `protocol` scan,park,lock");
    problems.raise();
    ProtocolsResult result{.config = config, .threads = control.threads, .provenance = Provenance::now()};
    const Runner run(config, control);
    try {
        for (const auto& point : points(config))
            result.points.push_back(run(point));
    } catch (const Ended& ended) {
        result.stop_reason = ended.why;
    } catch (const Stopped& stopped) {
        result.stop_reason = stopped.reason();
    }
    result.seconds = seconds_since(start);
    return result;
}

std::optional<Estimate> scaled(const std::optional<Estimate>& delta_w, std::int64_t atoms, double duration) {
    return times(delta_w, static_cast<double>(atoms) * std::sqrt(duration));
}

}  // namespace dickejump
