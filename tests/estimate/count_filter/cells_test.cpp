#include "estimate/count_filter/cells.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace dickejump::count_filter;
using doctest::Approx;

TEST_CASE("cells are even in the angle, and their weights integrate polynomials below their number") {
    for (const int count : {8, 21, 60}) {
        CAPTURE(count);
        const Cells cells(count);
        REQUIRE(cells.x.size() == static_cast<std::size_t>(count));
        for (std::size_t i = 0; i < cells.x.size(); ++i) {
            CHECK(cells.angle[i] == Approx(std::acos(-1.0) * (static_cast<double>(i) + 0.5) / count));
            CHECK(cells.x[i] == Approx(std::cos(cells.angle[i])));
            CHECK(cells.x[i] * cells.x[i] + cells.sine[i] * cells.sine[i] == Approx(1.0));
            CHECK(cells.weight[i] > 0.0);
        }
        for (int degree = 0; degree < count; ++degree) {
            double sum = 0.0;
            for (std::size_t i = 0; i < cells.x.size(); ++i)
                sum += cells.weight[i] * std::pow(cells.x[i], degree);
            CHECK(std::abs(sum - (degree % 2 == 0 ? 2.0 / (degree + 1.0) : 0.0)) < 1e-13);
        }
    }
}

TEST_CASE("cells are as fine as the path of a tick, and finer where both kinds of jumps are seen") {
    const auto one = resolution_for(0.04, 0.0, 1.0);
    CHECK(one.cells == std::ceil(std::acos(-1.0) / (0.25 * 0.2)));
    CHECK(one.blur == 0.0);
    CHECK(resolution_for(0.01, 0.0, 1.0).cells == doctest::Approx(2.0 * one.cells).epsilon(0.02));
    // Complete records are blurred to what is resolved; poor ones need neither.
    const auto complete = resolution_for(0.04, 1.0, 1.0), poor = resolution_for(0.04, 0.5, 0.5);
    CHECK(complete.blur == Approx(0.12 * 0.12));
    CHECK(complete.cells > 2.0 * one.cells);
    CHECK(poor.blur == 0.0);
    CHECK(poor.cells == one.cells);
}
