#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include "dickejump/study/protocols/protocols.hpp"
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

/// Of atoms that also emit on their own, which scans hand on to each other.
void add_local_points(const ProtocolsConfig& config, Protocol protocol, std::int64_t atoms,
                      std::vector<ProtocolPoint>& all) {
    const double duration = config.duration.value_or(1.0);
    const auto& model = config.scans.model;
    if (protocol == Protocol::park) all.push_back({protocol, atoms, LocalRest{atoms, model, duration}});
    if (protocol == Protocol::lock)
        all.push_back({protocol, atoms,
                       LockConfig{.atoms = atoms,
                                  .model = model,
                                  .duration = duration,
                                  .gain = config.gain,
                                  .tick = config.tick,
                                  .servo = config.servo.value_or(Servo::perfect),
                                  .trajectories = config.scans.trajectories,
                                  .seed = seed_of(config, protocol, atoms, 0)}});
    if (protocol != Protocol::scan) return;
    auto scans = config.scans;
    scans.atoms = {atoms};
    for (const auto& scan : points(scans))
        all.push_back({protocol, atoms,
                       ExperimentConfig{.atoms = atoms,
                                        .rate = scan.rate,
                                        .half_width = scan.half_width,
                                        .duration = duration,
                                        .emission = model.emission,
                                        .pumping = model.pumping,
                                        .dephasing = model.dephasing,
                                        .initial = scan.initial,
                                        .trajectories = scan.trajectories,
                                        .seed = scan.seed}});
}

void add_points(const ProtocolsConfig& config, Protocol protocol, std::int64_t atoms,
                std::vector<ProtocolPoint>& all) {
    if (config.scans.model.kind == Model::local) return add_local_points(config, protocol, atoms, all);
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

/// A rest is right where its model is, which is checked with the scans.
void check(const LocalRest&, Problems&) {}

void check_point(const ProtocolPoint& point, Problems& problems) {
    std::visit([&](const auto& run) { check(run, problems); }, point.run);
}

/// What single atoms' processes leave of the choice.
void check_local(const ProtocolsConfig& config, Problems& problems) {
    const std::string head = "`model` = local with ";
    problems.require(config.detectors.empty(),
                     head + "`detector` (legs of an experiment are seen jump by jump) leave it out");
    problems.require(!has(config, Protocol::scan) || config.scans.direction == Legs::both,
                     head + "`direction` = " + std::string(name(config.scans.direction)) +
                         " (the same atoms go up and down in turns) leave it out");
}

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
    found.require(config.scans.model.kind != Model::effective,
                  "`model` = effective (its transition is not at w = gamma, where protocols rest) give "
                  "ladder or local");
    if (config.scans.model.kind == Model::local) check_local(config, found);
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

}  // namespace dickejump
