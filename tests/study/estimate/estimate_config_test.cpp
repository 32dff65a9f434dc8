#include "dickejump/study/estimate/estimate_config.hpp"

#include <doctest/doctest.h>

#include "support/complaint.hpp"
#include "support/detectors.hpp"
#include "support/text_file.hpp"

using namespace dickejump;

namespace {

EstimateConfig scan() {
    EstimateConfig config{.atoms = 20, .rate = 2.0, .half_width = 5.0};
    config.detectors = {test::detector_of("cavity=0.5")};
    return config;
}
std::string problems_of(const EstimateConfig& config) {
    return test::complaint([&] {
        Problems problems;
        check(config, problems);
        problems.raise();
    });
}

}  // namespace

TEST_CASE("a setup is a scan one way or a schedule") {
    auto config = scan();
    CHECK(problems_of(config).empty());
    CHECK(config.run_duration() == 5.0);
    CHECK(config.pump().at(0.0) == doctest::Approx(0.5));
    CHECK(config.start().kind == StartState::Kind::steady);
    CHECK(config.reach() == doctest::Approx(0.5));
    config.direction = "down", config.initial = "ground";
    CHECK(config.pump().at(0.0) == doctest::Approx(1.5));
    CHECK(config.start().n == 20);

    const test::TextFile knots("time,pump\n0,1.0\n4,1.2\n");
    EstimateConfig other{.atoms = 20, .schedule = knots.path(), .initial = "dicke:7"};
    other.detectors = scan().detectors;
    CHECK(problems_of(other).empty());
    CHECK(other.run_duration() == 4.0);
    CHECK(other.start().n == 7);
    CHECK(other.reach() == doctest::Approx(2.0));
    other.duration = 9.0;
    CHECK(other.run_duration() == 9.0);
}

TEST_CASE("what is unknown is said by name, with what was measured of it") {
    const auto told = parse_unknown("efficiency:cavity=0.50(2)");
    CHECK(told.parameter == Parameter::efficiency_cavity);
    CHECK(told.prior->value == 0.5);
    CHECK(told.prior->error == doctest::Approx(0.02));
    CHECK(parse_unknown("background:cavity=12(3)").prior->error == doctest::Approx(3.0));
    CHECK(parse_unknown("gamma=1.00(1.5)").prior->error == doctest::Approx(1.5));
    CHECK_FALSE(parse_unknown("gamma").prior);
    const auto exactly = parse_unknown("offset=-0.1+-0.0125");
    CHECK(exactly.prior->value == -0.1);
    CHECK(to_text(exactly) == "offset=-0.1+-0.0125");
    CHECK(parse_unknown(to_text(told)).prior->error == told.prior->error);
    for (const auto* wrong : {"gama", "gamma=", "gamma=1", "gamma=1(0)", "gamma=1(x)", "gamma=x(1)",
                              "gamma=1+-inf", "gamma=1e-2(3)", "gamma=1(2"})
        CHECK(test::mentions(test::complaint([&] { parse_unknown(wrong); }), "`unknown`"));

    auto config = scan();
    config.unknown = {parse_unknown("gamma"), parse_unknown("efficiency:side")};
    CHECK(test::mentions(problems_of(config), "does not see the side"));
    CHECK(config.unknown_parameters() == std::vector{Parameter::gamma, Parameter::efficiency_side});
}

TEST_CASE("setups that cannot be are refused by name") {
    const auto refuses = [](auto change, const char* word) {
        auto config = scan();
        change(config);
        CAPTURE(word);
        CHECK(test::mentions(problems_of(config), word));
    };
    refuses([](auto& c) { c.rate.reset(); }, "`rate`");
    refuses([](auto& c) { c.half_width = 11.0; }, "half_width");
    refuses([](auto& c) { c.direction = "both"; }, "direction");
    refuses([](auto& c) { c.schedule = "no such file.csv"; }, "no such file.csv");
    refuses([](auto& c) { c.initial = "dicke:21"; }, "dicke:21");
    refuses([](auto& c) { c.initial = "hot"; }, "hot");
    refuses([](auto& c) { c.detectors.clear(); }, "detector");
    refuses([](auto& c) { c.detectors.push_back(c.detectors[0]); }, "2 of them");
    refuses([](auto& c) { c.detectors = {test::detector_of("side=1")}; }, "side");
    refuses([](auto& c) { c.duration = 3.0; }, "duration");
    refuses([](auto& c) { c.side_rate = -1.0; }, "side_rate");
    refuses([](auto& c) { c.prior_width = 0.0; }, "prior_width");
}
