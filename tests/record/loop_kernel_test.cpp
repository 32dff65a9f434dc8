#include "dickejump/record/loop_kernel.hpp"

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <array>
#include <atomic>
#include <cmath>
#include <map>

#include "random/xoshiro.hpp"
#include "support/lane_kernel_checks.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

const TickGrid grid{.duration = 2.0, .ticks = 200};

Detector eye() {
    Detector d;
    d.name = "eye";
    d[Channel::cavity] = ChannelDetector{.efficiency = 1.0};
    d[Channel::pump] = ChannelDetector{.efficiency = 0.4};
    d[Channel::side] = ChannelDetector{.efficiency = 0.5, .background = 3.0};
    return d;
}

CountServo counting(std::int64_t atoms, double gain, double dither = 0.0) {
    return {DickeLadder(atoms), {gain}, Dither(dither), eye(), 2.0, grid.tick(), 0.05};
}

using Runs = std::map<std::int64_t, LoopRun>;

Runs runs_of(const LoopKernel& kernel, const LoopKernel::Task& task, std::int64_t first = 0, int count = 40) {
    Runs runs;
    kernel({.seed = 3, .first_trajectory = first, .count = count}, task,
           [&](std::int64_t trajectory, LoopRun& run) { runs.emplace(trajectory, std::move(run)); });
    return runs;
}

bool same(const LoopStep& a, const LoopStep& b) {
    return a.pump == b.pump && a.pumping == b.pumping && a.n == b.n && a.ups == b.ups && a.downs == b.downs &&
           a.clicks == b.clicks;
}
bool same(const LoopRun& a, const LoopRun& b) {
    return a.start == b.start && a.end == b.end && a.clicks == b.clicks &&
           std::equal(a.ticks.begin(), a.ticks.end(), b.ticks.begin(), b.ticks.end(),
                      [](const LoopStep& x, const LoopStep& y) { return same(x, y); });
}
bool same(const Runs& a, const Runs& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.first == y.first && same(x.second, y.second);
    });
}
/// The same but for the times of clicks.
bool same_counts(Runs a, Runs b) {
    for (auto* runs : {&a, &b})
        for (auto& [trajectory, run] : *runs)
            run.clicks.clear();
    return same(a, b);
}

const std::vector<LoopKernel::Task> tasks{
    {.servo = PerfectServo{{0.4}}},
    {.servo = PerfectServo{{1.5}, Dither(0.5)}, .start = 3},
    {.servo = counting(15, 0.4), .theta = 0.02},
    {.servo = counting(15, 0.4, 0.3), .clicks = LoopKernel::Clicks::timed},
    {.servo = ControllerMaker([](std::int64_t) -> Controller {
         return [](const LoopTick& tick) { return 0.8 + 0.1 * static_cast<double>(tick.clicks.size()); };
     })},
};

}  // namespace

TEST_CASE("a loop in lanes adds up: jumps and levels, pumps, clicks and ticks") {
    const DickeLadder ladder(15);
    for (const bool portable : {false, true}) {
        if (portable) hwy::SetSupportedTargetsForTest(HWY_SCALAR);
        const LoopKernel kernel(ladder, grid, eye(), 2.0);
        const auto runs =
            runs_of(kernel, {.servo = PerfectServo{{0.4}, Dither(0.2)}, .clicks = LoopKernel::Clicks::timed});
        REQUIRE(runs.size() == 40);
        const Dither dither(0.2);
        for (const auto& [trajectory, run] : runs) {
            REQUIRE(run.ticks.size() == 200);
            std::array<std::int64_t, 3> clicks{};
            auto click = run.clicks.begin();
            for (std::size_t k = 0; k < 200; ++k) {
                const auto& tick = run.ticks[k];
                const auto next = k + 1 < 200 ? run.ticks[k + 1].n : run.end;
                const double x = ProportionalServo::error_signal(ladder, tick.n);
                CHECK(tick.pump == ProportionalServo{0.4}.pump(x) * dither(static_cast<std::int64_t>(k)));
                CHECK(next - tick.n == tick.ups - tick.downs);
                CHECK((tick.ups >= 0 && tick.downs >= 0 && tick.n >= 0 && tick.n <= 15));
                CHECK(tick.clicks[0] == tick.downs);  // efficiency 1
                CHECK(tick.clicks[1] <= tick.ups);
                CHECK((tick.pumping >= 0.0 && tick.pumping <= 64.0 * grid.tick() * (1.0 + 1e-12)));
                std::array<std::int32_t, 3> timed{};
                const auto number = tick.clicks[0] + tick.clicks[1] + tick.clicks[2];
                for (std::int32_t i = 0; i < number; ++i, ++click) {
                    REQUIRE(click != run.clicks.end());
                    ++timed[index_of(click->channel)];
                    CHECK(click->time >= grid.time(static_cast<std::int64_t>(k)));
                    CHECK(click->time <= grid.time(static_cast<std::int64_t>(k) + 1));
                    if (click != run.clicks.begin()) CHECK(click->time >= (click - 1)->time);
                }
                CHECK(timed == tick.clicks);
                for (std::size_t c = 0; c < 3; ++c)
                    clicks[c] += tick.clicks[c];
            }
            CHECK(click == run.clicks.end());
            CHECK(run.ticks.front().n == run.start);
            CHECK(clicks[2] > 0);
        }
    }
    hwy::SetSupportedTargetsForTest(0);
}

TEST_CASE("a loop in lanes has the same bytes on AVX2 and AVX-512") {
    for (const double linewidth : {0.0, 0.02})
        for (const auto& task : tasks) {
            const LoopKernel kernel(DickeLadder(15, linewidth), grid, eye(), 2.0);
            Runs narrow, wide;
            const bool both = with_targets(HWY_AVX2, [&] { narrow = runs_of(kernel, task); }) &&
                              with_targets(HWY_AVX3, [&] { wide = runs_of(kernel, task); });
            if (both)
                CHECK(same(narrow, wide));
            else
                MESSAGE("this processor cannot compare AVX2 with AVX-512");
        }
}

TEST_CASE("a loop depends neither on its neighbours nor on who looks when") {
    for (const auto& task : tasks) {
        const LoopKernel kernel(DickeLadder(15), grid, eye(), 2.0);
        const auto all = runs_of(kernel, task);
        CHECK(all.at(0).ticks.back().n + all.at(1).ticks.back().n >= 0);
        CHECK_FALSE(same(all.at(0), all.at(1)));
        for (const auto& [first, count] : {std::pair{7, 1}, {13, 5}, {20, 20}}) {
            const auto some = runs_of(kernel, task, first, count);
            CHECK(some.size() == static_cast<std::size_t>(count));
            for (const auto& [trajectory, run] : some)
                CHECK(same(run, all.at(trajectory)));
        }
        auto timed = task, counted = task;
        timed.clicks = LoopKernel::Clicks::timed, counted.clicks = LoopKernel::Clicks::counted;
        CHECK(same_counts(runs_of(kernel, timed), runs_of(kernel, counted)));
    }
}

TEST_CASE("a detector that no servo listens to leaves the loop alone") {
    const LoopKernel blind(DickeLadder(15), grid), seeing(DickeLadder(15), grid, eye(), 2.0);
    auto a = runs_of(blind, tasks[0]), b = runs_of(seeing, tasks[0]);
    CHECK(b.at(0).ticks[0].clicks.size() == 3);
    for (auto& [trajectory, run] : b)
        for (auto& tick : run.ticks)
            tick.clicks = {};
    CHECK(same(a, b));
}

TEST_CASE("without gain every servo sets the same, to the last bit") {
    const LoopKernel kernel(DickeLadder(15), grid, eye(), 2.0);
    const auto parked = runs_of(kernel, {.servo = PerfectServo{{0.0}}});
    CHECK(same(parked, runs_of(kernel, {.servo = counting(15, 0.0)})));
    CHECK(same_counts(parked, runs_of(kernel, {.servo = ControllerMaker([](std::int64_t) -> Controller {
                                                   return [](const LoopTick&) { return 1.0; };
                                               })})));
    CHECK_FALSE(same(parked, runs_of(kernel, {.servo = PerfectServo{{0.1}}})));
}

TEST_CASE("a perfect servo sets what a controller would that is shown the level") {
    const DickeLadder ladder(15);
    const LoopKernel kernel(ladder, grid);
    const ControllerMaker maker = [&](std::int64_t) -> Controller {
        return [&, last = std::int64_t{-1}](const LoopTick& tick) mutable {
            CHECK(tick.index == ++last);
            CHECK(tick.time == grid.time(tick.index));
            return ProportionalServo{0.4}.pump(
                ProportionalServo::error_signal(ladder, static_cast<double>(tick.n)));
        };
    };
    CHECK(same(runs_of(kernel, {.servo = PerfectServo{{0.4}}}), runs_of(kernel, {.servo = maker})));
}

TEST_CASE("a controller is shown the clicks of the tick before") {
    const LoopKernel kernel(DickeLadder(15), grid, eye(), 2.0);
    std::vector<Photon> shown;
    const auto runs = runs_of(kernel, {.servo = ControllerMaker([&](std::int64_t) -> Controller {
                                           return [&](const LoopTick& tick) {
                                               for (const auto& click : tick.clicks) {
                                                   CHECK(click.time <= tick.time);
                                                   CHECK(click.time >= tick.time - grid.tick() * (1 + 1e-9));
                                                   shown.push_back(click);
                                               }
                                               return 1.0;
                                           };
                                       })},
                              5, 1);
    const auto& clicks = runs.at(5).clicks;
    const auto& last = runs.at(5).ticks.back().clicks;
    REQUIRE(shown.size() + static_cast<std::size_t>(last[0] + last[1] + last[2]) == clicks.size());
    CHECK(std::equal(shown.begin(), shown.end(), clicks.begin()));
}

TEST_CASE("a run is what its generator says, jump by jump") {
    // The same by hand: two numbers a step, and a lane whose tick is over waits for the end of its chunk.
    const std::int64_t atoms = 15;
    const DickeLadder ladder(atoms, 0.03);
    const auto check = [&](const TickGrid& ticks, int steps) {
        const auto runs = runs_of(LoopKernel(ladder, ticks), {.servo = PerfectServo{{0.4}}, .theta = -0.05});
        for (const auto& [trajectory, run] : runs) {
            Stream stream(3, static_cast<std::uint64_t>(trajectory), Purpose::loop);
            auto n = static_cast<std::int64_t>(open_unit(stream()) * 16.0);
            Xoshiro random(stream);
            CHECK(run.start == n);
            for (const auto& tick : run.ticks) {
                const double x = ProportionalServo::error_signal(ladder, static_cast<double>(n));
                const double w = ProportionalServo{0.4}.pump(x) - 0.05;
                double left = ticks.tick(), pumping = 0.0;
                std::int32_t ups = 0, downs = 0;
                for (int step = 0; left > 0.0 || step % steps != 0; ++step) {
                    const double e = -std::log(random.unit()), u = random.unit();
                    if (!(left > 0.0)) continue;
                    const double up = w * ladder.pumping_rate(n),
                                 down = static_cast<double>(ladder.emission(n)),
                                 wait = std::min(left, e / (up + down));
                    pumping += wait * ladder.pumping_rate(n);
                    left -= wait;
                    if (!(left > 0.0)) continue;
                    const bool goes_up = u * (up + down) < up;
                    n += goes_up ? 1 : -1;
                    ++(goes_up ? ups : downs);
                }
                REQUIRE((tick.ups == ups && tick.downs == downs));
                CHECK(tick.pumping == doctest::Approx(pumping).epsilon(1e-12));
            }
            CHECK(run.end == n);
        }
    };
    check(grid, 2);
    check({.duration = 2.0, .ticks = 20}, 5);
    check({.duration = 2.0, .ticks = 2}, 16);
}

TEST_CASE("loops at the ends of the ladder") {
    const auto run = [](std::int64_t atoms, std::int64_t start, double pump, TickGrid ticks) {
        const auto runs = runs_of(LoopKernel(DickeLadder(atoms), ticks),
                                  {.servo = ControllerMaker([=](std::int64_t) -> Controller {
                                       return [=](const LoopTick&) { return pump; };
                                   }),
                                   .start = start},
                                  0, 1);
        return runs.at(0);
    };
    // Without a pump and without atoms excited nothing happens.
    const auto dark = run(5, 0, 0.0, grid);
    CHECK(dark.end == 0);
    for (const auto& tick : dark.ticks)
        CHECK((tick.pumping == doctest::Approx(5.0 * 0.01) && tick.ups + tick.downs == 0));
    // From the top it goes down, each level once.
    const auto falling = run(300, 300, 0.0, {.duration = 10.0, .ticks = 1});
    CHECK(falling.end == 0);
    CHECK((falling.ticks[0].downs == 300 && falling.ticks[0].ups == 0));
    const auto one = run(1, 1, 1.0, {.duration = 400.0, .ticks = 7});
    for (const auto& tick : one.ticks)
        CHECK((tick.n == 0 || tick.n == 1));
    // The true pump does not go below 0.
    const auto off = runs_of(LoopKernel(DickeLadder(9), grid), {.servo = PerfectServo{{0.5}}, .theta = -9.0});
    for (const auto& [trajectory, r] : off)
        for (const auto& tick : r.ticks)
            CHECK((tick.ups == 0 && tick.pump > 0.0));
}

TEST_CASE("dead time goes on from tick to tick, and a servo counts what is registered") {
    for (const auto kind :
         {ChannelDetector::DeadTime::non_paralysable, ChannelDetector::DeadTime::paralysable}) {
        auto slow = eye();
        slow[Channel::cavity]->dead_time = 0.03, slow[Channel::cavity]->dead_time_kind = kind;
        const LoopKernel::Task task{.servo = PerfectServo{{0.4}}, .clicks = LoopKernel::Clicks::timed};
        const auto all = runs_of(LoopKernel(DickeLadder(15), grid, eye(), 2.0), task);
        const auto registered = runs_of(LoopKernel(DickeLadder(15), grid, slow, 2.0), task);
        for (const auto& [trajectory, run] : registered) {
            // The arrivals are the same, and the dead time takes its part of them.
            std::vector<Photon> left;
            double alive = 0.0;
            for (const auto& photon : all.at(trajectory).clicks) {
                const bool cavity = photon.channel == Channel::cavity, hit = !cavity || photon.time >= alive;
                if (cavity && (hit || kind == ChannelDetector::DeadTime::paralysable))
                    alive = photon.time + 0.03;
                if (hit) left.push_back(photon);
            }
            CHECK(left == run.clicks);
            std::size_t counted = 0;
            for (const auto& tick : run.ticks)
                for (const auto clicks : tick.clicks)
                    counted += static_cast<std::size_t>(clicks);
            CHECK(counted == run.clicks.size());
        }
        // Whoever looks, the servo on counts sees the same.
        const CountServo servo(DickeLadder(15), {0.4}, Dither(), slow, 2.0, grid.tick(), 0.05);
        const LoopKernel kernel(DickeLadder(15), grid, slow, 2.0);
        const auto counted = runs_of(kernel, {.servo = servo});
        CHECK(counted.at(0).clicks.empty());
        CHECK(same_counts(counted, runs_of(kernel, {.servo = servo, .clicks = LoopKernel::Clicks::timed})));
    }
}

TEST_CASE("what a loop in lanes does not have is refused") {
    const LoopKernel kernel(DickeLadder(5), grid);
    const auto start = [&](const LoopKernel::Task& task) { runs_of(kernel, task); };
    CHECK_THROWS_AS(start({.servo = PerfectServo{}, .start = 6}), InvalidInput);
    CHECK_THROWS_AS(start({.servo = PerfectServo{}, .theta = std::nan("")}), InvalidInput);
    CHECK_THROWS_AS(start({.servo = ControllerMaker()}), InvalidInput);
    CHECK_THROWS_AS(start({.servo = counting(5, 0.5)}), InvalidInput);  // nobody sees a click
    for (const double pump : {-0.1, std::nan(""), HUGE_VAL})
        CHECK_THROWS_AS(start({.servo = ControllerMaker([=](std::int64_t) -> Controller {
                                   return [=](const LoopTick&) { return pump; };
                               })}),
                        InvalidInput);
    const std::atomic<bool> over{true};
    CHECK_THROWS_AS(LoopKernel(DickeLadder(5), {.duration = 200.0, .ticks = 200'000})(
                        {.count = 1, .stop = StopRequest(&over)}, {.servo = PerfectServo{}},
                        [](std::int64_t, const LoopRun&) {}),
                    Stopped);
}
