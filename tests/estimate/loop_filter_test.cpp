#include "dickejump/estimate/loop_filter.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "dickejump/estimate/likelihood_filter.hpp"
#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {

const LoopFilter::Thetas thetas{-0.3, -0.1, -0.02, 0.0, 0.02, 0.1, 0.3, 0.6};

Detector detector(bool background) {
    Detector d;
    d.name = "all";
    d[Channel::cavity] = ChannelDetector{.efficiency = 0.4, .background = background ? 2.0 : 0.0};
    d[Channel::pump] = ChannelDetector{.efficiency = 0.3};
    d[Channel::side] = ChannelDetector{.efficiency = 0.5, .background = background ? 1.0 : 0.0};
    return d;
}

const std::vector<Photon> clicks{{0.05, Channel::pump},   {0.11, Channel::side}, {0.112, Channel::cavity},
                                 {0.31, Channel::pump},   {0.5, Channel::side},  {0.77, Channel::cavity},
                                 {0.78, Channel::cavity}, {0.95, Channel::side}};

}  // namespace

TEST_CASE("under a constant pump the loop's filter is the filter of a record") {
    for (const bool background : {false, true}) {
        const DickeLadder ladder(12);
        LoopFilter loop(ladder, detector(background), 1.5, 3, thetas);
        std::size_t next = 0;
        for (int tick = 0; tick < 10; ++tick) {
            const double begin = 0.1 * tick, end = 0.1 * (tick + 1);
            auto last = next;
            while (last < clicks.size() && clicks[last].time < end)
                ++last;
            loop.advance(1.1, begin, end, std::span(clicks).subspan(next, last - next));
            next = last;
        }
        const LikelihoodFilter record(ladder, PumpSchedule::constant(1.1), 1.0, Eigen::VectorXd::Unit(13, 3),
                                      detector(background), 1.5, 0.2);
        double mean = 0.0;
        const auto other = record(clicks, thetas, [&](double, double m, double) { mean = m; });
        for (std::size_t i = 0; i < thetas.size(); ++i)
            CHECK(loop.log_likelihood()[i] == Approx(other.log_likelihood[i]).epsilon(1e-5));
        CHECK(loop.mean() == Approx(mean).epsilon(1e-5));
    }
}

TEST_CASE("a click that cannot be is impossible, and one tick of much waiting is one of many short ones") {
    const DickeLadder ladder(4);
    LoopFilter empty(ladder, detector(false), 1.5, 0, thetas);
    empty.advance(0.5, 0.0, 0.1,
                  std::vector<Photon>{{0.0, Channel::cavity}});  // from n = 0 nothing is emitted
    CHECK(empty.log_likelihood()[3] == -std::numeric_limits<double>::infinity());

    LoopFilter slow(DickeLadder(60), detector(true), 1.5, 30, thetas), quick = slow;
    slow.advance(1.0, 0.0, 1.0, {});
    for (int k = 0; k < 100; ++k)
        quick.advance(1.0, 0.01 * k, 0.01 * (k + 1), {});
    for (std::size_t i = 0; i < thetas.size(); ++i)
        CHECK(slow.log_likelihood()[i] == Approx(quick.log_likelihood()[i]).epsilon(1e-10));
    CHECK(slow.mean() == Approx(quick.mean()).epsilon(1e-10));
    CHECK_THROWS_AS(LoopFilter(ladder, detector(false), 1.5, 5, thetas), InvalidInput);
}
