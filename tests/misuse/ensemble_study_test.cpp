#include "misuse/wrong_configs.hpp"

namespace dickejump::misuse {
namespace {

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
          "file:", "spin:1", "spin:x,y", "thermal:", "thermal:x", "dephased", "dephased:x", "ghz:1"})
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

TEST_CASE("misuse: photocurrents") {
    using C = HomodyneConfig;
    C good;
    good.atoms = 2;
    good.pump = 1.0;
    good.times = {0.1, 0.2};
    good.trajectories = 2;
    Wrong<C> all;
    vary_whole(all, good, "atoms", {0, -1, 1001, least, most}, [](C& c, std::int64_t x) { c.atoms = x; });
    vary(all, good, "pump", {nan, inf, -1.0}, [](C& c, double x) { c.pump = x; });
    vary(all, good, "a time", {nan, inf, -1.0, 0.05}, [](C& c, double x) { c.times.back() = x; });
    vary(all, good, "phase", {nan, inf}, [](C& c, double x) { c.phase = x; });
    vary(all, good, "efficiency", {nan, inf, -0.1, 1.1}, [](C& c, double x) { c.efficiency = x; });
    vary(all, good, "longest_step", {nan, inf, -0.1, 1e-300}, [](C& c, double x) { c.longest_step = x; });
    vary(all, good, "pump factor", {nan, inf, -0.1}, [](C& c, double x) { c.simulated_pump_factor = x; });
    vary(all, good, "time_limit", {nan, 0.0, -1.0}, [](C& c, double x) { c.time_limit = x; });
    vary_whole(all, good, "trajectories", {0, -1, least}, [](C& c, std::int64_t x) { c.trajectories = x; });
    vary_whole(all, good, "keep_records", {-1, least}, [](C& c, std::int64_t x) { c.keep_records = x; });
    for (const auto& [what, wrong] : all) {
        const auto& config = wrong;
        Entry("check(HomodyneConfig)").refuses(what, [&] {
            Problems problems;
            check(config, problems);
            problems.raise();
        });
        Entry("resolved(HomodyneConfig)").refuses(what, [&] { resolved(config); });
        Entry("hash(HomodyneConfig)").refuses(what, [&] { hash(config); });
        Entry("simulate(HomodyneConfig)").refuses(what, [&] { simulate(config); });
    }
}

}  // namespace
}  // namespace dickejump::misuse
