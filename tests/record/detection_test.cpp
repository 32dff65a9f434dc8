#include "record/detection.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "dickejump/record/record.hpp"
#include "support/detectors.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

/// Photons of all channels over the unit of time, some at the same moment.
std::vector<Photon> photons() {
    std::vector<Photon> all;
    Stream random(4, 0, Purpose::test);
    double time = 0.0;
    for (int i = 0; i < 3000; ++i) {
        if (i % 7 != 0) time += open_unit(random()) / 1500.0;
        if (time < 1.0) all.push_back({time, channels[static_cast<std::size_t>(i) % 3]});
    }
    return all;
}

std::vector<Detector> detectors() {
    std::vector<Detector> all{detector_of("cavity=1,pump=1,side=1"), detector_of("side=0.3"),
                              detector_of("cavity=0.6,pump=0.2")};
    auto noisy = detector_of("cavity=0.5,side=1"), slow = noisy, stuck = noisy, blurred = noisy,
         gated = noisy;
    noisy[Channel::side]->background = 200.0;
    slow[Channel::cavity]->dead_time = 0.004, slow[Channel::cavity]->background = 30.0;
    stuck[Channel::cavity]->dead_time = 0.004;
    stuck[Channel::cavity]->dead_time_kind = ChannelDetector::DeadTime::paralysable;
    blurred[Channel::side]->jitter = 0.02, blurred[Channel::side]->dead_time = 0.001;
    gated.gate_open = 0.21, gated.gate_close = 0.77, gated[Channel::cavity]->jitter = 0.01;
    for (const auto& one : {noisy, slow, stuck, blurred, gated})
        all.push_back(one);
    return all;
}

}  // namespace

TEST_CASE("a detector reports the same, in whatever pieces it is shown a run") {
    const auto all = photons();
    for (const auto& detector : detectors())
        for (const std::size_t piece : {1u, 5u, 64u, 5000u}) {
            CAPTURE(detector.name);
            CAPTURE(piece);
            Detection detection(detector, 9, 3, Direction::up, 1.0);
            std::array<std::vector<double>, 3> heard;
            const auto click = [&](const Photon& photon, bool is_heard) {
                if (is_heard) heard[index_of(photon.channel)].push_back(photon.time);
            };
            for (std::size_t first = 0; first < all.size(); first += piece)
                detection.see(std::span(all).subspan(first, std::min(piece, all.size() - first)), click);
            detection.finish(click);
            std::array<std::vector<double>, 3> whole;
            for (const auto& photon : detect(detector, all, 9, 3, Direction::up, 1.0))
                whole[index_of(photon.channel)].push_back(photon.time);
            for (const auto c : channels) {
                auto& its = heard[index_of(c)];
                // Jitter makes an order of its own.
                std::sort(its.begin(), its.end());
                CHECK(its == whole[index_of(c)]);
                CHECK((detector[c] ? !its.empty() : its.empty()));
            }
        }
}

TEST_CASE("plain detectors are those that see photons or not, and no more") {
    const auto is_plain = [](const Detector& detector) {
        return Detection(detector, 1, 0, Direction::down, 1.0).is_plain();
    };
    const auto all = detectors();
    for (std::size_t i = 0; i < all.size(); ++i)
        CHECK(is_plain(all[i]) == (i < 3));
}
