#include "trajectory/uniformisation/event_times.hpp"

#include <doctest/doctest.h>

#include <boost/math/distributions/beta.hpp>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "support/statistics.hpp"

using namespace dickejump;
using namespace dickejump::test;
using namespace dickejump::uniformisation;

namespace {

EventPlace place_of(std::int32_t events, std::uint64_t segment = 3) {
    return {.segment = segment, .events = events, .event = 0, .begin = 2.0, .length = 0.5, .end = 2.5};
}

std::vector<double> all_times(std::uint64_t key, const EventPlace& place) {
    std::vector<std::int32_t> events(static_cast<std::size_t>(place.events));
    std::iota(events.begin(), events.end(), 1);
    std::vector<double> times(events.size());
    EventTimes(key, place)(events, times.data());
    return times;
}

}  // namespace

TEST_CASE("the times of events ascend within their segment, for few events and for many") {
    for (const std::int32_t events : {1, 2, 8, 9, 127, 128, 129, 1000, 30'000}) {
        CAPTURE(events);
        const auto times = all_times(77, place_of(events));
        bool ascending = times.front() > 2.0 && times.back() <= 2.5;
        for (std::size_t i = 1; i < times.size(); ++i)
            ascending = ascending && times[i] >= times[i - 1];
        CHECK(ascending);
    }
}

TEST_CASE("the time of an event is the same whichever others are asked for") {
    for (const std::int32_t events : {1, 100, 128, 5000}) {
        const auto place = place_of(events);
        const auto times = all_times(5, place);
        const EventTimes one(5, place);
        std::vector<std::int32_t> some;
        for (std::int32_t event = 1; event <= events; event += 1 + event / 7) {
            CHECK(one(event) == times[static_cast<std::size_t>(event) - 1]);
            some.push_back(event);
        }
        std::vector<double> of_some(some.size());
        one(some, of_some.data());
        for (std::size_t i = 0; i < some.size(); ++i)
            CHECK(of_some[i] == times[static_cast<std::size_t>(some[i]) - 1]);
    }
}

TEST_CASE("times depend on the lane's key and on the segment, and on where it lies as a line does") {
    const auto times = all_times(5, place_of(10));
    CHECK(all_times(6, place_of(10)) != times);
    CHECK(all_times(5, place_of(10, 4)) != times);
    auto elsewhere = place_of(10);
    elsewhere.begin = 0.0, elsewhere.length = 2.0, elsewhere.end = 2.0;
    const auto others = all_times(5, elsewhere);
    for (std::size_t i = 0; i < times.size(); ++i)
        CHECK(others[i] / 2.0 == doctest::Approx((times[i] - 2.0) / 0.5).epsilon(1e-12));
}

TEST_CASE("the k-th of n times has the law of the k-th of n uniform ones, and so has what lies between two") {
    // False alarm 1e-6 each; a number of events one off is seen.
    struct Case {
        std::int32_t events, event;
    };
    for (const auto& one : {Case{1, 1}, {5, 1}, {9, 4}, {128, 50}, {129, 65}, {700, 13}, {700, 600}}) {
        const auto events = one.events, event = one.event;
        CAPTURE(events);
        CAPTURE(event);
        const auto place = place_of(events);
        const boost::math::beta_distribution<double> law(event, events + 1 - event),
            wrong_law(event, events + 2 - event);
        std::vector<double> p, wrong;
        for (std::uint64_t key = 0; key < 4000; ++key) {
            const double unit = (EventTimes(key, place)(event) - 2.0) / 0.5;
            p.push_back(boost::math::cdf(law, unit));
            wrong.push_back(boost::math::cdf(wrong_law, unit));
        }
        CHECK(uniformity_p_value(p) > 1e-6);
        if (events < 10) CHECK(uniformity_p_value(wrong) < 1e-6);
    }
    // The distance of two is a Beta share too: of 300 events, 100 between.
    const auto place = place_of(300);
    const boost::math::beta_distribution<double> law(100, 201);
    std::vector<double> p;
    for (std::uint64_t key = 0; key < 4000; ++key) {
        const EventTimes times(key, place);
        p.push_back(boost::math::cdf(law, (times(180) - times(80)) / 0.5));
    }
    CHECK(uniformity_p_value(p) > 1e-6);
}
