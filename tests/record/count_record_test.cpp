#include "dickejump/record/count_record.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "support/detectors.hpp"

using namespace dickejump;
using namespace dickejump::test;
using doctest::Approx;

namespace {

const TickGrid grid{.duration = 2.0, .ticks = 40};

/// Few and many photons, and ticks without any.
PhotonCounts photons() {
    PhotonCounts counts;
    for (int i = 0; i < 40; ++i) {
        counts.cavity.push_back(i % 5 == 0 ? 0 : i * i * 1000);
        counts.pump.push_back(i);
        counts.n_dt.push_back(i < 10 ? 0.0 : 3.0 * i);
    }
    return counts;
}

CountRecord count_of(const Detector& detector, std::int64_t trajectory = 4) {
    return count(detector, photons(), grid, 2.0, 7, trajectory, Direction::up);
}

std::int64_t total(const std::vector<std::int64_t>& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

}  // namespace

TEST_CASE("a perfect detector counts every jump, a blind one none") {
    const auto all = count_of(detector_of("cavity=1,pump=1"));
    CHECK(all[Channel::cavity] == photons().cavity);
    CHECK(all[Channel::pump] == photons().pump);
    CHECK(all[Channel::side].empty());
    CHECK(total(count_of(detector_of("cavity=0"))[Channel::cavity]) == 0);
}

TEST_CASE("of the same run a weaker detector never counts more") {
    std::vector<std::int64_t> last[3];
    for (const char* e : {"0.02", "0.3", "0.5", "0.9", "1"}) {
        const auto record = count_of(detector_of("cavity=" + std::string(e) + ",pump=" + e + ",side=" + e));
        for (const auto c : channels) {
            auto& before = last[static_cast<std::size_t>(c)];
            for (std::size_t i = 0; i < before.size(); ++i)
                CHECK(before[i] <= record[c][i]);
            before = record[c];
        }
    }
}

TEST_CASE("what a channel counts depends on neither the other channels nor the bins, but on the run") {
    const auto alone = count_of(detector_of("side=0.5")),
               beside = count_of(detector_of("cavity=0.1,pump=1,side=0.5"));
    CHECK(alone[Channel::side] == beside[Channel::side]);
    CHECK(alone[Channel::side] != count_of(detector_of("side=0.5"), 5)[Channel::side]);
    auto wide = detector_of("side=0.5");
    wide.bin_width = 0.16;  // three ticks of 0.05, rounded
    const auto bins = count_of(wide);
    CHECK(bins.ticks_per_bin == 3);
    REQUIRE(bins[Channel::side].size() == 14);
    for (std::size_t bin = 0; bin < 14; ++bin) {
        std::int64_t sum = 0;
        for (std::size_t i = 3 * bin; i < std::min<std::size_t>(40, 3 * bin + 3); ++i)
            sum += alone[Channel::side][i];
        CHECK(bins[Channel::side][bin] == sum);
    }
}

TEST_CASE("bins are whole ticks") {
    Detector detector;
    CHECK(ticks_per_bin(detector, grid) == 1);
    for (const auto& [width, ticks] : {std::pair{0.05, 1}, {0.07, 1}, {0.08, 2}, {0.1, 2}, {2.0, 40}}) {
        detector.bin_width = width;
        CHECK(ticks_per_bin(detector, grid) == ticks);
    }
}

TEST_CASE("counts of a record in other bins keep their number and spread evenly") {
    CountRecord record{.ticks_per_bin = 4, .counts = {}};
    record.counts[0] = {8, 0, 4, 1};  // 14 ticks: the last bin has two
    CHECK(binned(record, Channel::cavity, 14, 14) ==
          std::vector<std::int64_t>{2, 2, 2, 2, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0});
    CHECK(binned(record, Channel::cavity, 14, 7) == std::vector<std::int64_t>{4, 4, 0, 0, 2, 2, 1});
    CHECK(binned(record, Channel::cavity, 14, 1) == std::vector<std::int64_t>{13});
}

TEST_CASE("counts of time tags are those of their bins") {
    auto detector = detector_of("cavity=1");
    detector.bin_width = 0.1;
    const std::vector<Photon> clicks{
        {0.01, Channel::cavity}, {0.09, Channel::cavity}, {1.99, Channel::cavity}};
    const auto record = counted(detector, clicks, grid);
    CHECK(record.ticks_per_bin == 2);
    REQUIRE(record[Channel::cavity].size() == 20);
    CHECK(record[Channel::cavity].front() == 2);
    CHECK(record[Channel::cavity].back() == 1);
    CHECK(total(record[Channel::cavity]) == 3);
}

TEST_CASE("a closed gate counts nothing, and one that opens within a tick its share") {
    auto detector = detector_of("cavity=1");
    detector[Channel::cavity]->background = 1000.0;
    detector.gate_open = 0.525;
    detector.gate_close = 1.0;
    CHECK(gate_share(detector, grid, 10) == Approx(0.5));
    const auto gated = count_of(detector)[Channel::cavity];
    for (std::size_t i = 0; i < 40; ++i) {
        const double jumps = static_cast<double>(photons().cavity[i]);
        const double share = i < 10 || i >= 20 ? 0.0 : i == 10 ? 0.5 : 1.0;
        const double mean = share * (jumps + 50.0);
        CHECK(std::abs(static_cast<double>(gated[i]) - mean) <= 6.0 * std::sqrt(mean));
        if (share == 0.0) CHECK(gated[i] == 0);
    }
}

TEST_CASE("the ticks of an open gate are those that it leaves whole") {
    Detector detector;
    const auto open = [&](double from, double to) {
        detector.gate_open = from;
        detector.gate_close = to;
        const auto ticks = open_ticks(detector, grid);  // of 0.05, until 2
        return std::pair{ticks.first, ticks.last};
    };
    CHECK(open(0.0, HUGE_VAL) == std::pair<std::int64_t, std::int64_t>{0, 40});
    CHECK(open(0.5, 1.5) == std::pair<std::int64_t, std::int64_t>{10, 30});
    CHECK(open(0.51, 1.49) == std::pair<std::int64_t, std::int64_t>{11, 29});
    CHECK(open(1.9, 2.0) == std::pair<std::int64_t, std::int64_t>{38, 40});
    CHECK(open(0.51, 0.54) == std::pair<std::int64_t, std::int64_t>{0, 0});
    detector.bin_width = 0.15;  // three ticks; the last bin has one
    CHECK(open(0.5, 1.5) == std::pair<std::int64_t, std::int64_t>{12, 30});
    CHECK(open(0.0, 3.0) == std::pair<std::int64_t, std::int64_t>{0, 40});
    const TickRange some{.first = 1, .last = 3};
    const std::array values{5.0, 6.0, 7.0, 8.0};
    CHECK(some.of(std::span<const double>(values)).front() == 6.0);
    CHECK(some.of(std::span<const double>(values)).size() == 2);
}

TEST_CASE("a dead time takes the part of the clicks that it should") {
    for (const auto kind :
         {ChannelDetector::DeadTime::non_paralysable, ChannelDetector::DeadTime::paralysable}) {
        auto detector = detector_of("cavity=1");
        detector[Channel::cavity]->dead_time = 1e-9;
        detector[Channel::cavity]->dead_time_kind = kind;
        const auto record = count_of(detector)[Channel::cavity];
        for (std::size_t i = 0; i < 40; ++i) {
            const double arrivals = static_cast<double>(photons().cavity[i]);
            const double dead = arrivals * 1e-9 / grid.tick();
            const double lost =
                arrivals *
                (kind == ChannelDetector::DeadTime::paralysable ? -std::expm1(-dead) : dead / (1.0 + dead));
            CHECK(std::abs(arrivals - static_cast<double>(record[i]) - lost) <= 6.0 * std::sqrt(lost) + 1.0);
        }
    }
}

TEST_CASE("what counts per tick cannot give is refused with its fix") {
    const auto problem = [](const Detector& detector) {
        Problems problems;
        check_counting(detector, 10'000, 1.005, 0.1, problems);
        try {
            problems.raise();
        } catch (const InvalidInput& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    CHECK(problem(detector_of("cavity=1,pump=0.5,side=1")).empty());
    auto detector = detector_of("side=1");
    detector[Channel::side]->jitter = 0.01;
    CHECK(problem(detector).find("side jitter = 0.01") != std::string::npos);
    CHECK(problem(detector).find("`method` = exact") != std::string::npos);
    detector = detector_of("side=1");
    detector[Channel::side]->dead_time = 0.9e-4;  // 1000 clicks a unit of time at most
    CHECK(problem(detector).empty());
    detector[Channel::side]->dead_time = 1.1e-4;
    CHECK(problem(detector).find("shorten it to") != std::string::npos);
    detector = detector_of("cavity=1");
    detector[Channel::cavity]->dead_time = 1e-8;  // of 2.5e7
    CHECK_FALSE(problem(detector).empty());
}

TEST_CASE("counts of no run, or of another, are refused") {
    const auto detector = detector_of("cavity=1,side=1");
    const auto refused = [&](const Detector& d, const PhotonCounts& p, const TickGrid& g, double side_rate) {
        CHECK_THROWS_AS(count(d, p, g, side_rate, 7, 4, Direction::up), InvalidInput);
    };
    CHECK_NOTHROW(count(detector, photons(), grid, 2.0, 7, 4, Direction::up));
    refused(detector, photons(), {.duration = 2.0, .ticks = 0}, 2.0);
    refused(detector, photons(), {.duration = 0.0, .ticks = 40}, 2.0);
    refused(detector, photons(), {.duration = 2.0, .ticks = 41}, 2.0);
    refused(detector, {}, grid, 2.0);
    for (const double rate : {-1.0, std::nan("")})
        refused(detector, photons(), grid, rate);
    refused(Detector{.name = "blind", .channel = {}}, photons(), grid, 2.0);
    auto odd = detector;
    odd[Channel::cavity]->efficiency = std::nan("");
    refused(odd, photons(), grid, 2.0);
    // Of a channel that is not seen no photons are needed.
    auto few = photons();
    few.pump.clear();
    CHECK_NOTHROW(count(detector, few, grid, 2.0, 7, 4, Direction::up));
    CHECK_THROWS_AS(ticks_per_bin(detector, {.duration = 2.0, .ticks = 0}), InvalidInput);
    for (const std::int64_t tick : {-1, 40})
        CHECK_THROWS_AS(gate_share(detector, grid, tick), InvalidInput);
}

TEST_CASE("a bin as wide as can be is the whole run") {
    auto detector = detector_of("cavity=1");
    detector.bin_width = 1e300;
    CHECK(ticks_per_bin(detector, grid) == 40);
}

TEST_CASE("a record of other bins than its run has, or without a channel, is refused") {
    CountRecord record{.ticks_per_bin = 4, .counts = {}};
    record.counts[0] = {8, 0, 4, 1};
    CHECK_NOTHROW(binned(record, Channel::cavity, 14, 7));
    CHECK_THROWS_AS(binned(record, Channel::cavity, 14, 0), InvalidInput);
    CHECK_THROWS_AS(binned(record, Channel::pump, 14, 7), InvalidInput);
    for (const std::int64_t ticks : {0, 12, 17})
        CHECK_THROWS_AS(binned(record, Channel::cavity, ticks, 7), InvalidInput);
    record.counts[0][1] = -1;
    CHECK_THROWS_AS(binned(record, Channel::cavity, 14, 7), InvalidInput);
    record.counts[0][1] = 0;
    record.ticks_per_bin = 0;
    CHECK_THROWS_AS(binned(record, Channel::cavity, 14, 7), InvalidInput);
    CHECK_THROWS_AS(binned(CountRecord{}, Channel::cavity, 14, 7), InvalidInput);
}
