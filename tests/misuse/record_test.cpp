#include "misuse/wrong_records.hpp"

namespace dickejump::misuse {
namespace {

TEST_CASE("misuse: detectors") {
    PhotonCounts photons{.cavity = std::vector<std::int64_t>(10, 1),
                         .pump = std::vector<std::int64_t>(10, 1),
                         .n_dt = std::vector<double>(10, 0.1)};
    for (const auto& [what, wrong] : wrong_detectors()) {
        const auto& d = wrong;
        const auto raise = [](const auto& check_it) {
            Problems problems;
            check_it(problems);
            problems.raise();
        };
        Entry("check(Detector)").refuses(what, [&] { raise([&](Problems& p) { check(d, p); }); });
        Entry("check(Detector) of a run").refuses(what, [&] {
            raise([&](Problems& p) { check(d, 0.0, 5.0, 0.01, p); });
        });
        Entry("detect").refuses(what, [&] { detect(d, {}, 1, 0, Direction::up, 1.0); });
        Entry("count").refuses(what, [&] { count(d, photons, grid, 1.0, 1, 0, Direction::up); });
        Entry("counted").refuses(what, [&] { counted(d, {}, grid); });
        Entry("LikelihoodFilter").refuses(what, [&] {
            LikelihoodFilter(DickeLadder(4), PumpSchedule::constant(1.0), 5.0, evenly(4), d, 0.0);
        });
        Entry("RecordInformation").refuses(what, [&] {
            RecordInformation(DickeLadder(4), PumpSchedule::constant(1.0), 5.0, evenly(4), d, 0.0, {});
        });
        Entry("CountFilter").refuses(what, [&] {
            CountFilter(DickeLadder(1000), PumpSchedule::constant(1.0), {1.0, 50}, StartState::dicke(0), d,
                        0.0);
        });
        Entry("LoopFilter").refuses(what, [&] { LoopFilter(DickeLadder(4), d, 0.0, 0, {}); });
        Entry("LoopSampler").refuses(what, [&] { LoopSampler(DickeLadder(4), grid, d); });
    }
    const auto cavity = detector_of({Channel::cavity}), side = detector_of({Channel::side});
    Entry("check(Detector) of a run")
        .refuses("a side without a rate",
                 [&] {
                     Problems problems;
                     check(side, 0.0, 1.0, 0.1, problems);
                     problems.raise();
                 })
        .refuses("side rate", {nan, inf, -1.0},
                 [&](double x) {
                     Problems problems;
                     check(side, x, 1.0, 0.1, problems);
                     problems.raise();
                 })
        .refuses("a gate that opens after the run",
                 [&] {
                     auto late = cavity;
                     late.gate_open = 2.0, late.gate_close = 3.0;
                     Problems problems;
                     check(late, 0.0, 1.0, 0.1, problems);
                     problems.raise();
                 })
        .refuses("bins shorter than a tick", [&] {
            auto narrow = cavity;
            narrow.bin_width = 0.01;
            Problems problems;
            check(narrow, 0.0, 1.0, 0.1, problems);
            problems.raise();
        });
    for (const std::string bad : {"", "cavity", "cavity=", "cavity=x", "cavity=2", "cavity=-1", "cavity=nan",
                                  "cavity=1,", ",cavity=1", "sideways=1", "cavity=1,cavity=0.5", "=1"})
        Entry("parse_detector").refuses("\"" + bad + "\"", [&] {
            Problems problems;
            check(parse_detector(bad, problems), problems);
            problems.raise();
        });
    Entry("Detector[]").refuses("no channel", [&] { static_cast<void>(cavity[no_channel]); });
    Entry("CountRecord[]").refuses("no channel", [&] { static_cast<void>(CountRecord()[no_channel]); });
    for (const auto& [what, wrong] : wrong_clicks()) {
        const auto& clicks = wrong;
        Entry("detect").refuses(what, [&] { detect(cavity, clicks, 1, 0, Direction::up, 1.0); });
    }
    Entry("detect").refuses("duration", {nan, inf, 0.0, -1.0},
                            [&](double x) { detect(cavity, {}, 1, 0, Direction::up, x); });
    Entry("PhotonRecords")
        .refuses("side rate", {nan, inf, -1.0}, [](double x) { PhotonRecords(1, 0, Direction::up, x); })
        .refuses("a trajectory before the first", [] { PhotonRecords(1, -1, Direction::up, 0.0); });
}

TEST_CASE("misuse: counts") {
    const auto cavity = detector_of({Channel::cavity}), side = detector_of({Channel::side});
    const std::vector<Photon> clicks{{0.5, Channel::cavity}};
    const CountRecord record{.ticks_per_bin = 1, .counts = {std::vector<std::int64_t>(10, 2), {}, {}}};
    for (const auto& [what, wrong] : wrong_grids()) {
        const auto& g = wrong;
        Entry("counted").refuses(what, [&] { counted(cavity, clicks, g); });
        Entry("ticks_per_bin").refuses(what, [&] { ticks_per_bin(cavity, g); });
        Entry("open_ticks").refuses(what, [&] { open_ticks(cavity, g); });
        Entry("gate_share").refuses(what, [&] { gate_share(cavity, g, 0); });
        Entry("count").refuses(what, [&] { count(cavity, {}, g, 0.0, 1, 0, Direction::up); });
        Entry("LoopSampler").refuses(what, [&] { LoopSampler(DickeLadder(4), g); });
        Entry("RecordSignal").refuses(what, [&] {
            RecordSignal(DickeLadder(4), PumpSchedule::constant(1.0), g, cavity, 0.0, 0.0);
        });
        Entry("CountFilter").refuses(what, [&] {
            CountFilter(DickeLadder(1000), PumpSchedule::constant(1.0), g, StartState::dicke(0), cavity, 0.0);
        });
        Entry("signal_crossings").refuses(what, [&] { signal_crossings({}, 1.0, g); });
        Entry("CurveMoments").refuses(what, [&] { CurveMoments(4, g, 1); });
        Entry("MeanCrossing").refuses(what, [&] { MeanCrossing(4, g, 0.0, 0.1); });
        Entry("sphere_bias").refuses(what, [&] {
            sphere_bias(DickeLadder(100), PumpSchedule::constant(1.0), g, StartState::dicke(0), 1);
        });
    }
    for (const auto& [what, wrong] : wrong_detectors()) {
        if (!what.starts_with("bins") && !what.starts_with("a gate")) continue;
        const auto& d = wrong;
        Entry("ticks_per_bin").refuses(what, [&] { ticks_per_bin(d, grid); });
        Entry("open_ticks").refuses(what, [&] { open_ticks(d, grid); });
        Entry("gate_share").refuses(what, [&] { gate_share(d, grid, 0); });
    }
    Entry("gate_share").refuses_whole("tick", {-1, 10}, [&](std::int64_t t) { gate_share(cavity, grid, t); });
    Entry("count")
        .refuses("no photons", [&] { count(cavity, {}, grid, 0.0, 1, 0, Direction::up); })
        .refuses("photons of one tick too few",
                 [&] {
                     count(cavity, {.cavity = std::vector<std::int64_t>(9), .pump = {}, .n_dt = {}}, grid,
                           0.0, 1, 0, Direction::up);
                 })
        .refuses("fewer photons than none",
                 [&] {
                     count(cavity, {.cavity = std::vector<std::int64_t>(10, -1), .pump = {}, .n_dt = {}},
                           grid, 0.0, 1, 0, Direction::up);
                 })
        .refuses("an integral of NaN",
                 [&] {
                     count(side, {.cavity = {}, .pump = {}, .n_dt = std::vector<double>(10, nan)}, grid, 1.0,
                           1, 0, Direction::up);
                 })
        .refuses("side rate", {nan, inf, -1.0}, [&](double x) {
            count(side, {.cavity = {}, .pump = {}, .n_dt = std::vector<double>(10, 1.0)}, grid, x, 1, 0,
                  Direction::up);
        });
    Entry("binned(clicks)")
        .refuses("width", {nan, inf, 0.0, -1.0}, [&](double x) { binned(clicks, Channel::cavity, x, 10); })
        .refuses("no bins", [&] { binned(clicks, Channel::cavity, 0.1, 0); })
        .refuses("more bins than memory",
                 [&] { binned(clicks, Channel::cavity, 0.1, std::numeric_limits<std::size_t>::max()); })
        .refuses("a click before 0",
                 [&] {
                     binned(std::vector<Photon>{{-1.0, Channel::cavity}}, Channel::cavity, 0.1, 10);
                 })
        .refuses("a click at NaN", [&] {
            binned(std::vector<Photon>{{nan, Channel::cavity}}, Channel::cavity, 0.1, 10);
        });
    Entry("binned(record)")
        .refuses("no bins", [&] { binned(record, Channel::cavity, 10, 0); })
        .refuses("more bins than memory",
                 [&] { binned(record, Channel::cavity, 10, std::numeric_limits<std::size_t>::max()); })
        .refuses_whole("ticks", {0, -1, 9, 11},
                       [&](std::int64_t t) { binned(record, Channel::cavity, t, 5); })
        .refuses("a channel that is not there", [&] { binned(record, Channel::side, 10, 5); })
        .refuses("no channel", [&] { binned(record, no_channel, 10, 5); })
        .refuses_whole("ticks a bin", {0, -1, std::numeric_limits<std::int64_t>::max()},
                       [&](std::int64_t k) {
                           auto wrong = record;
                           wrong.ticks_per_bin = k;
                           binned(wrong, Channel::cavity, 10, 5);
                       })
        .refuses("fewer clicks than none", [&] {
            auto wrong = record;
            wrong.counts[0][3] = -1;
            binned(wrong, Channel::cavity, 10, 5);
        });
    Entry("spread_over_bins")
        .refuses("width", {nan, inf, 0.0, -1.0, 1e-300}, [&](double x) { spread_over_bins(clicks, x, 1.0); })
        .refuses("duration", {nan, inf, 0.0, -1.0}, [&](double x) { spread_over_bins(clicks, 0.1, x); })
        .refuses("a click before 0",
                 [&] {
                     spread_over_bins(std::vector<Photon>{{-1.0, Channel::cavity}}, 0.1, 1.0);
                 })
        .refuses("a click of no channel", [&] {
            spread_over_bins(std::vector<Photon>{{0.5, no_channel}}, 0.1, 1.0);
        });
    const auto counting = [&](const Detector& d, std::int64_t atoms, double pump, double rate) {
        Problems problems;
        check_counting(d, atoms, pump, rate, problems);
        problems.raise();
    };
    auto jittery = cavity, dead = cavity;
    jittery[Channel::cavity]->jitter = 0.1, dead[Channel::cavity]->dead_time = 0.1;
    Entry("check_counting")
        .refuses("jitter", [&] { counting(jittery, 100, 1.0, 0.0); })
        .refuses("a dead time longer than a wait", [&] { counting(dead, 100, 1.0, 0.0); })
        .refuses("a side rate of NaN", [&] {
            auto d = side;
            d[Channel::side]->dead_time = 1e-9;
            counting(d, 100, 1.0, nan);
        });
}

TEST_CASE("misuse: closed loops") {
    const DickeLadder ladder(4);
    const LoopSampler sampler(ladder, grid, detector_of({Channel::side}), 1.0);
    const Controller one = [](const LoopTick&) { return 1.0; };
    Entry("LoopSampler").refuses("side rate", {nan, inf, -1.0}, [&](double x) {
        LoopSampler(ladder, grid, {}, x);
    });
    for (const std::string what : {"dead time", "jitter", "a gate", "bins", "no time tags"}) {
        auto detector = detector_of({Channel::cavity});
        if (what == "dead time") detector[Channel::cavity]->dead_time = 0.1;
        if (what == "jitter") detector[Channel::cavity]->jitter = 0.1;
        if (what == "a gate") detector.gate_open = 0.1;
        if (what == "bins") detector.bin_width = 0.1;
        if (what == "no time tags") detector.time_tags = false;
        Entry("LoopSampler").refuses(what, [&] { LoopSampler(ladder, grid, detector); });
        if (what != "dead time" && what != "jitter")
            Entry("LoopKernel").refuses(what, [&] { LoopKernel(ladder, grid, detector); });
        Entry("LoopFilter").refuses(what, [&] { LoopFilter(ladder, detector, 0.0, 0, {}); });
    }
    Entry("LoopSampler")
        .refuses_whole("start", {-1, 5}, [&](std::int64_t n) { sampler(1, 0, n, one); })
        .refuses("a pump of", {nan, inf, -1.0},
                 [&](double w) { sampler(1, 0, {}, [w](const LoopTick&) { return w; }); })
        .refuses("theta", {nan, inf, -inf}, [&](double x) { sampler(1, 0, {}, one, x); })
        .refuses("no controller", [&] { sampler(1, 0, {}, {}); })
        .refuses("a trajectory before the first", [&] { sampler(1, -1, {}, one); });
    const LoopKernel lanes(ladder, grid, detector_of({Channel::side}), 1.0), blind(ladder, grid);
    const auto servo_of = [&](const Detector& d, double side_rate, double tick, double memory) {
        return CountServo(ladder, {0.5}, Dither(), d, side_rate, tick, memory);
    };
    const auto side = detector_of({Channel::side});
    const LoopKernel::Sink sink = [](std::int64_t, const LoopRun&) {};
    const auto always = [](double w) {
        return ControllerMaker(
            [w](std::int64_t) -> Controller { return [w](const LoopTick&) { return w; }; });
    };
    Entry("LoopKernel")
        .refuses("side rate", {nan, inf, -1.0}, [&](double x) { LoopKernel(ladder, grid, {}, x); })
        .refuses("a side rate of very many clicks", [&] { LoopKernel(ladder, grid, side, 1e12); })
        .refuses_whole("start", {-1, 5}, [&](std::int64_t n) { lanes({}, {.start = n}, sink); })
        .refuses("theta", {nan, inf, -inf}, [&](double x) { lanes({}, {.theta = x}, sink); })
        .refuses("a pump of", {nan, inf, -1.0}, [&](double w) { lanes({}, {.servo = always(w)}, sink); })
        .refuses("no controller", [&] { lanes({}, {.servo = ControllerMaker()}, sink); })
        .refuses(
            "a controller that is none",
            [&] { lanes({}, {.servo = ControllerMaker([](std::int64_t) { return Controller(); })}, sink); })
        .refuses("no sink", [&] { lanes({}, {}, {}); })
        .refuses_whole("lanes", {0, -1},
                       [&](std::int64_t k) { lanes({.count = static_cast<int>(k)}, {}, sink); })
        .refuses("a trajectory before the first", [&] { lanes({.first_trajectory = -1}, {}, sink); })
        .refuses("gain", {nan, inf, -1.0}, [&](double x) { lanes({}, {.servo = PerfectServo{{x}}}, sink); })
        .refuses("clicks that nobody sees",
                 [&] { blind({}, {.servo = servo_of(side, 1.0, 0.1, 0.1)}, sink); });
    Entry("CountServo")
        .refuses("side rate", {nan, inf, -1.0, 0.0}, [&](double x) { servo_of(side, x, 0.1, 0.1); })
        .refuses("tick", {nan, inf, -1.0, 0.0}, [&](double x) { servo_of(side, 1.0, x, 0.1); })
        .refuses("memory", {nan, inf, -1.0, 0.0}, [&](double x) { servo_of(side, 1.0, 0.1, x); })
        .refuses("gain", {nan, inf, -1.0},
                 [&](double x) { CountServo(ladder, {x}, Dither(), side, 1.0, 0.1, 0.1); })
        .refuses("the cavity alone", [&] { servo_of(detector_of({Channel::cavity}), 1.0, 0.1, 0.1); })
        .refuses("the pump alone", [&] { servo_of(detector_of({Channel::pump}), 1.0, 0.1, 0.1); });
    Entry("Dither").refuses("part", {nan, inf, -0.1, 1.1}, [&](double x) { Dither{x}; });
    const auto filter = [&] { return LoopFilter(ladder, detector_of({Channel::side}), 1.0, 0, {}); };
    Entry("LoopFilter")
        .refuses_whole("start", {-1, 5},
                       [&](std::int64_t n) { LoopFilter(ladder, detector_of({Channel::side}), 1.0, n, {}); })
        .refuses("side rate", {nan, inf, -1.0},
                 [&](double x) { LoopFilter(ladder, detector_of({Channel::side}), x, 0, {}); })
        .refuses("theta", {nan, inf, -inf},
                 [&](double x) { LoopFilter(ladder, detector_of({Channel::side}), 1.0, 0, {x}); })
        .refuses("pump", {nan, inf, -1.0}, [&](double w) { filter().advance(w, 0.0, 0.1, {}); })
        .refuses("begin", {nan, inf, 0.2}, [&](double t) { filter().advance(1.0, t, 0.1, {}); })
        .refuses("end", {nan, inf, -1.0}, [&](double t) { filter().advance(1.0, 0.0, t, {}); })
        .refuses("a click after the tick",
                 [&] {
                     filter().advance(1.0, 0.0, 0.1, std::vector<Photon>{{0.2, Channel::side}});
                 })
        .refuses("a click before it",
                 [&] {
                     filter().advance(1.0, 0.1, 0.2, std::vector<Photon>{{0.05, Channel::side}});
                 })
        .refuses("clicks out of order",
                 [&] {
                     filter().advance(1.0, 0.0, 0.1,
                                      std::vector<Photon>{{0.09, Channel::side}, {0.01, Channel::side}});
                 })
        .refuses("a click at NaN",
                 [&] {
                     filter().advance(1.0, 0.0, 0.1, std::vector<Photon>{{nan, Channel::side}});
                 })
        .refuses("a click of a channel that it lacks",
                 [&] {
                     filter().advance(1.0, 0.0, 0.1, std::vector<Photon>{{0.05, Channel::cavity}});
                 })
        .refuses("a click of no channel", [&] {
            filter().advance(1.0, 0.0, 0.1, std::vector<Photon>{{0.05, no_channel}});
        });
}

}  // namespace
}  // namespace dickejump::misuse
