#include "dickejump/study/estimate/pump_estimate.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "study/estimate/estimate_plan.hpp"
#include "support/complaint.hpp"
#include "support/detectors.hpp"
#include "support/statistics.hpp"

using namespace dickejump;

namespace {

EstimateConfig few_atoms() {
    EstimateConfig config{.atoms = 6, .rate = 2.0, .half_width = 2.5};
    config.detectors = {test::detector_of("cavity=0.3,side=0.8")};
    config.detectors[0][Channel::side]->background = 0.2;
    config.detectors[0][Channel::side]->dead_time = 0.02;
    config.side_rate = 2.0;
    config.fit_records = 0;
    return config;
}

std::vector<double> p_values(const EstimateResult& result) {
    std::vector<double> all;
    // Between two possible values every one is as likely.
    double shift = 0.0;
    for (const auto& record : result.records)
        all.push_back(*record.fit_p_value -
                      std::fmod(shift += 0.61803, 1.0) / static_cast<double>(result.simulated + 1));
    return all;
}

}  // namespace

TEST_CASE("records together: the sum of their likelihoods, whatever the threads") {
    const auto prepared = prepare(few_atoms());
    const auto clicks = simulate_clicks(prepared, 40, 0.1);
    const auto one = estimate(prepared, clicks, 0.0, {.threads = 1}),
               three = estimate(prepared, clicks, 0.0, {.threads = 3});
    REQUIRE(one.combined.theta);
    CHECK(one.combined.theta->value == three.combined.theta->value);
    CHECK(one.combined.theta->error == three.combined.theta->error);
    // Fixed seed; the truth within five errors, and the critical pump its complement.
    CHECK(std::abs(one.combined.theta->value - 0.1) < 5.0 * one.combined.theta->error);
    CHECK(one.combined.critical_pump()->value == 1.0 - one.combined.theta->value);
    double sum = 0.0;
    std::int64_t side = 0;
    for (const auto& record : one.records)
        sum += record.log_likelihood, side += record.clicks[2];
    CHECK(one.combined.log_likelihood == doctest::Approx(sum));
    CHECK(one.combined.clicks[2] == side);
    CHECK(one.combined.interval68->contains(one.combined.theta->value));
    CHECK_FALSE(one.combined.fit_p_value);
    CHECK(simulate_clicks(prepared, 40, 0.1) == clicks);
}

TEST_CASE("fits of right setups have uniform p-values, those of wrong ones small ones") {
    auto config = few_atoms();
    config.fit_records = 1000;
    const auto right = prepare(config);
    const auto clicks = simulate_clicks(right, 120, 0.05);
    config.seed = 2;  // other records than those that are judged
    const auto result = estimate(prepare(config), clicks);
    // False alarm 1e-6 at these seeds.
    CHECK(test::uniformity_p_value(p_values(result)) > 1e-6);
    CHECK(*result.combined.fit_p_value > 1e-3);
    CHECK(result.simulated == 1200);
    // Power: a side rate that is a fifth too small shows in the sum, a third of it in single records.
    config.side_rate = 1.6;
    CHECK(*estimate(prepare(config), clicks).combined.fit_p_value < 2e-3);
    config.side_rate = 0.7;
    CHECK(test::uniformity_p_value(p_values(estimate(prepare(config), clicks))) < 1e-9);
}

TEST_CASE("the p-value of records together is uniform too") {
    const auto config = few_atoms();
    const auto prepared = prepare(config);
    constexpr std::size_t groups = 60, size = 4;
    const auto pool = simulate_fits(prepared.plan(), 0.0, 0.2, 1000, true, 0.0, {});
    const auto clicks = simulate_clicks(prepared, groups * size, 0.0);
    std::vector<double> found;
    for (std::size_t g = 0; g < groups; ++g) {
        const std::vector<std::vector<Photon>> own(
            clicks.begin() + static_cast<std::ptrdiff_t>(g * size),
            clicks.begin() + static_cast<std::ptrdiff_t>((g + 1) * size));
        const auto together = estimate(prepared, own).combined;
        found.push_back(combined_p_value(together.residuals, size, pool, together.theta.has_value()) -
                        0.5e-3);
    }
    // False alarm 1e-6 at this seed.
    CHECK(test::uniformity_p_value(found) > 1e-6);
}

TEST_CASE("theta and what else is unknown are found together, whatever the threads") {
    auto config = few_atoms();
    config.unknown = {{Parameter::gamma}, {Parameter::efficiency_cavity, Estimate{0.3, 0.02}}};
    config.fit_records = 20;
    const auto prepared = prepare(config);
    Eigen::Vector3d truth(0.1, 1.2, 0.29);
    const auto clicks = prepared.plan().model.source_at(truth).clicks(3, 0, 20, 0.0, {});
    const auto one = estimate(prepared, clicks, 0.0, {.threads = 1}),
               three = estimate(prepared, clicks, 0.0, {.threads = 3});
    REQUIRE(one.combined.joint);
    const auto& joint = *one.combined.joint;
    CHECK(joint.value == three.combined.joint->value);
    CHECK(*one.combined.fit_p_value == *three.combined.fit_p_value);
    CHECK(joint.parameters == std::vector<std::string>{"theta", "gamma", "efficiency:cavity"});
    // Fixed seed: five errors.
    for (Eigen::Index i = 0; i < 3; ++i)
        CHECK(std::abs(joint.value(i) - truth(i)) < 5.0 * joint.error(i));
    CHECK(one.combined.theta->value == joint.value(0));
    CHECK(one.combined.critical_pump()->value == doctest::Approx(joint.value(1) - joint.value(0)));
    CHECK(one.combined.critical_pump()->error ==
          doctest::Approx(
              std::sqrt(joint.covariance(0, 0) + joint.covariance(1, 1) - 2.0 * joint.covariance(0, 1))));
    CHECK(one.combined.interval95->contains(joint.value(0)));
    CHECK(one.combined.interval68->high < one.combined.interval95->high);
    // What single records cannot tell apart, they say.
    config.unknown = {{Parameter::side_rate}, {Parameter::efficiency_side}};
    config.fit_records = 0;
    const auto hidden = estimate(prepare(config), {clicks.front()}).combined;
    REQUIRE(hidden.joint);
    REQUIRE(hidden.joint->singular.size() == 1);
    CHECK(hidden.joint->singular[0].find("efficiency:side") != std::string::npos);
    // On a ramp the offset of its begin hides theta.
    config.unknown = {{Parameter::offset}};
    const auto none = estimate(prepare(config), {clicks.front()}).combined;
    CHECK(none.reason == "singular");
    CHECK_FALSE(none.theta);
    CHECK_FALSE(none.critical_pump());
    config.unknown[0].prior = Estimate{0.0, 0.01};
    CHECK(estimate(prepare(config), {clicks.front()}).combined.theta);
}

TEST_CASE("records without a maximum say why") {
    const auto prepared = prepare(few_atoms());
    const auto silent = estimate(prepared, {{}}).combined;
    CHECK_FALSE(silent.theta);
    CHECK(silent.reason == "no clicks");
    CHECK(silent.interval95);
    // From the ground state without a pump's reach there is no click at once.
    auto config = few_atoms();
    config.initial = "ground";
    config.detectors = {test::detector_of("cavity=1")};
    const auto impossible = estimate(prepare(config), {{{0.0, Channel::cavity}}}).combined;
    CHECK(impossible.reason == "impossible");
    CHECK_FALSE(impossible.interval68);
    CHECK(test::mentions(test::complaint([&] { estimate(prepared, {}); }), "records"));
    CHECK(test::mentions(test::complaint([&] { simulate_clicks(prepared, 1, -1.0); }), "theta"));
    CHECK(test::mentions(test::complaint([&] { simulate_clicks(prepared, 0, 0.0); }), "records"));
}
