#include "estimate/count_filter/pairs.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "estimate/count_filter/cells.hpp"

using namespace dickejump;
using namespace dickejump::count_filter;
using doctest::Approx;
using numeric::AlignedRow;

namespace {

constexpr Tick tick{.length = 0.005, .spread = 0.01, .pump = 1.0, .first = 0.0, .second = 0.0, .scale = 0.01};

/// What one tick without boosts or counts makes of a start at x0: the density over cells, at every theta.
struct Spread {
    Cells cells{160};
    Pairs pairs;
    std::vector<AlignedRow> density = std::vector<AlignedRow>(160);

    explicit Spread(double x0, const std::array<TickCount, 3>& counts = {}) {
        const double sine = std::sqrt(1.0 - x0 * x0);
        const Row none{}, one = Row{} + 1.0;
        std::vector<Place> from(1), to(160);
        boost_places(&x0, &sine, 0, 1, none, one, from.data());
        boost_places(cells.x.data(), cells.sine.data(), 0, 160, none, one, to.data());
        const std::vector<AlignedRow> mass{{one}};
        const CountLaw law(tick, 1000.0, 0.5, counts, 1.0, 0.0);
        pairs.select(law, none, 3, {&x0, from.data(), 0, 1}, {cells.x.data(), to.data(), 0, 160},
                     1.0 / tick.scale);
        pairs.gather(from.data(), mass.data(), to.data(), none, 1.0 / tick.scale, density.data());
    }
    template <class F>
    double mean(const F& f, int theta) const {
        double sum = 0.0;
        for (std::size_t j = 0; j < 160; ++j)
            sum += cells.weight[j] / tick.scale * density[j].value[theta] * f(cells.x[j]);
        return sum;
    }
};

}  // namespace

TEST_CASE("a rotation keeps probability and brings x towards zero, at the poles too") {
    const double concentration = 1.0 / tick.scale, shrunk = 1.0 / std::tanh(concentration) - tick.scale;
    for (const double x0 : {0.0, 0.5, -0.93, 0.9999}) {
        CAPTURE(x0);
        const Spread spread(x0);
        for (const int theta : {0, 7}) {
            const double scale = std::exp(spread.pairs.log_scale());
            const double total = scale * spread.mean([](double) { return 1.0; }, theta);
            CHECK(total == Approx(1.0).epsilon(1e-5));
            CHECK(scale * spread.mean([](double x) { return x; }, theta) ==
                  Approx(x0 * shrunk).scale(1.0).epsilon(1e-5));
        }
    }
}

TEST_CASE("only pairs that matter are kept") {
    const Spread spread(0.2);
    const auto list = spread.pairs.list();
    REQUIRE(!list.empty());
    CHECK(list.size() < 100);
    for (const auto& pair : list) {
        CHECK(pair.from == 0);
        const double away = spread.cells.angle[static_cast<std::size_t>(pair.to)] - std::acos(0.2);
        CHECK((1.0 - std::cos(away)) / tick.scale < 31.0);
    }
}

TEST_CASE("counts choose among the ends") {
    // More jumps up than down: x went up.
    std::array<TickCount, 3> counts{};
    for (auto& count : counts)
        count = {};
    counts[0] = {.open = true, .arrivals = 1225.0, .efficiency = 1.0};
    counts[1] = {.open = true, .arrivals = 1275.0, .efficiency = 1.0};
    const Spread spread(0.0, counts);
    const double total = spread.mean([](double) { return 1.0; }, 3);
    const double x = spread.mean([](double at) { return at; }, 3) / total;
    CHECK(x == Approx(2.0 * 50.0 / 1001.0).epsilon(0.1));
}
