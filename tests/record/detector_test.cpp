#include "dickejump/record/detector.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

using namespace dickejump;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> said(const Problems& problems) {
    try {
        problems.raise();
    } catch (const InvalidInput& error) {
        return error.problems();
    }
    return {};
}

std::vector<std::string> problems_of_text(const std::string& text) {
    Problems problems;
    parse_detector(text, problems);
    return said(problems);
}

/// What is wrong with a detector on a run of length 10 with ticks of 0.02.
std::vector<std::string> problems_of(const Detector& detector, double side_rate = 0.0) {
    Problems problems;
    check(detector, side_rate, 10.0, 0.02, problems);
    return said(problems);
}

Detector one_channel(const std::function<void(ChannelDetector&)>& change = {}) {
    Detector detector{.name = "d", .channel = {}};
    detector[Channel::cavity] = ChannelDetector{};
    if (change) change(*detector[Channel::cavity]);
    return detector;
}

/// One complaint that names the detector and contains `part`.
void check_refused(const Detector& detector, const std::string& part, double side_rate = 0.0) {
    const auto problems = problems_of(detector, side_rate);
    REQUIRE(problems.size() == 1);
    CAPTURE(problems[0]);
    CHECK(problems[0].starts_with("detector d: "));
    CHECK(problems[0].find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("a detector is read from its channels and efficiencies, and named by the text") {
    Problems problems;
    const auto both = parse_detector("pump=0.5,cavity=1", problems);
    CHECK(both.name == "pump=0.5,cavity=1");
    CHECK(both[Channel::cavity]->efficiency == 1.0);
    CHECK(both[Channel::pump]->efficiency == 0.5);
    CHECK_FALSE(both[Channel::side].has_value());
    CHECK(parse_detector("side=1e-3", problems)[Channel::side]->efficiency == 1e-3);
    CHECK(problems.empty());
    CHECK(problems_of(both).empty());
    CHECK(both.likelihood_is_exact());
}

TEST_CASE("a text that is no detector is refused with what is wrong and how to write it") {
    const auto refused = [](const std::string& text, const std::string& part) {
        const auto problems = problems_of_text(text);
        CAPTURE(text);
        REQUIRE(problems.size() == 1);
        CAPTURE(problems[0]);
        CHECK(problems[0].starts_with("detector = " + text));
        CHECK(problems[0].find(part) != std::string::npos);
    };
    refused("laser=1", "no channel laser");
    refused("Cavity=1", "no channel Cavity");
    refused("cavity", "not CHANNEL=EFFICIENCY");
    refused("", "not CHANNEL=EFFICIENCY");
    refused("cavity=1,", "not CHANNEL=EFFICIENCY");
    refused("cavity=", "not a number");
    refused("cavity=much", "not a number");
    refused("cavity=0.5x", "not a number");
    refused("cavity=1,pump=1,cavity=0.5", "names cavity twice");
    CHECK(problems_of_text("laser=1,cavity=x,pump").size() == 3);  // all at once
}

TEST_CASE("detectors that cannot be are refused, each for its own reason") {
    CHECK(problems_of(one_channel()).empty());
    for (const double efficiency : {-0.1, 1.1, infinite, not_a_number})
        check_refused(one_channel([&](auto& c) { c.efficiency = efficiency; }), "cavity efficiency");
    for (const double bad : {-1e-9, infinite, not_a_number}) {
        check_refused(one_channel([&](auto& c) { c.background = bad; }), "cavity background");
        check_refused(one_channel([&](auto& c) { c.dead_time = bad; }), "cavity dead_time");
        check_refused(one_channel([&](auto& c) { c.jitter = bad; }), "cavity jitter");
        auto detector = one_channel();
        detector.bin_width = bad;
        check_refused(detector, "bin");
    }
    check_refused(Detector{.name = "d", .channel = {}}, "no channel");

    Detector side{.name = "d", .channel = {}};
    side[Channel::side] = ChannelDetector{};
    check_refused(side, "`side_rate`");
    CHECK(problems_of(side, 0.1).empty());
}

TEST_CASE("the edges of what can be are accepted") {
    for (const double efficiency : {0.0, 1.0})
        CHECK(problems_of(one_channel([&](auto& c) { c.efficiency = efficiency; })).empty());
    auto detector = one_channel();
    for (const double width : {0.0, 0.02, 10.0}) {
        detector.bin_width = width;
        CHECK(problems_of(detector).empty());
    }
}

TEST_CASE("a bin has room for a tick and fits into the scan") {
    auto detector = one_channel();
    detector.bin_width = 0.019;
    check_refused(detector, "`ticks`");
    detector.bin_width = 10.01;
    check_refused(detector, "longer than the scan");
}

TEST_CASE("a gate opens before it closes") {
    auto detector = one_channel();
    detector.gate_open = 2.0, detector.gate_close = 3.0;
    CHECK(problems_of(detector).empty());
    for (const auto& [open, close] : {std::pair{3.0, 2.0}, std::pair{2.0, 2.0}, std::pair{-1.0, 2.0},
                                      std::pair{not_a_number, 2.0}, std::pair{1.0, not_a_number}}) {
        detector.gate_open = open, detector.gate_close = close;
        check_refused(detector, "gate");
    }
}

TEST_CASE("all mistakes of a detector come at once") {
    auto detector = one_channel(
        [](auto& c) { c.efficiency = 2.0, c.background = -1.0, c.dead_time = -1.0, c.jitter = -1.0; });
    detector[Channel::side] = ChannelDetector{};
    detector.bin_width = 11.0;
    detector.gate_close = -1.0;
    CHECK(problems_of(detector).size() == 7);
}

TEST_CASE("a likelihood is exact unless dead time is paralysable, times are jittered or tags are not kept") {
    using DeadTime = ChannelDetector::DeadTime;
    CHECK(one_channel([](auto& c) { c.efficiency = 0.3, c.background = 2.0; }).likelihood_is_exact());
    CHECK(one_channel([](auto& c) { c.dead_time = 0.1; }).likelihood_is_exact());
    CHECK_FALSE(one_channel([](auto& c) {
                    c.dead_time = 0.1, c.dead_time_kind = DeadTime::paralysable;
                }).likelihood_is_exact());
    CHECK(one_channel([](auto& c) { c.dead_time_kind = DeadTime::paralysable; }).likelihood_is_exact());
    CHECK_FALSE(one_channel([](auto& c) { c.jitter = 0.1; }).likelihood_is_exact());
    auto coarse = one_channel();
    coarse.time_tags = false;
    CHECK_FALSE(coarse.likelihood_is_exact());
}

TEST_CASE("what any run would refuse of a detector is known without one") {
    const auto count = [](const Detector& detector) {
        Problems problems;
        check(detector, problems);
        return problems.list().size();
    };
    CHECK(count(one_channel()) == 0);
    CHECK(count(Detector{.name = "blind", .channel = {}}) == 1);
    for (const double efficiency : {-1.0, 1.1, not_a_number})
        CHECK(count(one_channel([&](auto& c) { c.efficiency = efficiency; })) == 1);
    auto detector = one_channel();
    detector.gate_open = 3.0, detector.gate_close = 2.0;
    CHECK(count(detector) == 1);
    // Of a run: a gate that opens when it is over.
    detector.gate_close = 20.0, detector.gate_open = 10.0;
    CHECK(count(detector) == 0);
    check_refused(detector, "opens after the run");
}
