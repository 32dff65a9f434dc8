#include <algorithm>
#include <cmath>

#include "dickejump/study/homodyne/homodyne.hpp"
#include "model/checks.hpp"
#include "study/homodyne/as_ensemble.hpp"

namespace dickejump {

namespace {

Keys<HomodyneConfig> make_keys() {
    using Kind = CavityDetection::Kind;
    constexpr double most_atoms = 1000.0;
    Keys<HomodyneConfig> keys;
    keys.number("atoms", &HomodyneConfig::atoms, "number of atoms N",
                Range::between(1.0, most_atoms, "a run takes some 50 N^3 operations a unit of time"))
        .as_required();
    keys.special("initial", &HomodyneConfig::initial, "state at t = 0 (default ground)", parse_initial_state,
                 [](const InitialState& initial) { return to_text(initial); })
        .hinted("ground|steady|dicke:n|coherent:theta,phi|ghz|file:PATH");
    keys.number("pump", &HomodyneConfig::pump, "constant pumping rate w [gamma]",
                Range::from(0.0, "a rate is finite and not negative"));
    keys.text("schedule", &HomodyneConfig::schedule, "w(t) from a file with the columns time,pump")
        .hinted("FILE.csv");
    keys.numbers(
            "times", &HomodyneConfig::times,
            "average the current over intervals that end at these times [1/gamma]; the first begins at 0",
            Range::from(0.0, "times are finite and ascend from 0 on"))
        .as_required()
        .hinted("a:b:n");
    keys.word("detection", &HomodyneConfig::detection,
              "one quadrature, or both with half of the light each (default homodyne)",
              {Kind::homodyne, Kind::heterodyne});
    keys.number("phase", &HomodyneConfig::phase, "phase of the local oscillator [rad] (default 0: J_x)",
                Range::finite("an angle is finite"));
    keys.number("efficiency", &HomodyneConfig::efficiency, "part of the light that is detected (default 1)",
                Range::between(0.0, 1.0, "a part of the photons"));
    keys.number(
        "longest_step", &HomodyneConfig::longest_step,
        "longest step of the integration [1/gamma] (default a fiftieth of the shortest mean life of a "
        "level)",
        Range::from(0.0, "a time, finite and not negative"));
    keys.number("trajectories", &HomodyneConfig::trajectories, "number of runs M (default 1000)",
                Range::from(1.0, "an ensemble needs at least one"))
        .as(KeyInfo::Role::extent);
    keys.number("keep_records", &HomodyneConfig::keep_records,
                "keep the currents of the first K runs (default 0)",
                Range::from(0.0, "a number of runs is not negative"));
    keys.number("seed", &HomodyneConfig::seed, "seed of all random streams (default 1)", {});
    keys.number(
            "time_limit", &HomodyneConfig::time_limit, "stop after so many seconds",
            {.low = 0.0, .low_is_in = false, .why = "a time to run in, in seconds", .takes_infinity = true})
        .as(KeyInfo::Role::extent)
        .hinted("SECONDS");
    return keys;
}

}  // namespace

EnsembleConfig as_ensemble(const HomodyneConfig& config) {
    EnsembleConfig same;
    same.atoms = config.atoms;
    same.initial = config.initial;
    same.pump = config.pump;
    same.schedule = config.schedule;
    same.times = config.times;
    return same;
}

std::string_view name(CavityDetection::Kind kind) {
    return kind == CavityDetection::Kind::homodyne ? "homodyne" : "heterodyne";
}

template <>
const Keys<HomodyneConfig>& keys<HomodyneConfig>() {
    static const auto all = make_keys();
    return all;
}

PumpSchedule HomodyneConfig::pump_of_time() const {
    return as_ensemble(*this).pump_of_time();
}

std::vector<double> HomodyneConfig::edges() const {
    std::vector<double> edges{0.0};
    for (const double time : times)
        if (time > edges.back()) edges.push_back(time);
    return edges;
}

void check(const HomodyneConfig& config, Problems& problems) {
    judge(config, problems);
    // What is wrong with atoms and times has been said.
    Problems of_ensemble;
    check(as_ensemble(config), of_ensemble);
    for (const auto& problem : of_ensemble.list())
        if (std::none_of(problems.list().begin(), problems.list().end(), [&](const std::string& said) {
                return said.substr(0, said.find('=')) == problem.substr(0, problem.find('='));
            }))
            problems.add(problem);
    if (!config.times.empty() && config.times.back() == 0.0)
        problems.add("`times` up to 0 (no interval to average over) give later ones");
    constexpr double most_steps = 1e8;  // all of them are kept until their intervals are averaged
    if (config.longest_step > 0.0 && !config.times.empty())
        problems.require(config.times.back() <= most_steps * config.longest_step,
                         "`longest_step` = " + text(config.longest_step) + " (" + text(config.times.back()) +
                             "/gamma would take more than 10^8 of them) give a longer one");
    problems.require(
        config.simulated_pump_factor >= 0.0 && std::isfinite(config.simulated_pump_factor),
        "pump factor = " + text(config.simulated_pump_factor) + " (a rate is not negative) give >= 0");
    if (!problems.empty()) return;
    const auto intervals = static_cast<double>(config.edges().size() - 1);
    constexpr double bytes_a_number = 8.0, bytes_of_moments = 48.0;
    check_memory("`keep_records` = " + std::to_string(config.keep_records) + " (currents of so many runs",
                 bytes_a_number * intervals * static_cast<double>(config.quadratures()) *
                     static_cast<double>(std::min(config.keep_records, config.trajectories)),
                 problems);
    check_memory("`times` = " + std::to_string(config.times.size()) + " of them (means at so many times",
                 8.0 * bytes_of_moments * intervals, problems);
}

HomodyneConfig resolved(const HomodyneConfig& config) {
    Problems problems;
    check(config, problems);
    problems.raise();
    auto all = config;
    const auto same = resolved(as_ensemble(config));
    all.schedule = same.schedule;
    all.initial = same.initial;
    return all;
}

std::uint64_t hash(const HomodyneConfig& config) {
    auto named = resolved(config);
    // What files say is in the hash of the ensemble from the same start under the same pump.
    Described contents{.info = {.key = "contents", .help = "", .hint = ""}, .values = {}, .tables = {}};
    contents.values.push_back({Setting::Type::text, std::to_string(hash(as_ensemble(config)))});
    named.schedule.clear();
    if (named.initial.kind == InitialState::Kind::file) named.initial.file = "contents";
    auto described = describe(named);
    described.push_back(std::move(contents));
    return hash_of("homodyne", described);
}

}  // namespace dickejump
