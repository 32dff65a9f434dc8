#include "dickejump/study/sensitivity/sensitivity_sweep.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "dickejump/io/sensitivity_report.hpp"
#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {

SensitivitySweep small_sweep(int threads = 1) {
    SensitivitySweep sweep;
    sweep.atoms = {10, 100, 100'000};
    sweep.rates = {16.0, 30.0};
    sweep.ensemble = {.trajectories = 300, .seed = 4, .threads = threads};
    return sweep;
}

std::vector<std::string> run(const SensitivitySweep& sweep) {
    const auto all = points(sweep);
    std::vector<std::string> done(all.size());
    const auto stop = simulate_points(
        all, sweep.ensemble.threads,
        {.finished = [&](std::size_t i, const auto& point) { done[i] = ReportedPoint(point).json; }});
    CHECK(stop == StopReason::completed);
    return done;
}

std::vector<std::string> problems_of(const SensitivitySweep& sweep) {
    Problems problems;
    check(sweep, problems);
    try {
        problems.raise();
    } catch (const InvalidInput& error) {
        return error.problems();
    }
    return {};
}

}  // namespace

TEST_CASE("a sweep has every rate and number of atoms, each with a seed of its own") {
    auto sweep = small_sweep();
    const auto all = points(sweep);
    REQUIRE(all.size() == 6);
    CHECK(all[1].atoms == 100);
    CHECK(all[4].run.scan.rate == 30.0);
    CHECK(all[0].run.scan.half_width == Approx(4.9));
    CHECK(all[1].run.scan.half_width == Approx(30.0));
    CHECK(all[4].run.scan.half_width == Approx(6.0 + 6.0 * std::sqrt(30.0)));
    CHECK(all[1].run.method == Method::exact);
    CHECK(all[2].run.method == Method::sphere);
    std::set<std::uint64_t> seeds;
    for (const auto& point : all)
        seeds.insert(point.run.ensemble.seed);
    CHECK(seeds.size() == 6);

    // A point does not know which others there are.
    sweep.atoms = {100'000};
    sweep.rates = {30.0};
    CHECK(points(sweep)[0].run.ensemble.seed == all[5].run.ensemble.seed);
    sweep.ensemble.seed = 5;
    CHECK(points(sweep)[0].run.ensemble.seed != all[5].run.ensemble.seed);
    sweep.half_width = 12.0;
    CHECK(points(sweep)[0].run.scan.half_width == 12.0);
    sweep.method = Method::exact;
    CHECK(points(sweep)[0].run.method == Method::exact);
}

TEST_CASE("a point is the scan that its seed, rate and half-width say") {
    const auto all = points(small_sweep(2));
    const auto done = run(small_sweep(2));
    const DickeLadder ladder(100);
    const auto exact = solve_scan(ladder, all[1].run.scan, 11);
    const auto result = simulate_scan(ladder, all[1].run, exact);
    const auto alone = sensitivities({all[1], exact, result});
    const ReportedPoint reported(done[1]);
    REQUIRE(alone.size() == 9);
    REQUIRE(reported.values.size() == 9);
    for (std::size_t i = 0; i < alone.size(); ++i) {
        CHECK(reported.values[i].estimator == alone[i].estimator);
        CHECK(reported.values[i].direction == alone[i].direction);
        CHECK(reported.values[i].missing == alone[i].missing);
        CHECK(reported.values[i].delta_w->value == alone[i].delta_w->value);
        CHECK(reported.values[i].delta_w->error == alone[i].delta_w->error);
        CHECK(reported.values[i].delta_w->value == result.estimators[i].delta_w(100)->value);
    }
    // Reading and writing changes nothing.
    CHECK(ReportedPoint(done[1]).json == done[1]);
}

TEST_CASE("one thread or many, a sweep is the same to the last byte") {
    const auto one = run(small_sweep(1));
    CHECK(run(small_sweep(2)) == one);
    CHECK(run(small_sweep(3)) == one);
}

TEST_CASE("an interrupted sweep keeps what is finished") {
    std::atomic<bool> enough = false;
    const auto sweep = small_sweep(2);
    const auto all = points(sweep);
    const auto whole = run(sweep);
    std::size_t kept = 0;
    const auto stop = simulate_points(all, 2,
                                      {.finished =
                                           [&](std::size_t i, const auto& point) {
                                               CHECK(ReportedPoint(point).json == whole[i]);
                                               ++kept;
                                               enough = true;
                                           },
                                       .interrupt = &enough});
    CHECK(stop == StopReason::interrupted);
    CHECK(kept >= 1);
    CHECK(kept < all.size());
}

TEST_CASE("an error while a point is kept ends the sweep and comes out") {
    const auto all = points(small_sweep(2));
    CHECK_THROWS_WITH(
        simulate_points(
            all, 2, {.finished = [](std::size_t, const auto&) { throw std::runtime_error("full disk"); }}),
        "full disk");
}

TEST_CASE("progress goes from nothing to all") {
    double last = 0.0;
    std::size_t done = 0;
    simulate_points(points(small_sweep(2)), 2,
                    {.finished = [](std::size_t, const auto&) {},
                     .show =
                         [&](const SweepProgress& progress) {
                             CHECK(progress.part >= last - 1e-12);
                             CHECK(progress.wanted == 6);
                             last = progress.part;
                             done = progress.done;
                         }});
    CHECK(last == Approx(1.0));
    CHECK(done == 6);
}

TEST_CASE("exponents are fitted to 100 atoms and more, an estimator, leg and rate at a time") {
    std::vector<Sensitivity> values;
    const auto add = [&](std::int64_t atoms, double rate, std::optional<Direction> leg, double exponent,
                         double tail) {
        const auto n = static_cast<double>(atoms);
        const double delta_w = 5.0 * std::pow(n, exponent) * std::exp(tail / n);
        values.push_back({atoms, rate, Estimator::area, leg, Estimate{delta_w, 0.01 * delta_w}, 0});
    };
    for (const std::int64_t atoms : {10, 99, 100, 1000, 10'000, 100'000}) {
        add(atoms, 1.0, Direction::up, atoms < 100 ? -0.5 : -1.0, 0.0);
        add(atoms, 1.0, Direction::down, -1.0, -5.0);
        add(atoms, 16.0, Direction::up, -1.1, 0.0);
    }
    values.push_back({1'000'000, 1.0, Estimator::area, Direction::up, {}, 300});  // no run has it
    values.push_back({1000, 1.0, Estimator::loop, {}, Estimate{1e-3, 1e-5}, 0});
    const auto fits = fit_exponents(values);
    REQUIRE(fits.size() == 4);
    CHECK(fits[0].law->points == 4);
    CHECK(fits[0].law->exponent.value == Approx(-1.0));
    CHECK(fits[0].exponent()->error == Approx(fits[0].law->exponent.error));
    CHECK(fits[2].rate == 16.0);
    CHECK(fits[2].law->exponent.value == Approx(-1.1));
    CHECK_FALSE(fits[3].exponent());

    // A finite-size correction bends the plain fit; the error owns up to it, and the corrected fit is right.
    const auto& bent = fits[1];
    CHECK(std::abs(bent.exponent()->value + 1.0) > 1.5 * bent.law->exponent.error);
    CHECK(std::abs(bent.exponent()->value + 1.0) < 1.0 * bent.exponent()->error);
    CHECK(bent.corrected->exponent.value == Approx(-1.0));
    CHECK(bent.corrected->tail->value == Approx(-5.0));
    CHECK(bent.finite_size_error() == Approx(std::abs(bent.exponent()->value + 1.0)));
}

TEST_CASE("what is wrong with a sweep is said once each") {
    auto sweep = small_sweep();
    CHECK(problems_of(sweep).empty());
    sweep.atoms = {100, 0, 100};
    sweep.rates = {2.0, -1.0, std::numeric_limits<double>::quiet_NaN()};
    sweep.half_width = 200.0;
    sweep.ensemble.trajectories = 1;
    sweep.ensemble.threads = -1;
    const auto problems = problems_of(sweep);
    REQUIRE(problems.size() == 7);
    const auto said = [&](const std::string& part) {
        for (const auto& problem : problems)
            if (problem.find(part) != std::string::npos) return true;
        return false;
    };
    for (const char* part : {"atoms = 100 (given twice)", "atoms = 0", "rates = -1", "rates = nan",
                             "half-width = 200", "trajectories = 1", "threads = -1"})
        CHECK_MESSAGE(said(part), part);
    CHECK(problems_of({}).size() == 2);  // no atoms, no rates

    auto few = small_sweep();
    few.method = Method::sphere;  // 10 atoms, S = 4.9; 100 atoms, S = 30 and 38.9
    CHECK(problems_of(few).size() == 3);
}
