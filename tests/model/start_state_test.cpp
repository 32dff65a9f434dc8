#include "dickejump/model/start_state.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/random/stream.hpp"

using namespace dickejump;

namespace {

/// P(n' <= n), n = 0..N, of the steady state, by summing p_n ~ w^n in long double.
std::vector<long double> cumulated(std::int64_t atoms, double pump) {
    std::vector<long double> law;
    long double weight = 1.0L, sum = 0.0L;
    for (std::int64_t n = 0; n <= atoms; ++n) {
        law.push_back(sum += weight);
        weight *= static_cast<long double>(pump);
    }
    for (auto& value : law)
        value /= sum;
    return law;
}

constexpr double smallest = 0x1p-53, largest = 1.0 - 0x1p-53;  // the ends of open_unit

const std::vector<std::int64_t> sizes{1, 2, 7, 100};
const std::vector<double> pumps{0.0, 0.3, 1.0, 1.0000001, 3.0};

}  // namespace

TEST_CASE("every level of the steady state takes exactly its share of the unit interval") {
    // Whichever way u runs: up the ladder or down it. The edges of a level's share are found from the exact
    // law, and u just inside and outside of them must fall on either side.
    constexpr double margin = 1e-14;  // far above rounding, far below any share that is looked at
    for (const auto atoms : sizes)
        for (const double pump : pumps) {
            CAPTURE(atoms);
            CAPTURE(pump);
            const DickeLadder ladder(atoms);
            const auto law = cumulated(atoms, pump);
            const bool descending = pump > 0.0 && steady_state_quantile(ladder, pump, smallest) >
                                                      steady_state_quantile(ladder, pump, largest);
            std::int64_t checked = 0;
            for (std::int64_t n = 0; n < atoms; ++n) {
                const auto edge = law[static_cast<std::size_t>(n)];
                const double below = static_cast<double>(edge) - margin,
                             above = static_cast<double>(edge) + margin;
                const auto share = edge - (n > 0 ? law[static_cast<std::size_t>(n - 1)] : 0.0L);
                const auto next_share = law[static_cast<std::size_t>(n + 1)] - edge;
                if (share < 1e-10L || next_share < 1e-10L) continue;
                CAPTURE(n);
                if (descending) {
                    CHECK(steady_state_quantile(ladder, pump, 1.0 - below) == n);
                    CHECK(steady_state_quantile(ladder, pump, 1.0 - above) == n + 1);
                } else {
                    CHECK(steady_state_quantile(ladder, pump, below) == n);
                    CHECK(steady_state_quantile(ladder, pump, above) == n + 1);
                }
                ++checked;
            }
            CHECK((pump == 0.0 || checked >= std::min<std::int64_t>(atoms, 15)));
        }
}

TEST_CASE("the quantile of the steady state rises with u for every pump") {
    // It inverts the distribution function; and runs that share their random numbers stay close when the pump
    // is shifted a little, across w = gamma too.
    for (const auto atoms : sizes)
        for (const double pump : pumps) {
            CAPTURE(atoms);
            CAPTURE(pump);
            const DickeLadder ladder(atoms);
            bool rises = true;
            std::int64_t previous = 0;
            for (int i = 0; i < 1000; ++i) {
                const auto n = steady_state_quantile(ladder, pump, (i + 0.5) / 1000);
                rises = rises && n >= previous;
                previous = n;
            }
            CHECK(rises);
        }
}

TEST_CASE("a steady state without a pump is the ground state") {
    for (const double u : {smallest, 0.5, largest})
        CHECK(steady_state_quantile(DickeLadder(100), 0.0, u) == 0);
}

TEST_CASE("the steady state at w = gamma is uniform, exactly at the ends") {
    const DickeLadder ladder(100);
    CHECK(steady_state_quantile(ladder, 1.0, smallest) == 0);
    CHECK(steady_state_quantile(ladder, 1.0, largest) == 100);
    CHECK(steady_state_quantile(ladder, 1.0, 50.5 / 101) == 50);
}

TEST_CASE("the steady state stays on the ladder for u at the ends of (0, 1)") {
    for (const auto atoms : sizes)
        for (const double pump :
             {0.0, 5e-324, 1e-300, 0.3, 1.0 - 0x1p-53, 1.0, 1.0 + 0x1p-52, 1.0000001, 3.0, 1e300})
            for (const double u : {5e-324, smallest, 0.5, largest}) {
                const auto n = steady_state_quantile(DickeLadder(atoms), pump, u);
                CHECK(n >= 0);
                CHECK(n <= atoms);
            }
}

TEST_CASE("the steady state of the longest ladder does not overflow") {
    const DickeLadder ladder(DickeLadder::max_atoms);
    const auto most = DickeLadder::max_atoms;
    CHECK(steady_state_quantile(ladder, 1.0, smallest) == 0);
    CHECK(steady_state_quantile(ladder, 1.0, largest) == most);
    CHECK(steady_state_quantile(ladder, 1.0, 0.5) == 0x40000000);
    // Within a few levels of the empty ladder, and of the full one: P(a distance above 60) = 2^-61 is below
    // 2^-53.
    for (const double u : {smallest, 0.5, largest}) {
        CHECK(steady_state_quantile(ladder, 0.5, u) <= 60);
        CHECK(steady_state_quantile(ladder, 2.0, u) >= most - 60);
    }
    // Near w = gamma the geometric law must go over into the uniform one: at |ln w| N = 2e-7 u and n/N differ
    // by u (1-u) |ln w| N / 2.
    const double middle = static_cast<double>(most) / 2.0;
    for (const double pump : {1.0 - 0x1p-53, 1.0 + 0x1p-52})
        CHECK(static_cast<double>(steady_state_quantile(ladder, pump, 0.5)) ==
              doctest::Approx(middle).epsilon(1e-6));
}

TEST_CASE("a quantile of nothing is refused") {
    const DickeLadder ladder(10);
    const double not_a_number = std::nan("");
    for (const double pump : {-1.0, not_a_number})
        CHECK_THROWS_AS(steady_state_quantile(ladder, pump, 0.5), InvalidInput);
    for (const double u : {-0.1, 0.0, 1.0, 1.5, not_a_number})
        CHECK_THROWS_AS(steady_state_quantile(ladder, 0.9, u), InvalidInput);
}

TEST_CASE("with a linewidth every level takes its share of the unit interval too") {
    for (const double pump : {0.7, 1.0, 1.4, 30.0}) {
        const DickeLadder ladder(50, 0.02);
        std::vector<long double> law;
        long double weight = 1.0L, sum = 0.0L;
        for (std::int64_t n = 0; n <= 50; ++n) {
            law.push_back(sum += weight);
            const long double relative = 0.02L * static_cast<long double>(n + 1);
            weight *= static_cast<long double>(pump) / (1.0L + relative * relative);
        }
        int checked = 0;
        for (std::int64_t n = 0; n < 50; ++n) {
            const auto edge = static_cast<double>(law[static_cast<std::size_t>(n)] / sum);
            if (edge < 1e-10 || edge > 1.0 - 1e-10) continue;
            CHECK(steady_state_quantile(ladder, pump, edge - 1e-13) == n);
            CHECK(steady_state_quantile(ladder, pump, edge + 1e-13) == n + 1);
            ++checked;
        }
        CHECK(checked > 5);
    }
    CHECK(steady_state_quantile(DickeLadder(50, 0.02), 0.0, 0.9) == 0);
    CHECK_THROWS_AS(SteadyLevels(DickeLadder(50), -1.0), InvalidInput);
}
