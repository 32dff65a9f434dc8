#include "dickejump/estimate/record_signal.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"
#include "dickejump/trajectory/observer.hpp"
#include "exact/tiny_steps.hpp"
#include "support/detectors.hpp"

using namespace dickejump;
using namespace dickejump::test;
using doctest::Approx;

namespace {

/// Means along a run at the ends of ticks: J_z, and photons of each channel so far.
struct MeanRun {
    std::vector<double> jz;
    std::array<std::vector<double>, 3> photons;  ///< [channel][tick]
};

MeanRun mean_run(const DickeLadder& ladder, const PumpSchedule& pump, const TickGrid& grid,
                 double side_rate) {
    const test::TinySteps reference(ladder, pump);
    const Eigen::VectorXd start = exact::steady_state(ladder, pump.at(0.0));
    const double before = reference.mean(start.array());
    MeanRun run;
    reference.run(start, grid.duration, grid.tick() / 4.0, [&](double t, const auto& state) {
        const auto due = static_cast<double>(run.jz.size() + 1) * grid.tick();
        if (t < due - 1e-9) return;
        run.jz.push_back(reference.mean(state.p));
        run.photons[0].push_back(state.up_jumps - (run.jz.back() - before));
        run.photons[1].push_back(state.up_jumps);
        run.photons[2].push_back(side_rate *
                                 (state.jz_integral + 0.5 * static_cast<double>(ladder.atoms()) * t));
    });
    return run;
}

/// Clicks as regular as their mean: at each tick the whole part of `runs` times the mean so far.
std::vector<Photon> mean_clicks(const MeanRun& mean, const Detector& detector, const TickGrid& grid) {
    std::vector<Photon> clicks;
    for (const auto c : channels) {
        if (!detector[c]) continue;
        double given = 0.0;
        for (std::size_t i = 0; i < mean.jz.size(); ++i) {
            const double due = detector[c]->efficiency * mean.photons[static_cast<std::size_t>(c)][i] +
                               detector[c]->background * grid.time(static_cast<std::int64_t>(i) + 1);
            for (; given + 0.5 < due; ++given)
                clicks.push_back({grid.time(static_cast<std::int64_t>(i)) + 0.5 * grid.tick(), c});
        }
    }
    std::stable_sort(clicks.begin(), clicks.end(),
                     [](const Photon& a, const Photon& b) { return a.time < b.time; });
    return clicks;
}

}  // namespace

TEST_CASE("fed with the mean rates, every signal is the mean inversion") {
    // An efficiency of 4000 is 4000 runs added up: the signal is linear in the counts.
    const DickeLadder ladder(10);
    const TickGrid grid{.duration = 2.0, .ticks = 200};
    const double side_rate = 0.8;
    for (const double from : {0.4, 1.9})
        for (const std::string seen : {"cavity=4000", "pump=4000", "cavity=3000,pump=1500", "side=4000"})
            for (const double background : {0.0, 8000.0}) {
                CAPTURE(from);
                CAPTURE(seen);
                CAPTURE(background);
                const auto pump = PumpSchedule::linear(from, 2.3 - from, grid.duration);
                const auto mean = mean_run(ladder, pump, grid, side_rate);
                auto detector = detector_of(seen);
                for (const auto c : channels)
                    if (detector[c]) detector[c]->background = background;
                const double start = mean_run(ladder, pump, {.duration = 1e-9, .ticks = 1}, 0.0).jz[0] + 5.0;
                const RecordSignal signal(ladder, pump, grid, detector, side_rate, start);
                const auto jz = signal(mean_clicks(mean, detector, grid));
                REQUIRE(jz.size() == 200);
                const bool side = detector[Channel::side].has_value();
                double worst = 0.0;
                for (std::size_t i = 1; i < 200; ++i) {
                    // Over the tick for the side, at its end for the others.
                    const double wanted = side ? 0.5 * (mean.jz[i] + mean.jz[i - 1]) : mean.jz[i];
                    worst = std::max(worst, std::abs(jz[i] - wanted));
                }
                CHECK(worst < (side ? 0.03 : 0.005));
            }
}

TEST_CASE("while the gate is closed the signal is unknown, and afterwards it is the mean inversion again") {
    const DickeLadder ladder(10);
    const TickGrid grid{.duration = 2.0, .ticks = 200};
    const auto pump = PumpSchedule::linear(0.4, 1.9, grid.duration);
    const auto mean = mean_run(ladder, pump, grid, 0.8);
    for (const std::string seen : {"cavity=4000", "pump=4000", "cavity=3000,pump=1500", "side=4000"}) {
        CAPTURE(seen);
        auto detector = detector_of(seen);
        auto clicks = mean_clicks(mean, detector, grid);
        detector.gate_open = 0.5;
        detector.gate_close = 1.5;
        std::erase_if(clicks, [](const Photon& click) { return click.time < 0.5 || click.time >= 1.5; });
        const RecordSignal signal(ladder, pump, grid, detector, 0.8, mean.jz[49] + 5.0);
        CHECK(signal.open().first == 50);
        CHECK(signal.open().last == 150);
        const auto jz = signal(clicks);
        const bool side = detector[Channel::side].has_value();
        for (std::size_t i = 0; i < 200; ++i) {
            const bool open = i >= 50 && i < 150;
            CHECK(std::isnan(jz[i]) == !open);
            if (!open) continue;
            const double wanted = side ? 0.5 * (mean.jz[i] + mean.jz[i - 1]) : mean.jz[i];
            CHECK(std::abs(jz[i] - wanted) < (side ? 0.03 : 0.005));
        }
    }
}

TEST_CASE("with both channels seen completely, the signal is the run itself") {
    const DickeLadder ladder(10);
    const TickGrid grid{.duration = 2.0, .ticks = 50};
    const auto pump = PumpSchedule::linear(0.5, 1.5, grid.duration);
    const LadderSampler sampler(ladder, pump, grid, StartState::dicke(3));
    std::vector<double> truth;
    std::vector<Photon> clicks;
    sampler({.seed = 41, .first_trajectory = 0, .count = 1, .purpose = Purpose::test}, Quantities::time_tags,
            [&](const Window& window) {
                for (const auto n : window.n)
                    truth.push_back(n - 5.0);
                for (const auto& jump : window.tags[0])
                    clicks.push_back({jump.time, jump.dn() > 0 ? Channel::pump : Channel::cavity});
            });
    const auto jz = RecordSignal(ladder, pump, grid, detector_of("cavity=1,pump=1"), 0.0, 3.0)(clicks);
    for (std::size_t i = 0; i < jz.size(); ++i)
        CHECK(jz[i] == Approx(truth[i]).epsilon(1e-12));
}

TEST_CASE("without a pump or an efficiency the signal stays finite") {
    const DickeLadder ladder(4);
    const TickGrid grid{.duration = 1.0, .ticks = 50};
    const auto pump = PumpSchedule::linear(0.0, 1.0, 1.0);
    for (const std::string seen : {"pump=0.5", "pump=1", "cavity=0", "cavity=0,pump=0", "cavity=0.5"}) {
        CAPTURE(seen);
        const RecordSignal signal(ladder, pump, grid, detector_of(seen), 0.0, 0.0);
        const std::vector<Photon> clicks{{0.001, Channel::pump}, {0.5, Channel::pump}};
        for (const double jz : signal(clicks))
            CHECK(std::isfinite(jz));
    }
}

TEST_CASE("the main channel is the side if it is seen, else the better seen one") {
    const DickeLadder ladder(10);
    const TickGrid grid{.duration = 1.0, .ticks = 10};
    const auto signal = [&](const std::string& seen) {
        return RecordSignal(ladder, PumpSchedule::constant(1.0), grid, detector_of(seen), 2.0, 5.0);
    };
    CHECK(signal("cavity=1,pump=1,side=0.1").main_channel() == Channel::side);
    CHECK(signal("cavity=0.4,pump=0.5").main_channel() == Channel::pump);
    CHECK(signal("cavity=0.5,pump=0.5").main_channel() == Channel::cavity);
    CHECK(signal("cavity=1,side=0").main_channel() == Channel::cavity);
    CHECK(signal("side=0.5").typical_count_rate() == Approx(0.5 * 2.0 * 5.0));
    CHECK(signal("cavity=0.5").typical_count_rate() == Approx(0.5 * 30.0));
    CHECK(signal("cavity=0").typical_count_rate() == 0.0);
}

TEST_CASE("a boxcar is the mean of its window, cut at the ends") {
    const std::vector<double> signal{0, 0, 3, 0, 0, 6};
    const auto box = [&](double width) {
        return smoothed(signal, {.kind = Smoothing::Kind::boxcar, .width = width}, 0.1);
    };
    CHECK(box(0.1) == signal);
    const auto three = box(0.3);
    const std::vector<double> wanted{0, 1, 1, 1, 2, 3};
    for (std::size_t i = 0; i < signal.size(); ++i)
        CHECK(three[i] == Approx(wanted[i]));
    for (const double value : box(100.0))
        CHECK(value == Approx(1.5));
}

TEST_CASE("an exponential forgets with its time constant") {
    const std::vector<double> step{0, 1, 1, 1, 1};
    const auto y = smoothed(step, {.kind = Smoothing::Kind::exponential, .width = 0.2}, 0.1);
    for (std::size_t i = 0; i < step.size(); ++i)
        CHECK(y[i] == Approx(1.0 - std::exp(-0.5 * static_cast<double>(i))));
    const std::vector<double> flat(5, 2.0);
    CHECK(smoothed(flat, {.kind = Smoothing::Kind::exponential, .width = 0.2}, 0.1) == flat);
    CHECK(smoothed({}, {.kind = Smoothing::Kind::exponential, .width = 0.2}, 0.1).empty());
}

TEST_CASE("smoothing by default holds a hundred counts, between a tick and a part of the transition") {
    CHECK(Smoothing::by_default(4.0, 1e4, 0.001).width == Approx(0.01));
    CHECK(Smoothing::by_default(4.0, 1e7, 0.001).width == Approx(0.001));
    CHECK(Smoothing::by_default(4.0, 1.0, 0.001).width == Approx(3.0 / 16.0));
    CHECK(Smoothing::by_default(4.0, 0.0, 0.001).width == Approx(3.0 / 16.0));
    CHECK(Smoothing::by_default(1e6, 1.0, 0.02).width == Approx(0.02));
}

TEST_CASE("crossings are read off between the ticks, the first and the last") {
    const TickGrid grid{.duration = 6.0, .ticks = 6};
    // Value i stands at the end of tick i, at time i + 1.
    const std::vector<double> up{-2, 2, -1, -1, 1, 3};
    const auto seen = signal_crossings(up, 1.0, grid);
    CHECK(seen.first == Approx(1.5));
    CHECK(seen.last == Approx(4.5));
    std::vector<double> down = up;
    for (auto& value : down)
        value = -value;
    CHECK(signal_crossings(down, -1.0, grid).first == Approx(1.5));
    CHECK(signal_crossings(down, -1.0, grid).last == Approx(4.5));
    const auto once = signal_crossings(std::vector<double>{-1, -1, -1, 3, 3, 3}, 1.0, grid);
    CHECK(once.first == Approx(3.25));
    CHECK(once.last == once.first);
}

TEST_CASE("a signal that starts beyond has no first crossing, one that ends before no last") {
    const TickGrid grid{.duration = 4.0, .ticks = 4};
    const auto beyond = signal_crossings(std::vector<double>{1, -1, 1, 1}, 1.0, grid);
    CHECK(std::isnan(beyond.first));
    CHECK(beyond.last == Approx(2.5));
    const auto before = signal_crossings(std::vector<double>{-1, 1, -1, -1}, 1.0, grid);
    CHECK(before.first == Approx(1.5));
    CHECK(std::isnan(before.last));
    for (const auto& never :
         {std::vector<double>{-1, -1, -1, -1}, std::vector<double>{1, 1, 1, 1}, std::vector<double>{}}) {
        CHECK(std::isnan(signal_crossings(never, 1.0, grid).first));
        CHECK(std::isnan(signal_crossings(never, 1.0, grid).last));
    }
}

TEST_CASE("a signal of no detector, or of no run, is refused") {
    const DickeLadder ladder(4);
    const auto pump = PumpSchedule::constant(1.0);
    const TickGrid grid{.duration = 1.0, .ticks = 10};
    const auto refused = [&](const TickGrid& g, const Detector& d, double side_rate, double start) {
        CHECK_THROWS_AS(RecordSignal(ladder, pump, g, d, side_rate, start), InvalidInput);
    };
    const auto cavity = detector_of("cavity=1");
    CHECK_NOTHROW(RecordSignal(ladder, pump, grid, cavity, 0.0, 2.0));
    refused({.duration = 1.0, .ticks = 0}, cavity, 0.0, 2.0);
    refused({.duration = std::nan(""), .ticks = 10}, cavity, 0.0, 2.0);
    refused(grid, Detector{.name = "blind", .channel = {}}, 0.0, 2.0);
    refused(grid, cavity, 0.0, std::nan(""));
    for (const double efficiency : {-1.0, std::nan("")}) {
        auto odd = cavity;
        odd[Channel::cavity]->efficiency = efficiency;
        refused(grid, odd, 0.0, 2.0);
    }
    for (const double rate : {0.0, -1.0, std::nan("")})
        refused(grid, detector_of("side=1"), rate, 2.0);
}

TEST_CASE("a signal is of a record of its own run") {
    const DickeLadder ladder(4);
    const TickGrid grid{.duration = 1.0, .ticks = 10};
    const RecordSignal signal(ladder, PumpSchedule::constant(1.0), grid, detector_of("cavity=1"), 0.0, 2.0);
    CHECK(signal(std::vector<Photon>{}).size() == 10);
    CHECK_THROWS_AS(signal(std::vector<Photon>{{-0.5, Channel::cavity}}), InvalidInput);
    CHECK_THROWS_AS(signal(CountRecord{}), InvalidInput);
    CountRecord record;
    record.counts[0].assign(10, 1);
    CHECK(signal(record).size() == 10);
    record.counts[0].pop_back();
    CHECK_THROWS_AS(signal(record), InvalidInput);
    record.ticks_per_bin = 0;
    CHECK_THROWS_AS(signal(record), InvalidInput);
}

TEST_CASE("smoothing takes a width, as wide as may be") {
    const std::vector<double> signal{0, 0, 3, 0, 0, 6};
    for (const auto kind : {Smoothing::Kind::boxcar, Smoothing::Kind::exponential})
        for (const double bad : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
            CHECK_THROWS_AS(smoothed(signal, {.kind = kind, .width = bad}, 0.1), InvalidInput);
            CHECK_THROWS_AS(smoothed(signal, {.kind = kind, .width = 0.1}, bad), InvalidInput);
        }
    for (const double value : smoothed(signal, {.kind = Smoothing::Kind::boxcar, .width = 1e300}, 0.1))
        CHECK(value == Approx(1.5));
    // Narrower than a tick is a tick.
    CHECK(smoothed(signal, {.kind = Smoothing::Kind::boxcar, .width = 1e-9}, 0.1) == signal);
    for (const double bad : {0.0, -1.0, std::nan("")}) {
        CHECK_THROWS_AS(Smoothing::by_default(bad, 1.0, 0.1), InvalidInput);
        CHECK_THROWS_AS(Smoothing::by_default(1.0, 1.0, bad), InvalidInput);
    }
    CHECK_THROWS_AS(Smoothing::by_default(1.0, -1.0, 0.1), InvalidInput);
}

TEST_CASE("crossings are of a signal with a value a tick, up or down") {
    const TickGrid grid{.duration = 4.0, .ticks = 4};
    const std::vector<double> signal{-1, 1, 1, 1};
    for (const double sign : {0.0, 2.0, std::nan("")})
        CHECK_THROWS_AS(signal_crossings(signal, sign, grid), InvalidInput);
    CHECK_THROWS_AS(signal_crossings(signal, 1.0, {.duration = 4.0, .ticks = 5}), InvalidInput);
    CHECK_THROWS_AS(signal_crossings(signal, 1.0, {.duration = 0.0, .ticks = 4}), InvalidInput);
}
