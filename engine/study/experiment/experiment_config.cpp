#include <algorithm>
#include <cmath>
#include <string>

#include "dickejump/estimate/spin_filter.hpp"
#include "dickejump/study/experiment/experiment.hpp"
#include "dickejump/study/model.hpp"
#include "study/scan/detector_keys.hpp"

namespace dickejump {

namespace {

constexpr double most_legs = 1000;

ScanProtocol protocol_of(const ExperimentConfig& config) {
    return {.rate = config.rate, .half_width = config.half_width};
}

double legs_in(const ExperimentConfig& config) {
    const double leg = 2.0 * config.half_width / config.rate;
    return std::floor((config.duration + config.rest) / (leg + config.rest) + 1e-9);
}

Keys<ExperimentConfig> make_keys() {
    Keys<ExperimentConfig> keys;
    const auto rate = Range::from(0.0, "a rate is finite and not negative");
    keys.number("atoms", &ExperimentConfig::atoms, "number of atoms N",
                Range::between(1.0, 400.0, "every |j, m> is solved for, which is done up to 400 atoms"))
        .as_required();
    keys.number("rate", &ExperimentConfig::rate, "scan rate r, transition widths per 1/gamma",
                Range::above(0.0, "a scan moves at a positive, finite rate"));
    keys.number("half_width", &ExperimentConfig::half_width, "legs run between s = -S and S, S <= N/2",
                Range::above(0.0, "a scan has a positive, finite extent"));
    keys.number("duration", &ExperimentConfig::duration, "T, the time for all legs and rests [1/gamma]",
                Range::above(0.0, "an experiment lasts some time"))
        .as_required();
    keys.number("emission", &ExperimentConfig::emission, "emission of every atom on its own [gamma]", rate);
    keys.number("pumping", &ExperimentConfig::pumping, "pumping of every atom on its own [gamma]", rate);
    keys.number("dephasing", &ExperimentConfig::dephasing, "dephasing of every atom, D[sigma_z/2] [gamma]",
                rate);
    keys.number("rest", &ExperimentConfig::rest, "D, the pump rests so long between legs [1/gamma]",
                Range::from(0.0, "a time is finite and not negative"));
    keys.number("repump", &ExperimentConfig::repump,
                "R, in rests single atoms emit (after down) or are pumped (after up) at this rate [gamma]",
                rate);
    keys.words("optimize", &ExperimentConfig::optimize,
               "look for the best rate, half_width or both (rate,half-width) and run the experiment there",
               {Sought::rate, Sought::half_width});
    keys.word(
        "estimator", &ExperimentConfig::estimator, "whose delta w is to be least (default area)",
        {Estimator::area, Estimator::first_crossing, Estimator::last_crossing, Estimator::mid_crossing});
    add_detector_key(keys, &ExperimentConfig::detectors,
                     "what a record of the whole experiment is estimated from by its likelihood, as of scan: "
                     "takes most of the time. Backgrounds and dead times in TOML: [[detector]]");
    keys.word("initial", &ExperimentConfig::initial,
              "start of the first leg: the collective steady state, or n = 0; default steady",
              {Initial::steady, Initial::ground});
    keys.number("trajectories", &ExperimentConfig::trajectories, "number of runs M (default 10000)",
                Range::from(1.0, "an ensemble needs at least one"))
        .as(KeyInfo::Role::extent);
    keys.number("seed", &ExperimentConfig::seed, "seed of all random streams (default 1)", {});
    keys.number(
            "time_limit", &ExperimentConfig::time_limit, "stop after so many seconds",
            {.low = 0.0, .low_is_in = false, .why = "a time to run in, in seconds", .takes_infinity = true})
        .as(KeyInfo::Role::extent)
        .hinted("SECONDS");
    return keys;
}

void check_detectors(const ExperimentConfig& config, Problems& problems) {
    if (config.detectors.empty()) return;
    const std::string head = "`detector` " + config.detectors.front().name + " ";
    problems.require(config.atoms <= SpinFilter::max_atoms,
                     head + "with `atoms` = " + std::to_string(config.atoms) +
                         " (the filter on |j, m> is for at most " + std::to_string(SpinFilter::max_atoms) +
                         ") give fewer, or leave it out");
    problems.require(config.repump == 0.0,
                     head +
                         "with `repump` (the filter is of atoms whose rates stay) leave "
                         "either out");
    for (const auto& detector : config.detectors) {
        // Of the shortest leg that a bin could be of nothing is asked.
        check(detector, config.emission, config.duration, 0.0, problems);
        problems.require(
            detector.time_tags && detector.bin_width == 0.0,
            "`detector` " + detector.name +
                " (a record of the whole experiment has the time of every click) give it time tags");
    }
}

}  // namespace

template <>
const Keys<ExperimentConfig>& keys<ExperimentConfig>() {
    static const auto all = make_keys();
    return all;
}

std::string_view name(Sought what) {
    return what == Sought::rate ? "rate" : "half-width";
}

bool ExperimentConfig::seeks(Sought what) const {
    return std::find(optimize.begin(), optimize.end(), what) != optimize.end();
}

ExperimentConfig ExperimentConfig::with_some_protocol() const {
    auto some = *this;
    some.optimize.clear();
    const double half = 0.5 * static_cast<double>(atoms);
    if (seeks(Sought::half_width))
        some.half_width = seeks(Sought::rate) ? 0.5 * half : std::min(half, 0.5 * rate * duration);
    if (seeks(Sought::rate)) some.rate = 2.0 * some.half_width / duration;
    return some;
}

std::int64_t ExperimentConfig::legs() const {
    const double all = legs_in(*this);
    if (!(all >= 0.0 && all <= 1e15 && rate > 0.0 && half_width > 0.0 && std::isfinite(half_width) &&
          duration > 0.0))
        throw InvalidInput("`rate` = " + text(rate) + ", `half_width` = " + text(half_width) +
                           ", `duration` = " + text(duration) +
                           " (no number of legs) give finite and positive ones");
    return static_cast<std::int64_t>(all);
}

void check(const ExperimentConfig& asked, Problems& problems) {
    const auto config = asked.with_some_protocol();
    judge(config, problems, keys<ExperimentConfig>().without({"rate", "half_width"}));
    check(protocol_of(config), config.atoms, problems);
    problems.require(config.repump == 0.0 || config.rest > 0.0,
                     "`repump` = " + text(config.repump) + " (it acts in rests) give `rest` too");
    check_detectors(config, problems);
    if (!problems.empty()) return;
    const double legs = legs_in(config);
    problems.require(legs >= 1.0, "`duration` = " + text(config.duration) +
                                      " (a leg takes 2S/r = " + text(2.0 * config.half_width / config.rate) +
                                      ") give at least that, or scan faster");
    problems.require(legs <= most_legs, "`duration` = " + text(config.duration) + " (" + text(legs) +
                                            " legs, each with estimates of its own) give time for at most " +
                                            text(most_legs));
}

std::uint64_t hash(const ExperimentConfig& config) {
    return hash_of("experiment", describe(config));
}

}  // namespace dickejump
