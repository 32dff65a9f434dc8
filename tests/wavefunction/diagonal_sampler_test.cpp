#include "dickejump/wavefunction/diagonal_sampler.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/trajectory/ladder_walk.hpp"

using namespace dickejump;

namespace {

/// The same trajectory the long way: amplitudes in long double, the norm equation judged at every jump.
struct Replay {
    const LadderChannels& channels;
    const PumpSchedule& pump;
    std::vector<std::complex<long double>> c;
    double time = 0.0;

    static long double integral(const PumpSchedule& pump, double from, double to) {
        long double sum = 0.0L;
        for (const auto& piece : pump.pieces()) {
            const long double a = std::max(from, piece.begin), b = std::min(to, piece.end);
            if (a < b)
                sum += (b - a) * (piece.pump + 0.5L * piece.slope * ((a - piece.begin) + (b - piece.begin)));
        }
        return sum;
    }
    void evolve(double until) {
        const long double w = integral(pump, time, until), dt = static_cast<long double>(until) - time;
        for (std::size_t n = 0; n < c.size(); ++n) {
            const long double e = channels.emission[n];
            c[n] *= std::exp(std::complex<long double>(
                -0.5L * (std::norm(channels.pumping[n]) * w + e * e * dt), -channels.energy[n] * w));
        }
        time = until;
    }
    long double norm() const {
        long double sum = 0.0L;
        for (const auto& a : c)
            sum += std::norm(a);
        return sum;
    }
    void jump(int dn) {
        std::vector<std::complex<long double>> next(c.size(), 0.0L);
        for (std::size_t n = 0; n < c.size(); ++n) {
            if (dn > 0 && n + 1 < c.size())
                next[n + 1] = std::complex<long double>(channels.pumping[n]) * c[n];
            if (dn < 0 && n > 0) next[n - 1] = static_cast<long double>(channels.emission[n]) * c[n];
        }
        c = next;
        const long double root = std::sqrt(norm());
        for (auto& a : c)
            a /= root;
    }
};

}  // namespace

TEST_CASE("every jump comes exactly where the norm has fallen to the number drawn") {
    const DickeLadder ladder(9);
    const auto schedules = {PumpSchedule::constant(0.8), PumpSchedule::triangle(0.0, 2.5, 0.07, 8),
                            PumpSchedule::linear(3.0, 0.0, 0.6)};
    for (const auto& channels : {collective_channels(ladder), effective_channels({9, 60.0, 1.0, 15.0})})
        for (const auto& pump : schedules)
            for (std::uint64_t k = 0; k < 20; ++k) {
                const auto start =
                    k % 2 == 0 ? DickeState::coherent(ladder, 1.2, 0.4) : DickeState::ghz(ladder);
                const DiagonalSampler sample(channels, pump, start);
                Stream random(3, k, Purpose::test), same(3, k, Purpose::test);
                std::vector<Jump> record;
                const std::vector<double> times{0.0, 0.33, 1.1};
                std::vector<Eigen::VectorXcd> shown;
                sample(
                    random, times,
                    [&](std::size_t, const LadderView& view) {
                        Eigen::VectorXcd c = Eigen::VectorXcd::Zero(10);
                        for (std::size_t i = 0; i < view.weights.size(); ++i)
                            c(view.first + static_cast<Eigen::Index>(i)) =
                                std::polar(std::sqrt(view.weights[i]), view.phases[i]);
                        shown.push_back(c);
                    },
                    &record);
                REQUIRE(shown.size() == 3);

                Replay replay{channels, pump, {}};
                for (const auto a : start.amplitudes())
                    replay.c.emplace_back(a);
                std::size_t next = 0;
                double worst_norm = 0.0, worst_state = 0.0;
                const auto look = [&](double until) {
                    for (; next < times.size() && times[next] <= until; ++next) {
                        auto there = replay;
                        there.evolve(times[next]);
                        const long double root = std::sqrt(there.norm());
                        for (std::size_t n = 0; n < 10; ++n)
                            worst_state = std::max<double>(
                                worst_state, static_cast<double>(std::abs(
                                                 there.c[n] / root - std::complex<long double>(shown[next](
                                                                         static_cast<Eigen::Index>(n))))));
                    }
                };
                for (const auto& jump : record) {
                    look(jump.time);
                    const double u = open_unit(same()), choice = open_unit(same());
                    replay.evolve(jump.time);
                    // The time itself is a double: allow what its last digit does to the norm.
                    worst_norm = std::max<double>(
                        worst_norm, static_cast<double>(std::abs(std::log(replay.norm()) - std::log(u))));
                    auto up = replay, down = replay;
                    long double p_up = 0.0L, p_down = 0.0L;
                    for (std::size_t n = 0; n < 10; ++n) {
                        p_up += std::norm(up.c[n]) * std::norm(channels.pumping[n]) * pump.at(jump.time);
                        p_down += std::norm(down.c[n]) * channels.emission[n] * channels.emission[n];
                    }
                    CHECK(jump.dn() == (choice * (p_up + p_down) <= p_up ? 1 : -1));
                    replay.jump(jump.dn());
                }
                look(times.back());
                CHECK(worst_norm < 2e-12);
                CHECK(worst_state < 1e-11);
            }
}

TEST_CASE("from a Dicke state the waiting times are the ladder's, in closed form") {
    const DickeLadder ladder(6);
    const auto pump = PumpSchedule::linear(0.2, 2.0, 1.0);
    const DiagonalSampler sample(collective_channels(ladder), pump, DickeState::dicke(ladder, 2));
    for (std::uint64_t k = 0; k < 10; ++k) {
        struct Draws {
            Stream& random;
            double exponential() { return -std::log(open_unit(random())); }
            double uniform() { return open_unit(random()); }
        };
        Stream random(5, k, Purpose::test), same(5, k, Purpose::test);
        std::vector<Jump> record, expected;
        sample(
            random, std::vector{1.5}, [](std::size_t, const LadderView&) {}, &record);
        LadderWalk<Draws> walk(ladder, pump, 2, Draws{same});
        while (walk.jumps_by(1.5))
            walk.jump<Quantities::time_tags>(&expected);
        REQUIRE(record.size() == expected.size());
        for (std::size_t i = 0; i < record.size(); ++i) {
            CHECK(record[i].time == doctest::Approx(expected[i].time).epsilon(1e-12));
            CHECK(record[i].dn() == expected[i].dn());
        }
    }
}

TEST_CASE("jumps do not depend on when one looks") {
    const DickeLadder ladder(30);
    const DiagonalSampler sample(collective_channels(ladder), PumpSchedule::triangle(0.5, 1.5, 0.1, 3),
                                 DickeState::coherent(ladder, 1.0, 0.0));
    std::vector<Jump> few, many;
    std::vector<double> times;
    for (int i = 0; i <= 100; ++i)
        times.push_back(0.007 * i);
    Stream a(1, 7, Purpose::test), b(1, 7, Purpose::test);
    sample(
        a, std::vector{times.back()}, [](std::size_t, const LadderView&) {}, &few);
    sample(
        b, times, [](std::size_t, const LadderView&) {}, &many);
    CHECK(few.size() > 50);
    CHECK(few == many);
}

TEST_CASE("10^4 atoms in superposition neither overflow nor underflow") {
    const DickeLadder ladder(10'000);
    for (const auto& start : {DickeState::coherent(ladder, 0.4, 0.2), DickeState::ghz(ladder),
                              DickeState::coherent(ladder, 3.1, 0.0)}) {
        const DiagonalSampler sample(collective_channels(ladder), PumpSchedule::linear(0.5, 1.5, 1e-3),
                                     start);
        Stream random(1, 1, Purpose::test);
        int seen = 0;
        sample(random, std::vector{0.0, 2e-4, 4e-4}, [&](std::size_t, const LadderView& view) {
            const auto moments = spin_moments(view);
            double norm = 0.0;
            for (const double weight : view.weights)
                norm += weight;
            CHECK(norm == doctest::Approx(1.0).epsilon(1e-12));
            CHECK(std::isfinite(moments.jz2 + moments.jx + moments.jy));
            CHECK(moments.jz2 >= moments.jz * moments.jz * (1.0 - 1e-12));
            CHECK(view.mean([](std::int64_t) { return 1.0; }) == doctest::Approx(1.0));
            ++seen;
        });
        CHECK(seen == 3);
    }
}

TEST_CASE("a pump that never comes leaves the dark state dark") {
    const DickeLadder ladder(4);
    const DiagonalSampler sample(collective_channels(ladder), PumpSchedule::constant(0.0),
                                 DickeState::ghz(ladder));
    int dark = 0, bright = 0;
    for (std::uint64_t k = 0; k < 400; ++k) {
        Stream random(2, k, Purpose::test);
        std::vector<Jump> record;
        sample(
            random, std::vector{50.0},
            [&](std::size_t, const LadderView& view) {
                CHECK(spin_moments(view).jz == doctest::Approx(-2.0).epsilon(1e-9));
            },
            &record);
        CHECK((record.empty() || record.size() == 4));
        ++(record.empty() ? dark : bright);
    }
    CHECK(dark > 120);
    CHECK(bright > 120);
}

TEST_CASE("a state of another N is refused") {
    const auto channels = collective_channels(DickeLadder(3));
    CHECK_THROWS_WITH_AS(
        DiagonalSampler(channels, PumpSchedule::constant(1.0), DickeState::ghz(DickeLadder(4))),
        doctest::Contains("5 amplitudes"), InvalidInput);
    auto open = channels;
    open.emission[0] = 1.0;
    CHECK_THROWS_AS(DiagonalSampler(open, PumpSchedule::constant(1.0), DickeState::ghz(DickeLadder(3))),
                    InvalidInput);
}

TEST_CASE("times that do not ascend, and views with a phase too few, are refused") {
    const DickeLadder ladder(3);
    const DiagonalSampler sample(collective_channels(ladder), PumpSchedule::constant(1.0),
                                 DickeState::coherent(ladder, 1.0, 0.0));
    const auto run = [&](const std::vector<double>& times) {
        Stream random(1, 1, Purpose::test);
        sample(random, times, [](std::size_t, const LadderView&) {});
    };
    CHECK_NOTHROW(run({}));
    CHECK_NOTHROW(run({0.0, 0.1, 0.1}));
    for (const auto& times : {std::vector{std::nan("")}, std::vector{0.0, std::nan("")}, std::vector{-0.1},
                              std::vector{0.2, 0.1}, std::vector{HUGE_VAL}})
        CHECK_THROWS_AS(run(times), InvalidInput);
    Stream random(1, 1, Purpose::test);
    CHECK_THROWS_AS(sample(random, DickeState::ghz(DickeLadder(4)), std::vector{1.0},
                           [](std::size_t, const LadderView&) {}),
                    InvalidInput);
    const std::vector<double> weights{0.5, 0.5}, phases{0.0};
    CHECK_THROWS_AS(spin_moments({.atoms = 3, .first = 0, .weights = weights, .phases = phases}),
                    InvalidInput);
}
