#include "trajectory/uniformisation/segments.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "trajectory/uniformisation/decision.hpp"

using namespace dickejump;
using namespace dickejump::uniformisation;

namespace {

std::vector<Segment> segments_of(const DickeLadder& ladder, const PumpSchedule& pump, const TickGrid& grid,
                                 int least_band = 0) {
    std::vector<Segment> all;
    Segments segments(ladder, pump, grid, least_band);
    for (std::int64_t tick = 0; tick < grid.ticks; ++tick)
        segments.next_tick([&](const Segment& segment) { all.push_back(segment); });
    return all;
}

/// One segment of a pump that rises from w by a tenth of it.
Segment one_segment(const DickeLadder& ladder, double w, int least_band = 0) {
    const double levels = static_cast<double>(ladder.atoms()) + 1.0, duration = 10.0 / (levels * levels);
    return segments_of(ladder, PumpSchedule::linear(w, 1.1 * w + 1e-3, duration),
                       {.duration = duration, .ticks = 1}, least_band)
        .at(0);
}

PumpSchedule hilly() {
    return PumpSchedule::piecewise_linear(std::vector{0.0, 0.3, 0.7, 1.4}, std::vector{1.0, 2.0, 0.0, 3.0});
}

}  // namespace

TEST_CASE("levels are kept as large as sixteen bits allow, in odd units about the middle") {
    for (const std::int64_t atoms : {1, 2, 3, 100, 255, 256, 21844, 21845, 32766, 32767, 65533, 65534}) {
        const auto one = unit_of(atoms), origin = origin_of(atoms);
        CHECK(one >= 1);
        CHECK(one % 2 == 1);
        // All levels, and the one above the top that A_N asks for, fit a signed number: 2^15 at most is cut
        // off.
        CHECK(origin <= 32768);
        CHECK(atoms * one - origin <= 32767);
        CHECK(std::abs((atoms + 1) * one - origin - origin) <= 1);
        if (one > 1) CHECK((atoms + 1) * (one + 2) > 65535 - 2 * (atoms + 1));
    }
}

TEST_CASE("segments tile the ticks, in order, and each is linear in w") {
    const DickeLadder ladder(60);
    const TickGrid grid{.duration = 1.5, .ticks = 7};
    const auto segments = segments_of(ladder, hilly(), grid);
    double time = 0.0;
    std::uint64_t index = 0;
    std::int64_t tick = 0;
    bool first = true;
    for (const auto& segment : segments) {
        CHECK(segment.index == index++);
        CHECK(segment.begin == time);
        CHECK(segment.length == segment.end - segment.begin);
        CHECK(segment.first == first);
        time = segment.end;
        first = segment.last;
        if (segment.last) CHECK(segment.end == grid.time(++tick));
        const double from = hilly().at(segment.begin), to = hilly().at(segment.end),
                     middle = hilly().at(0.5 * (segment.begin + segment.end));
        CHECK(middle == doctest::Approx(0.5 * (from + to)).epsilon(1e-12));
        CHECK(std::abs(segment.least - std::min(from, to)) < 1e-12);
        CHECK(segment.rising == (from < to));
    }
    CHECK(tick == grid.ticks);
    CHECK(time == grid.time(grid.ticks));
    CHECK(segments.size() > 9);  // the knots cut two ticks, and the steep ends more
}

TEST_CASE("no rate is above the majorant, and no A_n above its bound; the numbers of events belong to them") {
    for (const std::int64_t atoms : {1, 2, 60, 1001})
        for (const auto& segment : segments_of(DickeLadder(atoms), hilly(), {.duration = 1.5, .ticks = 40})) {
            const DickeLadder ladder(atoms);
            double highest = 0.0, highest_pumping = 0.0;
            for (std::int64_t n = 0; n <= atoms; ++n) {
                const auto a = static_cast<double>(ladder.pumping(n)),
                           b = static_cast<double>(ladder.emission(n));
                highest = std::max(highest, segment.least * a + b);
                highest_pumping = std::max(highest_pumping, a);
            }
            CHECK(segment.majorant >= highest);
            CHECK(segment.highest_pumping >= highest_pumping);
            CHECK(segment.events.mean == doctest::Approx(segment.majorant * segment.length).epsilon(1e-14));
            // w above its least, times the bound of A_n, over the segment: a triangle. Not much more than
            // one.
            const double change =
                std::abs(hilly().at(segment.end) - hilly().at(segment.begin)) * segment.length;
            CHECK(segment.surplus ==
                  doctest::Approx(0.5 * change * segment.highest_pumping).epsilon(1e-9).scale(1e-9));
            CHECK(segment.surplus < 2.0);
        }
}

TEST_CASE("the majorant of many atoms is only a little above the highest rate") {
    for (const double w : {0.0, 0.7, 1.0, 4.0, 100.0}) {
        const auto segment = one_segment(DickeLadder(1000), w);
        const double highest = (1.0 + w) * 0.25 * 1001.0 * 1001.0;
        CHECK(segment.majorant < highest * 1.011);  // numbers of events are rounded up to one in a hundred
        CHECK(segment.highest_pumping < 0.25 * 1001.0 * 1001.0 * 1.02);
    }
}

TEST_CASE("a number of a scaled level can be divided by its unit, modulo 2^16") {
    for (const std::int64_t atoms : {1, 2, 100, 4095, 65534}) {
        const auto t = one_segment(DickeLadder(atoms), 1.0).thresholds;
        CHECK(static_cast<std::uint16_t>(t.one * t.inverse) == 1);
        CHECK(t.one == unit_of(atoms));
    }
}

// Every level and every cell of rho: what integers decide holds wherever in its cell rho lies.
TEST_CASE("integers decide only what is certain, and leave a few cells of rho to doubles") {
    for (const std::int64_t atoms : {1, 2, 3, 10, 63, 254, 1000, 21845, 65534})
        for (const double w : {0.0, 0.02, 0.7, 1.0, 1.02, 4.0, 3e4}) {
            CAPTURE(atoms);
            CAPTURE(w);
            const DickeLadder ladder(atoms);
            const auto segment = one_segment(ladder, w);
            const auto& t = segment.thresholds;
            const int band = std::max(t.up.band, t.down.band), used = t.used;
            bool certain = true;
            int unclear = 0, most_unclear = 0;
            const auto step = std::max<std::int64_t>(1, atoms / 40);
            for (std::int64_t n = 0; n <= atoms; n += step) {
                const auto scaled = static_cast<std::int16_t>(n * t.one - origin_of(atoms));
                // Probabilities of a jump in cells of rho.
                const double up = segment.least * static_cast<double>(ladder.pumping(n)) / segment.majorant *
                                  used,
                             down = static_cast<double>(ladder.emission(n)) / segment.majorant * used,
                             surplus =
                                 static_cast<double>(ladder.pumping(n)) / segment.highest_pumping * used;
                unclear = 0;
                for (int rho = 0; rho < used; ++rho) {
                    const bool rising = rho < t.split;
                    const int beyond = cells_beyond(rising ? t.up : t.down, rising, t.one, scaled, rho);
                    const double least =
                        rising ? rho : used - rho - 1;  // cells on the way from its side to rho
                    const double probability = rising ? up : down;
                    if (beyond < 0) certain = certain && least >= probability - 1e-6;
                    if (beyond >= band) certain = certain && least + 1.0 <= probability + 1e-6;
                    unclear += beyond >= 0 && beyond < band;
                    const int of_surplus = cells_beyond(t.surplus, true, t.one, scaled, rho);
                    if (of_surplus < 0) certain = certain && rho >= surplus - 1e-6;
                    if (of_surplus >= t.surplus.band) certain = certain && rho + 1.0 <= surplus + 1e-6;
                }
                most_unclear = std::max(most_unclear, unclear);
            }
            CHECK(certain);
            CHECK(most_unclear <= 2 * band);
            CHECK(band <= 6);
        }
}

TEST_CASE("a wider band leaves more to doubles, and no less") {
    const DickeLadder ladder(100);
    const auto narrow = one_segment(ladder, 1.0).thresholds, wide = one_segment(ladder, 1.0, 2000).thresholds;
    CHECK(wide.up.band >= narrow.up.band + 2000 / 2);
    CHECK(wide.down.band >= narrow.down.band + 2000 / 2);
    CHECK(wide.up.factor == narrow.up.factor);
    CHECK(wide.split == narrow.split);
}
