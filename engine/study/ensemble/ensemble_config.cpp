#include "dickejump/study/ensemble/ensemble_config.hpp"

#include <cmath>
#include <filesystem>
#include <numbers>
#include <optional>
#include <string_view>

#include "model/checks.hpp"

namespace dickejump {

namespace {

Keys<EnsembleConfig> make_keys() {
    Keys<EnsembleConfig> keys;
    const auto finite = [](const char* why) { return Range::finite(why); };
    keys.word(
        "model", &EnsembleConfig::model,
        "Eq. (1), App. B at finite detuning, the three-level atoms of Eq. (2), or Eq. (1) with processes "
        "of single atoms (default ladder)",
        {Model::ladder, Model::effective, Model::three_level, Model::local});
    keys.number(
            "atoms", &EnsembleConfig::atoms, "number of atoms N",
            Range::between(1.0, static_cast<double>(DickeLadder::max_atoms), "a ladder has that many atoms"))
        .as_required();
    keys.special("initial", &EnsembleConfig::initial, "state at t = 0 (default ground)", parse_initial_state,
                 [](const InitialState& initial) { return to_text(initial); })
        .hinted("ground|steady|dicke:n|coherent:theta,phi|ghz|file:PATH|spin:j,m|thermal:p|dephased:theta");
    keys.number("pump", &EnsembleConfig::pump, "constant pumping rate w [gamma]",
                Range::from(0.0, "a rate is finite and not negative"));
    keys.text("schedule", &EnsembleConfig::schedule, "w(t) from a file with the columns time,pump")
        .hinted("FILE.csv");
    keys.numbers("times", &EnsembleConfig::times, "observe at these times [1/gamma]",
                 Range::from(0.0, "times are finite and ascend from 0 on"))
        .as_required()
        .hinted("a:b:n");
    keys.number("detuning", &EnsembleConfig::detuning,
                "delta of the pumping transition [gamma], effective and three-level",
                finite("a frequency is finite"));
    keys.number("drive", &EnsembleConfig::drive,
                "Omega of the pumping transition [gamma], effective and three-level",
                finite("a frequency is finite"));
    keys.number("gamma_r", &EnsembleConfig::gamma_r,
                "decay of the upper level [gamma], effective and three-level", finite("a rate is finite"));
    const auto rate = Range::from(0.0, "a rate is finite and not negative");
    keys.number("emission", &EnsembleConfig::emission, "emission of every atom on its own [gamma], local",
                rate);
    keys.number("pumping", &EnsembleConfig::pumping, "pumping of every atom on its own [gamma], local", rate);
    keys.number("dephasing", &EnsembleConfig::dephasing,
                "dephasing of every atom, D[sigma_z/2] [gamma], local", rate);
    keys.number("trajectories", &EnsembleConfig::trajectories, "number of runs M (default 10000)",
                Range::from(1.0, "an ensemble needs at least one"))
        .as(KeyInfo::Role::extent);
    keys.number("seed", &EnsembleConfig::seed, "seed of all random streams (default 1)", {});
    keys.number(
            "time_limit", &EnsembleConfig::time_limit, "stop after so many seconds",
            {.low = 0.0, .low_is_in = false, .why = "a time to run in, in seconds", .takes_infinity = true})
        .as(KeyInfo::Role::extent)
        .hinted("SECONDS");
    return keys;
}

/// Whether the model pumps through an upper level, from whose drive w follows.
bool has_upper_level(Model model) {
    return model == Model::effective || model == Model::three_level;
}

void check_pump(const EnsembleConfig& config, Problems& problems) {
    const int given =
        int(config.pump.has_value()) + int(!config.schedule.empty()) + int(config.pump_schedule.has_value());
    problems.require(given <= 1, "`pump` and `schedule` (both say what w is) give one of them");
    const bool derived = has_upper_level(config.model);
    if (given == 0 && !derived)
        problems.add("`pump` (not given, and the ladder cannot derive it) give `pump` or `schedule`");
    if (given == 0 && derived)
        problems.require(
            config.drive != 0.0,
            "`drive` = 0 (nothing says how strong the pump is) give `drive`, `pump` or `schedule`");
    if (!config.schedule.empty()) problems.collect([&] { PumpSchedule::from_csv(config.schedule); });
}

/// What the local model asks of the start, and of N.
void check_local(const EnsembleConfig& config, Problems& problems) {
    using Kind = InitialState::Kind;
    const auto& initial = config.initial;
    const bool mixed = initial.is_mixed_spin();
    problems.require(config.atoms <= LocalSpins::max_atoms,
                     "`atoms` = " + std::to_string(config.atoms) +
                         " (the chain of |j, m> is for at most 10^7 atoms) give fewer");
    problems.require(mixed || initial.is_diagonal(),
                     "`initial` = " + to_text(initial) +
                         " (local processes are solved for mixtures of |j, m>) give ground, steady, dicke:n, "
                         "spin:j,m, thermal:p or dephased:theta");
    if (initial.kind == Kind::spin)
        problems.collect([&] {
            Problems its;
            check_spin(config.atoms, initial.spin, its);
            its.raise();
        });
    if (initial.kind == Kind::thermal)
        problems.require(initial.excited >= 0.0 && initial.excited <= 1.0,
                         "`initial` = " + to_text(initial) + " (a probability) give it between 0 and 1");
}

}  // namespace

template <>
const Keys<EnsembleConfig>& keys<EnsembleConfig>() {
    static const auto all = make_keys();
    return all;
}

namespace {

/// An angle in radians, which may be written as a part of pi: 1.57, pi/2, -3pi/4.
std::optional<double> angle_in(std::string_view said) {
    const auto pi = said.find("pi");
    if (pi == std::string_view::npos) return real_in(said);
    auto factor = said.substr(0, pi), rest = said.substr(pi + 2);
    if (factor.ends_with('*')) factor.remove_suffix(1);
    const auto times = factor.empty()  ? std::optional(1.0)
                       : factor == "-" ? std::optional(-1.0)
                                       : real_in(factor);
    if (rest.empty() && times) return *times * std::numbers::pi;
    if (!rest.starts_with('/')) return {};
    const auto over = real_in(rest.substr(1));
    if (!times || !over) return {};
    return *times * std::numbers::pi / *over;
}

}  // namespace

InitialState parse_initial_state(const std::string& said) {
    const std::string_view text(said);
    const auto colon = text.find(':');
    const auto kind = text.substr(0, colon);
    const bool bare = colon == std::string_view::npos;
    const auto rest = bare ? std::string_view{} : text.substr(colon + 1);
    using Kind = InitialState::Kind;
    if (bare && kind == "ground") return {.kind = Kind::ground};
    if (bare && kind == "steady") return {.kind = Kind::steady};
    if (kind == "spin")
        if (const auto comma = rest.find(','); comma != std::string_view::npos) {
            const auto j = real_in(rest.substr(0, comma)), m = real_in(rest.substr(comma + 1));
            const auto whole = [](double x) { return std::abs(x) < 1e9 && 2.0 * x == std::floor(2.0 * x); };
            if (j && m && whole(*j) && whole(*m)) {
                InitialState state{.kind = Kind::spin};
                state.spin = {std::llround(2.0 * *j), std::llround(2.0 * *m)};
                return state;
            }
        }
    if (kind == "thermal")
        if (const auto p = real_in(rest)) {
            InitialState state{.kind = Kind::thermal};
            state.excited = *p;
            return state;
        }
    if (kind == "dephased")
        if (const auto theta = angle_in(rest)) return {.kind = Kind::dephased, .n = 0, .theta = *theta};
    if (bare && kind == "ghz") return {.kind = Kind::ghz};
    if (kind == "dicke")
        if (const auto n = integer_in<std::int64_t>(rest)) return {.kind = Kind::dicke, .n = *n};
    if (kind == "coherent")
        if (const auto comma = rest.find(','); comma != std::string_view::npos) {
            const auto theta = angle_in(rest.substr(0, comma)), phi = angle_in(rest.substr(comma + 1));
            if (theta && phi) return {.kind = Kind::coherent, .n = 0, .theta = *theta, .phi = *phi};
        }
    if (kind == "file" && !rest.empty())
        return {.kind = Kind::file, .n = 0, .theta = 0.0, .phi = 0.0, .file = std::string(rest)};
    throw InvalidInput(
        "`initial` = " + said +
        " (not a state that is known) give ground, steady, dicke:n, coherent:theta,phi, ghz, file:PATH, "
        "spin:j,m, thermal:p or dephased:theta");
}

std::string to_text(const InitialState& initial) {
    using Kind = InitialState::Kind;
    switch (initial.kind) {
        case Kind::steady:
            return "steady";
        case Kind::dicke:
            return "dicke:" + std::to_string(initial.n);
        case Kind::coherent:
            return "coherent:" + text(initial.theta) + "," + text(initial.phi);
        case Kind::ghz:
            return "ghz";
        case Kind::file:
            return "file:" + initial.file;
        case Kind::spin:
            return "spin:" + text(initial.spin.j()) + "," + text(initial.spin.m());
        case Kind::thermal:
            return "thermal:" + text(initial.excited);
        case Kind::dephased:
            return "dephased:" + text(initial.theta);
        default:
            return "ground";
    }
}

PumpSchedule EnsembleConfig::pump_of_time() const {
    if (pump_schedule) return *pump_schedule;
    if (!schedule.empty()) return PumpSchedule::from_csv(schedule);
    return PumpSchedule::constant(pump ? *pump : three_level_atoms().pump());
}

DickeState EnsembleConfig::pure_state() const {
    const DickeLadder ladder(atoms);
    switch (initial.kind) {
        case InitialState::Kind::dicke:
            return DickeState::dicke(ladder, initial.n);
        case InitialState::Kind::coherent:
            return DickeState::coherent(ladder, initial.theta, initial.phi);
        case InitialState::Kind::ghz:
            return DickeState::ghz(ladder);
        case InitialState::Kind::file:
            return DickeState::from_csv(ladder, initial.file);
        default:
            return DickeState::dicke(ladder, 0);
    }
}

void check(const EnsembleConfig& config, Problems& problems) {
    judge(config, problems);
    check_pump(config, problems);
    if (config.model == Model::local)
        check_local(config, problems);
    else
        for (const auto& [key, value] : {std::pair{"emission", config.emission},
                                         {"pumping", config.pumping},
                                         {"dephasing", config.dephasing}})
            problems.require(value == 0.0 || !std::isfinite(value),
                             "`" + std::string(key) + "` = " + text(value) +
                                 " (single atoms do nothing in this model) give `model` local");
    if (!has_upper_level(config.model)) {
        for (const auto& [key, value] :
             {std::pair{"detuning", config.detuning}, {"drive", config.drive}, {"gamma_r", config.gamma_r}})
            problems.require(value == 0.0, "`" + std::string(key) + "` = " + text(value) +
                                               " (Eq. (1) has none) choose another `model`, or leave it out");
    } else if (std::isfinite(config.detuning) && std::isfinite(config.drive) &&
               std::isfinite(config.gamma_r)) {
        auto atoms = config.three_level_atoms();
        atoms.atoms = 1;  // judged already
        problems.collect([&] { atoms.check(); });
    }
    if (config.atoms >= 1 && config.atoms <= DickeLadder::max_atoms) {
        const auto& initial = config.initial;
        if (initial.kind == InitialState::Kind::coherent || initial.kind == InitialState::Kind::dephased)
            problems.require(std::isfinite(initial.theta) && std::isfinite(initial.phi),
                             "`initial` = " + to_text(initial) +
                                 " (its angles are not finite) give coherent:theta,phi or dephased:theta in "
                                 "radians");
        if (initial.kind == InitialState::Kind::dicke)
            problems.require(initial.n >= 0 && initial.n <= config.atoms,
                             "`initial` = " + to_text(initial) + " (the ladder has 0.." +
                                 std::to_string(config.atoms) + ") choose one of them");
        problems.require(
            config.model == Model::local || !initial.is_mixed_spin(),
            "`initial` = " + to_text(initial) +
                " (mixtures of |j, m> are of single atoms) give `model` local, or another state");
        constexpr double bytes_a_level = 160.0;  // amplitudes, operators and what samplers keep of them
        if (config.model == Model::effective || (config.model == Model::ladder && !initial.is_diagonal()))
            check_memory("`atoms` = " + std::to_string(config.atoms) + " (amplitudes of so many levels",
                         bytes_a_level * static_cast<double>(config.atoms), problems);
        if (initial.kind == InitialState::Kind::file && problems.empty())
            problems.collect([&] { config.pure_state(); });
    }
    problems.require(!config.times.empty(),
                     "`times` (none: nothing to look at) give `times` as a:b:n, or a list");
    for (std::size_t i = 1; i < config.times.size(); ++i)
        if (config.times[i] < config.times[i - 1]) {
            problems.add("`times` with " + text(config.times[i]) + " after " + text(config.times[i - 1]) +
                         " (times ascend) give `times` in order");
            break;
        }
    problems.require(
        std::isfinite(config.simulated_pump_factor) && config.simulated_pump_factor >= 0.0,
        "pump factor = " + text(config.simulated_pump_factor) + " (a rate is not negative) give >= 0");
}

EnsembleConfig resolved(const EnsembleConfig& config) {
    Problems problems;
    check(config, problems);
    problems.raise();
    auto all = config;
    const auto whole = [](const std::string& path) {
        return std::filesystem::absolute(path).lexically_normal().string();
    };
    if (!all.schedule.empty()) all.schedule = whole(all.schedule);
    if (all.initial.kind == InitialState::Kind::file) all.initial.file = whole(all.initial.file);
    return all;
}

std::uint64_t hash(const EnsembleConfig& config) {
    auto named = resolved(config);
    const auto schedule = named.pump_of_time();
    const bool from_file = named.initial.kind == InitialState::Kind::file;
    Described contents{.info = {.key = "contents", .help = "", .hint = ""}, .values = {}, .tables = {}};
    const auto add = [&](double value) { contents.values.push_back(setting_of(value)); };
    if (!named.schedule.empty() || named.pump_schedule)
        for (const auto& piece : schedule.pieces())
            add(piece.begin), add(piece.pump);
    if (from_file) {
        const auto state = named.pure_state();
        for (const double x : state.log_weights())
            add(x);
        for (const double x : state.phases())
            add(x);
        named.initial.file = "contents";
    }
    named.schedule.clear();
    auto described = describe(named);
    described.push_back(std::move(contents));
    return hash_of("ensemble", described);
}

}  // namespace dickejump
