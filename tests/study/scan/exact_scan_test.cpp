#include "dickejump/study/scan/exact_scan.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {

/// Independent values of scans from the steady state, in scaled pump; digits as printed.
struct Row {
    std::int64_t atoms;
    double rate, half_width, up, down, jz_middle, variance_middle, most_variance, most_variance_at, up_jumps;
};
const std::vector<Row> table{
    {100, 0.1, 10, 0.04999, -0.04994, -0.84985, 849.438, 849.973, 0.055, 186128.97},
    {100, 1, 14, 0.48104, -0.47804, -7.67446, 805.144, 847.682, 0.534, 21808.366},
    {100, 4, 20, 1.61596, -1.60423, -19.53240, 586.643, 831.053, 1.78, 6458.867},
    {100, 16, 30, 4.51838, -4.49541, -32.08360, 266.562, 782.734, 4.900, 2065.506},
    {100, 100, 45, 14.7926, -14.7473, -42.61314, 56.636, 703.488, 15.737, 554.041},
    {50, 16, 20, 4.51592, -4.47070, -16.42870, 64.922, 199.700, 4.90, 473.974},
    {200, 16, 30, 4.51956, -4.50799, -63.39536, 1079.364, 3098.912, 4.901, 8100.394}};

/// Half a unit of the last digit that is printed.
constexpr double printed(double unit) {
    return 0.51 * unit;
}

}  // namespace

TEST_CASE("a scan reproduces the independent table") {
    for (const auto& row : table) {
        CAPTURE(row.atoms);
        CAPTURE(row.rate);
        const auto exact =
            solve({.atoms = row.atoms, .rate = row.rate, .half_width = row.half_width, .points = 3});
        const auto &up = exact.leg(Direction::up), &down = exact.leg(Direction::down);
        const double digit = row.rate == 100.0 ? 1e-4 : 1e-5;
        CHECK(std::abs(*up.crossing - row.up) < printed(digit) + 2e-6);
        CHECK(std::abs(*down.crossing - row.down) < printed(digit) + 2e-6);
        CHECK(*exact.width == Approx(*up.crossing - *down.crossing).epsilon(1e-15));
        CHECK(std::abs(up.solution.jz_mean[1] - row.jz_middle) <
              printed(1e-5) + 1e-5 * std::abs(row.jz_middle));
        CHECK(std::abs(up.solution.jz_variance[1] - row.variance_middle) <
              printed(1e-3) + 1e-5 * row.variance_middle);
        CHECK(std::abs(up.solution.max_variance.value - row.most_variance) <
              printed(1e-3) + 1e-5 * row.most_variance);
        const ScanLeg leg(DickeLadder(row.atoms), {.rate = row.rate, .half_width = row.half_width},
                          Direction::up);
        // A flat top: its height to 1e-5 leaves its place to about 1e-2 of the width.
        CHECK(std::abs(leg.scaled_pump(up.solution.max_variance.time) - row.most_variance_at) < 1e-2);
        CHECK(up.solution.up_jumps == Approx(row.up_jumps).epsilon(1e-6));
    }
}

TEST_CASE("crossings are those of the double-precision reference to 2e-6") {
    struct Crossings {
        std::int64_t atoms;
        double rate, half_width, up, down;
    };
    for (const auto& [atoms, rate, half_width, up, down] :
         {Crossings{100, 16, 30, 4.518376060261572, -4.495405995761134},
          Crossings{100, 1, 14, 0.48103800995196316, -0.47804487680466995},
          Crossings{100, 4, 20, 1.615961275118088, -1.6042331266334704},
          Crossings{100, 0.1, 10, 0.049993887923213055, -0.04994438892316321},
          Crossings{50, 16, 20, 4.515922814840414, -4.47070398207107}}) {
        const auto exact = solve({.atoms = atoms, .rate = rate, .half_width = half_width, .points = 2});
        CHECK(std::abs(*exact.leg(Direction::up).crossing - up) < 2e-6);
        CHECK(std::abs(*exact.leg(Direction::down).crossing - down) < 2e-6);
    }
    // Moments of the Legendre hierarchy, which needs no populations.
    const auto thousand = solve({.atoms = 1000, .rate = 16, .half_width = 24, .points = 2});
    CHECK(std::abs(*thousand.leg(Direction::up).crossing - 4.520493) < 2e-6);
}

TEST_CASE("the finite-rate bounds are the independent ones") {
    struct Bound {
        std::int64_t atoms;
        double rate, half_width, snapshot, full_record, information;  // the last two 0: not given
    };
    for (const auto& [atoms, rate, half_width, snapshot, full_record, information] :
         {Bound{100, 0.1, 10, 0.03429, 0.00231, 188099.8}, Bound{100, 1, 14, 0.03522, 0.00672, 22154.70},
          Bound{100, 4, 20, 0.03973, 0.0, 0.0}, Bound{100, 16, 30, 0.05179, 0.02180, 2104.58},
          Bound{100, 100, 45, 0.08634, 0.04443, 506.67}, Bound{50, 16, 20, 0.10406, 0.0, 0.0},
          Bound{200, 16, 30, 0.02581, 0.0, 0.0}}) {
        CAPTURE(atoms);
        CAPTURE(rate);
        const auto exact = solve(
            {.atoms = atoms, .rate = rate, .half_width = half_width, .direction = Legs::up, .points = 2});
        const auto& leg = exact.leg(Direction::up);
        CHECK(std::abs(leg.bounds.snapshot.value() - snapshot) < printed(1e-5) + 1e-5 * snapshot);
        if (information > 0.0) {
            CHECK(*leg.solution.record_information == Approx(information).epsilon(1e-5));
            CHECK(std::abs(*leg.bounds.full_record - full_record) < printed(1e-5));
        }
    }
    const auto exact = solve({.atoms = 100, .rate = 16, .half_width = 30, .points = 2});
    const auto &up = exact.leg(Direction::up).bounds, &down = exact.leg(Direction::down).bounds;
    CHECK(up.snapshot == Approx(0.0517848699554509).epsilon(1e-5));
    CHECK(down.snapshot == Approx(0.05011575131228551).epsilon(1e-5));
    CHECK(*up.full_record == Approx(0.021798016186595003).epsilon(1e-6));
    CHECK(*down.full_record == Approx(0.02131709861004969).epsilon(1e-6));
    CHECK(up.steady_state == Approx(std::sqrt(12.0 / (100.0 * 102.0))).epsilon(1e-14));
    CHECK(*up.paper_heuristic == Approx(0.02 * *exact.width).epsilon(1e-12));
    CHECK(1.0 / std::pow(*exact.loop_full_record, 2) ==
          Approx(1.0 / std::pow(*up.full_record, 2) + 1.0 / std::pow(*down.full_record, 2)).epsilon(1e-12));
}

TEST_CASE("where gamma is unknown too, the jumps down tell of it") {
    // At rest at w = gamma, from every level alike: sqrt(12) in place of sqrt(6), over N sqrt(gamma T).
    const auto parked =
        solve({.atoms = 30, .rate = 1e-5, .half_width = 1e-5, .direction = Legs::up, .points = 2});
    const auto& at_rest = parked.leg(Direction::up).bounds;
    CHECK(*at_rest.full_record_gamma_unknown == Approx(std::sqrt(12.0 / (30.0 * 32.0 * 2.0))).epsilon(1e-5));
    CHECK_FALSE(parked.loop_full_record_gamma_unknown);

    // E N_down from the jumps up and what the levels gain; both legs together have all of it.
    const auto exact = solve({.atoms = 20, .rate = 4, .half_width = 8, .points = 2});
    double told = 0.0, downs = 0.0;
    for (const auto& leg : exact.legs) {
        const double down = leg.solution.up_jumps - leg.solution.jz_mean[1] + leg.solution.jz_mean[0];
        CHECK(std::pow(*leg.bounds.full_record_gamma_unknown, 2) ==
              Approx(std::pow(*leg.bounds.full_record, 2) + 1.0 / down).epsilon(1e-12));
        told += *leg.solution.record_information, downs += down;
    }
    CHECK(std::pow(*exact.loop_full_record_gamma_unknown, 2) ==
          Approx(1.0 / told + 1.0 / downs).epsilon(1e-12));

    ExactScanConfig finite{.atoms = 20, .rate = 4, .half_width = 8, .points = 2};
    finite.model = {.kind = Model::effective, .detuning = 1e4, .gamma_r = 10.0};
    CHECK_FALSE(solve(finite).leg(Direction::up).bounds.full_record_gamma_unknown);
}

TEST_CASE("the paper's rule is the larger of its two terms") {
    const auto slow =
        solve({.atoms = 100, .rate = 0.1, .half_width = 10, .direction = Legs::down, .points = 2});
    CHECK(*slow.leg(Direction::down).bounds.paper_heuristic == Approx(std::sqrt(12.0) / 100.0));
    CHECK_FALSE(slow.loop_full_record.has_value());
    CHECK(slow.legs.size() == 1);
}

TEST_CASE("the width of the mean loop follows the rate as it should") {
    struct Width {
        double rate, half_width, width;
    };
    for (const auto& [rate, half_width, width] :
         {Width{0.01, 8, 0.01}, Width{0.1, 10, 0.09994}, Width{1, 14, 0.9591}, Width{10, 25, 6.469},
          Width{100, 49, 29.54}})
        CHECK(*solve({.atoms = 100, .rate = rate, .half_width = half_width, .points = 2}).width ==
              Approx(width).epsilon(1e-4));
}

TEST_CASE("the area answers to the pump with its published slope") {
    // Published slopes let the start state move with the pump; the library's start is known and stays, which
    // at the narrowest scan makes half a per cent. Both are finite differences of the same solution.
    struct Slope {
        double rate, half_width, slope;
    };
    const DickeLadder ladder(100);
    for (const auto& [rate, half_width, published] :
         {Slope{1, 14, 0.938}, Slope{16, 20, 0.960}, Slope{0.1, 10, 0.910}, Slope{0.1, 2, 0.546}}) {
        const ScanLeg leg(ladder, {.rate = rate, .half_width = half_width}, Direction::up);
        const double first = leg.pump().at(0.0), last = leg.pump().at(leg.duration());
        constexpr double h = 1e-4;
        const auto slope = [&](double start_moves) {
            const auto area = [&](double theta) {
                return leg.area(
                    exact::solve(ladder, PumpSchedule::linear(first + theta, last + theta, leg.duration()),
                                 leg.duration(), exact::steady_state(ladder, first + start_moves * theta))
                        .inversion_integral);
            };
            return 2.0 / 100.0 * std::abs(area(h) - area(-h)) / (2.0 * h);
        };
        CHECK(std::abs(slope(1.0) - published) < 1e-3);
        CHECK(solve({.atoms = 100, .rate = rate, .half_width = half_width, .points = 2})
                  .leg(Direction::up)
                  .area.slope == Approx(slope(0.0)).epsilon(1e-5));
    }
    const auto exact = solve({.atoms = 100, .rate = 16, .half_width = 30, .points = 2});
    CHECK(exact.leg(Direction::up).area.offset == Approx(3.9325606931373636).epsilon(1e-8));
}

TEST_CASE("at S = N/2 one J+ jump tells everything and the best snapshot is N^2/r at the start") {
    for (const auto& [atoms, rate] : {std::pair{2, 1.0}, {7, 0.5}, {10, 3.0}, {60, 16.0}}) {
        CAPTURE(atoms);
        const double half = 0.5 * atoms;
        const auto exact = solve({.atoms = atoms, .rate = rate, .half_width = half, .points = 11});
        const auto& up = exact.leg(Direction::up);
        CHECK(up.bounds.snapshot.value() == Approx(std::sqrt(rate) / atoms).epsilon(1e-6));
        CHECK(up.bounds.snapshot_scaled_pump.value() == Approx(-half));
        for (const auto& leg : exact.legs) {
            CHECK_FALSE(leg.bounds.full_record.has_value());
            for (std::size_t i = 0; i < 11; ++i) {
                CHECK(std::isfinite(leg.solution.jz_mean[i]));
                CHECK(leg.solution.jz_variance[i] >= 0.0);
            }
        }
        CHECK_FALSE(exact.loop_full_record.has_value());
    }
}

TEST_CASE("curves have exactly the points asked for, on both legs in order of time") {
    const auto exact = solve({.atoms = 20, .rate = 2, .half_width = 6, .points = 37});
    for (const auto& leg : exact.legs) {
        REQUIRE(leg.times.size() == 37);
        REQUIRE(leg.scaled_pumps.size() == 37);
        CHECK(leg.times.front() == 0.0);
        CHECK(leg.times.back() == 6.0);
        CHECK(leg.scaled_pumps[18] == 0.0);
    }
    CHECK(exact.leg(Direction::up).scaled_pumps.front() == -6.0);
    CHECK(exact.leg(Direction::down).scaled_pumps.front() == 6.0);
    CHECK_THROWS_AS(solve({.atoms = 20, .rate = 2, .half_width = 6, .points = 1}), InvalidInput);
    CHECK_THROWS_AS(solve({.atoms = 20, .rate = 2, .half_width = 11, .points = 2}), InvalidInput);
    CHECK_THROWS_AS(solve({.atoms = 3'000'000,
                           .rate = 2,
                           .half_width = 6,
                           .points = 2,
                           .method = ExactMethod::populations}),
                    InvalidInput);
}

TEST_CASE("a single atom may never be inverted on average, and then has no crossing and no width") {
    const auto exact = solve({.atoms = 1, .rate = 1, .half_width = 0.5, .points = 5});
    CHECK_FALSE(exact.leg(Direction::up).crossing.has_value());
    CHECK_FALSE(exact.width.has_value());
    CHECK_FALSE(exact.leg(Direction::down).bounds.paper_heuristic.has_value());
}

TEST_CASE("a leg that is not there is refused by name") {
    const auto up = solve({.atoms = 20, .rate = 2, .half_width = 6, .direction = Legs::up, .points = 2});
    CHECK_THROWS_WITH_AS(up.leg(Direction::down), doctest::Contains("leg down"), InvalidInput);
    CHECK(up.config.method == ExactMethod::populations);
}
