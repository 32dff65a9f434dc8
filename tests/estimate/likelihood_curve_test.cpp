#include "estimate/likelihood_curve.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace dickejump;
using doctest::Approx;

namespace {

/// A likelihood by formula, and how many looks at it there were.
struct Formula {
    double (*log_likelihood)(double);
    int looks = 0;

    Likelihood likelihood() {
        return [this](const LikelihoodFilter::Thetas& thetas) {
            ++looks;
            LikelihoodFilter::Result result;
            for (std::size_t i = 0; i < thetas.size(); ++i)
                result.log_likelihood[i] = log_likelihood(thetas[i]);
            return result;
        };
    }
};

LikelihoodCurve explored(const Likelihood& likelihood, const ThetaRange& range) {
    LikelihoodCurve curve(likelihood, range);
    LikelihoodFilter::Thetas first;
    for (std::size_t i = 0; i < first.size(); ++i)
        first[i] = -0.1 + 0.03 * static_cast<double>(i);
    curve.add(first, likelihood(first));
    curve.explore();
    return curve;
}

}  // namespace

TEST_CASE("a curve with a long tail is followed to its peak, and is right between its samples") {
    // A gamma law of w = theta + 1: maximum at w = 3, width sqrt(3), a boundary at w = 0.
    Formula gamma{[](double theta) { return 3.0 * std::log(theta + 1.0) - (theta + 1.0); }};
    const auto likelihood = gamma.likelihood();
    auto curve = explored(likelihood, {.lowest = -1.0, .prior = {-1.0, 6.0}});
    const auto peak = curve.peak();
    REQUIRE(peak.has_value());
    CHECK(peak->theta == Approx(2.0).epsilon(1e-3));
    CHECK(peak->standard_error == Approx(std::sqrt(3.0)).epsilon(1e-3));
    const double top = gamma.log_likelihood(2.0);
    for (double theta = -0.5; theta < 6.0; theta += 0.37)
        CHECK(std::exp(curve.at(theta)) == Approx(std::exp(gamma.log_likelihood(theta) - top)).epsilon(0.01));
    CHECK(curve.support().low >= -1.0);
    CHECK(curve.support().high == Approx(6.0));
    CHECK(gamma.looks < 15);
}

TEST_CASE("peaks that are not inside are not taken for maxima") {
    const ThetaRange range{.lowest = -0.5, .prior = {-0.5, 0.5}};
    Formula falls{[](double theta) { return -3.0 * theta; }};
    Formula grows{[](double theta) { return -1.0 / (theta + 1.0); }};
    Formula flat{[](double) { return -7.0; }};
    for (auto* formula : {&falls, &grows}) {
        const auto likelihood = formula->likelihood();
        auto curve = explored(likelihood, range);
        CHECK_FALSE(curve.peak().has_value());
        CHECK(curve.why_none() == NoMaximum::boundary);
    }
    const auto likelihood = flat.likelihood();
    auto curve = explored(likelihood, range);
    CHECK_FALSE(curve.peak().has_value());
    CHECK(curve.why_none() == NoMaximum::flat);
}

TEST_CASE("a maximum close to the boundary is told from the boundary") {
    Formula near{[](double theta) { return -0.5 * std::pow((theta + 0.499) / 0.3, 2); }};
    const auto likelihood = near.likelihood();
    auto curve = explored(likelihood, {.lowest = -0.5, .prior = {-0.5, 0.5}});
    const auto peak = curve.peak();
    REQUIRE(peak.has_value());
    CHECK(peak->theta == Approx(-0.499).epsilon(1e-4));
    CHECK(peak->standard_error == Approx(0.3).epsilon(2e-3));
}

TEST_CASE("thetas for which the record cannot happen do not spoil the rest") {
    Formula part{[](double theta) {
        return theta < 0.0 ? -std::numeric_limits<double>::infinity() : 2.0 * std::log(theta) - 10.0 * theta;
    }};
    const auto likelihood = part.likelihood();
    auto curve = explored(likelihood, {.lowest = -0.5, .prior = {-0.5, 0.9}});
    const auto peak = curve.peak();
    REQUIRE(peak.has_value());
    CHECK(peak->theta == Approx(0.2).epsilon(1e-3));
    CHECK(peak->standard_error == Approx(std::sqrt(2.0) / 10.0).epsilon(1e-3));
}
