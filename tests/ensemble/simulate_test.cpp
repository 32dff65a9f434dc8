#include "dickejump/ensemble/simulate.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <bit>
#include <chrono>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "dickejump/random/stream.hpp"

using namespace dickejump;

namespace {

struct Indices {
    std::vector<std::int64_t> list;
    void merge(const Indices& later) { list.insert(list.end(), later.list.begin(), later.list.end()); }
};

/// A sum whose last bits depend on the order of adding.
struct Sum {
    double value = 0.0;
    std::int64_t runs = 0;
    void merge(const Sum& later) {
        value += later.value;
        runs += later.runs;
    }
};

/// Numbers of very different sizes from every trajectory's own stream.
Sum rough(const Block& block) {
    Sum sum;
    for (int k = 0; k < block.count; ++k) {
        Stream random(block.seed, static_cast<std::uint64_t>(block.first_trajectory() + k), Purpose::test);
        sum.value += 1.0 / open_unit(random());
        ++sum.runs;
    }
    return sum;
}

/// Blocks that finish out of order: every third one takes its time.
Sum uneven(const Block& block) {
    if (block.index % 3 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return rough(block);
}

std::uint64_t bits(double value) {
    return std::bit_cast<std::uint64_t>(value);
}

}  // namespace

TEST_CASE("an ensemble of any size is cut into whole blocks and a last part") {
    for (const std::int64_t trajectories : {1, 127, 128, 129, 256, 1000}) {
        CAPTURE(trajectories);
        const auto task = [](const Block& block) {
            Indices indices;
            for (int k = 0; k < block.count; ++k)
                indices.list.push_back(block.first_trajectory() + k);
            return indices;
        };
        const auto outcome = simulate({.trajectories = trajectories}, task, {}, {.threads = 3});
        std::vector<std::int64_t> expected(static_cast<std::size_t>(trajectories));
        std::iota(expected.begin(), expected.end(), 0);
        REQUIRE(outcome.result.has_value());
        CHECK(outcome.result->list == expected);
        CHECK(outcome.trajectories == trajectories);
        CHECK(outcome.stop_reason == StopReason::completed);
        CHECK(outcome.seconds >= 0.0);
    }
}

TEST_CASE("every block is told the seed and its place") {
    const auto task = [](const Block& block) {
        return Indices{
            {block.index, static_cast<std::int64_t>(block.seed), block.count, block.first_trajectory()}};
    };
    const auto outcome = simulate({.trajectories = 300, .seed = 77}, task, {}, {.threads = 2});
    CHECK(outcome.result->list == std::vector<std::int64_t>{0, 77, 128, 0, 1, 77, 128, 128, 2, 77, 44, 256});
}

TEST_CASE("an empty ensemble has no result") {
    const auto outcome = simulate({.trajectories = 0}, rough);
    CHECK_FALSE(outcome.result.has_value());
    CHECK(outcome.trajectories == 0);
    CHECK(outcome.stop_reason == StopReason::completed);
}

TEST_CASE("a result has the same bits for any number of threads") {
    for (const std::int64_t trajectories : {100, 128 * 64, 128 * 37 + 5}) {
        const auto one = simulate({.trajectories = trajectories, .seed = 3}, uneven, {}, {.threads = 1});
        CHECK(one.result->runs == trajectories);
        for (const int threads : {2, 5, 0}) {
            const auto many =
                simulate({.trajectories = trajectories, .seed = 3}, uneven, {}, {.threads = threads});
            CHECK(bits(many.result->value) == bits(one.result->value));
            CHECK(many.result->runs == one.result->runs);
        }
    }
    // The order does matter to this sum: blocks one after another give other bits.
    double in_a_row = 0.0;
    for (std::int64_t index = 0; index < 64; ++index)
        in_a_row += rough({.index = index, .seed = 3}).value;
    CHECK(bits(in_a_row) != bits(simulate({.trajectories = 128 * 64, .seed = 3}, rough).result->value));
}

TEST_CASE("blocks run at the same time, on no more threads than allowed") {
    for (const int threads : {1, 2, 5}) {
        std::atomic<int> running = 0, most = 0;
        const auto task = [&](const Block&) {
            const int now = ++running;
            for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            --running;
            return Sum{};
        };
        simulate({.trajectories = 128 * 40}, task, {}, {.threads = threads});
        CHECK(most <= threads);
    }
    // The first two blocks wait for each other: this hangs, and then fails, unless two run at once.
    std::mutex mutex;
    std::condition_variable arrival;
    int arrived = 0;
    std::atomic<int> met = 0;
    const auto meet = [&](const Block& block) {
        if (block.index < 2) {
            std::unique_lock lock(mutex);
            ++arrived;
            arrival.notify_all();
            met += arrival.wait_for(lock, std::chrono::seconds(20), [&] { return arrived == 2; });
        }
        return Sum{};
    };
    simulate({.trajectories = 128 * 8}, meet, {}, {.threads = 2});
    CHECK(met == 2);
}

TEST_CASE("a run that is good enough stops at the same block on any number of threads") {
    const auto stopped = [](int threads) {
        StopRule<Sum> watch;
        watch.good_enough = [](const Sum& sum) { return sum.runs >= 128 * 13; };
        return simulate({.trajectories = 128 * 100, .seed = 4}, uneven, watch, {.threads = threads});
    };
    const auto one = stopped(1);
    CHECK(one.stop_reason == StopReason::target_error);
    CHECK(one.trajectories == 128 * 13);
    CHECK(one.result->runs == 128 * 13);
    for (const int threads : {2, 5}) {
        const auto many = stopped(threads);
        CHECK(many.stop_reason == one.stop_reason);
        CHECK(many.trajectories == one.trajectories);
        CHECK(many.result->runs == one.result->runs);
        CHECK(bits(many.result->value) == bits(one.result->value));
    }
    // What was stopped is the same as what was never asked to go on.
    CHECK(bits(one.result->value) ==
          bits(simulate({.trajectories = 128 * 13, .seed = 4}, rough, {}, {.threads = 2}).result->value));
}

TEST_CASE("a run is asked whether it is good enough from the least number of blocks on, with all of them") {
    std::vector<std::int64_t> asked;
    StopRule<Sum> watch;
    watch.min_blocks = 3;
    watch.good_enough = [&](const Sum& sum) {
        asked.push_back(sum.runs);
        return false;
    };
    const auto outcome = simulate({.trajectories = 128 * 6}, uneven, watch, {.threads = 2});
    CHECK(outcome.stop_reason == StopReason::completed);
    REQUIRE(asked.size() >= 3);
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(asked[i] == 128 * static_cast<std::int64_t>(i + 3));
    // The default does not trust the error of a few blocks.
    StopRule<Sum> patient;
    patient.good_enough = [](const Sum&) { return true; };
    CHECK(simulate({.trajectories = 128 * 100}, rough, patient, {.threads = 2}).trajectories ==
          128 * patient.min_blocks);
}

TEST_CASE("a time limit of 0 stops after the first block and says so") {
    StopRule<Sum> watch;
    watch.time_limit = 0.0;
    for (const int threads : {1, 2, 5}) {
        const auto outcome =
            simulate({.trajectories = 128 * 50, .seed = 6}, uneven, watch, {.threads = threads});
        CHECK(outcome.stop_reason == StopReason::time_limit);
        CHECK(name(outcome.stop_reason) == "time_limit");
        CHECK(outcome.trajectories == 128);
        CHECK(outcome.result->runs == 128);
        CHECK(bits(outcome.result->value) == bits(rough({.index = 0, .seed = 6}).value));
    }
    // Nothing was left undone here.
    CHECK(simulate({.trajectories = 100}, rough, watch).stop_reason == StopReason::completed);
}

TEST_CASE("an interrupt stops at the block that is being folded") {
    for (const int threads : {1, 2, 5}) {
        std::atomic<bool> interrupt = false;
        RunControl control{.threads = threads, .interrupt = &interrupt};
        control.progress = [&](const Progress& progress) { interrupt = progress.done >= 128 * 4; };
        const auto outcome = simulate({.trajectories = 128 * 50, .seed = 6}, uneven, {}, control);
        CHECK(outcome.stop_reason == StopReason::interrupted);
        CHECK(name(outcome.stop_reason) == "interrupted");
        CHECK(outcome.trajectories == 128 * 4);
        CHECK(outcome.result->runs == 128 * 4);
    }
}

TEST_CASE("names of the stop reasons are those of the output") {
    CHECK(name(StopReason::completed) == "completed");
    CHECK(name(StopReason::target_error) == "target_error");
}

TEST_CASE("an exception of a task comes out") {
    for (const int threads : {1, 2, 5})
        for (const std::int64_t bad : {0, 5, 19}) {
            const auto task = [&](const Block& block) {
                if (block.index == bad)
                    throw std::runtime_error("block " + std::to_string(block.index) + " failed");
                return rough(block);
            };
            CHECK_THROWS_WITH_AS(simulate({.trajectories = 128 * 20}, task, {}, {.threads = threads}),
                                 ("block " + std::to_string(bad) + " failed").c_str(), std::runtime_error);
        }
}

TEST_CASE("an exception of a watcher comes out") {
    for (const int threads : {1, 5}) {
        StopRule<Sum> judged;
        RunControl shown{.threads = threads};
        shown.progress = [](const Progress& progress) {
            if (progress.done > 300) throw std::logic_error("shown");
        };
        judged.good_enough = [](const Sum&) -> bool { throw std::logic_error("judged"); };
        const Ensemble ensemble{.trajectories = 128 * 20};
        CHECK_THROWS_WITH_AS(simulate(ensemble, rough, {}, shown), "shown", std::logic_error);
        CHECK_THROWS_WITH_AS(simulate(ensemble, rough, judged, {.threads = threads}), "judged",
                             std::logic_error);
    }
}

TEST_CASE("an exception in a merge comes out") {
    struct Brittle {
        std::int64_t index = 0;
        void merge(const Brittle& later) {
            if (later.index == 7) throw std::logic_error("merge");
        }
    };
    for (const int threads : {1, 5})
        CHECK_THROWS_WITH_AS(
            simulate({.trajectories = 128 * 20}, [](const Block& block) { return Brittle{block.index}; }, {},
                     {.threads = threads}),
            "merge", std::logic_error);
}

TEST_CASE("nothing is left behind by a run that fails") {
    static std::atomic<int> alive = 0;
    struct Counted {
        Counted() { ++alive; }
        Counted(const Counted&) { ++alive; }
        Counted& operator=(const Counted&) = default;
        ~Counted() { --alive; }
        void merge(const Counted&) {}
    };
    for (const int threads : {1, 2, 5}) {
        const Ensemble ensemble{.trajectories = 128 * 20};
        RunControl control{.threads = threads};
        const auto fails = [](const Block& block) {
            // The first block is slow, so that results of others wait for it when one of them fails.
            std::this_thread::sleep_for(std::chrono::milliseconds(block.index == 0 ? 50 : 1));
            if (block.index == 3) throw std::runtime_error("task");
            return Counted{};
        };
        CHECK_THROWS_AS(simulate(ensemble, fails, {}, control), std::runtime_error);
        CHECK(alive.load() == 0);
        control.progress = [](const Progress&) { throw std::logic_error("show"); };
        CHECK_THROWS_AS(simulate(
                            ensemble, [](const Block&) { return Counted{}; }, {}, control),
                        std::logic_error);
        CHECK(alive.load() == 0);
    }
}

TEST_CASE("progress is shown after every block, in order") {
    for (const int threads : {1, 2, 5}) {
        std::vector<Progress> shown;
        RunControl control{.threads = threads};
        control.progress = [&](const Progress& progress) { shown.push_back(progress); };
        simulate({.trajectories = 128 * 20 + 7}, uneven, {}, control);
        REQUIRE(shown.size() == 21);
        double seconds = 0.0;
        for (std::size_t i = 0; i < shown.size(); ++i) {
            CHECK(shown[i].done ==
                  std::min<std::int64_t>(128 * static_cast<std::int64_t>(i + 1), 128 * 20 + 7));
            CHECK(shown[i].wanted == 128 * 20 + 7);
            CHECK(shown[i].seconds >= seconds);
            seconds = shown[i].seconds;
        }
    }
}

TEST_CASE("a block that stops within is lost, those before it are kept") {
    for (const auto threading : {Threading::automatic, Threading::threads})
        for (const int threads : {1, 3}) {
            const auto task = [](const Block& block) {
                if (block.index == 5) throw Stopped(StopReason::interrupted);
                return rough(block);
            };
            const auto outcome = simulate({.trajectories = 128 * 20, .seed = 2}, task, {},
                                          {.threads = threads, .threading = threading});
            CHECK(outcome.stop_reason == StopReason::interrupted);
            CHECK(outcome.trajectories == 128 * 5);
            CHECK(bits(outcome.result->value) ==
                  bits(simulate({.trajectories = 128 * 5, .seed = 2}, rough).result->value));
        }
}

TEST_CASE("a block can ask whether to stop, and hears of interrupt and deadline") {
    std::atomic<bool> interrupt = true;
    const auto asks = [](const Block& block) {
        block.stop.check();
        return rough(block);
    };
    const auto interrupted =
        simulate({.trajectories = 128 * 20}, asks, {}, {.threads = 2, .interrupt = &interrupt});
    CHECK(interrupted.stop_reason == StopReason::interrupted);
    CHECK_FALSE(interrupted.result.has_value());
    RunControl late{.threads = 2};
    late.deadline = StopRequest::Clock::now();
    const auto limited = simulate({.trajectories = 128 * 20}, asks, {}, late);
    CHECK(limited.stop_reason == StopReason::time_limit);
    CHECK(limited.trajectories == 0);
}

TEST_CASE("an ensemble near the largest number of trajectories is begun like any other") {
    StopRule<Sum> rule;
    rule.time_limit = 0.0;
    std::int64_t wanted = 0;
    RunControl control{.threads = 2};
    control.progress = [&](const Progress& progress) { wanted = progress.wanted; };
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    const auto outcome = simulate({.trajectories = most}, rough, rule, control);
    CHECK(outcome.trajectories == 128);
    CHECK(wanted == most);
}
