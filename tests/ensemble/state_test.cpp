#include "dickejump/ensemble/state.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "dickejump/estimate/covariance.hpp"
#include "dickejump/estimate/curve_moments.hpp"
#include "dickejump/estimate/histogram.hpp"
#include "dickejump/estimate/mean_crossing.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/study/scan/prepared_scan.hpp"
#include "study/scan/scan_block.hpp"
#include "support/detectors.hpp"

using namespace dickejump;

namespace {

Moments some_moments(int count, unsigned seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal(2.0, 3.0);
    Moments moments;
    for (int i = 0; i < count; ++i)
        moments.add(normal(random));
    return moments;
}

}  // namespace

TEST_CASE("sums come back from their state to the last bit, and merge as if they had never left") {
    const auto moments = some_moments(17, 1), other = some_moments(5, 2);
    Moments copy;
    restore(copy, state_of(moments));
    CHECK(state_of(copy) == state_of(moments));
    auto here = moments, there = copy;
    here.merge(other);
    there.merge(other);
    CHECK(state_of(here) == state_of(there));
    CHECK(here.variance()->error == there.variance()->error);
    CHECK(layout_of(moments) == "{count:i64;mean:f64;sum2:f64;sum3:f64;sum4:f64;}");
    CHECK(state_of(moments).size() == 40);
}

TEST_CASE("the sums of a whole scan come back from their state, detectors, signals and all") {
    ScanConfig config{.atoms = 12,
                      .rate = 4,
                      .half_width = 5,
                      .trajectories = 300,
                      .seed = 3,
                      .points = 11,
                      .side_rate = 1.0,
                      .signals = true};
    config.detectors = {test::detector_of("side=0.5"), test::detector_of("cavity=1,pump=0.2")};
    config.estimators = {Estimator::area, Estimator::first_crossing, Estimator::last_crossing,
                         Estimator::mid_crossing, Estimator::loop};
    const auto scan = prepare(config);
    const ScanBlock block(scan.plan());
    auto first = block({.index = 0, .seed = 3}), second = block({.index = 1, .seed = 3});
    auto copy = block.empty();
    restore(copy, state_of(first));
    CHECK(state_of(copy) == state_of(first));
    CHECK(layout_of(copy) == layout_of(first));
    first.merge(second);
    copy.merge(second);
    CHECK(state_of(copy) == state_of(first));
}

TEST_CASE("states of other sums are refused, not misread") {
    Covariance small(2), large(3);
    small.add(Eigen::Vector2d{1.0, 2.0});
    large.add(Eigen::Vector3d{1.0, 2.0, 3.0});
    CHECK_THROWS_AS(restore(large, state_of(small)), InvalidInput);
    auto bytes = state_of(small);
    CHECK_THROWS_WITH_AS(restore(small, bytes.substr(0, bytes.size() - 1)),
                         doctest::Contains("end too early"), InvalidInput);
    CHECK_THROWS_WITH_AS(restore(small, bytes + std::string(8, '\0')), doctest::Contains("should end"),
                         InvalidInput);
    Histogram ten(0.0, 1.0, 10), twenty(0.0, 1.0, 20);
    CHECK_THROWS_AS(restore(twenty, state_of(ten)), InvalidInput);
    std::optional<Moments> there = Moments(), absent;
    CHECK_THROWS_AS(restore(absent, state_of(there)), InvalidInput);
    CHECK_THROWS_AS(restore(there, state_of(absent)), InvalidInput);
    CHECK(layout_of(there) != layout_of(absent));
}

TEST_CASE("a series grows with the runs, and its length is no part of the layout") {
    Series<double> first{{1.0, 2.5}}, none, copy;
    CHECK(layout_of(first) == "series");
    CHECK(layout_of(none) == "series");
    restore(copy, state_of(first));
    CHECK(copy.items == first.items);
    copy.merge({{-3.0}});
    CHECK(copy.items == std::vector<double>{1.0, 2.5, -3.0});
    restore(copy, state_of(none));
    CHECK(copy.items.empty());
    // A length that is not true is refused before memory is taken for it.
    auto longer = state_of(first);
    longer[6] = '\x7f';
    CHECK_THROWS_WITH_AS(restore(copy, longer), doctest::Contains("longer than they are"), InvalidInput);
}

TEST_CASE("sums of squares beyond 64 bits keep every bit") {
    const TickGrid grid{.duration = 1.0, .ticks = 2};
    CurveMoments moments(2'000'000'000, grid, 1);
    Window window;
    window.grid = grid;
    window.ticks = 2;
    window.lanes = 8;
    window.start.assign(8, 2'000'000'000);
    window.n.assign(16, 0);
    moments.observe(window);
    CurveMoments copy(2'000'000'000, grid, 1);
    restore(copy, state_of(moments));
    CHECK(state_of(copy) == state_of(moments));
    CHECK(copy.at(0).mean()->value == 1e9);
}
