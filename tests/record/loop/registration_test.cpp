#include "record/loop/registration.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/statistics.hpp"

using namespace dickejump;
using namespace dickejump::loop;
using namespace dickejump::test;

namespace {

Xoshiro generator() {
    Stream seeds(11, 5, Purpose::test);
    return Xoshiro(seeds);
}

}  // namespace

TEST_CASE("dead time is each channel's own, and does not end with a tick") {
    Detector d;
    d.name = "d";
    d[Channel::cavity] = ChannelDetector{.dead_time = 0.5};
    d[Channel::pump] = ChannelDetector{};
    auto random = generator();
    Registration registration(d);
    CHECK(registration.changes_clicks());
    CHECK_FALSE(Registration(Detector{}).changes_clicks());
    std::vector<Photon> clicks{{0.1, Channel::cavity},
                               {0.2, Channel::pump},
                               {0.3, Channel::cavity},
                               {0.7, Channel::cavity},
                               {0.9, Channel::pump}};
    registration(random, 1.0, 0, clicks);
    CHECK(clicks ==
          std::vector<Photon>{
              {0.1, Channel::cavity}, {0.2, Channel::pump}, {0.7, Channel::cavity}, {0.9, Channel::pump}});
    clicks.push_back({1.1, Channel::cavity});
    clicks.push_back({1.25, Channel::cavity});
    registration(random, 2.0, 4, clicks);
    REQUIRE(clicks.size() == 5);
    CHECK(clicks.back() == Photon{1.25, Channel::cavity});
}

TEST_CASE("jitter moves clicks, and those beyond a tick are heard of in a later one") {
    constexpr double false_alarm = 1e-6, sigma = 0.3;
    Detector d;
    d.name = "d";
    d[Channel::side] = ChannelDetector{.jitter = sigma};
    auto random = generator();
    Registration registration(d);
    std::vector<double> moved;
    std::int64_t later = 0;
    std::vector<Photon> clicks;
    // One click in every tenth tick, in its middle: five ticks are far more than jitter moves it.
    for (int tick = 0; tick < 100'000; ++tick) {
        const double begin = tick, arrival = begin + 0.5;
        clicks.clear();
        if (tick % 10 == 5) clicks.push_back({arrival, Channel::side});
        registration(random, begin + 1.0, 0, clicks);
        for (const auto& click : clicks) {
            CHECK(click.time <= begin + 1.0);
            const double from = std::floor(begin / 10.0) * 10.0 + 5.5;
            moved.push_back((click.time - from) / sigma);
            later += tick % 10 != 5;
            if (tick % 10 != 5) CHECK(click.time > begin);
        }
    }
    REQUIRE(moved.size() == 10'000);
    CHECK(two_sided(mean_z(moved, 0.0)) > false_alarm);
    double square = 0.0;
    for (const double x : moved)
        square += x * x;
    CHECK(chi_square_two_sided(square, 10'000.0) > false_alarm);
    CHECK(chi_square_two_sided(square * 1.1 * 1.1, 10'000.0) < false_alarm);
    const double share =
        0.5 * two_sided(0.5 / sigma);  // of those that the end of their tick is too early for
    CHECK(two_sided((static_cast<double>(later) - 1e4 * share) / std::sqrt(1e4 * share * (1.0 - share))) >
          false_alarm);
}
