#include "misuse/wrong_configs.hpp"

namespace dickejump::misuse {
namespace {

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
