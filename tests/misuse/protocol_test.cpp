#include "misuse/wrong_configs.hpp"

namespace dickejump::misuse {
namespace {

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
    for (const auto& [what, detector] : wrong_detectors()) {
        auto config = good;
        config.detectors = {detector};
        all.emplace_back("a detector with " + what, config);
    }
    {
        auto config = good;
        config.detectors = {detector_of({Channel::cavity})}, config.rest = 0.1, config.repump = 1.0;
        all.emplace_back("a detector and repumping", config);
    }
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
    add("a filter without a detector", [](C& c) { c.servo = Servo::filter; });
    add("a filter of a local model", [](C& c) {
        c.model = {.kind = Model::local, .emission = 0.1};
        c.servo = Servo::filter;
        c.detectors = {detector_of({Channel::side})};
    });
    add("a side rate of a local model", [](C& c) {
        c.model = {.kind = Model::local, .emission = 0.1};
        c.side_rate = 1.0;
    });
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

}  // namespace
}  // namespace dickejump::misuse
