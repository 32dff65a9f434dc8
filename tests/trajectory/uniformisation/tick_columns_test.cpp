#include "trajectory/uniformisation/tick_columns.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>

#include "trajectory/run_setup.hpp"

using namespace dickejump;
using uniformisation::ColumnsOfPack;
using uniformisation::pack_size;
using uniformisation::ShownLanes;

namespace {

constexpr TickGrid grid{.duration = 1.0, .ticks = 3};

Window window_of(int lanes, Quantities wanted) {
    auto window = make_window(grid, 3, lanes, wanted);
    std::fill(window.n.begin(), window.n.end(), -1);
    return window;
}

/// Lane i has n = 100 tick + i, and so on.
void fill(const uniformisation::TickColumns& columns, int tick) {
    for (int lane = 0; lane < pack_size; ++lane) {
        columns.n[lane] = 100 * tick + lane;
        if (columns.up) columns.up[lane] = 1000 + lane, columns.down[lane] = 2000 + lane;
        if (columns.n_dt) columns.n_dt[lane] = 0.5 * lane;
    }
}

}  // namespace

TEST_CASE("a pack that is shown whole writes into the window itself") {
    auto window = window_of(70, Quantities::jumps | Quantities::level_integral);
    ColumnsOfPack columns(window, {.begin = 0, .end = 64, .offset = 3});
    CHECK(columns(2).n == &window.n[2 * 70 + 3]);
    CHECK(columns(2).down == &window.jumps_down[2 * 70 + 3]);
    fill(columns(2), 2);
    columns.show(2);
    CHECK(window.n[2 * 70 + 2] == -1);
    CHECK(window.n[2 * 70 + 3] == 200);
    CHECK(window.n[2 * 70 + 66] == 263);
    CHECK(window.n[2 * 70 + 67] == -1);
}

TEST_CASE("of a pack that is shown in part, only that part gets into the window") {
    auto window = window_of(10, Quantities::jumps | Quantities::level_integral);
    // Lanes 60 .. 63 are the window's 0 .. 3.
    ColumnsOfPack columns(window, {.begin = 60, .end = 64, .offset = -60});
    for (int tick = 0; tick < 3; ++tick) {
        fill(columns(tick), tick);
        columns.show(tick);
    }
    for (int tick = 0; tick < 3; ++tick)
        for (int lane = 0; lane < 10; ++lane) {
            const auto cell = window.at(tick, lane);
            CHECK(window.n[cell] == (lane < 4 ? 100 * tick + 60 + lane : -1));
            CHECK(window.jumps_up[cell] == (lane < 4 ? 1060 + lane : 0));
            CHECK(window.jumps_down[cell] == (lane < 4 ? 2060 + lane : 0));
            CHECK(window.n_dt[cell] == (lane < 4 ? 0.5 * (60 + lane) : 0.0));
        }
}

TEST_CASE("columns that are not wanted have no place") {
    auto window = window_of(64, Quantities::none);
    ColumnsOfPack columns(window, {.begin = 0, .end = 64, .offset = 0});
    CHECK(columns(0).n != nullptr);
    CHECK(columns(0).up == nullptr);
    CHECK(columns(0).down == nullptr);
    CHECK(columns(0).n_dt == nullptr);
    auto small = window_of(2, Quantities::jumps);
    ColumnsOfPack part(small, {.begin = 0, .end = 2, .offset = 0});
    CHECK(part(0).up != nullptr);
    CHECK(part(0).n_dt == nullptr);
    fill(part(0), 0);
    part.show(0);
    CHECK(small.jumps_up[1] == 1001);
}
