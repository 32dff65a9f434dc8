#pragma once

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/trajectory/direct_kernel.hpp"
#include "support/told.hpp"

// What every lane kernel must keep.

namespace dickejump::test {

/// All that a kernel provides on the way up.
template <class Kernel>
inline constexpr auto everything = Quantities::jumps | Quantities::level_integral | Quantities::crossings_up |
                                   (Kernel::provides & (Quantities::time_tags | Quantities::spin));

template <class Kernel>
std::int64_t atoms_of(const Kernel& kernel) {
    if constexpr (requires { kernel.spins(); })
        return kernel.spins().atoms();
    else
        return kernel.ladder().atoms();
}

/// A scan upwards at r = 16 from s = -20, in the steady state.
/// @param atoms  what the kernel takes first, ladder or spins
template <class Kernel, class Atoms>
Kernel scan_of(const Atoms& atoms, std::int64_t ticks) {
    const DickeLadder ladder(atoms.atoms());
    const double s = std::min(20.0, 0.5 * static_cast<double>(ladder.atoms())),
                 first = std::max(0.0, ladder.pump(-s));
    return Kernel(atoms, PumpSchedule::linear(first, ladder.pump(s), s / 8.0),
                  {.duration = s / 8.0, .ticks = ticks}, StartState::steady(first));
}
template <class Kernel>
Kernel scan(std::int64_t atoms, std::int64_t ticks = 150) {
    return scan_of<Kernel>(DickeLadder(atoms), ticks);
}

/// Corners within ticks, a stretch without a pump.
template <class Kernel, class Atoms>
Kernel corners_of(const Atoms& atoms) {
    const std::vector<double> times{0.0, 0.31, 0.4, 0.62, 1.4}, pumps{0.9, 1.3, 0.0, 0.0, 1.2};
    return Kernel(atoms, PumpSchedule::piecewise_linear(times, pumps), {.duration = 1.5, .ticks = 17},
                  StartState::dicke(atoms.atoms() / 3));
}
template <class Kernel>
Kernel corners(std::int64_t atoms) {
    return corners_of<Kernel>(DickeLadder(atoms));
}

/// Runs `act` with only some of the targets, if the processor has them.
template <class Act>
bool with_targets(std::int64_t targets, const Act& act) {
    hwy::SetSupportedTargetsForTest(0);
    const bool there = (hwy::SupportedTargets() & targets) != 0;
    if (there) {
        hwy::SetSupportedTargetsForTest(targets);
        act();
    }
    hwy::SetSupportedTargetsForTest(0);
    return there;
}

/// Columns have the same bytes on the vector targets of this processor, and on the portable one if asked for.
template <class Kernel>
void check_targets(const Kernel& kernel, bool portable_too) {
    const Lanes lanes{.seed = 3, .first_trajectory = 0, .count = 100};
    Told narrow, wide, portable;
    const bool has_narrow = with_targets(HWY_AVX2, [&] { narrow = tell(kernel, lanes, everything<Kernel>); });
    const bool has_wide = with_targets(HWY_AVX3, [&] { wide = tell(kernel, lanes, everything<Kernel>); });
    if (has_narrow && has_wide)
        CHECK(same_bytes(narrow, wide));
    else
        MESSAGE("this processor cannot compare AVX2 with AVX-512");
    if (portable_too && has_narrow) {
        with_targets(HWY_SCALAR, [&] { portable = tell(kernel, lanes, everything<Kernel>); });
        CHECK(same_bytes(narrow, portable));
    }
}

/// What is wanted, and what runs beside it, changes nothing of a trajectory.
template <class Kernel>
void check_independence(const Kernel& kernel) {
    const Lanes lanes{.seed = 5, .first_trajectory = 0, .count = 128};
    const auto all = tell(kernel, lanes, everything<Kernel>);
    // Columns do not change the path, nor each other.
    for (const auto wanted :
         {Quantities::none, Quantities::jumps, Quantities::level_integral, Quantities::crossings_up,
          Quantities::jumps | Quantities::crossings_up, Quantities::level_integral | Quantities::crossings_up,
          Quantities::level_integral | Quantities::jumps, Kernel::provides & Quantities::time_tags,
          Kernel::provides & Quantities::spin}) {
        const auto some = tell(kernel, lanes, wanted);
        CHECK(same_bytes(some.n, all.n));
        CHECK((some.up.empty() || (same_bytes(some.up, all.up) && same_bytes(some.down, all.down))));
        CHECK(some.n_dt.empty() == !contains(wanted, Quantities::level_integral));
        CHECK((some.n_dt.empty() || same_bytes(some.n_dt, all.n_dt)));
        CHECK((some.first.empty() || (same_bytes(some.first, all.first) && same_bytes(some.last, all.last))));
        CHECK((some.tags.empty() || some.tags == all.tags));
        CHECK((some.local.empty() ||
               (same_bytes(some.local, all.local) && same_bytes(some.twice_j, all.twice_j))));
    }
    // Nor does what runs beside it.
    const auto middle = tell(kernel, {.seed = 5, .first_trajectory = 37, .count = 41}, everything<Kernel>);
    for (std::size_t lane = 0; lane < 41; ++lane) {
        CHECK(middle.of_lane(middle.n, lane) == all.of_lane(all.n, lane + 37));
        CHECK(std::memcmp(&middle.last[lane], &all.last[lane + 37], sizeof(double)) == 0);
        CHECK((middle.tags.empty() || middle.tags[lane] == all.tags[lane + 37]));
    }
    const auto other = tell(kernel, {.seed = 6, .first_trajectory = 0, .count = 128}, everything<Kernel>);
    CHECK_FALSE(same_bytes(other.n, all.n));
}

/// Jumps balance; levels and integrals stay on the ladder.
template <class Kernel>
void check_balance(const Kernel& kernel) {
    // Noise given the path, where a kernel adds it, does not know of the ends of the ladder.
    const double slack = std::is_same_v<Kernel, DirectKernel>
                             ? 1e-9
                             : std::max(2.0, 0.01 * static_cast<double>(kernel.ladder().atoms()));
    const auto told = tell(kernel, {.seed = 7, .count = 70}, everything<Kernel>);
    const auto lanes = told.start.size();
    const double tick = kernel.grid().tick();
    bool balanced = true, within = true, integrals = true;
    for (std::size_t i = 0; i < told.n.size(); ++i) {
        const auto before = i < lanes ? told.start[i] : told.n[i - lanes];
        balanced = balanced && told.n[i] - before == told.up[i] - told.down[i] && told.up[i] >= 0 &&
                   told.down[i] >= 0;
        within = within && told.n[i] >= 0 && told.n[i] <= kernel.ladder().atoms();
        integrals = integrals && told.n_dt[i] > -slack * tick &&
                    told.n_dt[i] < (static_cast<double>(kernel.ladder().atoms()) + slack) * tick;
    }
    CHECK(balanced);
    CHECK(within);
    CHECK(integrals);
}

/// Builds every other column from the tags.
template <class Kernel>
void check_tags(const Kernel& kernel, Quantities crossings) {
    const bool up = crossings == Quantities::crossings_up;
    const auto told = tell(kernel, {.seed = 8, .count = 45},
                           Quantities::jumps | Quantities::level_integral | Quantities::time_tags |
                               crossings | (Kernel::provides & Quantities::spin));
    const auto lanes = told.start.size();
    const auto& grid = kernel.grid();
    const auto atoms = atoms_of(kernel);
    CAPTURE(atoms);
    std::int64_t found = 0, jumps = 0;
    bool counts = true, levels = true, ordered = true, times = true;
    double worst = 0.0;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        const auto& tags = told.tags[lane];
        std::int64_t n = told.start[lane];
        double now = 0.0, first = std::nan(""), last = std::nan("");
        auto tag = tags.begin();
        for (std::int64_t tick = 0; tick < grid.ticks; ++tick) {
            const auto cell = static_cast<std::size_t>(tick) * lanes + lane;
            double n_dt = 0.0;
            std::int64_t ups = 0, downs = 0, local = 0;
            const auto pass = [&](double until) {
                n_dt += static_cast<double>(n) * (until - now);
                now = until;
            };
            // To which tick a jump belongs that rounds to its very end, the counts tell.
            const auto own = told.local.empty() ? 0 : told.local[cell];  // of single atoms
            for (auto left = told.up[cell] + told.down[cell] + own; left > 0 && tag != tags.end();
                 --left, ++tag) {
                ordered = ordered && tag->time >= now;
                times = times && tag->time <= grid.time(tick + 1) * (1.0 + 1e-12);
                pass(tag->time);
                n += tag->dn();
                (tag->process == Process::collective_pumping    ? ups
                 : tag->process == Process::collective_emission ? downs
                                                                : local) += 1;
                const auto away = up ? 2 * n - atoms : atoms - 2 * n;  // beyond J_z = 0
                if (tag->dn() != (up ? 1 : -1)) continue;
                if (std::isnan(first) && away >= 0 && away < 2) first = tag->time;
                if (away > 0 && away <= 2) last = tag->time;
            }
            pass(grid.time(tick + 1));
            counts = counts && ups == told.up[cell] && downs == told.down[cell] && local == own;
            levels = levels && n == told.n[cell];
            worst = std::max(worst, std::abs(n_dt - told.n_dt[cell]) / static_cast<double>(atoms));
        }
        counts = counts && tag == tags.end();
        times = times && std::memcmp(&first, &told.first[lane], sizeof first) == 0 &&
                std::memcmp(&last, &told.last[lane], sizeof last) == 0;
        found += !std::isnan(last);
        jumps += static_cast<std::int64_t>(tags.size());
    }
    CHECK(jumps > 0);
    CHECK((found > 0 || atoms < 3));
    CHECK(counts);
    CHECK(levels);
    CHECK(ordered);
    CHECK(times);
    CHECK(worst < 1e-12);
}

template <class Kernel>
void check_refusals() {
    const auto make = [](TickGrid grid, StartState start) {
        return Kernel(DickeLadder(100), PumpSchedule::constant(1.0), grid, start);
    };
    const TickGrid fine{.duration = 1.0, .ticks = 4};
    CHECK_NOTHROW(make(fine, StartState::dicke(100)));
    CHECK_THROWS_AS(make({.duration = 0.0, .ticks = 4}, StartState::dicke(0)), InvalidInput);
    CHECK_THROWS_AS(make({.duration = 1.0, .ticks = 0}, StartState::dicke(0)), InvalidInput);
    CHECK_THROWS_AS(make(fine, StartState::dicke(101)), InvalidInput);
    CHECK_THROWS_AS(make(fine, StartState::steady(-0.1)), InvalidInput);
    CHECK_THROWS_AS(
        tell(make(fine, StartState::dicke(0)), {}, Quantities::crossings_up | Quantities::crossings_down),
        InvalidInput);
    if constexpr (!contains(Kernel::provides, Quantities::time_tags))
        CHECK_THROWS_AS(tell(make(fine, StartState::dicke(0)), {}, Quantities::time_tags), InvalidInput);
}

/// Without a pump until t = 0.5.
template <class Kernel>
void check_dark_start() {
    const std::vector<double> times{0.0, 0.5, 1.0}, pumps{0.0, 0.0, 1.0};
    const Kernel kernel(DickeLadder(50), PumpSchedule::piecewise_linear(times, pumps),
                        {.duration = 1.0, .ticks = 10}, StartState::steady(0.0));
    const auto told = tell(kernel, {.seed = 1, .count = 20}, everything<Kernel>);
    bool still = true, moves = false;
    for (std::size_t i = 0; i < told.n.size(); ++i)
        (i / told.start.size() < 5) ? still = still && told.n[i] == 0 : moves = moves || told.n[i] > 0;
    CHECK(still);
    CHECK(moves);
}

}  // namespace dickejump::test
