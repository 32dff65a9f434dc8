#include "dickejump/model/stop_request.hpp"

#include <doctest/doctest.h>

using namespace dickejump;
using Clock = StopRequest::Clock;

TEST_CASE("by default nothing asks to stop") {
    CHECK_FALSE(StopRequest().reason().has_value());
    CHECK_NOTHROW(StopRequest().check());
}

TEST_CASE("a flag and a deadline do, the flag first") {
    std::atomic<bool> flag{false};
    const StopRequest by_flag(&flag), late(nullptr, Clock::now()), both(&flag, Clock::now()),
        later(&flag, Clock::now() + std::chrono::hours(1));
    CHECK_FALSE(by_flag.reason().has_value());
    CHECK(late.reason() == StopReason::time_limit);
    CHECK(both.reason() == StopReason::time_limit);
    CHECK_FALSE(later.reason().has_value());
    flag = true;
    CHECK(by_flag.reason() == StopReason::interrupted);
    CHECK(both.reason() == StopReason::interrupted);
    CHECK(later.reason() == StopReason::interrupted);
    try {
        by_flag.check();
        FAIL("went on");
    } catch (const Stopped& stopped) {
        CHECK(stopped.reason() == StopReason::interrupted);
        CHECK(std::string(stopped.what()).find("interrupted") != std::string::npos);
    }
}

TEST_CASE("reasons have the names that results are written with") {
    CHECK(name(StopReason::completed) == "completed");
    CHECK(name(StopReason::target_error) == "target_error");
    CHECK(name(StopReason::time_limit) == "time_limit");
    CHECK(name(StopReason::interrupted) == "interrupted");
}
