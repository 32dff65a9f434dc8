#include "dickejump/record/loop_servo.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

using namespace dickejump;

namespace {

Detector seeing(std::initializer_list<Channel> seen, double efficiency, double background) {
    Detector d;
    d.name = "d";
    for (const auto c : seen)
        d[c] = ChannelDetector{.efficiency = efficiency, .background = background};
    return d;
}

}  // namespace

TEST_CASE("a dither comes round every 20 ticks, and without one the pump is as it was set") {
    const Dither still, swung(0.3);
    CHECK(still.is_still());
    CHECK_FALSE(swung.is_still());
    double sum = 0.0;
    for (std::int64_t tick = 0; tick < 45; ++tick) {
        CHECK(still(tick) == 1.0);
        CHECK(swung(tick) == doctest::Approx(1.0 + 0.3 * std::cos(2.0 * std::numbers::pi *
                                                                  (static_cast<double>(tick) + 0.5) / 20.0)));
        CHECK(swung(tick) == swung(tick + 20));
        if (tick < 20) sum += swung(tick);
    }
    CHECK(sum == doctest::Approx(20.0));
    for (const double wrong : {-0.1, 1.1, std::nan("")})
        CHECK_THROWS_AS(Dither{wrong}, InvalidInput);
}

TEST_CASE("a servo on side clicks averages their rate from its value for the known start") {
    const DickeLadder ladder(40);
    const double tick = 0.01, memory = 0.05, share = -std::expm1(-tick / memory);
    const CountServo servo(ladder, {0.5}, Dither(), seeing({Channel::side}, 0.5, 3.0), 4.0, tick, memory);
    double known = servo.start(30.0);
    CHECK(servo.error_signal(known) == doctest::Approx(0.5));
    CHECK(servo.pump(known, 0) == doctest::Approx(0.75));
    double rate = 0.5 * 4.0 * 30.0;
    for (const std::int32_t clicks : {0, 2, 1, 0, 5, 0, 0, 100}) {
        known = servo.after(known, {7, 8, clicks});
        rate += share * (clicks / tick - 3.0 - rate);
        const double x = 2.0 * rate / (0.5 * 4.0 * 40.0) - 1.0;
        CHECK(servo.error_signal(known) == doctest::Approx(x));
        CHECK(servo.pump(known, 3) == doctest::Approx(std::max(0.0, 1.0 - 0.5 * x)));
    }
    CHECK(servo.pump(known, 3) == 0.0);  // many clicks, and it stops at 0
}

TEST_CASE("a servo on pump and cavity clicks adds them up") {
    const DickeLadder ladder(40);
    auto d = seeing({Channel::pump}, 0.5, 3.0);
    d[Channel::cavity] = ChannelDetector{.efficiency = 0.25, .background = 1.0};
    const CountServo servo(ladder, {0.5}, Dither(0.2), d, 0.0, 0.01, 0.05);
    double known = servo.start(12.0), n = 12.0;
    for (const std::int32_t clicks : {0, 2, 1, 3}) {
        known = servo.after(known, {1, clicks, 0});
        n += clicks / 0.5 - 1.0 / 0.25 - 0.01 * (3.0 / 0.5 - 1.0 / 0.25);
        CHECK(known == doctest::Approx(n));
        CHECK(servo.error_signal(known) == doctest::Approx((n - 20.0) / 20.0));
        CHECK(servo.pump(known, 4) == doctest::Approx(Dither(0.2)(4) * (1.0 - 0.5 * (n - 20.0) / 20.0)));
    }
}

TEST_CASE("without gain a servo on clicks sets gamma, to the last bit") {
    const CountServo servo(DickeLadder(7), {0.0}, Dither(), seeing({Channel::side}, 0.3, 0.0), 1.7, 0.01,
                           0.05);
    double known = servo.start(3.0);
    for (std::int32_t clicks = 0; clicks < 50; ++clicks) {
        known = servo.after(known, {0, 0, clicks});
        CHECK(servo.pump(known, clicks) == 1.0);
    }
}
