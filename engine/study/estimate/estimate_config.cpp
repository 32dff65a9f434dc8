#include "dickejump/study/estimate/estimate_config.hpp"

#include <algorithm>
#include <cmath>

#include "dickejump/estimate/record_information.hpp"
#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/study/scan/scan_protocol.hpp"
#include "study/scan/detector_keys.hpp"

namespace dickejump {

namespace {

constexpr double longest_tick = 0.02;

std::optional<std::int64_t> dicke_level(const std::string& initial) {
    if (!initial.starts_with("dicke:")) return {};
    return integer_in<std::int64_t>(std::string_view(initial).substr(6));
}

ScanLeg leg_of(const EstimateConfig& config) {
    const bool up = config.direction == "up";
    return ScanLeg(DickeLadder(config.atoms),
                   {.rate = config.rate.value_or(0.0),
                    .half_width = config.half_width.value_or(0.0),
                    .legs = up ? Legs::up : Legs::down},
                   up ? Direction::up : Direction::down);
}

/// "0.50(2)" or "0.5+-0.02": a value with its error; empty if it is neither.
std::optional<Estimate> measured_in(std::string_view said) {
    if (const auto sign = said.find("+-"); sign != std::string_view::npos) {
        const auto value = real_in(said.substr(0, sign)), error = real_in(said.substr(sign + 2));
        if (!value || !error) return {};
        return Estimate{*value, *error};
    }
    const auto open = said.find('(');
    if (open == std::string_view::npos || !said.ends_with(')')) return {};
    const auto digits = said.substr(0, open), last = said.substr(open + 1, said.size() - open - 2);
    const auto value = real_in(digits), error = real_in(last);
    if (!value || !error || digits.find_first_of("eE") != std::string_view::npos) return {};
    if (last.find('.') != std::string_view::npos) return Estimate{*value, *error};
    // In units of the value's last place.
    const auto point = digits.find('.');
    const auto places = point == std::string_view::npos ? 0 : digits.size() - point - 1;
    return Estimate{*value, *error * std::pow(10.0, -static_cast<double>(places))};
}

Keys<EstimateConfig> make_keys() {
    Keys<EstimateConfig> keys;
    keys.number("atoms", &EstimateConfig::atoms, "number of atoms N",
                Range::between(1.0, 65534.0, "a likelihood follows every level, and every jump is made"))
        .as_required();
    keys.number("rate", &EstimateConfig::rate, "scan rate r, transition widths per 1/gamma",
                Range::above(0.0, "a scan moves at a positive, finite rate; its direction is separate"));
    keys.number("half_width", &EstimateConfig::half_width, "the scan runs between s = -S and S, S <= N/2",
                Range::above(0.0, "a scan has a positive, finite extent"));
    keys.text("direction", &EstimateConfig::direction, "of the scan (default up)").hinted("up|down");
    keys.text("schedule", &EstimateConfig::schedule,
              "instead of a scan: nominal w(t) from a file with the columns time,pump")
        .hinted("FILE.csv");
    keys.number("duration", &EstimateConfig::duration,
                "of a run under a schedule [1/gamma] (default: to its end)",
                Range::above(0.0, "a measurement takes time"));
    keys.text("initial", &EstimateConfig::initial,
              "state at the start of a run (default steady, at the nominal w there)")
        .hinted("steady|ground|dicke:n");
    add_detector_key(keys, &EstimateConfig::detectors, "what the detector sees, as in a scan");
    keys.number("side_rate", &EstimateConfig::side_rate,
                "Gamma, emission to the side per excited atom [gamma] (default 0)",
                Range::from(0.0, "a rate is not negative"));
    auto& unknown = keys.custom(
        "unknown",
        "what is not known either, with what was measured of it: gamma,efficiency:cavity=0.50(2),..");
    unknown.kind = KeyInfo::Kind::list;
    unknown.take = [](EstimateConfig& config, const std::string& text) {
        for (std::size_t begin = 0; begin <= text.size();) {
            const auto end = std::min(text.find(',', begin), text.size());
            config.unknown.push_back(parse_unknown(text.substr(begin, end - begin)));
            begin = end + 1;
        }
    };
    unknown.tell = [](const EstimateConfig& config) {
        std::vector<Setting> all;
        for (const auto& one : config.unknown)
            all.push_back({Setting::Type::text, to_text(one)});
        return all;
    };
    unknown.clear = [](EstimateConfig& config) { config.unknown.clear(); };
    unknown.hinted("NAME1,NAME2=VALUE(ERROR),..");
    keys.number("prior_width", &EstimateConfig::prior_width,
                "W: theta lies between -2W/N and 2W/N beforehand (default half_width, or 20)",
                Range::above(0.0, "a prior has a positive, finite width"));
    keys.number("fit_records", &EstimateConfig::fit_records,
                "simulated records against which the fit is judged (default 1000)",
                Range::between(0.0, 1e6, "a number of records; 0: no fit is judged"))
        .as(KeyInfo::Role::extent);
    keys.number("seed", &EstimateConfig::seed, "seed of the simulated records (default 1)", {});
    keys.number(
            "time_limit", &EstimateConfig::time_limit, "stop after so many seconds",
            {.low = 0.0, .low_is_in = false, .why = "a time to run in, in seconds", .takes_infinity = true})
        .as(KeyInfo::Role::extent)
        .hinted("SECONDS");
    return keys;
}

void check_start(const EstimateConfig& config, Problems& problems) {
    const auto& said = config.initial;
    if (said == "steady" || said == "ground") return;
    const auto level = dicke_level(said);
    problems.require(level.has_value(),
                     "`initial` = " + said + " (not a start of a run) give steady, ground or dicke:n");
    problems.require(!level || (*level >= 0 && *level <= config.atoms),
                     "`initial` = " + said + " (the ladder has 0.." + std::to_string(config.atoms) +
                         ") choose one of them");
}

void demand(bool there, const std::string& problem) {
    if (!there) throw InvalidInput(problem);
}

}  // namespace

Unknown parse_unknown(const std::string& said) {
    const auto equals = said.find('=');
    const auto called = said.substr(0, equals);
    const auto found = std::find_if(all_parameters.begin(), all_parameters.end(),
                                    [&](Parameter parameter) { return name(parameter) == called; });
    if (found == all_parameters.end()) {
        std::string all;
        for (const auto parameter : all_parameters)
            all += (all.empty() ? "" : ", ") + std::string(name(parameter));
        throw InvalidInput("`unknown` = " + said + " (not one of its words) choose from " + all);
    }
    Unknown unknown{.parameter = *found};
    if (equals == std::string::npos) return unknown;
    unknown.prior = measured_in(std::string_view(said).substr(equals + 1));
    if (!unknown.prior || !(unknown.prior->error > 0.0) || !std::isfinite(unknown.prior->error) ||
        !std::isfinite(unknown.prior->value))
        throw InvalidInput("`unknown` = " + said + " (not a value with its error) write it like " + called +
                           "=0.50(2) or " + called + "=0.5+-0.02");
    return unknown;
}

std::string to_text(const Unknown& unknown) {
    std::string said(name(unknown.parameter));
    if (unknown.prior) said += "=" + text(unknown.prior->value) + "+-" + text(unknown.prior->error);
    return said;
}

const Detector& EstimateConfig::detector() const {
    demand(detectors.size() == 1,
           "`detector` (" + std::to_string(detectors.size()) +
               " of them: clicks come from one) describe it in one table [[detector]]");
    return detectors.front();
}

PumpSchedule EstimateConfig::pump() const {
    return is_scan() ? leg_of(*this).pump() : PumpSchedule::from_csv(schedule);
}

double EstimateConfig::run_duration() const {
    return is_scan() ? leg_of(*this).duration() : duration ? *duration : pump().duration();
}

StartState EstimateConfig::start() const {
    if (initial == "steady") return StartState::steady(pump().at(0.0));
    if (initial == "ground") return StartState::dicke(is_scan() && direction == "down" ? atoms : 0);
    const auto level = dicke_level(initial);
    demand(level.has_value(),
           "`initial` = " + initial + " (not a start of a run) give steady, ground or dicke:n");
    return StartState::dicke(*level);
}

std::vector<Parameter> EstimateConfig::unknown_parameters() const {
    std::vector<Parameter> all;
    for (const auto& one : unknown)
        all.push_back(one.parameter);
    return all;
}

double EstimateConfig::reach() const {
    demand(atoms >= 1, "`atoms` = " + std::to_string(atoms) + " (a ladder has at least one) give more");
    constexpr double of_schedules = 20.0;
    return 2.0 * prior_width.value_or(half_width.value_or(of_schedules)) / static_cast<double>(atoms);
}

template <>
const Keys<EstimateConfig>& keys<EstimateConfig>() {
    static const auto all = make_keys();
    return all;
}

void check(const EstimateConfig& config, Problems& problems) {
    const auto known = problems.list().size();
    judge(config, problems);
    if (config.is_scan()) {
        for (const auto& [key, value] : {std::pair{"rate", config.rate}, {"half_width", config.half_width}})
            problems.require(value.has_value(), "`" + std::string(key) +
                                                    "` (not given, and without `schedule` the run is a scan) "
                                                    "give `rate` and `half_width`");
        problems.require(config.direction == "up" || config.direction == "down",
                         "`direction` = " + config.direction + " (a run goes one way) give up or down");
        problems.require(!config.duration,
                         "`duration` (a scan lasts 2 S/r) leave it out, or give `schedule`");
        if (config.rate && config.half_width && problems.list().size() == known)
            problems.collect([&] { leg_of(config); });
    } else {
        problems.require(!config.rate && !config.half_width,
                         "`schedule` beside `rate` or `half_width` (one of them says what w is) give one");
        problems.collect([&] {
            const auto pump = PumpSchedule::from_csv(config.schedule);
            problems.require(config.duration || pump.duration() > 0.0,
                             "`duration` (not given, and the schedule has one knot) give it");
        });
    }
    check_start(config, problems);
    problems.require(config.detectors.size() == 1,
                     "`detector` (" + std::to_string(config.detectors.size()) +
                         " of them: clicks come from one) describe it in one table [[detector]]");
    if (problems.list().size() > known) return;
    const double run = config.run_duration();
    constexpr double most_ticks = 1e8;
    problems.require(run <= most_ticks * longest_tick,
                     "run of " + text(run) + "/gamma (more than 10^8 ticks of 0.02/gamma) cut it");
    if (problems.list().size() > known) return;
    const auto& detector = config.detector();
    check(config.unknown_parameters(), detector, problems);
    problems.require(detector.time_tags,
                     "`detector` " + detector.name +
                         " without time tags (whether there are, `data.format` says) leave "
                         "`time_tags` out");
    // Bins need not be whole ticks here.
    check(detector, config.side_rate, run, 0.0, problems);
}

}  // namespace dickejump
