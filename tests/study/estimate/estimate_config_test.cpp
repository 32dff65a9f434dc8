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
