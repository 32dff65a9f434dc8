#include "dickejump/estimate/record_information.hpp"

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <cmath>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "estimate/plain_filter.hpp"
#include "support/detectors.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

FilteredRun some_run() {
    auto detector = detector_of("cavity=0.6,side=0.8");
    detector[Channel::cavity]->background = 2.0;
    return {DickeLadder(12), PumpSchedule::linear(0.6, 1.4, 1.5), 1.5, detector, 0.7};
}

Eigen::MatrixXd information(const FilteredRun& c, const std::vector<Parameter>& unknown,
                            std::int64_t trajectory) {
    const RecordInformation of(c.ladder, c.pump, c.duration, c.start(), c.detector, c.side_rate, unknown);
    return of(c.clicks(trajectory));
}

}  // namespace

TEST_CASE("the information about theta alone is that of the likelihood filter") {
    const auto c = some_run();
    for (const std::int64_t trajectory : {1, 2, 3}) {
        const auto clicks = c.clicks(trajectory);
        const auto result = c.filter()(clicks, {0, 0, 0, -1e-4, 1e-4, 0, 0, 0});
        CHECK(information(c, {}, trajectory)(0, 0) == doctest::Approx(result.information).epsilon(1e-4));
    }
}

TEST_CASE("the matrix obeys what scaling says of a detector's parameters") {
    const auto c = some_run();
    // Efficiency and rate of the side light enter as their product; gamma and the shift are no such pair.
    const auto f = information(c,
                               {Parameter::side_rate, Parameter::efficiency_side, Parameter::gamma,
                                Parameter::efficiency_cavity, Parameter::background_cavity},
                               4);
    REQUIRE(f.rows() == 6);
    CHECK((f - f.transpose()).cwiseAbs().maxCoeff() < 1e-12 * f.trace());
    for (Eigen::Index i = 0; i < 6; ++i) {
        CHECK(f(i, i) > 0.0);
        CHECK(0.7 * f(1, i) == doctest::Approx(0.8 * f(2, i)).epsilon(1e-3));
        for (Eigen::Index j = 0; j < i; ++j)
            CHECK(f(i, j) * f(i, j) <= f(i, i) * f(j, j) * (1.0 + 1e-9));
    }
    CHECK(f(0, 3) * f(0, 3) < 0.99 * f(0, 0) * f(3, 3));
}

TEST_CASE("a background alone tells of itself as a count does") {
    // Nothing but background: the information of a Poisson count, T/b.
    FilteredRun c{DickeLadder(3), PumpSchedule::constant(1.0), 2.0, detector_of("cavity=0"), 0.0};
    c.detector[Channel::cavity]->background = 5.0;
    const auto f = information(c, {Parameter::background_cavity, Parameter::efficiency_cavity}, 1);
    CHECK(f(1, 1) == doctest::Approx(2.0 / 5.0).epsilon(1e-5));
    CHECK(f(0, 0) < 1e-9);
    CHECK(f(2, 2) > 0.0);
}

TEST_CASE("parameters that the detector does not have, and too many of them, are refused") {
    const auto c = some_run();
    CHECK_THROWS_AS(information(c, {Parameter::efficiency_pump}, 1), InvalidInput);
    CHECK_THROWS_AS(information(c, {Parameter::gamma, Parameter::gamma}, 1), InvalidInput);
    auto all = c;
    all.detector = detector_of("cavity=0.5,pump=0.5,side=0.5");
    CHECK_THROWS_AS(information(all, {all_parameters.begin(), all_parameters.end()}, 1), InvalidInput);
}
