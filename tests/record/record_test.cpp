#include "dickejump/record/record.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/random/stream.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"
#include "dickejump/trajectory/observer.hpp"

using namespace dickejump;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN(),
                 infinity = std::numeric_limits<double>::infinity();

Detector seeing(Channel channel, const ChannelDetector& settings = {}) {
    Detector detector{.name = "d", .channel = {}};
    detector[channel] = settings;
    return detector;
}

/// Cavity, pump and side photons, a thousand of each, over the unit of time.
std::vector<Photon> many_photons() {
    std::vector<Photon> photons;
    Stream random(3, 0, Purpose::test);
    for (int i = 0; i < 1000; ++i)
        for (const auto c : channels)
            photons.push_back({open_unit(random()), c});
    std::sort(photons.begin(), photons.end(),
              [](const Photon& a, const Photon& b) { return a.time < b.time; });
    return photons;
}

std::vector<Photon> seen(const Detector& detector, std::span<const Photon> photons,
                         std::int64_t trajectory = 7, double duration = 1.0) {
    return detect(detector, photons, 1, trajectory, Direction::up, duration);
}

std::vector<Photon> of(Channel channel, std::span<const Photon> photons) {
    std::vector<Photon> chosen;
    std::copy_if(photons.begin(), photons.end(), std::back_inserter(chosen),
                 [&](const Photon& photon) { return photon.channel == channel; });
    return chosen;
}

bool ascend(std::span<const Photon> photons) {
    return std::is_sorted(photons.begin(), photons.end(),
                          [](const Photon& a, const Photon& b) { return a.time < b.time; });
}

std::vector<double> times(std::span<const Photon> photons) {
    std::vector<double> list;
    for (const auto& photon : photons)
        list.push_back(photon.time);
    return list;
}

std::vector<Photon> cavity_photons_at(const std::vector<double>& list) {
    std::vector<Photon> photons;
    for (const double time : list)
        photons.push_back({time, Channel::cavity});
    return photons;
}

const LadderSampler& ten_atoms() {
    static const LadderSampler sampler(DickeLadder(10), PumpSchedule::linear(0.5, 1.5, 3.0),
                                       {.duration = 3.0, .ticks = 300}, StartState::steady(0.5));
    return sampler;
}

std::vector<std::vector<Photon>> photons_of(std::int64_t first, int count, double side_rate,
                                            Direction leg = Direction::up) {
    PhotonRecords records(5, first, leg, side_rate);
    run(ten_atoms(), {.seed = 5, .first_trajectory = first, .count = count, .purpose = Purpose::test},
        records);
    return records.photons;
}

}  // namespace

TEST_CASE("a perfect detector reports every photon of its channels and no other") {
    const auto photons = many_photons();
    for (const auto c : channels)
        CHECK(seen(seeing(c), photons) == of(c, photons));
    CHECK(seen(seeing(Channel::pump, {.efficiency = 0.0}), photons).empty());
}

TEST_CASE("all channels of a perfect detector come in order, as those of one that is hardly less") {
    const auto photons = many_photons();
    Detector perfect = seeing(Channel::cavity);
    perfect[Channel::pump] = ChannelDetector{};
    Detector hardly = perfect;
    hardly[Channel::pump]->dead_time = 1e-300;
    const auto record = seen(perfect, photons);
    CHECK(record.size() == 2000);
    CHECK(record == seen(hardly, photons));
}

TEST_CASE("a weaker detector sees a part of what a stronger one sees of the same run") {
    const auto photons = many_photons();
    std::vector<Photon> previous;
    for (const double efficiency : {0.1, 0.5, 0.9, 1.0}) {
        const auto record = seen(seeing(Channel::cavity, {.efficiency = efficiency}), photons);
        CHECK(std::includes(record.begin(), record.end(), previous.begin(), previous.end(),
                            [](const Photon& a, const Photon& b) { return a.time < b.time; }));
        CHECK(record.size() > previous.size());
        previous = record;
    }
}

TEST_CASE("what one channel reports does not depend on the other channels of its detector") {
    const auto photons = many_photons();
    const ChannelDetector settings{.efficiency = 0.6, .background = 50.0, .dead_time = 1e-3, .jitter = 1e-3};
    Detector all{.name = "all", .channel = {settings, settings, settings}};
    const auto record = seen(all, photons);
    CHECK(ascend(record));
    for (const auto c : channels)
        CHECK(of(c, record) == seen(seeing(c, settings), photons));
    // Nor on the photons of the others.
    CHECK(of(Channel::pump, record) == seen(seeing(Channel::pump, settings), of(Channel::pump, photons)));
}

TEST_CASE("runs, legs, seeds and channels have chances of their own") {
    const auto photons = many_photons();
    const auto detector = seeing(Channel::cavity, {.efficiency = 0.5, .background = 20.0});
    const auto record = seen(detector, photons);
    CHECK(record == seen(detector, photons));
    CHECK(record != seen(detector, photons, 8));
    CHECK(record != detect(detector, photons, 1, 7, Direction::down, 1.0));
    CHECK(record != detect(detector, photons, 2, 7, Direction::up, 1.0));
    std::vector<Photon> as_pump = photons;
    for (auto& photon : as_pump)
        photon.channel = photon.channel == Channel::cavity ? Channel::pump : Channel::side;
    CHECK(times(record) !=
          times(seen(seeing(Channel::pump, {.efficiency = 0.5, .background = 20.0}), as_pump)));
}

TEST_CASE("a non-paralysable dead time begins at clicks only, a paralysable one at every arrival") {
    const auto photons = cavity_photons_at({0.1, 0.15, 0.34, 0.4, 0.62, 0.9});
    using DeadTime = ChannelDetector::DeadTime;
    CHECK(times(seen(seeing(Channel::cavity, {.dead_time = 0.2}), photons)) ==
          std::vector<double>{0.1, 0.34, 0.62, 0.9});
    CHECK(times(seen(seeing(Channel::cavity, {.dead_time = 0.2, .dead_time_kind = DeadTime::paralysable}),
                     photons)) == std::vector<double>{0.1, 0.62, 0.9});
    CHECK(times(seen(seeing(Channel::cavity, {.dead_time = 5.0}), photons)) == std::vector<double>{0.1});
    // Ends of dead times, to the last bit: alive again from there on.
    const auto exact = cavity_photons_at({0.25, 0.5, 0.625, 0.75});
    CHECK(times(seen(seeing(Channel::cavity, {.dead_time = 0.25}), exact)) ==
          std::vector<double>{0.25, 0.5, 0.75});
    CHECK(times(seen(seeing(Channel::cavity, {.dead_time = 0.25, .dead_time_kind = DeadTime::paralysable}),
                     exact)) == std::vector<double>{0.25, 0.5});
}

TEST_CASE("a channel's dead time leaves the other channels awake") {
    const std::vector<Photon> photons{{0.1, Channel::cavity}, {0.15, Channel::pump}, {0.2, Channel::cavity}};
    Detector detector{.name = "d", .channel = {}};
    detector[Channel::cavity] = ChannelDetector{.dead_time = 0.5};
    detector[Channel::pump] = ChannelDetector{.dead_time = 0.5};
    CHECK(seen(detector, photons) == std::vector<Photon>{{0.1, Channel::cavity}, {0.15, Channel::pump}});
}

TEST_CASE("clicks count while the gate is open, its opening included") {
    auto detector = seeing(Channel::cavity);
    detector.gate_open = 0.25, detector.gate_close = 0.75;
    CHECK(times(seen(detector, cavity_photons_at({0.2, 0.25, 0.5, 0.75, 0.8}))) ==
          std::vector<double>{0.25, 0.5});
}

TEST_CASE("background comes from the whole run, whatever the atoms do") {
    const auto record = seen(seeing(Channel::side, {.background = 1000.0}), {}, 7, 2.0);
    CHECK(ascend(record));
    CHECK(record.front().time > 0.0);
    CHECK(record.back().time < 2.0);
    // Poisson(2000): beyond 5 standard deviations with probability 1e-6.
    CHECK(std::abs(static_cast<double>(record.size()) - 2000.0) < 5.0 * std::sqrt(2000.0));
    // The photons are still there, and stay where they are.
    const auto photons = cavity_photons_at({0.3, 0.6});
    const auto both = seen(seeing(Channel::cavity, {.background = 10.0}), photons);
    for (const auto& photon : photons)
        CHECK(std::count(both.begin(), both.end(), photon) == 1);
}

TEST_CASE("jittered clicks are in order of reported time and within the run") {
    const auto photons = of(Channel::cavity, many_photons());
    const auto record = seen(seeing(Channel::cavity, {.jitter = 0.1}), photons);
    CHECK(ascend(record));
    CHECK(record.front().time >= 0.0);
    CHECK(record.back().time < 1.0);
    // Lost at each end: 1000 * 0.1/sqrt(2 pi) of them on average.
    CHECK(record.size() < 970);
    CHECK(record.size() > 870);
    // Outside the gate the detector is off, and what jitter moves out of it is lost.
    auto gated = seeing(Channel::cavity, {.jitter = 0.1});
    gated.gate_open = 0.3, gated.gate_close = 0.6;
    const auto inside = seen(gated, photons);
    CHECK(inside.size() > 50);
    for (const auto& click : inside)
        CHECK((click.time >= 0.3 && click.time < 0.6));
    auto outside = photons;
    std::erase_if(outside, [](const Photon& photon) { return photon.time >= 0.3 && photon.time < 0.6; });
    CHECK(seen(gated, outside).empty());
}

TEST_CASE("bins hold every click once, in its own bin") {
    const auto clicks = cavity_photons_at({0.0, 0.1, 0.25, 0.26, 0.99});
    CHECK(binned(clicks, Channel::cavity, 0.25, 4) == std::vector<std::int64_t>{2, 2, 0, 1});
    CHECK(binned(clicks, Channel::pump, 0.25, 4) == std::vector<std::int64_t>(4, 0));
    const auto photons = many_photons();
    for (const double width : {0.001, 0.03, 0.3, 1.0}) {
        const auto bins = static_cast<std::size_t>(std::ceil(1.0 / width));
        const auto counts = binned(photons, Channel::side, width, bins);
        CHECK(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}) == 1000);
    }
}

TEST_CASE("clicks spread over their bins keep the counts and stay in order") {
    const auto clicks = cavity_photons_at({0.05, 0.06, 0.07, 0.9});
    const auto spread = times(spread_over_bins(clicks, 0.3, 1.0));
    REQUIRE(spread.size() == 4);
    CHECK(spread[0] == doctest::Approx(0.05));
    CHECK(spread[1] == doctest::Approx(0.15));
    CHECK(spread[2] == doctest::Approx(0.25));
    CHECK(spread[3] == doctest::Approx(0.95));  // the last bin ends with the run

    const auto photons = many_photons();
    for (const double width : {0.01, 0.07, 0.5, 1.0}) {
        CAPTURE(width);
        const auto bins = static_cast<std::size_t>(std::ceil(1.0 / width * (1.0 - 1e-12)));
        const auto all = spread_over_bins(photons, width, 1.0);
        CHECK(ascend(all));
        CHECK(all.back().time < 1.0);
        for (const auto c : channels)
            CHECK(binned(all, c, width, bins) == binned(photons, c, width, bins));
    }
}

TEST_CASE("cavity and pump photons are the jumps, time for time") {
    std::vector<std::vector<Photon>> jumps;
    ten_atoms()(
        {.seed = 5, .first_trajectory = 0, .count = 16, .purpose = Purpose::test}, Quantities::time_tags,
        [&](const Window& window) {
            jumps.resize(window.tags.size());
            for (std::size_t lane = 0; lane < window.tags.size(); ++lane)
                for (const auto& jump : window.tags[lane])
                    jumps[lane].push_back({jump.time, jump.dn() > 0 ? Channel::pump : Channel::cavity});
        });
    CHECK(photons_of(0, 16, 0.0) == jumps);
}

TEST_CASE("photons to the side come between the jumps and change nothing else") {
    const auto without = photons_of(0, 16, 0.0), with = photons_of(0, 16, 2.0);
    for (std::size_t lane = 0; lane < 16; ++lane) {
        CHECK(ascend(with[lane]));
        auto jumps = with[lane];
        std::erase_if(jumps, [](const Photon& photon) { return photon.channel == Channel::side; });
        CHECK(jumps == without[lane]);
        CHECK(with[lane].size() > jumps.size());
    }
}

TEST_CASE("a run's photons do not depend on the runs beside it") {
    const auto together = photons_of(0, 16, 2.0), alone = photons_of(5, 1, 2.0);
    CHECK(alone[0] == together[5]);
    CHECK(photons_of(0, 1, 2.0, Direction::down)[0] != together[0]);  // the side has streams by leg
}

TEST_CASE("atoms in the ground state emit nothing to the side") {
    const LadderSampler dark(DickeLadder(10), PumpSchedule::constant(0.0), {.duration = 5.0, .ticks = 10},
                             StartState::dicke(0));
    PhotonRecords records(5, 0, Direction::up, 3.0);
    run(dark, {.seed = 5, .first_trajectory = 0, .count = 4, .purpose = Purpose::test}, records);
    for (const auto& photons : records.photons)
        CHECK(photons.empty());
}

TEST_CASE("a detector that is none, and photons that are not of the run, are refused") {
    const auto photons = cavity_photons_at({0.1, 0.4});
    const auto refused = [&](const Detector& detector, std::span<const Photon> list, double duration) {
        CHECK_THROWS_AS(detect(detector, list, 1, 7, Direction::up, duration), InvalidInput);
    };
    const auto good = seeing(Channel::cavity);
    CHECK_NOTHROW(detect(good, photons, 1, 7, Direction::up, 1.0));
    refused(Detector{.name = "blind", .channel = {}}, photons, 1.0);
    for (const double efficiency : {-1.0, 2.0, not_a_number})
        refused(seeing(Channel::cavity, {.efficiency = efficiency}), photons, 1.0);
    for (const double background : {-1.0, not_a_number, infinity})
        refused(seeing(Channel::cavity, {.background = background}), photons, 1.0);
    refused(seeing(Channel::cavity, {.dead_time = -0.1}), photons, 1.0);
    auto shut = good;
    shut.gate_open = 0.5, shut.gate_close = 0.2;
    refused(shut, photons, 1.0);
    for (const double duration : {0.0, -1.0, not_a_number, infinity})
        refused(good, {}, duration);
    for (const auto& times :
         {std::vector{0.4, 0.1}, std::vector{-0.1}, std::vector{1.1}, std::vector{not_a_number}})
        refused(good, cavity_photons_at(times), 1.0);
}

TEST_CASE("atoms do not emit to the side at a negative or endless rate") {
    for (const double rate : {-1.0, not_a_number, infinity})
        CHECK_THROWS_AS(PhotonRecords(1, 0, Direction::up, rate), InvalidInput);
}

TEST_CASE("clicks need bins to be in") {
    const auto clicks = cavity_photons_at({0.1, 0.9});
    CHECK_THROWS_AS(binned(clicks, Channel::cavity, 0.5, 0), InvalidInput);
    for (const double width : {0.0, -0.5, not_a_number, infinity}) {
        CHECK_THROWS_AS(binned(clicks, Channel::cavity, width, 2), InvalidInput);
        CHECK_THROWS_AS(spread_over_bins(clicks, width, 1.0), InvalidInput);
    }
    CHECK_THROWS_AS(binned(cavity_photons_at({-0.1}), Channel::cavity, 0.5, 2), InvalidInput);
    CHECK_THROWS_AS(binned(cavity_photons_at({not_a_number}), Channel::cavity, 0.5, 2), InvalidInput);
    // What comes late is in the last one, however late.
    CHECK(binned(cavity_photons_at({0.1, 1.0, 1e300}), Channel::cavity, 0.5, 2) ==
          std::vector<std::int64_t>{1, 2});
    for (const double duration : {0.0, not_a_number, infinity})
        CHECK_THROWS_AS(spread_over_bins(clicks, 0.5, duration), InvalidInput);
    CHECK_THROWS_AS(spread_over_bins(clicks, 1e-12, 1.0), InvalidInput);
}
