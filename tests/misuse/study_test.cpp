#include "misuse/wrong_calls.hpp"

namespace dickejump::misuse {
namespace {

constexpr auto least = std::numeric_limits<std::int64_t>::min(),
               most = std::numeric_limits<std::int64_t>::max();

/// A configuration and what is wrong with it.
template <class Config>
using Wrong = std::vector<std::pair<std::string, Config>>;

/// Adds the configuration with a number of it changed to each of some values.
template <class Config, class Change>
void vary(Wrong<Config>& all, const Config& good, const std::string& what,
          std::initializer_list<double> values, const Change& change) {
    for (const double value : values) {
        auto config = good;
        change(config, value);
        all.emplace_back(what + " " + text(value), config);
    }
}
template <class Config, class Change>
void vary_whole(Wrong<Config>& all, const Config& good, const std::string& what,
                std::initializer_list<std::int64_t> values, const Change& change) {
    for (const auto value : values) {
        auto config = good;
        change(config, value);
        all.emplace_back(what + " " + std::to_string(value), config);
    }
}

/// What takes a whole configuration must refuse it; what judges it must say why.
template <class Config>
void refused_everywhere(const std::string& study, const Wrong<Config>& all) {
    for (const auto& [what, wrong] : all) {
        const auto& config = wrong;
        Entry("check(" + study + ")").refuses(what, [&] {
            Problems problems;
            check(config, problems);
            problems.raise();
        });
        Entry("prepare(" + study + ")").refuses(what, [&] { prepare(config); });
    }
}

/// A null plan, which nobody should have.
template <class Prepared>
void refuses_no_plan(const std::string& name) {
    Entry(name).refuses("no plan", [] { Prepared(nullptr); });
}

TEST_CASE("misuse: scans") {
    const ScanConfig good{.atoms = 20, .rate = 4.0, .half_width = 5.0, .trajectories = 200};
    Wrong<ScanConfig> all;
    using C = ScanConfig;
    vary_whole(all, good, "atoms", {0, -1, least, most}, [](C& c, std::int64_t x) { c.atoms = x; });
    vary(all, good, "rate", {nan, inf, 0.0, -1.0, 1e-300}, [](C& c, double x) { c.rate = x; });
    vary(all, good, "half_width", {nan, inf, 0.0, -1.0, 11.0}, [](C& c, double x) { c.half_width = x; });
    vary(all, good, "bias_tolerance", {nan, inf, 0.0, -1.0}, [](C& c, double x) { c.bias_tolerance = x; });
    vary_whole(all, good, "ticks", {-1, 3, least, most}, [](C& c, std::int64_t x) { c.ticks = x; });
    vary_whole(all, good, "steps", {-1, std::numeric_limits<int>::min()},
               [](C& c, std::int64_t x) { c.steps_per_tick = static_cast<int>(x); });
    vary_whole(all, good, "trajectories", {0, -1, least}, [](C& c, std::int64_t x) { c.trajectories = x; });
    vary(all, good, "time_limit", {nan, 0.0, -1.0}, [](C& c, double x) { c.time_limit = x; });
    vary_whole(all, good, "points", {0, 1, -1, least, most}, [](C& c, std::int64_t x) { c.points = x; });
    vary(all, good, "side_rate", {nan, inf, -1.0}, [](C& c, double x) { c.side_rate = x; });
    vary_whole(all, good, "keep_records", {-1, least}, [](C& c, std::int64_t x) { c.keep_records = x; });
    vary(all, good, "smoothing", {nan, inf, 0.0, -1.0}, [](C& c, double x) {
        c.detectors = {detector_of({Channel::cavity})};
        c.smoothing = Smoothing{.width = x};
    });
    vary(all, good, "target error", {nan, inf, 0.0, -1.0},
         [](C& c, double x) { c.target_errors = {{.error = x}}; });
    vary(all, good, "detuning", {nan, inf, 0.0},
         [](C& c, double x) { c.model = {.kind = Model::effective, .detuning = x, .gamma_r = 1.0}; });
    vary(all, good, "gamma_r", {nan, inf, 0.0, -1.0},
         [](C& c, double x) { c.model = {.kind = Model::effective, .detuning = 10.0, .gamma_r = x}; });
    vary(all, good, "emission", {nan, inf, -1.0},
         [](C& c, double x) { c.model = {.kind = Model::local, .emission = x}; });
    vary(all, good, "simulated_pump_factor", {nan, inf, -1.0},
         [](C& c, double x) { c.simulated_pump_factor = x; });
    const auto add = [&](const std::string& what, const std::function<void(C&)>& change) {
        auto config = good;
        change(config);
        all.emplace_back(what, config);
    };
    for (const auto& [what, detector] : wrong_detectors())
        add("a detector with " + what, [&d = detector](C& c) { c.detectors = {d}; });
    add("three-level atoms", [](C& c) { c.model.kind = Model::three_level; });
    add("two detectors of one name", [](C& c) {
        c.detectors = {detector_of({Channel::cavity}), detector_of({Channel::pump})};
    });
    add("a side without a rate", [](C& c) { c.detectors = {detector_of({Channel::side})}; });
    add("an unknown parameter without a detector", [](C& c) { c.unknown = {Parameter::gamma}; });
    add("a target of an estimator that is not asked for", [](C& c) {
        c.estimators = {Estimator::area};
        c.target_errors = {{.estimator = Estimator::first_crossing, .error = 0.1}};
    });
    add("a target of a detector that is not there",
        [](C& c) { c.target_errors = {{.detector = "other", .error = 0.1}}; });
    add("a target of a leg that is not there", [](C& c) {
        c.direction = Legs::up;
        c.target_errors = {{.direction = Direction::down, .error = 0.1}};
    });
    refused_everywhere("ScanConfig", all);
    for (const auto& [what, wrong] : all) {
        const auto& config = wrong;
        Entry("resolved(ScanConfig)").refuses(what, [&] { resolved(config); });
        Entry("hash(ScanConfig)").refuses(what, [&] { hash(config); });
        Entry("compare(ScanConfig)").refuses(what, [&] { compare(config); });
    }
    Entry("compare(ScanConfig)")
        .refuses("alpha", {nan, inf, 0.0, -1.0, 1.5}, [&](double a) { compare(good, a); })
        .refuses("too few runs", [&] { compare(good); });
    refuses_no_plan<PreparedScan>("PreparedScan");
    const auto prepared = prepare(good);
    const std::vector<double> strange{1.0, 2.0, 3.0};
    Entry("prepare(ScanConfig)").refuses("calibrations of another scan", [&] { prepare(good, {}, strange); });
    ScanPart part(prepared);
    for (const BlockRange range : {BlockRange{-1, 1}, {0, 3}, {1, 0}, {0, most}})
        Entry("ScanPart")
            .refuses("blocks " + std::to_string(range.begin) + " to " + std::to_string(range.end),
                     [&] { part.simulate(range); });
    part.simulate({0, 1});
    auto other = good;
    other.seed = 2;
    ScanPart stranger(prepare(other));
    Entry("ScanPart")
        .refuses("a part of another seed", [&] { part.merge(stranger); })
        .refuses("itself", [&] { part.merge(part); })
        .refuses("what it has", [&] { part.add(part.store()); })
        .refuses("seconds", {nan, inf, -1.0}, [&](double s) { part.add({}, s); })
        .refuses("sums of another layout",
                 [&] {
                     part.add({.layout = "x", .nodes = {{0, 1, "y"}}, .cut = {}});
                 })
        .gives("no blocks: no runs", 0.0,
               [&] { return static_cast<double>(stranger.result().trajectories); });
    const DickeLadder ladder(20);
    const ScanProtocol protocol{.rate = 4.0, .half_width = 5.0};
    Entry("ScanLeg")
        .refuses("rate", {nan, inf, 0.0, -1.0},
                 [&](double x) { ScanLeg(ladder, {.rate = x, .half_width = 5.0}, Direction::up); })
        .refuses("half_width", {nan, inf, 0.0, -1.0, 11.0},
                 [&](double x) { ScanLeg(ladder, {.rate = 1.0, .half_width = x}, Direction::up); })
        .refuses_whole("ticks", {-2, 3, most},
                       [&](std::int64_t k) {
                           ScanLeg(ladder, {.rate = 1.0, .half_width = 5.0, .ticks = k}, Direction::up);
                       })
        .refuses("theta", {nan, inf, -inf},
                 [&](double x) { ScanLeg(ladder, protocol, Direction::up).setup(x); })
        .refuses("factor", {nan, inf, -1.0},
                 [&](double x) { ScanLeg(ladder, protocol, Direction::up).setup(0.0, x); });
    Entry("curve_intervals")
        .refuses_whole("ticks", {0, -1, least}, [](std::int64_t k) { curve_intervals(k, 10); })
        .refuses_whole("points", {0, 1, -1, least}, [](std::int64_t k) { curve_intervals(10, k); });
    for (const std::string bad :
         {"", "area", "area:", ":0.1", "nothing:0.1", "area:sideways:0.1", "area:up:"})
        Entry("parse_target_error").refuses("\"" + bad + "\"", [&] { parse_target_error(bad); });
    Wrong<ExactScanConfig> exact;
    const ExactScanConfig fine{.atoms = 20, .rate = 4.0, .half_width = 5.0, .points = 11};
    using E = ExactScanConfig;
    vary_whole(exact, fine, "atoms", {0, -1, least, most}, [](E& c, std::int64_t x) { c.atoms = x; });
    vary(exact, fine, "rate", {nan, inf, 0.0, -1.0}, [](E& c, double x) { c.rate = x; });
    vary(exact, fine, "half_width", {nan, inf, 0.0, -1.0, 11.0}, [](E& c, double x) { c.half_width = x; });
    vary_whole(exact, fine, "points", {0, 1, -1, least, most}, [](E& c, std::int64_t x) { c.points = x; });
    for (const auto& [what, wrong] : exact) {
        const auto& config = wrong;
        Entry("solve(ExactScanConfig)").refuses(what, [&] { solve(config); });
        Entry("check(ExactScanConfig)").refuses(what, [&] {
            Problems problems;
            check(config, problems);
            problems.raise();
        });
    }
    Entry("ExactScan").refuses("a leg that was not asked for", [&] {
        auto up = fine;
        up.direction = Legs::up;
        static_cast<void>(solve(up).leg(Direction::down));
    });
}

TEST_CASE("misuse: ensembles") {
    EnsembleConfig good;
    good.atoms = 3, good.pump = 1.0, good.times = {0.0, 0.5}, good.trajectories = 10;
    Wrong<EnsembleConfig> all;
    using C = EnsembleConfig;
    vary_whole(all, good, "atoms", {0, -1, least, most}, [](C& c, std::int64_t x) { c.atoms = x; });
    vary(all, good, "pump", {nan, inf, -1.0}, [](C& c, double x) { c.pump = x; });
    vary_whole(all, good, "trajectories", {0, -1, least}, [](C& c, std::int64_t x) { c.trajectories = x; });
    vary(all, good, "time_limit", {nan, 0.0, -1.0}, [](C& c, double x) { c.time_limit = x; });
    vary(all, good, "emission", {nan, inf, -1.0}, [](C& c, double x) {
        c.model = Model::local;
        c.emission = x;
    });
    vary(all, good, "detuning", {nan, inf, 0.0}, [](C& c, double x) {
        c.model = Model::effective;
        c.detuning = x, c.gamma_r = 1.0;
    });
    vary(all, good, "gamma_r", {nan, inf, 0.0, -1.0}, [](C& c, double x) {
        c.model = Model::three_level;
        c.detuning = 10.0, c.gamma_r = x;
    });
    vary(all, good, "simulated_pump_factor", {nan, inf, -1.0},
         [](C& c, double x) { c.simulated_pump_factor = x; });
    vary_whole(all, good, "start n =", {-1, 4},
               [](C& c, std::int64_t x) { c.initial = {.kind = InitialState::Kind::dicke, .n = x}; });
    vary(all, good, "start theta =", {nan, inf},
         [](C& c, double x) { c.initial = {.kind = InitialState::Kind::coherent, .theta = x}; });
    vary(all, good, "thermal start", {nan, inf, -0.1, 1.1}, [](C& c, double x) {
        c.model = Model::local;
        c.initial = {.kind = InitialState::Kind::thermal, .excited = x};
    });
    const auto add = [&](const std::string& what, const std::function<void(C&)>& change) {
        auto config = good;
        change(config);
        all.emplace_back(what, config);
    };
    for (const auto& [what, times] : wrong_times())
        add(what, [&t = times](C& c) { c.times = t; });
    add("no times", [](C& c) { c.times.clear(); });
    add("no pump", [](C& c) { c.pump.reset(); });
    add("two pumps", [](C& c) { c.pump_schedule = PumpSchedule::constant(1.0); });
    add("a schedule that is not there", [](C& c) {
        c.pump.reset();
        c.schedule = "/nowhere/w.csv";
    });
    add("a start from a file that is not there",
        [](C& c) { c.initial = {.kind = InitialState::Kind::file, .file = "/nowhere/state.csv"}; });
    add("a spin that is none", [](C& c) {
        c.model = Model::local;
        c.initial = {.kind = InitialState::Kind::spin, .spin = {5, 1}};
    });
    add("a spin on the ladder", [](C& c) { c.initial = {.kind = InitialState::Kind::spin, .spin = {3, 1}}; });
    refused_everywhere("EnsembleConfig", all);
    for (const auto& [what, wrong] : all) {
        const auto& config = wrong;
        Entry("solve(EnsembleConfig)").refuses(what, [&] {
            auto of_means = config;
            if (of_means.trajectories < 1 || !(of_means.time_limit > 0.0) ||
                of_means.simulated_pump_factor != 1.0)
                of_means.times.clear();  // not looked at by the exact side
            solve(of_means);
        });
        Entry("compare(EnsembleConfig)").refuses(what, [&] { compare(config); });
    }
    Entry("compare(EnsembleConfig)").refuses("alpha", {nan, inf, 0.0, -1.0, 1.5}, [&](double a) {
        compare(good, a);
    });
    Entry("EnsembleConfig").refuses("no pump", [] { static_cast<void>(EnsembleConfig{}.pump_of_time()); });
    refuses_no_plan<PreparedEnsemble>("PreparedEnsemble");
    for (const std::string bad :
         {"", "x", "dicke", "dicke:", "dicke:x", "dicke:1.5", "coherent:", "coherent:1", "coherent:1,2,3",
          "file:", "spin:1", "spin:x,y", "thermal:", "thermal:x", "ghz:1"})
        Entry("parse_initial_state").refuses("\"" + bad + "\"", [&] { parse_initial_state(bad); });
    Entry("EnsembleCurves").refuses("an observable that is not there", [] {
        static_cast<void>(EnsembleCurves{}.observable("jz"));
    });
}

TEST_CASE("misuse: steady states") {
    const SteadyConfig good{.atoms = 5, .shots = 10};
    Wrong<SteadyConfig> all;
    using C = SteadyConfig;
    vary_whole(all, good, "atoms", {0, -1, least, most}, [](C& c, std::int64_t x) { c.atoms = x; });
    vary(all, good, "pump", {nan, inf, 0.0, -1.0}, [](C& c, double x) { c.pump = x; });
    vary_whole(all, good, "shots", {0, -1, least}, [](C& c, std::int64_t x) { c.shots = x; });
    vary_whole(all, good, "pool", {0, -1, 11, least, most}, [](C& c, std::int64_t x) { c.pools = {1, x}; });
    refused_everywhere("SteadyConfig", all);
    for (const auto& [what, wrong] : all) {
        const auto& config = wrong;
        Entry("resolved(SteadyConfig)").refuses(what, [&] { resolved(config); });
        Entry("hash(SteadyConfig)").refuses(what, [&] { hash(config); });
        Entry("simulate(SteadyConfig)").refuses(what, [&] {
            simulate(PreparedSteady{.config = config, .bound = 1.0});
        });
    }
}

TEST_CASE("misuse: sensitivities") {
    const SensitivityConfig good{.atoms = {10, 20}, .rates = {1.0}, .trajectories = 10};
    Wrong<SensitivityConfig> all;
    using C = SensitivityConfig;
    vary_whole(all, good, "atoms", {0, -1, 10, least, most}, [](C& c, std::int64_t x) { c.atoms = {10, x}; });
    vary(all, good, "rate", {nan, inf, 0.0, -1.0, 1.0}, [](C& c, double x) { c.rates = {1.0, x}; });
    vary(all, good, "half_width", {nan, inf, 0.0, -1.0, 11.0}, [](C& c, double x) { c.half_width = x; });
    vary(all, good, "bias_tolerance", {nan, inf, 0.0, -1.0}, [](C& c, double x) { c.bias_tolerance = x; });
    vary_whole(all, good, "trajectories", {0, 1, -1, least},
               [](C& c, std::int64_t x) { c.trajectories = x; });
    vary_whole(all, good, "no atoms", {0}, [](C& c, std::int64_t) { c.atoms.clear(); });
    vary_whole(all, good, "no rates", {0}, [](C& c, std::int64_t) { c.rates.clear(); });
    refused_everywhere("SensitivityConfig", all);
    for (const auto& [what, wrong] : all) {
        const auto& config = wrong;
        Entry("hash(SensitivityConfig)").refuses(what, [&] { hash(config); });
    }
    Entry("default_half_width").refuses("rate", {nan, inf, 0.0, -1.0}, [](double r) {
        default_half_width(DickeLadder(10), r);
    });
    const std::vector<ScanConfig> wrong_point{{.atoms = 0}};
    Entry("simulate_points")
        .refuses("a scan that is wrong",
                 [&] { simulate_points(wrong_point, {}, [](std::size_t, const ScanResult&) {}); })
        .refuses("nobody who takes", [&] { simulate_points(wrong_point, {}, {}); });
    const std::vector<Sensitivity> odd{
        {.atoms = 100, .rate = nan, .estimator = Estimator::area, .direction = {}, .delta_w = Estimate{1, 1}},
        {.atoms = -5,
         .rate = 1.0,
         .estimator = Estimator::area,
         .direction = {},
         .delta_w = Estimate{nan, 1}},
        {.atoms = 200, .rate = 1.0, .estimator = Estimator::area, .direction = {}, .delta_w = {}}};
    Entry("fit_exponents")
        .gives("nothing", 0.0, [] { return static_cast<double>(fit_exponents({}).size()); })
        .gives("nothing that can be fitted", 0.0, [&] {
            double laws = 0.0;
            for (const auto& fit : fit_exponents(odd))
                laws += fit.law ? 1.0 : 0.0;
            return laws;
        });
}

TEST_CASE("misuse: experiments") {
    const ExperimentConfig good{
        .atoms = 4, .rate = 2.0, .half_width = 2.0, .duration = 4.0, .emission = 0.1, .trajectories = 10};
    Wrong<ExperimentConfig> all;
    using C = ExperimentConfig;
    vary_whole(all, good, "atoms", {0, -1, 401, least, most}, [](C& c, std::int64_t x) { c.atoms = x; });
    vary(all, good, "rate", {nan, inf, 0.0, -1.0, 1e-300}, [](C& c, double x) { c.rate = x; });
    vary(all, good, "half_width", {nan, inf, 0.0, -1.0, 2.1}, [](C& c, double x) { c.half_width = x; });
    vary(all, good, "duration", {nan, inf, 0.0, -1.0, 1.0, 1e9}, [](C& c, double x) { c.duration = x; });
    vary(all, good, "emission", {nan, inf, -1.0}, [](C& c, double x) { c.emission = x; });
    vary(all, good, "pumping", {nan, inf, -1.0}, [](C& c, double x) { c.pumping = x; });
    vary(all, good, "dephasing", {nan, inf, -1.0}, [](C& c, double x) { c.dephasing = x; });
    vary(all, good, "rest", {nan, inf, -1.0}, [](C& c, double x) { c.rest = x; });
    vary(all, good, "repump", {nan, inf, -1.0, 1.0}, [](C& c, double x) { c.repump = x; });
    vary_whole(all, good, "trajectories", {0, -1, least}, [](C& c, std::int64_t x) { c.trajectories = x; });
    vary(all, good, "time_limit", {nan, 0.0, -1.0}, [](C& c, double x) { c.time_limit = x; });
    refused_everywhere("ExperimentConfig", all);
    for (const auto& [what, wrong] : all) {
        auto config = wrong;
        if ((what.starts_with("rate") && what != "rate 1e-300") ||
            (what.starts_with("half") && what != "half_width 2.1") || what.starts_with("duration 0") ||
            what.starts_with("duration n") || what.starts_with("duration i") ||
            what.starts_with("duration -"))
            Entry("ExperimentConfig::legs").refuses(what, [&] { static_cast<void>(config.legs()); });
        if (what.starts_with("rate") || what.starts_with("half")) continue;  // these are looked for
        config.optimize = {Sought::rate, Sought::half_width};
        if (what == "duration 1" || what == "duration 1e+09" || what == "repump 1") continue;
        Entry("optimise").refuses(what, [&] { optimise(config); });
    }
    refuses_no_plan<PreparedExperiment>("PreparedExperiment");
}

TEST_CASE("misuse: closed loops and measurements") {
    const LockConfig good{.atoms = 10, .duration = 0.5, .trajectories = 10};
    Wrong<LockConfig> all;
    using C = LockConfig;
    vary_whole(all, good, "atoms", {0, -1, least, most}, [](C& c, std::int64_t x) { c.atoms = x; });
    vary(all, good, "duration", {nan, inf, 0.0, -1.0, 1e12}, [](C& c, double x) { c.duration = x; });
    vary(all, good, "gain", {nan, inf, -1.0}, [](C& c, double x) { c.gain = x; });
    vary(all, good, "tick", {nan, inf, -1.0, 1.0, 1e-300}, [](C& c, double x) { c.tick = x; });
    vary(all, good, "side_rate", {nan, inf, -1.0}, [](C& c, double x) { c.side_rate = x; });
    vary(all, good, "memory", {nan, inf, 0.0, -1.0}, [](C& c, double x) { c.memory = x; });
    vary(all, good, "dither", {nan, inf, -1.0, 1.5}, [](C& c, double x) { c.dither = x; });
    vary_whole(all, good, "initial", {-1, 11, most}, [](C& c, std::int64_t x) { c.initial = x; });
    vary_whole(all, good, "trajectories", {0, -1, least}, [](C& c, std::int64_t x) { c.trajectories = x; });
    vary(all, good, "time_limit", {nan, 0.0, -1.0}, [](C& c, double x) { c.time_limit = x; });
    vary(all, good, "simulated_shift", {nan, inf}, [](C& c, double x) { c.simulated_shift = x; });
    const auto add = [&](const std::string& what, const std::function<void(C&)>& change) {
        auto config = good;
        change(config);
        all.emplace_back(what, config);
    };
    add("a local model", [](C& c) { c.model.kind = Model::local; });
    add("a filter without a detector", [](C& c) { c.servo = Servo::filter; });
    add("counts without a detector", [](C& c) { c.servo = Servo::counts; });
    add("counts of the cavity alone", [](C& c) {
        c.servo = Servo::counts;
        c.detectors = {detector_of({Channel::cavity})};
    });
    for (const auto& [what, detector] : wrong_detectors())
        add("a detector with " + what, [&d = detector](C& c) {
            c.servo = Servo::filter;
            c.detectors = {d};
        });
    refused_everywhere("LockConfig", all);
    for (const auto& [what, wrong] : all) {
        const auto& config = wrong;
        Entry("resolved(LockConfig)").refuses(what, [&] { resolved(config); });
        Entry("hash(LockConfig)").refuses(what, [&] { hash(config); });
        if (what.starts_with("atoms") || what.starts_with("duration") || what.starts_with("gain"))
            Entry("solve(LockConfig)").refuses(what, [&] { solve(config); });
        const bool has_ticks = what == "atoms " + std::to_string(most) || what == "tick 1" ||
                               what == "duration 1e+12" || what == "tick 1e-300";
        if ((what.starts_with("atoms") || what.starts_with("duration") || what.starts_with("tick")) &&
            !has_ticks)
            Entry("LockConfig::grid").refuses(what, [&] { static_cast<void>(config.grid()); });
    }
    Entry("LockConfig::grid").refuses("more ticks than numbers", [&] {
        auto config = good;
        config.tick = 1e-300;
        static_cast<void>(config.grid());
    });
    Entry("solve(LockConfig)").refuses("a filter", [&] {
        auto config = good;
        config.servo = Servo::filter;
        config.detectors = {detector_of({Channel::cavity})};
        solve(config);
    });
    refuses_no_plan<PreparedLock>("PreparedLock");

    const MeasureConfig fine{.atoms = 5,
                             .park = 1.0,
                             .duration = 0.5,
                             .detectors = {detector_of({Channel::cavity})},
                             .trajectories = 4};
    Wrong<MeasureConfig> none;
    using M = MeasureConfig;
    vary_whole(none, fine, "atoms", {0, -1, 65535, least, most}, [](M& c, std::int64_t x) { c.atoms = x; });
    vary(none, fine, "park", {nan, inf, 0.0, -1.0}, [](M& c, double x) { c.park = x; });
    vary(none, fine, "duration", {nan, inf, 0.0, -1.0, 1e18}, [](M& c, double x) { c.duration = x; });
    vary_whole(none, fine, "initial", {-1, 6}, [](M& c, std::int64_t x) { c.initial = x; });
    vary(none, fine, "side_rate", {nan, inf, -1.0}, [](M& c, double x) { c.side_rate = x; });
    vary(none, fine, "prior_width", {nan, inf, 0.0, -1.0}, [](M& c, double x) { c.prior_width = x; });
    vary_whole(none, fine, "trajectories", {0, -1, least}, [](M& c, std::int64_t x) { c.trajectories = x; });
    vary(none, fine, "time_limit", {nan, 0.0, -1.0}, [](M& c, double x) { c.time_limit = x; });
    vary(none, fine, "simulated_shift", {nan, inf}, [](M& c, double x) { c.simulated_shift = x; });
    const auto change = [&](const std::string& what, const std::function<void(M&)>& how) {
        auto config = fine;
        how(config);
        none.emplace_back(what, config);
    };
    change("no pump", [](M& c) { c.park.reset(); });
    change("two pumps", [](M& c) { c.schedule = "w.csv"; });
    change("a schedule that is not there", [](M& c) {
        c.park.reset();
        c.schedule = "/nowhere/w.csv";
    });
    change("no detector", [](M& c) { c.detectors.clear(); });
    for (const auto& [what, detector] : wrong_detectors())
        change("a detector with " + what, [&d = detector](M& c) { c.detectors = {d}; });
    refused_everywhere("MeasureConfig", none);
    for (const auto& [what, wrong] : none) {
        const auto& config = wrong;
        Entry("resolved(MeasureConfig)").refuses(what, [&] { resolved(config); });
        Entry("hash(MeasureConfig)").refuses(what, [&] { hash(config); });
    }
    Entry("MeasureConfig::pump").refuses("no pump", [] { static_cast<void>(MeasureConfig{}.pump()); });
    refuses_no_plan<PreparedMeasure>("PreparedMeasure");
}

TEST_CASE("misuse: estimates from clicks") {
    const EstimateConfig good{.atoms = 5,
                              .rate = 2.0,
                              .half_width = 2.0,
                              .detectors = {detector_of({Channel::cavity})},
                              .fit_records = 0};
    Wrong<EstimateConfig> all;
    using C = EstimateConfig;
    vary_whole(all, good, "atoms", {0, -1, 65535, least, most}, [](C& c, std::int64_t x) { c.atoms = x; });
    vary(all, good, "rate", {nan, inf, 0.0, -1.0, 1e-300}, [](C& c, double x) { c.rate = x; });
    vary(all, good, "half_width", {nan, inf, 0.0, -1.0, 3.0}, [](C& c, double x) { c.half_width = x; });
    vary(all, good, "duration", {nan, inf, 0.0, -1.0, 1.0}, [](C& c, double x) { c.duration = x; });
    vary(all, good, "side_rate", {nan, inf, -1.0}, [](C& c, double x) { c.side_rate = x; });
    vary(all, good, "prior_width", {nan, inf, 0.0, -1.0}, [](C& c, double x) { c.prior_width = x; });
    vary_whole(all, good, "fit_records", {-1, 2'000'000, least},
               [](C& c, std::int64_t x) { c.fit_records = x; });
    vary(all, good, "time_limit", {nan, 0.0, -1.0}, [](C& c, double x) { c.time_limit = x; });
    const auto add = [&](const std::string& what, const std::function<void(C&)>& change) {
        auto config = good;
        change(config);
        all.emplace_back(what, config);
    };
    add("no rate", [](C& c) { c.rate.reset(); });
    add("no half_width", [](C& c) { c.half_width.reset(); });
    add("no detector", [](C& c) { c.detectors.clear(); });
    add("two detectors", [](C& c) { c.detectors.push_back(c.detectors.front()); });
    add("no direction", [](C& c) { c.direction = "sideways"; });
    add("no start", [](C& c) { c.initial = "dicke:x"; });
    add("a start beyond the ladder", [](C& c) { c.initial = "dicke:6"; });
    add("a schedule beside a scan", [](C& c) { c.schedule = "w.csv"; });
    for (const auto& [what, detector] : wrong_detectors())
        add("a detector with " + what, [&d = detector](C& c) { c.detectors = {d}; });
    refused_everywhere("EstimateConfig", all);
    const EstimateConfig nothing{};
    Entry("EstimateConfig")
        .refuses("pump of nothing", [&] { static_cast<void>(nothing.pump()); })
        .refuses("duration of nothing", [&] { static_cast<void>(nothing.run_duration()); })
        .refuses("start of nothing", [&] { static_cast<void>(nothing.start()); })
        .refuses("detector of nothing", [&] { static_cast<void>(nothing.detector()); })
        .refuses("start of no word",
                 [&] {
                     auto config = good;
                     config.initial = "warm";
                     static_cast<void>(config.start());
                 })
        .refuses("prior of no atoms", [] {
            auto config = EstimateConfig{};
            config.atoms = 0;
            static_cast<void>(config.reach());
        });
    refuses_no_plan<PreparedEstimate>("PreparedEstimate");
    const auto prepared = prepare(good);
    const auto one = [](std::vector<Photon> clicks) {
        return std::vector<std::vector<Photon>>{std::move(clicks)};
    };
    const auto cavity = Channel::cavity;
    Entry("estimate")
        .refuses("no records", [&] { estimate(prepared, {}); })
        .refuses("clicks out of order",
                 [&] {
                     estimate(prepared, one({{0.5, cavity}, {0.2, cavity}}));
                 })
        .refuses("a click at NaN",
                 [&] {
                     estimate(prepared, one({{nan, cavity}}));
                 })
        .refuses("a click before the run",
                 [&] {
                     estimate(prepared, one({{-0.5, cavity}}));
                 })
        .refuses("a click after the run",
                 [&] {
                     estimate(prepared, one({{5.0, cavity}}));
                 })
        .refuses("a click of another channel",
                 [&] {
                     estimate(prepared, one({{0.5, Channel::side}}));
                 })
        .refuses("a click of no channel",
                 [&] {
                     estimate(prepared, one({{0.5, static_cast<Channel>(9)}}));
                 })
        .refuses("bins of", {nan, inf, -1.0}, [&](double bin) {
            estimate(prepared, one({{0.5, cavity}}), bin);
        });
    Entry("simulate_clicks")
        .refuses_whole("count", {0, -1, 1'000'001, least},
                       [&](std::int64_t k) { simulate_clicks(prepared, k, 0.0); })
        .refuses("theta", {nan, inf, -inf, -10.0}, [&](double x) { simulate_clicks(prepared, 1, x); });

    CalibrateConfig calibrate{.scan = {.atoms = 5, .rate = 2.0, .half_width = 2.0}, .records = 4};
    calibrate.scan.detectors = {detector_of({Channel::cavity})};
    Wrong<CalibrateConfig> wrong;
    using K = CalibrateConfig;
    vary_whole(wrong, calibrate, "records", {0, -1, least}, [](K& c, std::int64_t x) { c.records = x; });
    vary(wrong, calibrate, "prior_width", {nan, inf, 0.0, -1.0}, [](K& c, double x) { c.prior_width = x; });
    vary(wrong, calibrate, "rate", {nan, inf, 0.0, -1.0}, [](K& c, double x) { c.scan.rate = x; });
    vary_whole(wrong, calibrate, "atoms", {0, -1, least}, [](K& c, std::int64_t x) { c.scan.atoms = x; });
    vary_whole(wrong, calibrate, "no detector", {0}, [](K& c, std::int64_t) { c.scan.detectors.clear(); });
    refused_everywhere("CalibrateConfig", wrong);
    for (const auto& [what, bad] : wrong) {
        const auto& config = bad;
        Entry("resolved(CalibrateConfig)").refuses(what, [&] { resolved(config); });
        Entry("hash(CalibrateConfig)").refuses(what, [&] { hash(config); });
    }
    refuses_no_plan<PreparedCalibrate>("PreparedCalibrate");
    Entry("RankCounts").gives("no record", nan, [] { return RankCounts().p_value(); });
}

TEST_CASE("misuse: keys and units") {
    for (const std::string bad :
         {"", ",", "1,", ",1", "x", "1:2", "1:2:", "1:2:0", "1:2:-1", "1:2:1", "1:1:2", "nan:1:2", "0:inf:2",
          "0:1:1e12", "0:1:1.5", "1:2:3:4", "0x10", "1e", "--1"})
        Entry("numbers_in").refuses("\"" + bad + "\"", [&] { numbers_in("times", bad); });
    Entry("as_range")
        .gives("nothing", 0.0, [] { return static_cast<double>(as_range({}).size()); })
        .gives("NaN", 0.0, [] {
            return static_cast<double>(as_range({nan, 1.0, 2.0}).size());
        });
    Entry("nearest_word").gives("no words", 0.0, [] {
        return static_cast<double>(nearest_word("x", {}).size());
    });
    Entry("gamma_per_second").refuses("gamma_hz", {nan, inf, 0.0, -1.0}, [](double g) {
        gamma_per_second(g);
    });
    Entry("in_units_of_gamma")
        .refuses("seconds without gamma", [] { in_units_of_gamma("duration", Dimension::time, "10 ms", {}); })
        .refuses("gamma_hz", {nan, inf, 0.0, -1.0},
                 [](double g) { in_units_of_gamma("duration", Dimension::time, "10 ms", g); });
    ScanConfig config;
    const auto& all = keys<ScanConfig>();
    for (const std::string key : {"atoms", "rate", "half_width", "direction", "method", "ticks", "time_limit",
                                  "smoothing", "signals", "estimators", "target_error"}) {
        const auto* found = all.find(key);
        REQUIRE(found);
        for (const std::string bad : {"", "nonsense:", "\xff", "--", "1e999999x"})
            Entry("key " + key).refuses("\"" + bad + "\"", [&] { found->take(config, bad); });
    }
}

}  // namespace
}  // namespace dickejump::misuse
