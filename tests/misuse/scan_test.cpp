#include "misuse/wrong_configs.hpp"

namespace dickejump::misuse {
namespace {

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

}  // namespace
}  // namespace dickejump::misuse
