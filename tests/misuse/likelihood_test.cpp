#include "misuse/wrong_records.hpp"

namespace dickejump::misuse {
namespace {

TEST_CASE("misuse: likelihoods of clicks") {
    const DickeLadder ladder(4);
    const auto pump = PumpSchedule::constant(1.0);
    const auto cavity = detector_of({Channel::cavity}), side = detector_of({Channel::side});
    const LikelihoodFilter::Thetas zeros{}, wrong_theta{nan};
    const LikelihoodFilter filter(ladder, pump, 1.0, evenly(4), cavity, 0.0);
    const RecordInformation information(ladder, pump, 1.0, evenly(4), cavity, 0.0, {});
    for (const auto& [what, wrong] : wrong_populations(4)) {
        const auto& start = wrong;
        Entry("LikelihoodFilter").refuses(what, [&] {
            LikelihoodFilter(ladder, pump, 1.0, start, cavity, 0.0);
        });
        Entry("RecordInformation").refuses(what, [&] {
            RecordInformation(ladder, pump, 1.0, start, cavity, 0.0, {});
        });
        Entry("residuals").refuses(what, [&] {
            residuals(filter, ladder, pump, 1.0, start, cavity, 0.0, {}, 0.0);
        });
    }
    auto clicks_of = wrong_clicks();
    clicks_of.emplace_back("a click of a channel that it lacks", std::vector<Photon>{{0.5, Channel::side}});
    for (const auto& [what, wrong] : clicks_of) {
        const auto& clicks = wrong;
        Entry("LikelihoodFilter").refuses(what, [&] { filter(clicks, zeros); });
        Entry("RecordInformation").refuses(what, [&] { information(clicks); });
        Entry("residuals").refuses(what, [&] {
            residuals(filter, ladder, pump, 1.0, evenly(4), cavity, 0.0, clicks, 0.0);
        });
        Entry("estimate_likelihood").refuses(what, [&] {
            estimate_likelihood(filter, clicks, 0.1, ThetaRange::of(pump, 1.0, 0.5));
        });
    }
    const auto of_duration = [&](double x) { LikelihoodFilter(ladder, pump, x, evenly(4), cavity, 0.0); };
    Entry("LikelihoodFilter")
        .refuses("duration", {nan, inf, 0.0, -1.0}, of_duration)
        .refuses("side rate", {nan, inf, -1.0},
                 [&](double x) { LikelihoodFilter(ladder, pump, 1.0, evenly(4), side, x); })
        .refuses("step scale", {nan, inf, 0.0, -1.0},
                 [&](double x) { LikelihoodFilter(ladder, pump, 1.0, evenly(4), cavity, 0.0, x); })
        .refuses("a theta of NaN", [&] { filter({}, wrong_theta); })
        .refuses("an infinite theta", [&] { filter({}, {inf}); });
    Entry("residuals")
        .refuses("theta", {nan, inf},
                 [&](double x) { residuals(filter, ladder, pump, 1.0, evenly(4), cavity, 0.0, {}, x); })
        .refuses("duration", {nan, inf, 0.0, -1.0},
                 [&](double x) { residuals(filter, ladder, pump, x, evenly(4), cavity, 0.0, {}, 0.0); })
        .refuses("a detector of no channel",
                 [&] { residuals(filter, ladder, pump, 1.0, evenly(4), Detector{}, 0.0, {}, 0.0); });
    const auto with_unknown = [&](const std::vector<Parameter>& unknown) {
        return [&, unknown] { RecordInformation(ladder, pump, 1.0, evenly(4), cavity, 0.0, unknown); };
    };
    Entry("RecordInformation")
        .refuses("a parameter twice", with_unknown({Parameter::gamma, Parameter::gamma}))
        .refuses("a parameter of a channel that it lacks", with_unknown({Parameter::efficiency_side}))
        .refuses("the side rate without a side", with_unknown({Parameter::side_rate}))
        .refuses("all parameters", with_unknown({all_parameters.begin(), all_parameters.end()}));
    const std::vector<double> two{0.5, 0.5}, three{0.5, 0.5, 0.5}, odd{nan, 0.5};
    Entry("fit_p_value")
        .refuses("records of other lengths",
                 [&] {
                     fit_p_value(two, std::vector{two, three});
                 })
        .refuses("a distance of NaN",
                 [&] {
                     fit_p_value(odd, std::vector{two, two});
                 })
        .gives("no simulated records", nan, [&] { return fit_p_value(two, {}); });
}

TEST_CASE("misuse: likelihoods of counts") {
    const DickeLadder ladder(1000);
    const auto pump = PumpSchedule::constant(1.0);
    const TickGrid ticks{.duration = 0.2, .ticks = 10};
    const auto cavity = detector_of({Channel::cavity}), side = detector_of({Channel::side});
    const auto ground = StartState::dicke(0);
    const CountFilter filter(ladder, pump, ticks, StartState::steady(1.0), cavity, 0.0);
    const CountRecord good{.ticks_per_bin = 1, .counts = {std::vector<std::int64_t>(10, 2000), {}, {}}};
    const auto changed = [&](const std::function<void(CountRecord&)>& change) {
        auto record = good;
        change(record);
        return record;
    };
    Entry("CountFilter")
        .refuses_whole(
            "start", {-1, 1001},
            [&](std::int64_t n) { CountFilter(ladder, pump, ticks, StartState::dicke(n), cavity, 0.0); })
        .refuses("steady start", {nan, inf, -1.0},
                 [&](double w) { CountFilter(ladder, pump, ticks, StartState::steady(w), cavity, 0.0); })
        .refuses("side rate", {nan, inf, -1.0},
                 [&](double x) { CountFilter(ladder, pump, ticks, ground, side, x); })
        .refuses("resolution", {nan, inf, 0.0, -1.0},
                 [&](double x) { CountFilter(ladder, pump, ticks, ground, cavity, 0.0, x); })
        .refuses("ticks that are too short",
                 [&] {
                     CountFilter(ladder, pump, {1e-12, 10}, ground, cavity, 0.0);
                 })
        .refuses("an empty record", [&] { filter({}, {}); })
        .refuses("a record of one bin too few",
                 [&] { filter(changed([](CountRecord& r) { r.counts[0].pop_back(); }), {}); })
        .refuses("a record of another channel",
                 [&] { filter(changed([](CountRecord& r) { std::swap(r.counts[0], r.counts[2]); }), {}); })
        .refuses("bins of no ticks",
                 [&] { filter(changed([](CountRecord& r) { r.ticks_per_bin = 0; }), {}); })
        .refuses("fewer clicks than none",
                 [&] { filter(changed([](CountRecord& r) { r.counts[0][4] = -5; }), {}); })
        .refuses("a theta of NaN", [&] { filter(good, {nan}); })
        .refuses("an infinite theta", [&] { filter(good, {inf}); });
}

TEST_CASE("misuse: signals") {
    const DickeLadder ladder(4);
    const auto pump = PumpSchedule::constant(1.0);
    const auto cavity = detector_of({Channel::cavity}), side = detector_of({Channel::side});
    const RecordSignal signal(ladder, pump, grid, cavity, 0.0, 2.0);
    const auto of = [&](const Detector& d, double rate, double mean) {
        RecordSignal(ladder, pump, grid, d, rate, mean);
    };
    Entry("RecordSignal")
        .refuses("a detector of no channel", [&] { of(Detector{}, 0.0, 0.0); })
        .refuses("side rate", {nan, inf, 0.0, -1.0}, [&](double x) { of(side, x, 0.0); })
        .refuses("start", {nan, inf, -inf}, [&](double x) { of(cavity, 0.0, x); })
        .refuses("efficiency", {nan, inf, -1.0},
                 [&](double x) { of(detector_of({Channel::cavity}, x), 0.0, 0.0); })
        .refuses("a gate that closes before it opens",
                 [&] {
                     auto d = cavity;
                     d.gate_open = 0.5, d.gate_close = 0.2;
                     of(d, 0.0, 0.0);
                 })
        .refuses("a gate of NaN",
                 [&] {
                     auto d = cavity;
                     d.gate_open = nan;
                     of(d, 0.0, 0.0);
                 })
        .refuses("a click at NaN",
                 [&] {
                     signal(std::vector<Photon>{{nan, Channel::cavity}});
                 })
        .refuses("an empty record", [&] { signal(CountRecord{}); })
        .refuses("a record of other ticks", [&] {
            signal(CountRecord{.ticks_per_bin = 1, .counts = {std::vector<std::int64_t>(9), {}, {}}});
        });
    Entry("Smoothing::by_default")
        .refuses("rate", {nan, inf, 0.0, -1.0}, [](double x) { Smoothing::by_default(x, 1.0, 0.1); })
        .refuses("count rate", {nan, inf, -1.0}, [](double x) { Smoothing::by_default(1.0, x, 0.1); })
        .refuses("tick", {nan, inf, 0.0, -1.0}, [](double x) { Smoothing::by_default(1.0, 1.0, x); });
    for (const std::string bad : {"", "boxcar", "boxcar:", ":1", "boxcar:nan", "boxcar:inf", "boxcar:0",
                                  "boxcar:-1", "boxcar:1x", "gauss:1", "boxcar:0.1:2"})
        Entry("parse_smoothing").refuses("\"" + bad + "\"", [&] { parse_smoothing(bad); });
    const std::vector<double> ten(10, 1.0);
    Entry("smoothed")
        .refuses("width", {nan, inf, 0.0, -1.0}, [&](double x) { smoothed(ten, {.width = x}, 0.1); })
        .refuses("tick", {nan, inf, 0.0, -1.0}, [&](double x) { smoothed(ten, {.width = 0.1}, x); })
        .gives("nothing", 0.0, [] { return static_cast<double>(smoothed({}, {.width = 0.1}, 0.1).size()); });
    Entry("signal_crossings")
        .refuses("a signal of one tick too few",
                 [&] { signal_crossings(std::span(ten).first(9), 1.0, grid); })
        .refuses("sign", {nan, inf, 0.0, 2.0}, [&](double x) { signal_crossings(ten, x, grid); })
        .gives("no signal", nan, [&] { return signal_crossings({}, 1.0, grid).first; });
    const std::vector<double> curve{0.0, 1.0, 2.0}, holey{0.0, nan, 2.0};
    Entry("CurveFit")
        .refuses("no curve", [] { CurveFit({}, 1.0, 0.1); })
        .refuses("a curve of one tick", [&] { CurveFit(std::span(curve).first(1), 1.0, 0.1); })
        .refuses("a curve with NaN", [&] { CurveFit(holey, 1.0, 0.1); })
        .refuses("reach", {nan, inf, 0.0, -1.0}, [&](double x) { CurveFit(curve, x, 0.1); })
        .refuses("s a tick", {nan, inf, 0.0}, [&](double x) { CurveFit(curve, 1.0, x); })
        .refuses("ticks beyond the curve",
                 [&] {
                     CurveFit(curve, 1.0, 0.1, {0, 4});
                 })
        .refuses("ticks from -1 on",
                 [&] {
                     CurveFit(curve, 1.0, 0.1, {-1, 2});
                 })
        .refuses("no ticks",
                 [&] {
                     CurveFit(curve, 1.0, 0.1, {1, 1});
                 })
        .refuses("a signal of one tick too few",
                 [&] { CurveFit(curve, 1.0, 0.1)(std::span(curve).first(2)); })
        .refuses("a signal with NaN", [&] { CurveFit(curve, 1.0, 0.1)(holey); });
}

}  // namespace
}  // namespace dickejump::misuse
