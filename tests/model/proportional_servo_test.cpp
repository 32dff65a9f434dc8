#include "dickejump/model/proportional_servo.hpp"

#include <doctest/doctest.h>

using namespace dickejump;

TEST_CASE("the servo lowers the pump where J_z is above 0, and stops at 0") {
    const ProportionalServo servo{0.5}, strong{2.0};
    CHECK(servo.pump(0.0) == 1.0);
    CHECK(servo.pump(1.0) == 0.5);
    CHECK(servo.pump(-1.0) == 1.5);
    CHECK(strong.pump(0.6) == 0.0);
    CHECK_FALSE(servo.reaches_zero());
    CHECK(strong.reaches_zero());
    const DickeLadder ladder(8);
    CHECK(ProportionalServo::error_signal(ladder, 0.0) == -1.0);
    CHECK(ProportionalServo::error_signal(ladder, 4.0) == 0.0);
    CHECK(ProportionalServo::error_signal(ladder, 8.0) == 1.0);
}
