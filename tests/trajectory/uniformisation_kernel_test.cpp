#include "dickejump/trajectory/uniformisation_kernel.hpp"

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <cmath>
#include <vector>

#include "support/lane_kernel_checks.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr auto columns = Quantities::jumps | Quantities::level_integral;
constexpr auto all_of_it = everything<UniformisationKernel>;

UniformisationKernel banded_scan(std::int64_t atoms, std::int64_t ticks, int least_band = 0) {
    const DickeLadder ladder(atoms);
    const double s = std::min(20.0, 0.5 * static_cast<double>(atoms));
    return {ladder,
            PumpSchedule::linear(ladder.pump(-s), ladder.pump(s), s / 8.0),
            {.duration = s / 8.0, .ticks = ticks},
            StartState::steady(ladder.pump(-s)),
            least_band};
}

/// Corners within ticks, a stretch without a pump, and a steep rise that takes several segments a tick.
UniformisationKernel steep_corners(std::int64_t atoms, std::int64_t ticks) {
    const std::vector<double> times{0.0, 0.31, 0.4, 0.62, 1.4}, pumps{0.9, 1.3, 0.0, 0.0, 3.0};
    return {DickeLadder(atoms),
            PumpSchedule::piecewise_linear(times, pumps),
            {.duration = 1.5, .ticks = ticks},
            StartState::dicke(atoms / 3)};
}

/// The tags tell the same story as the columns and the crossings.
void check_story(const UniformisationKernel& kernel, Quantities direction) {
    CAPTURE(kernel.ladder().atoms());
    const Lanes lanes{.seed = 4, .first_trajectory = 20, .count = 90};
    const auto told = tell(kernel, lanes, columns | Quantities::time_tags | direction);
    const auto atoms = kernel.ladder().atoms();
    const bool up = direction == Quantities::crossings_up;
    REQUIRE(told.tags.size() == 90);
    bool ordered = true, counted = true, crossed = true;
    std::int64_t crossings = 0;
    for (std::size_t lane = 0; lane < 90; ++lane) {
        const auto& tags = told.tags[lane];
        std::int64_t n = told.start[lane];
        std::size_t next = 0, next_window = 0;
        double before = 0.0, first = NAN, last = NAN;
        for (std::int64_t tick = 0; tick < kernel.grid().ticks; ++tick) {
            const double end = kernel.grid().time(tick + 1);
            std::int64_t ups = 0, downs = 0;
            for (; next < tags.size() && tags[next].time <= end; ++next) {
                const auto& tag = tags[next];
                ordered = ordered && tag.time >= before && tag.time > kernel.grid().time(tick);
                before = tag.time;
                n += tag.dn();
                (tag.dn() > 0 ? ups : downs) += 1;
                const auto beyond = up ? 2 * n - atoms : atoms - 2 * n;
                if (tag.dn() != (up ? 1 : -1)) continue;
                if (beyond >= 0 && beyond < 2 && std::isnan(first)) first = tag.time;
                if (beyond > 0 && beyond <= 2) last = tag.time, ++crossings;
            }
            const auto cell = static_cast<std::size_t>(tick) * 90 + lane;
            counted = counted && n == told.n[cell] && ups == told.up[cell] && downs == told.down[cell];
            if (end == told.window_ends[next_window]) {
                const auto at = next_window++ * 90 + lane;
                crossed = crossed && std::memcmp(&first, &told.first_at_window[at], sizeof first) == 0 &&
                          std::memcmp(&last, &told.last_at_window[at], sizeof last) == 0;
            }
        }
        counted = counted && next == tags.size();
    }
    CHECK(ordered);
    CHECK(counted);
    CHECK(crossed);
    CHECK(crossings > 90);
}

}  // namespace

TEST_CASE("tags of the uniformisation kernel tell the story of its columns and crossings, to the bit") {
    for (const auto direction : {Quantities::crossings_up, Quantities::crossings_down}) {
        check_story(banded_scan(100, 150), direction);
        check_story(banded_scan(41, 9), direction);
        check_story(banded_scan(60, 70, 3'000), direction);
        check_story(banded_scan(30, 20, 65'535), direction);
        check_story(banded_scan(700, 40), direction);
        check_story(steep_corners(70, 17), direction);
        check_story(steep_corners(33, 200), direction);
    }
}

// 3 10^5 events each: an edge one cell off, or a band two too narrow, decides some of them wrongly.
TEST_CASE("the uniformisation kernel's integers decide as doubles do") {
    for (const std::int64_t atoms : {1,    2,     3,     4,     10,    63,    100,   254,   255,   256,  1000,
                                     5460, 21844, 21845, 30000, 32766, 32767, 32768, 45000, 65533, 65534})
        for (const double pump : {0.0, 0.02, 0.7, 1.0, 1.02, 4.0, 3e4})
            for (const auto start : {std::int64_t{0}, atoms / 2, atoms - atoms / 10}) {
                CAPTURE(atoms);
                CAPTURE(pump);
                const DickeLadder ladder(atoms);
                const double levels = static_cast<double>(atoms) + 1.0,
                             duration = 20000.0 / (levels * levels * (1.0 + pump));
                const TickGrid grid{.duration = duration, .ticks = 3};
                // Rising from the pump, but for 0: surplus events are decided too.
                const auto schedule = PumpSchedule::linear(pump, 1.01 * pump + 1e-3, duration);
                const Lanes lanes{.seed = 6, .first_trajectory = 0, .count = 64};
                const auto integers = tell(
                    UniformisationKernel(ladder, schedule, grid, StartState::dicke(start)), lanes, columns);
                const auto doubles =
                    tell(UniformisationKernel(ladder, schedule, grid, StartState::dicke(start), 32'766),
                         lanes, columns);
                CHECK(same_bytes(integers, doubles));
            }
}

TEST_CASE("the uniformisation kernel gives the same bytes on every target") {
    check_targets(scan<UniformisationKernel>(100), true);
    check_targets(scan<UniformisationKernel>(333, 40), true);
    check_targets(corners<UniformisationKernel>(70), true);
}

TEST_CASE("a trajectory of the uniformisation kernel depends neither on the columns nor on its neighbours") {
    check_independence(scan<UniformisationKernel>(60));
}

TEST_CASE("jumps of the uniformisation kernel balance, levels and integrals stay on the ladder") {
    for (const std::int64_t atoms : {1, 2, 40, 401}) {
        check_balance(scan<UniformisationKernel>(atoms, 70));
        check_balance(corners<UniformisationKernel>(atoms));
    }
}

TEST_CASE("a run of the uniformisation kernel that starts without a pump stays on the ground for as long") {
    check_dark_start<UniformisationKernel>();
}

TEST_CASE("the uniformisation kernel refuses what it cannot run") {
    check_refusals<UniformisationKernel>();
    const TickGrid grid{.duration = 1e-3, .ticks = 4};
    CHECK_NOTHROW(
        UniformisationKernel(DickeLadder(65534), PumpSchedule::constant(1.0), grid, StartState::dicke(0)));
    CHECK_THROWS_AS(
        UniformisationKernel(DickeLadder(65535), PumpSchedule::constant(1.0), grid, StartState::dicke(0)),
        InvalidInput);
    CHECK_THROWS_AS(UniformisationKernel(DickeLadder(65534), PumpSchedule::constant(1.0),
                                         {.duration = 1.0, .ticks = 1}, StartState::dicke(0)),
                    InvalidInput);
}

TEST_CASE("what is wanted of the uniformisation kernel changes nothing of what it tells") {
    for (const auto& kernel : {banded_scan(60, 130), banded_scan(400, 20), steep_corners(40, 11)}) {
        const Lanes lanes{.seed = 5, .first_trajectory = 30, .count = 70};
        const auto all = tell(kernel, lanes, all_of_it);
        for (unsigned set = 0; set < 32; ++set) {
            const auto wanted = Quantities(set);
            if (contains(wanted, Quantities::crossings_up | Quantities::crossings_down)) continue;
            CAPTURE(set);
            const auto some = tell(kernel, lanes, wanted);
            CHECK(same_bytes(some.n, all.n));
            CHECK(some.up.empty() == !contains(wanted, Quantities::jumps));
            CHECK((some.up.empty() || (same_bytes(some.up, all.up) && same_bytes(some.down, all.down))));
            CHECK(some.n_dt.empty() == !contains(wanted, Quantities::level_integral));
            CHECK((some.n_dt.empty() || same_bytes(some.n_dt, all.n_dt)));
            CHECK(some.tags.empty() == !contains(wanted, Quantities::time_tags));
            CHECK((some.tags.empty() || some.tags == all.tags));
            if (contains(wanted, Quantities::crossings_up))
                CHECK((same_bytes(some.first, all.first) && same_bytes(some.last, all.last)));
        }
        // Nor does what is simulated beside it.
        const auto fewer = tell(kernel, {.seed = 5, .first_trajectory = 63, .count = 3}, all_of_it);
        for (std::size_t lane = 0; lane < 3; ++lane)
            CHECK(fewer.tags[lane] == all.tags[lane + 33]);
        const auto other = tell(kernel, {.seed = 6, .first_trajectory = 30, .count = 70}, all_of_it);
        CHECK(other.tags[0] != all.tags[0]);
    }
}

TEST_CASE("tags of the uniformisation kernel have the same bytes on every target") {
    for (const auto& kernel : {banded_scan(100, 60), banded_scan(20, 7, 2'000), steep_corners(70, 17)}) {
        const Lanes lanes{.seed = 3, .first_trajectory = 0, .count = 64};
        const auto best = tell(kernel, lanes, all_of_it);
        for (const std::int64_t target : {HWY_AVX2, HWY_AVX3, HWY_SCALAR}) {
            hwy::SetSupportedTargetsForTest(0);
            if ((hwy::SupportedTargets() & target) == 0 && target != HWY_SCALAR) continue;
            hwy::SetSupportedTargetsForTest(target);
            const auto told = tell(kernel, lanes, all_of_it);
            hwy::SetSupportedTargetsForTest(0);
            CHECK(told.tags == best.tags);
            CHECK(same_bytes(told.n, best.n));
            CHECK(same_bytes(told.n_dt, best.n_dt));
            CHECK(same_bytes(told.last, best.last));
        }
    }
}
