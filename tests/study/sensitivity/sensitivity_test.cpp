#include "dickejump/study/sensitivity/sensitivity.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>

#include "dickejump/io/sensitivity_report.hpp"
#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {

SensitivityConfig small_study() {
    return {.atoms = {10, 100, 100'000}, .rates = {16.0, 30.0}, .trajectories = 300, .seed = 4};
}

/// Every point as it is kept, in order.
std::vector<std::string> kept(const SensitivityConfig& config, int threads) {
    const auto all = points(config);
    std::vector<std::string> done(all.size());
    const auto stop = simulate_points(all, {.threads = threads}, [&](std::size_t i, const ScanResult& point) {
        done[i] = ReportedPoint(point).json;
    });
    CHECK(stop == StopReason::completed);
    return done;
}

std::vector<std::string> problems_of(const SensitivityConfig& config) {
    Problems problems;
    check(config, problems);
    return problems.list();
}

}  // namespace

TEST_CASE("parts of a study are disjoint, all there is, and about as long as each other") {
    const auto all = points({.atoms = {10, 20, 100, 200, 400}, .rates = {1.0, 16.0}, .trajectories = 30'000});
    for (const std::int64_t parts : {1, 3, 10, 12}) {
        CAPTURE(parts);
        std::vector<std::size_t> seen;
        for (std::int64_t part = 1; part <= parts; ++part) {
            const auto mine = scans_of_part(all, part, parts);
            CHECK(std::is_sorted(mine.begin(), mine.end()));
            CHECK(mine.empty() == (part > 10));
            seen.insert(seen.end(), mine.begin(), mine.end());
        }
        std::sort(seen.begin(), seen.end());
        REQUIRE(seen.size() == all.size());
        for (std::size_t i = 0; i < seen.size(); ++i)
            CHECK(seen[i] == i);
    }
    // The scan of 400 atoms at rate 1 takes longer than all the others together.
    CHECK(scans_of_part(all, 1, 2) == std::vector<std::size_t>{4});
    CHECK_THROWS_AS(scans_of_part(all, 0, 2), InvalidInput);
    CHECK_THROWS_AS(scans_of_part(all, 3, 2), InvalidInput);
}

TEST_CASE("a study has every rate and number of atoms, each with a seed of its own") {
    auto study = small_study();
    const auto all = points(study);
    REQUIRE(all.size() == 6);
    CHECK(all[1].atoms == 100);
    CHECK(all[4].rate == 30.0);
    CHECK(all[0].half_width == Approx(4.9));
    CHECK(all[1].half_width == Approx(30.0));
    CHECK(all[4].half_width == Approx(6.0 + 6.0 * std::sqrt(30.0)));
    CHECK(resolved(all[1]).method == Method::exact);
    CHECK(resolved(all[2]).method == Method::sphere);
    std::set<std::uint64_t> seeds;
    for (const auto& point : all)
        seeds.insert(point.seed);
    CHECK(seeds.size() == 6);

    // A point does not know which others there are.
    study.atoms = {100'000};
    study.rates = {30.0};
    CHECK(points(study)[0].seed == all[5].seed);
    study.seed = 5;
    CHECK(points(study)[0].seed != all[5].seed);
    study.half_width = 12.0;
    CHECK(points(study)[0].half_width == 12.0);
    study.method = Method::exact;
    CHECK(points(study)[0].method == Method::exact);
}

TEST_CASE("a point is the scan that its seed, rate and half-width say") {
    const auto all = points(small_study());
    const auto done = kept(small_study(), 2);
    const auto result = simulate(prepare(all[1]));
    const auto alone = sensitivities(result);
    const ReportedPoint reported(done[1]);
    REQUIRE(alone.size() == 9);
    REQUIRE(reported.values.size() == 9);
    for (std::size_t i = 0; i < alone.size(); ++i) {
        CHECK(reported.values[i].estimator == alone[i].estimator);
        CHECK(reported.values[i].direction == alone[i].direction);
        CHECK(reported.values[i].missing == alone[i].missing);
        CHECK(reported.values[i].delta_w->value == alone[i].delta_w->value);
        CHECK(reported.values[i].delta_w->error == alone[i].delta_w->error);
        CHECK(reported.values[i].delta_w->value == result.estimators[i].delta_w->value);
    }
    // Reading and writing changes nothing.
    CHECK(ReportedPoint(done[1]).json == done[1]);
}

TEST_CASE("one thread or many, a study is the same to the last byte") {
    const auto one = kept(small_study(), 1);
    CHECK(kept(small_study(), 2) == one);
    CHECK(kept(small_study(), 3) == one);
    const auto whole = simulate(prepare(small_study()), {.threads = 2});
    CHECK(whole.stop_reason == StopReason::completed);
    REQUIRE(whole.points.size() == one.size());
    for (std::size_t i = 0; i < one.size(); ++i)
        CHECK(ReportedPoint(whole.points[i]).json == one[i]);
}

TEST_CASE("an interrupted study keeps what is finished") {
    std::atomic<bool> enough = false;
    const auto all = points(small_study());
    const auto whole = kept(small_study(), 2);
    std::size_t count = 0;
    const auto stop = simulate_points(all, {.threads = 2, .interrupt = &enough},
                                      [&](std::size_t i, const ScanResult& point) {
                                          CHECK(ReportedPoint(point).json == whole[i]);
                                          ++count;
                                          enough = true;
                                      });
    CHECK(stop == StopReason::interrupted);
    CHECK(count >= 1);
    CHECK(count < all.size());
}

TEST_CASE("an error while a point is kept ends the study and comes out") {
    const auto all = points(small_study());
    CHECK_THROWS_WITH(
        simulate_points(all, {.threads = 2},
                        [](std::size_t, const ScanResult&) { throw std::runtime_error("full disk"); }),
        "full disk");
}

TEST_CASE("progress goes from nothing to all") {
    double last = 0.0;
    std::int64_t done = 0;
    RunControl control{.threads = 2};
    control.progress = [&](const Progress& progress) {
        CHECK(progress.fraction() >= last - 1e-12);
        CHECK(progress.wanted == 6);
        CHECK(progress.unit == "scans");
        last = progress.fraction();
        done = progress.done;
    };
    simulate_points(points(small_study()), control, [](std::size_t, const ScanResult&) {});
    CHECK(last == Approx(1.0));
    CHECK(done == 6);
}

TEST_CASE("what is wrong with a study is said once each") {
    auto study = small_study();
    CHECK(problems_of(study).empty());
    study.atoms = {100, 0, 100};
    study.rates = {2.0, -1.0};
    study.half_width = std::numeric_limits<double>::quiet_NaN();  // given, and wrong
    study.trajectories = 1;
    const auto problems = problems_of(study);
    const auto said = [&](const std::string& part) {
        for (const auto& problem : problems)
            if (problem.find(part) != std::string::npos) return true;
        return false;
    };
    for (const char* part : {"`atoms` = 100 (given twice)", "`atoms` = 0", "`rates` = -1",
                             "`half_width` = nan", "`trajectories` = 1"})
        CHECK_MESSAGE(said(part), part);
    CHECK(problems.size() == 5);
    CHECK(problems_of({}).size() == 2);  // no atoms, no rates

    auto few = small_study();
    few.method = Method::sphere;  // 10 atoms, S = 4.9; 100 atoms, S = 30 and 38.9
    CHECK(problems_of(few).size() == 3);
    few.method = Method::automatic;
    few.half_width = 200.0;  // too wide for 10 and 100 atoms
    CHECK(problems_of(few).size() == 2);
}
