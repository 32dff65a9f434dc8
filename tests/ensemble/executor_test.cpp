#include "dickejump/ensemble/executor.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

TEST_CASE("every executor hands items over in order, once each, and none runs too far ahead") {
    for (const auto threading : {Threading::automatic, Threading::threads})
        for (const int threads : {1, 2, 5}) {
            const Executor executor(threads, threading);
            CHECK(executor.threads() == threads);
            std::vector<std::atomic<int>> done(500);
            std::atomic<std::int64_t> first_left = 0;
            std::atomic<bool> too_far = false;
            std::vector<std::int64_t> taken;
            executor.in_order(
                500,
                [&](std::int64_t i) {
                    if (i >= first_left + executor.ahead() + 1) too_far = true;
                    ++done[static_cast<std::size_t>(i)];
                },
                [&](std::int64_t i) {
                    taken.push_back(i);
                    CHECK(done[static_cast<std::size_t>(i)] == 1);
                    first_left = i + 1;
                    return true;
                });
            CHECK_FALSE(too_far);
            REQUIRE(taken.size() == 500);
            for (std::size_t i = 0; i < taken.size(); ++i)
                CHECK(taken[i] == static_cast<std::int64_t>(i));
        }
}

TEST_CASE("every executor ends when told, and lets exceptions out") {
    for (const auto threading : {Threading::automatic, Threading::threads})
        for (const int threads : {1, 3}) {
            const Executor executor(threads, threading);
            std::int64_t taken = 0;
            executor.in_order(
                1000, [](std::int64_t) {}, [&](std::int64_t) { return ++taken < 17; });
            CHECK(taken == 17);
            CHECK_THROWS_WITH_AS(executor.for_each(100,
                                                   [](std::int64_t i) {
                                                       if (i == 20) throw std::runtime_error("item 20");
                                                   }),
                                 "item 20", std::runtime_error);
        }
    Executor(2).for_each(0, [](std::int64_t) { FAIL("there is nothing to do"); });
}

TEST_CASE("threads are a number, 0 for all of them") {
    CHECK(Executor(0).threads() >= 1);
    CHECK_THROWS_WITH_AS(Executor(-1), doctest::Contains("`threads` = -1"), InvalidInput);
}
