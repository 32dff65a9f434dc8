#include "dickejump/study/lock/lock_config.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "study/scan/detector_keys.hpp"
#include "study/start_key.hpp"

namespace dickejump {

namespace {

constexpr std::array all_estimators{LockEstimator::every_jump, LockEstimator::maximum_likelihood,
                                    LockEstimator::mean_pump};

Keys<LockConfig> make_keys() {
    Keys<LockConfig> keys;
    keys.number(
            "atoms", &LockConfig::atoms, "number of atoms N",
            Range::between(1.0, static_cast<double>(DickeLadder::max_atoms), "a ladder has that many atoms"))
        .as_required();
    keys.part(&LockConfig::model, dickejump::keys<ModelConfig>());
    keys.number("duration", &LockConfig::duration, "T [1/gamma]", Range::above(0.0, "a loop runs some time"))
        .as_required();
    keys.number("gain", &LockConfig::gain,
                "w = gamma max(0, 1 - gain x), x = 2 J_z/N (default 0.5; 0: parked)",
                Range::from(0.0, "a servo with a negative gain drives J_z away"));
    keys.number("tick", &LockConfig::tick, "how often the pump is set [1/gamma] (default 0.2/N)",
                Range::from(0.0, "a time, 0 for the default"));
    keys.word("servo", &LockConfig::servo,
              "what it acts on: the true n, the filter's mean, or clicks (default perfect)",
              {Servo::perfect, Servo::filter, Servo::counts});
    add_detector_key(keys, &LockConfig::detectors,
                     "what the servo looks through, with efficiencies. Background in TOML: [[detector]]");
    keys.number("side_rate", &LockConfig::side_rate,
                "Gamma, emission to the side per excited atom [gamma] (default 0)",
                Range::from(0.0, "a rate is not negative"));
    keys.number("memory", &LockConfig::memory, "of the average of side clicks [1/gamma] (default 0.05)",
                Range::above(0.0, "an average is over some time"));
    keys.number("dither", &LockConfig::dither, "a: w times 1 + a cos(2 pi t/(20 tick)) (default 0)",
                Range::between(0.0, 1.0, "a part of the pump"));
    add_start_key(keys, &LockConfig::initial, "uniform",
                  "n at t = 0, which is known (default uniform on 0..N)");
    keys.words("estimators", &LockConfig::estimators,
               "only these estimates of a run, such as every_jump,mean_pump (default all: the likelihood of "
               "clicks takes most of the time)",
               {all_estimators.begin(), all_estimators.end()})
        .known_since("0.3.0");
    keys.number("trajectories", &LockConfig::trajectories, "number of runs M (default 1000)",
                Range::from(1.0, "an ensemble needs at least one"))
        .as(KeyInfo::Role::extent);
    keys.number("seed", &LockConfig::seed, "seed of all random streams (default 1)", {});
    keys.number(
            "time_limit", &LockConfig::time_limit, "stop after so many seconds",
            {.low = 0.0, .low_is_in = false, .why = "a time to run in, in seconds", .takes_infinity = true})
        .as(KeyInfo::Role::extent)
        .hinted("SECONDS");
    return keys;
}

void check_servo(const LockConfig& config, Problems& problems) {
    problems.require(config.detectors.size() <= 1,
                     "`detector` (" + std::to_string(config.detectors.size()) +
                         " of them, and a servo looks through one) give one with all channels");
    const std::string head = "`servo` = " + std::string(name(config.servo)) + " ";
    if (config.servo == Servo::perfect) {
        problems.require(config.detectors.empty(),
                         head +
                             "with a `detector` (what it sets tells every level, whatever a detector sees) "
                             "choose `servo` filter or counts, or leave the detector out");
        return;
    }
    if (config.detectors.empty())
        return problems.add(head +
                            "(it acts on clicks) give a `detector`, such as side=0.5 or cavity=1,pump=1");
    const auto& detector = config.detectors.front();
    check(detector, config.seen_side_rate(), config.duration, config.grid().tick(), problems);
    const auto sees = [&](Channel c) { return detector[c] && detector[c]->efficiency > 0.0; };
    const bool asks = std::find(config.estimators.begin(), config.estimators.end(),
                                LockEstimator::maximum_likelihood) != config.estimators.end();
    problems.require(
        detector.is_memoryless(config.duration) || (config.servo == Servo::counts && !asks),
        "`detector` " + detector.name +
            " (the filter of a loop takes each click for what it is: no dead time, no jitter) leave "
            "them out, or give `servo` counts without maximum_likelihood");
    if (config.servo == Servo::counts)
        problems.require(
            sees(Channel::side) || (sees(Channel::cavity) && sees(Channel::pump)),
            head + "with `detector` " + detector.name +
                " (the cavity's rate is even in J_z and does not tell the sign of the error; pump "
                "photons alone do not tell n) let it see side, or cavity and pump");
}

}  // namespace

std::string_view name(Servo servo) {
    return servo == Servo::perfect ? "perfect" : servo == Servo::filter ? "filter" : "counts";
}

std::string_view name(LockEstimator estimator) {
    return estimator == LockEstimator::every_jump           ? "every_jump"
           : estimator == LockEstimator::maximum_likelihood ? "maximum_likelihood"
                                                            : "mean_pump";
}

bool LockConfig::asks_for(LockEstimator estimator) const {
    if (estimator == LockEstimator::maximum_likelihood &&
        (model.kind == Model::local || detectors.empty() || !detectors.front().is_memoryless(duration)))
        return false;
    return estimators.empty() ||
           std::find(estimators.begin(), estimators.end(), estimator) != estimators.end();
}

TickGrid LockConfig::grid() const {
    const double wanted = tick > 0.0 ? tick : 0.2 / static_cast<double>(atoms);
    // The margin keeps a duration that is a whole number of ticks from being rounded up.
    const double ticks = std::ceil(duration / wanted * (1.0 - 1e-12));
    if (!(atoms >= 1 && duration > 0.0 && std::isfinite(duration) && tick >= 0.0 && std::isfinite(tick) &&
          ticks < 0x1p62))
        throw InvalidInput("`atoms` = " + std::to_string(atoms) + ", `duration` = " + text(duration) +
                           ", `tick` = " + text(tick) +
                           " (whole ticks make up a positive duration) correct them");
    return {.duration = duration, .ticks = static_cast<std::int64_t>(ticks)};
}

template <>
const Keys<LockConfig>& keys<LockConfig>() {
    static const auto all = make_keys();
    return all;
}

void check(const LockConfig& config, Problems& problems) {
    const auto known = problems.list().size();
    judge(config, problems, keys<LockConfig>().without(keys<ModelConfig>()));
    check(config.model, config.atoms, problems);
    if (config.model.kind == Model::local) {
        problems.require(config.side_rate == 0.0,
                         "`side_rate` = " + text(config.side_rate) +
                             " (in the local model the side light is what single atoms emit) give `emission` "
                             "instead");
        problems.require(
            config.servo != Servo::filter,
            "`servo` = filter with `model` = local (the filter of a loop is of collective atoms) "
            "give perfect or counts");
        problems.require(
            std::find(config.estimators.begin(), config.estimators.end(),
                      LockEstimator::maximum_likelihood) == config.estimators.end(),
            "`estimators` with maximum_likelihood and `model` = local (the filter of a loop is of collective "
            "atoms) leave it out");
    }
    if (problems.list().size() > known) return;
    problems.require(config.tick <= config.duration,
                     "`tick` = " + text(config.tick) + " (longer than the `duration` of " +
                         text(config.duration) + ": the pump would never be set again) give a shorter one");
    constexpr double most_ticks = 1e8;
    problems.require(
        config.duration / (config.tick > 0.0 ? config.tick : 0.2 / static_cast<double>(config.atoms)) <=
            most_ticks,
        "`duration` = " + text(config.duration) + " (more than 10^8 ticks) give longer ticks");
    problems.require(std::isfinite(config.simulated_shift),
                     "simulated shift = " + text(config.simulated_shift) + " (it is finite) correct it");
    problems.require(
        std::find(config.estimators.begin(), config.estimators.end(), LockEstimator::maximum_likelihood) ==
                config.estimators.end() ||
            !config.detectors.empty(),
        "`estimators` with maximum_likelihood (it is of what a detector sees) give a `detector`, or "
        "leave it out");
    problems.require(!config.initial || (*config.initial >= 0 && *config.initial <= config.atoms),
                     "`initial` = dicke:" + std::to_string(config.initial.value_or(0)) +
                         " (the ladder has 0.." + std::to_string(config.atoms) + ") choose one of them");
    if (problems.list().size() > known) return;
    check_servo(config, problems);
}

LockConfig resolved(const LockConfig& config) {
    Problems problems;
    check(config, problems);
    problems.raise();
    auto all = config;
    all.tick = config.grid().tick();
    return all;
}

std::uint64_t hash(const LockConfig& config) {
    return hash_of("lock", describe(resolved(config)));
}

}  // namespace dickejump
