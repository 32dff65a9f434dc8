#include <doctest/doctest.h>

#include <array>
#include <boost/math/distributions/binomial.hpp>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <vector>

#include "dickejump/random/stream.hpp"
#include "study/estimate/estimate_plan.hpp"
#include "support/affordable.hpp"
#include "support/detectors.hpp"
#include "support/statistics.hpp"

// Profile likelihoods of theta and of the critical pump with gamma and an efficiency unknown: how often their
// intervals hold the truth. At a fixed seed; for a new one a p-value falls below `false_alarm` with
// probability 1e-6. Beside it stands the power: intervals of the same records that take gamma as known do not
// hold it.

using namespace dickejump;

namespace {

constexpr double false_alarm = 1e-6;

/// Two-sided, of so many of `runs` that hold the truth where `claimed` of them should.
double coverage_p_value(int holding, int runs, double claimed) {
    const boost::math::binomial law(runs, claimed);
    const double below = boost::math::cdf(law, holding),
                 above = holding > 0 ? boost::math::cdf(boost::math::complement(law, holding - 1)) : 1.0;
    return std::min(1.0, 2.0 * std::min(below, above));
}

struct Held {
    int at68 = 0, at95 = 0, runs = 0;

    void add(const std::optional<Interval>& of68, const std::optional<Interval>& of95, double truth) {
        ++runs;
        at68 += of68 && of68->contains(truth);
        at95 += of95 && of95->contains(truth);
    }
    void add(const std::optional<JointEstimate::Profile>& profile, double truth) {
        const auto found = profile.value_or(JointEstimate::Profile{});
        add(found.interval68, found.interval95, truth);
    }
    double p_value() const {
        return std::min(coverage_p_value(at68, runs, 0.68), coverage_p_value(at95, runs, 0.95));
    }
};

/// Intervals of records `size` at a time; the efficiency is measured anew before each group.
struct Coverages {
    Held theta, critical, known;

    Coverages(const ClickModel& model, const Eigen::Vector3d& truth, std::size_t groups, std::size_t size) {
        const auto records =
            model.source_at(truth).clicks(11 + size, 0, static_cast<int>(groups * size), 0.0, {});
        for (std::size_t g = 0; g < groups; ++g) {
            const auto own = std::span(records).subspan(g * size, size);
            auto problem = model.problem;
            Stream random(11 + size, g, Purpose::test);
            auto& prior = *problem.unknown[1].prior;
            prior.value = boost::random::normal_distribution<double>(truth(2), prior.error)(random);
            const auto joint = estimate_jointly(
                [&](const Eigen::VectorXd& at) {
                    auto told = model.joint.at(own[0], at);
                    for (std::size_t i = 1; i < size; ++i) {
                        const auto more = model.joint.at(own[i], at);
                        told.log_likelihood += more.log_likelihood;
                        told.score += more.score;
                        told.information += more.information;
                    }
                    return told;
                },
                problem, model.joint.nominal());
            theta.add(joint.theta, truth(0));
            critical.add(joint.critical_pump, truth(1) - truth(0));
            const auto alone = model.estimate(
                [&](const LikelihoodFilter::Thetas& thetas) {
                    auto told = model.filter(own[0], thetas);
                    for (std::size_t i = 1; i < size; ++i) {
                        const auto more = model.filter(own[i], thetas);
                        told.information += more.information;
                        for (std::size_t k = 0; k < thetas.size(); ++k)
                            told.log_likelihood[k] += more.log_likelihood[k];
                    }
                    return told;
                },
                0.1, false);
            const bool found = alone && alone->posterior.known();
            known.add(found ? std::optional(alone->posterior.interval(0.68)) : std::nullopt,
                      found ? std::optional(alone->posterior.interval(0.95)) : std::nullopt, truth(0));
        }
    }
};

}  // namespace

TEST_CASE("profile intervals with gamma and an efficiency unknown hold the truth as often as they say") {
    EstimateConfig config{.atoms = 10, .rate = 1.0, .half_width = 3.5};
    config.detectors = {test::detector_of("cavity=0.6,side=0.7")};
    config.side_rate = 2.0;
    config.unknown = {{Parameter::gamma}, {Parameter::efficiency_cavity, Estimate{0.6, 0.03}}};
    const auto prepared = prepare(config);
    const Eigen::Vector3d truth(0.05, 1.2, 0.6);
    for (const auto& [groups, size] : {std::pair<std::size_t, std::size_t>{200, 1}, {16, 15}}) {
        const Coverages of(prepared.plan().model, truth, groups, size);
        CAPTURE(size);
        CAPTURE(of.theta.at68);
        CAPTURE(of.theta.at95);
        CAPTURE(of.critical.at68);
        CAPTURE(of.critical.at95);
        CAPTURE(of.known.at68);
        CAPTURE(of.known.at95);
        CHECK(of.theta.p_value() > false_alarm);
        CHECK(of.critical.p_value() > false_alarm);
        // One record alone does not see that gamma is another; fifteen do.
        if (size > 1) CHECK(of.known.p_value() < false_alarm);
    }
}

TEST_CASE("the score of theta, gamma and an efficiency vanishes on average, and not under a pump 2 % off") {
    EstimateConfig config{.atoms = 10, .rate = 1.0, .half_width = 3.5};
    config.detectors = {test::detector_of("cavity=0.6,side=0.7")};
    config.side_rate = 2.0;
    config.unknown = {{Parameter::gamma}, {Parameter::efficiency_cavity}};
    const auto prepared = prepare(config);
    const auto& model = prepared.plan().model;
    const Eigen::Vector3d assumed(0.0, 1.0, 0.6);
    const auto p_values = [&](double theta) {
        const int runs = static_cast<int>(test::affordable(1500));
        std::array<std::vector<double>, 3> scores;
        for (const auto& clicks :
             model.source_at(Eigen::Vector3d(theta, 1.0, 0.6)).clicks(77, 0, runs, 0.0, {})) {
            const auto told = model.joint.at(clicks, assumed);
            for (Eigen::Index i = 0; i < 3; ++i)
                scores[static_cast<std::size_t>(i)].push_back(told.score(i));
        }
        std::array<double, 3> p{};
        for (std::size_t i = 0; i < 3; ++i)
            p[i] = test::two_sided(test::mean_z(scores[i], 0.0));
        return p;
    };
    for (const double p : p_values(0.0))
        CHECK(p > false_alarm);
    CHECK(p_values(0.02)[0] < false_alarm);
}
