#include "dickejump/study/scan/scan_config.hpp"

#include <algorithm>
#include <cmath>

#include "dickejump/estimate/record_information.hpp"
#include "dickejump/estimate/spin_filter.hpp"
#include "dickejump/record/count_record.hpp"
#include "dickejump/study/scan/protocol_keys.hpp"
#include "model/checks.hpp"
#include "study/scan/detector_keys.hpp"

namespace dickejump {

namespace {

/// The method that `auto` stands for, from model and protocol only: exact where runs are affordable, the
/// sphere beyond, where it applies (S <= N/10).
Method automatic_method(const ScanConfig& config) {
    constexpr std::int64_t affordable = 3000;
    const bool sphere_applies = config.half_width <= 0.1 * static_cast<double>(config.atoms);
    const bool ideal = config.model.kind == Model::ladder;
    return ideal && config.atoms > affordable && sphere_applies ? Method::sphere : Method::exact;
}

Method method_of(const ScanConfig& config) {
    return config.method == Method::automatic ? automatic_method(config) : config.method;
}

std::vector<Estimator> estimator_list() {
    return {all_estimators.begin(), all_estimators.end()};
}

Keys<ScanConfig> make_keys() {
    Keys<ScanConfig> keys;
    add_protocol_keys(keys);
    keys.word("method", &ScanConfig::method,
              "trajectories: every jump, or the sphere of many atoms (default auto)",
              {Method::exact, Method::sphere, Method::automatic});
    keys.number("bias_tolerance", &ScanConfig::bias_tolerance,
                "sphere: largest error of 2<J_z>/(N+1) by its finite steps (default 2e-4)",
                Range::above(0.0, "a largest error is positive"));
    keys.number("ticks", &ScanConfig::ticks, "ticks of each leg, even (default: at most 0.02/gamma each)",
                Range::between(0.0, 1e8, "a number of ticks, 0 for the default"));
    keys.number("trajectories", &ScanConfig::trajectories,
                "number of runs M (default 10000; with a target error, the most)",
                Range::from(1.0, "an ensemble needs at least one"))
        .as(KeyInfo::Role::extent);
    keys.number("seed", &ScanConfig::seed, "seed of all random streams (default 1)", {});
    keys.number(
            "time_limit", &ScanConfig::time_limit, "stop after so many seconds",
            {.low = 0.0, .low_is_in = false, .why = "a time to run in, in seconds", .takes_infinity = true})
        .as(KeyInfo::Role::extent)
        .hinted("SECONDS");
    keys.number("points", &ScanConfig::points, "points of the curves (default 201)",
                Range::between(2.0, 1e7, "a curve has two ends, and at most 10^7 points"));
    keys.words("estimators", &ScanConfig::estimators,
               "only these single-run estimators, such as area,maximum_likelihood (default all)",
               estimator_list())
        .known_since("0.2.0");
    add_detector_keys(keys);
    keys.flag("keep_estimates", &ScanConfig::keep_estimates,
              "also keep the estimates of every run, which result.h5 then lists")
        .known_since("0.3.0");
    keys.words("unknown", &ScanConfig::unknown,
               "bounds of detected records also with these parameters unknown, such as "
               "gamma,efficiency:cavity,background:cavity,side_rate",
               {all_parameters.begin(), all_parameters.end()})
        .known_since("0.3.0");
    keys.specials("target_error", &ScanConfig::target_errors,
                  "stop when the error of an estimator's mean is this small; may be repeated",
                  parse_target_error, [](const TargetError& target) { return to_text(target); })
        .as(KeyInfo::Role::extent)
        .hinted("NAME[:leg[:detector]]:E");
    auto& steps = keys.number("steps_per_tick", &ScanConfig::steps_per_tick,
                              "sphere: steps of each tick (default: as many as bias_tolerance asks for)",
                              Range::between(0.0, 1e6, "a number of steps, 0 for the default"));
    steps.known_since("0.2.0");
    steps.tell = [](const ScanConfig& config) -> std::vector<Setting> {
        if (config.steps_per_tick == 0) return {};
        return {setting_of(config.steps_per_tick)};
    };
    return keys;
}

void check_detectors(const ScanConfig& config, Problems& problems) {
    const DickeLadder ladder(config.atoms);
    const ScanLeg leg(ladder, config.protocol(), config.protocol().directions().front());
    std::vector<std::string> said_twice;
    for (const auto& detector : config.detectors) {
        check(config.unknown, detector, problems);
        check(detector, config.seen_side_rate(), leg.duration(), leg.grid().tick(), problems);
        if (method_of(config) == Method::sphere)
            check_counting(detector, config.atoms, ladder.pump(config.half_width), config.side_rate,
                           problems);
        const auto count = std::count_if(config.detectors.begin(), config.detectors.end(),
                                         [&](const Detector& other) { return other.name == detector.name; });
        const bool said = std::find(said_twice.begin(), said_twice.end(), detector.name) != said_twice.end();
        if (count == 1 || said) continue;
        said_twice.push_back(detector.name);
        problems.add("`detector` " + detector.name + " (given more than once) give each its own name");
    }
}

void check_unknown(const ScanConfig& config, Problems& problems) {
    if (config.unknown.empty()) return;
    const std::string said = "`unknown` with " + std::string(name(config.unknown.front()));
    problems.require(!config.detectors.empty(),
                     said + " (bounds with unknown parameters are of detected records) give a `detector`");
    problems.require(method_of(config) != Method::sphere,
                     said + " (the sphere's filter knows theta only) give `method` exact");
    problems.require(!config.model.local_rates() && config.model.kind == Model::ladder,
                     said + " (the filter is of the ladder, whose j does not change) leave it out");
}

void check_local(const ScanConfig& config, Problems& problems) {
    problems.require(config.side_rate == 0.0,
                     "`side_rate` = " + text(config.side_rate) +
                         " (the side channel of `model` local is the emission of its atoms) give `emission`");
    for (const auto estimator : config.estimators)
        problems.require(traits(estimator).from != EstimatorTraits::From::likelihood ||
                             config.atoms <= SpinFilter::max_atoms,
                         "`estimators` with " + std::string(name(estimator)) + " and `atoms` = " +
                             std::to_string(config.atoms) + " (the filter on |j, m> is for at most " +
                             std::to_string(SpinFilter::max_atoms) + ") leave it out, or give fewer");
}

void check_kept_estimates(const ScanConfig& config, Problems& problems) {
    // In the sums, in the result, and in the file that is made of them.
    constexpr double copies = 4.0;
    const auto wanted = EstimatorSet::of(config.estimators);
    double columns = 0.0;
    for (const auto estimator : all_estimators) {
        if (!wanted.contains(estimator)) continue;
        const auto& t = traits(estimator);
        columns += static_cast<double>(t.of_perfect_record) +
                   static_cast<double>(t.of_detector) * static_cast<double>(config.detectors.size());
    }
    const double legs = static_cast<double>(config.protocol().directions().size());
    check_memory("`trajectories` = " + std::to_string(config.trajectories) +
                     " with `keep_estimates` (every estimate of so many runs",
                 copies * sizeof(double) * columns * legs * static_cast<double>(config.trajectories),
                 problems);
}

void check_target(const TargetError& target, const ScanConfig& config, Problems& problems) {
    const auto directions = config.protocol().directions();
    const auto estimator = std::string(name(target.estimator));
    const std::string head = "`target_error` " + to_text(target) + " ";
    problems.require(EstimatorSet::of(config.estimators).contains(target.estimator),
                     head + "(" + estimator + " is not among the `estimators`) add it to them");
    problems.require(traits(target.estimator).of_perfect_record || !config.detectors.empty(),
                     head + "(" + estimator + " belongs to detectors) give a `detector` too");
    if (target.detector)
        problems.require(std::any_of(config.detectors.begin(), config.detectors.end(),
                                     [&](const Detector& d) { return d.name == *target.detector; }),
                         head + "(there is no detector " + *target.detector + ") give it with `detector`");
    problems.require(std::isfinite(target.error) && target.error > 0.0,
                     head + "(an error to reach is positive) write NAME:E with E > 0");
    if (target.estimator == Estimator::loop)
        problems.require(directions.size() == 2, head + "(loop needs both legs) give `direction` both");
    if (target.direction)
        problems.require(
            std::find(directions.begin(), directions.end(), *target.direction) != directions.end(),
            head + "(the leg " + std::string(name(*target.direction)) +
                " does not run) give `direction` both");
}

}  // namespace

TargetError parse_target_error(const std::string& said) {
    const std::string head = "`target_error` = " + said;
    const auto last = said.rfind(':');
    const auto error =
        last == std::string::npos ? std::nullopt : real_in(std::string_view(said).substr(last + 1));
    if (!error) throw InvalidInput(head + " (not NAME[:direction[:detector]]:E) write it like area:up:0.01");
    std::string rest = said.substr(0, last);
    const auto take = [&] {
        const auto colon = std::min(rest.find(':'), rest.size());
        auto word = rest.substr(0, colon);
        rest.erase(0, colon + 1);
        return word;
    };
    Problems problems;
    TargetError target{.error = *error};
    const auto word = take();
    if (const auto estimator = estimator_named(word))
        target.estimator = *estimator;
    else
        problems.add(head + " (no estimator " + word +
                     ") use first_crossing, last_crossing, mid_crossing, area, loop, fit, maximum_likelihood "
                     "or bayes");
    if (const auto leg = take(); !leg.empty() && leg != "both") {
        problems.require(leg == "up" || leg == "down", head + " (no leg " + leg + ") use up or down");
        target.direction = leg == "down" ? Direction::down : Direction::up;
    }
    if (!rest.empty()) target.detector = rest;
    problems.raise();
    return target;
}

std::string to_text(const TargetError& target) {
    std::string said(name(target.estimator));
    if (target.direction || target.detector)
        said += ":" + std::string(target.direction ? name(*target.direction) : "both");
    if (target.detector) said += ":" + *target.detector;
    return said + ":" + text(target.error);
}

template <>
const Keys<ScanConfig>& keys<ScanConfig>() {
    static const auto all = make_keys();
    return all;
}

void check(const ScanConfig& config, Problems& problems) {
    check_atoms(config.atoms, problems);
    judge(config, problems,
          keys<ScanConfig>()
              .without({"atoms", "rate", "half_width", "ticks"})
              .without(dickejump::keys<ModelConfig>()));
    check(config.model, config.atoms, problems);
    check(config.protocol(), config.atoms, problems);
    if (method_of(config) == Method::sphere)
        problems.require(config.half_width <= 0.1 * static_cast<double>(config.atoms),
                         "`method` = sphere with `half_width` = " + text(config.half_width) +
                             " (beyond N/10 a run sits on a few levels, which a sphere does not have) give "
                             "`method` exact, or more atoms");
    problems.require(
        config.model.kind != Model::three_level,
        "`model` = three-level (a scan's atoms have two levels) give ladder, effective or local");
    if (config.smoothing)
        problems.require(std::isfinite(config.smoothing->width) && config.smoothing->width > 0.0,
                         "`smoothing` = " + to_text(*config.smoothing) +
                             " (a time, finite and positive) give one like boxcar:0.1");
    if (config.model.kind != Model::ladder) {
        problems.require(method_of(config) != Method::sphere,
                         "`method` = sphere (its steps are those of Eq. (1)) give `method` exact");
        problems.require(config.detectors.empty() || config.model.kind == Model::local,
                         "`detector` (its filter knows the rates of Eq. (1) alone) leave it out, or give "
                         "`model` ladder");
    }
    problems.require(config.keep_records == 0 || !config.detectors.empty(),
                     "`keep_records` (records are what a detector makes) give a `detector` too");
    problems.require(!config.signals || !config.detectors.empty(),
                     "`signals` (of counts, which a detector makes) give a `detector` too");
    problems.require(
        std::isfinite(config.simulated_pump_factor) && config.simulated_pump_factor >= 0.0,
        "pump factor = " + text(config.simulated_pump_factor) + " (a rate is not negative) give >= 0");
    check_unknown(config, problems);
    if (config.model.kind == Model::local) check_local(config, problems);
    if (config.keep_estimates) check_kept_estimates(config, problems);
    for (const auto& target : config.target_errors)
        check_target(target, config, problems);
    if (problems.empty()) check_detectors(config, problems);
}

ScanConfig resolved(const ScanConfig& config) {
    Problems problems;
    check(config, problems);
    problems.raise();
    auto all = config;
    all.method = method_of(config);
    // On |j, m> a likelihood takes far longer than a run: it is there for who asks.
    if (config.model.kind == Model::local && config.estimators.empty() && !config.detectors.empty())
        for (const auto estimator : all_estimators)
            if (traits(estimator).from != EstimatorTraits::From::likelihood)
                all.estimators.push_back(estimator);
    const ScanLeg leg(config.model.ladder(config.atoms), config.protocol(),
                      config.protocol().directions().front());
    all.ticks = leg.grid().ticks;
    all.points = curve_intervals(all.ticks, config.points) + 1;
    return all;
}

std::uint64_t hash(const ScanConfig& config) {
    return hash_of("scan", describe(resolved(config)));
}

}  // namespace dickejump
