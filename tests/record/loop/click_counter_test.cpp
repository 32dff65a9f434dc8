#include "record/loop/click_counter.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <cmath>

#include "dickejump/random/stream.hpp"
#include "support/statistics.hpp"

using namespace dickejump;
using namespace dickejump::loop;
using namespace dickejump::test;

// Seeds are fixed; a p-value falls below `false_alarm` with probability 1e-6 for a new seed, and there are
// some thirty. Beside them stands what 2 % more would give.

namespace {

constexpr double false_alarm = 1e-6;
constexpr int draws = 400'000;

Xoshiro generator(std::uint64_t k) {
    Stream seeds(11, k, Purpose::test);
    return Xoshiro(seeds);
}

/// Pearson's test of numbers against a law, the tails in one cell each.
template <class Law, class Draw>
double p_value(const Law& law, const Draw& draw) {
    const auto low = static_cast<std::int64_t>(boost::math::quantile(law, 1e-3)),
               high = std::max(low + 1, static_cast<std::int64_t>(boost::math::quantile(law, 0.999)));
    std::vector<std::int64_t> counts(static_cast<std::size_t>(high - low + 1));
    std::vector<double> chances(counts.size());
    for (int i = 0; i < draws; ++i)
        ++counts[static_cast<std::size_t>(std::clamp<std::int64_t>(draw(), low, high) - low)];
    for (auto k = low; k <= high; ++k) {
        const auto x = static_cast<double>(k);
        const double below = k > low ? boost::math::cdf(law, x - 1.0) : 0.0;
        chances[static_cast<std::size_t>(k - low)] = (k < high ? boost::math::cdf(law, x) : 1.0) - below;
    }
    return counts_p_value(counts, chances);
}

}  // namespace

TEST_CASE("numbers of photons that are seen are binomial, for few and many") {
    auto random = generator(1);
    for (const double p : {0.03, 0.3, 0.5, 0.8, 0.99})
        for (const std::int32_t trials : {5, 64, 65, 300}) {
            CAPTURE(p);
            CAPTURE(trials);
            const BinomialDraw draw(p);
            CHECK(p_value(boost::math::binomial(trials, p), [&] { return draw(random, trials); }) >
                  false_alarm);
        }
    const BinomialDraw wrong(0.51);
    CHECK(p_value(boost::math::binomial(64, 0.5), [&] { return wrong(random, 64); }) < false_alarm);
    CHECK(BinomialDraw(0.0)(random, 1000) == 0);
    CHECK(BinomialDraw(1.0)(random, 1000) == 1000);
    CHECK(BinomialDraw(0.3)(random, 0) == 0);
}

TEST_CASE("numbers of arrivals are those of Poisson, for few and many") {
    auto random = generator(2);
    for (const double mean : {0.05, 0.7, 3.0, 15.9, 16.1, 200.0}) {
        CAPTURE(mean);
        const PoissonDraw draw(mean);
        CHECK(p_value(boost::math::poisson(mean), [&] { return draw(random); }) > false_alarm);
    }
    const PoissonDraw wrong(0.7 * 1.02);
    CHECK(p_value(boost::math::poisson(0.7), [&] { return wrong(random); }) < false_alarm);
    CHECK(PoissonDraw(0.0)(random) == 0);
    CHECK(PoissonDraw()(random) == 0);
}

TEST_CASE("clicks are where they can have come from") {
    Detector d;
    d.name = "d";
    d[Channel::cavity] = ChannelDetector{.efficiency = 0.5};
    d[Channel::pump] = ChannelDetector{.efficiency = 1.0};
    d[Channel::side] = ChannelDetector{.efficiency = 0.5};
    const ClickCounter counter(d, 3.0, 1.0);
    CHECK(counter.sees_side());
    // Nothing is excited until t = 2.25, one atom for a quarter, then two until the end at 3.
    const std::vector<Landing> path{{2.25, 1}, {2.5, 2}, {2.6, 3}, {2.6, 2}};
    auto random = generator(3);
    std::vector<double> side;
    std::array<std::int64_t, 3> seen{};
    std::vector<Photon> photons;
    for (int i = 0; i < 20'000; ++i) {
        const auto before = photons.size();
        // One of three jumps up, and the one down.
        counter.place(random, {.of_jumps = {1, 1, 0}, .other = {0, 0, 2}}, 2.0, 3.0, 0, path, photons);
        REQUIRE(photons.size() == before + 4);
        for (auto k = before; k < photons.size(); ++k) {
            const auto& p = photons[k];
            if (k > before) CHECK(p.time >= photons[k - 1].time);
            if (p.channel == Channel::cavity) CHECK(p.time == 2.6);
            if (p.channel == Channel::pump)
                ++seen[p.time == 2.25 ? 0 : p.time == 2.5 ? 1 : 2];
            else if (p.channel == Channel::side)  // int n dt up to it, of 1.25 in all
                side.push_back((p.time < 2.5 ? p.time - 2.25 : 0.25 + 2.0 * (p.time - 2.5)) / 1.25);
        }
    }
    CHECK(counts_p_value(seen, std::array{1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0}) > false_alarm);
    CHECK(uniformity_p_value(side) > false_alarm);
    for (auto& x : side)
        x = std::pow(x, 1.05);
    CHECK(uniformity_p_value(side) < false_alarm);
}

TEST_CASE("background is anywhere in its tick, and beside side light in its share") {
    Detector d;
    d.name = "d";
    d[Channel::cavity] = ChannelDetector{.efficiency = 0.0, .background = 2.0};
    d[Channel::side] = ChannelDetector{.efficiency = 1.0, .background = 2.0};
    const ClickCounter counter(d, 1.0, 1.0);
    auto random = generator(4);
    std::vector<double> cavity, side;
    std::vector<Photon> photons;
    // Four atoms are excited, in the second half: light and background make as many clicks.
    const std::vector<Landing> path{{0.5, 4}};
    for (int i = 0; i < 20'000; ++i)
        counter.place(random, {.of_jumps = {}, .other = {1, 0, 1}}, 0.0, 1.0, 0, path, photons);
    for (const auto& p : photons) {
        if (p.channel == Channel::cavity) cavity.push_back(p.time);
        if (p.channel == Channel::side) side.push_back(p.time < 0.5 ? 0.5 * p.time : 1.5 * p.time - 0.5);
    }
    CHECK(uniformity_p_value(cavity) > false_alarm);
    CHECK(uniformity_p_value(side) > false_alarm);
    CHECK(cavity.size() == 20'000);
    std::int64_t clicks = 0, background = 0;
    for (int i = 0; i < 20'000; ++i) {
        const auto counted = counter.count(random, 5, 7, 2.0);
        CHECK(counted.of_jumps == std::array<std::int32_t, 3>{});
        clicks += counted.total()[2], background += counted.total()[0];
        CHECK(counted.total()[1] == 0);
    }
    CHECK(two_sided((static_cast<double>(clicks) - 80'000.0) / std::sqrt(80'000.0)) > false_alarm);
    CHECK(two_sided((static_cast<double>(background) - 40'000.0) / std::sqrt(40'000.0)) > false_alarm);
}
