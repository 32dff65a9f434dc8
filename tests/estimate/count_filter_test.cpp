#include "dickejump/estimate/count_filter.hpp"
#include "dickejump/trajectory/method.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "dickejump/exact/hierarchy.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/study/scan/scan_protocol.hpp"
#include "dickejump/trajectory/observer.hpp"
#include "dickejump/trajectory/sphere_kernel.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {

using Thetas = CountFilter::Thetas;

/// n at the end of every tick of one run.
struct Levels {
    static constexpr Quantities needs = Quantities::none;

    void observe(const Window& window) {
        for (int t = 0; t < window.ticks; ++t)
            n->push_back(window.n[window.at(t, 0)]);
    }

    std::vector<double>* n;
};

struct Case {
    DickeLadder ladder{20'000};
    Detector detector;
    double side_rate = 0.05;
    ScanProtocol scan{.rate = 16.0, .half_width = 10.0, .legs = Legs::up};

    explicit Case(const std::string& text) {
        Problems problems;
        detector = parse_detector(text, problems);
        problems.raise();
    }
    ScanLeg leg() const { return {ladder, scan, Direction::up}; }
    CountFilter filter(double resolution = 1.0) const {
        const auto l = leg();
        return {ladder, l.pump(), l.grid(), l.start(), detector, side_rate, resolution};
    }
    PhotonCounts photons(std::int64_t trajectory) const {
        CountedPhotons photons;
        const auto l = leg();
        run(make_sampler(Method::sphere, l.setup()),
            {.seed = 5, .first_trajectory = trajectory, .count = 1, .purpose = l.purpose()}, photons);
        return photons.runs[0];
    }
    CountRecord record(std::int64_t trajectory) const {
        return count(detector, photons(trajectory), leg().grid(), side_rate, 5, trajectory, Direction::up);
    }
    /// Half a width of the transition, in theta.
    double half() const { return 1.0 / static_cast<double>(ladder.atoms()); }
    Thetas thetas() const {
        const double h = half();
        return {-10 * h, -5 * h, -2 * h, -0.1 * h, 0.1 * h, 2 * h, 5 * h, 10 * h};
    }
};

}  // namespace

TEST_CASE("twice the cells change nothing of the likelihood of counts") {
    for (const char* text : {"cavity=1", "pump=0.3", "side=1", "cavity=1,pump=1", "side=0.2,cavity=0.01"}) {
        CAPTURE(text);
        const Case c(text);
        const auto record = c.record(1);
        const auto a = c.filter()(record, c.thetas()), b = c.filter(2.0)(record, c.thetas());
        for (std::size_t i = 0; i < 8; ++i)
            CHECK(std::abs((a.log_likelihood[i] - a.log_likelihood[0]) -
                           (b.log_likelihood[i] - b.log_likelihood[0])) < 1e-3);
        CHECK(a.information == Approx(b.information).epsilon(1e-3));
    }
}

TEST_CASE("the probabilities of all counts of a tick sum to one") {
    const DickeLadder ladder(2'000);
    const TickGrid one{.duration = 0.02, .ticks = 1};
    for (const auto& [text, rate, most, stride] : {std::tuple{"side=1", 0.2, 60, 1},
                                                   {"side=0.5", 30.0, 1500, 1},
                                                   {"cavity=0.0004", 0.0, 60, 1},
                                                   {"cavity=0.9", 0.0, 40'000, 4}}) {
        CAPTURE(text);
        CAPTURE(rate);
        Problems problems;
        const auto detector = parse_detector(text, problems);
        // At half the ladder: 10^6 jumps down a unit of time, 1000 excited atoms.
        const CountFilter filter(ladder, PumpSchedule::constant(1.0), one, StartState::dicke(1000), detector,
                                 rate);
        const Thetas thetas{-1e-3, 0, 0, 0, 0, 0, 1e-3, 2e-3};
        double low = 0.0, middle = 0.0, high = 0.0;
        for (int counts = 0; counts <= most; counts += stride) {
            CountRecord record;
            for (const auto channel : channels)
                if (detector[channel]) record.counts[static_cast<std::size_t>(channel)] = {counts};
            const auto result = filter(record, thetas);
            low += stride * std::exp(result.log_likelihood[0]);
            middle += stride * std::exp(result.log_likelihood[3]);
            high += stride * std::exp(result.log_likelihood[7]);
        }
        CHECK(low == Approx(middle).epsilon(2e-3));
        CHECK(high == Approx(middle).epsilon(2e-3));
        CHECK(middle == Approx(1.0).epsilon(1e-2));
    }
}

TEST_CASE("without a record the filter's mean is the exact one") {
    Case c("cavity=1");
    c.detector.gate_open = 1.24;  // hardly before the end
    c.detector.gate_close = 1.2401;
    const auto leg = c.leg();
    const auto record = c.record(2);
    double time = 0.0;
    std::vector<double> times, means, deviations;
    c.filter()(record, Thetas{}, [&](double t, double mean, double deviation) {
        CHECK(t > time);
        time = t;
        if (t < 1.2) times.push_back(t), means.push_back(mean), deviations.push_back(deviation);
    });
    CHECK(time == Approx(leg.duration()));
    const auto exact =
        exact::solve_hierarchy(c.ladder, leg.pump(), leg.duration(), leg.start(), times).solution;
    for (std::size_t i = 0; i < times.size(); ++i) {
        CHECK(std::abs(c.ladder.jz(means[i]) - exact.jz_mean[i]) < 1e-4 * 20'000);
        CHECK(deviations[i] == Approx(std::sqrt(exact.jz_variance[i])).epsilon(2e-3));
    }
}

TEST_CASE("what is followed is near the truth, as near as it says") {
    const Case c("cavity=1,side=1");
    double square = 0.0, count = 0.0, width = 0.0;
    for (std::int64_t trajectory = 0; trajectory < 8; ++trajectory) {
        const auto leg = c.leg();
        std::vector<double> truth;
        Levels levels{&truth};
        run(make_sampler(Method::sphere, leg.setup()),
            {.seed = 5, .first_trajectory = trajectory, .count = 1, .purpose = leg.purpose()}, levels);
        std::size_t i = 0;
        c.filter()(c.record(trajectory), Thetas{}, [&](double, double mean, double deviation) {
            width += deviation;
            const double off = (truth[i++] - mean) / deviation;
            square += off * off, count += 1.0;
        });
    }
    // A path between ticks is not known better than to this, whatever the clicks.
    CHECK(width / count < 0.04 * 20'000);
    // 500 correlated points.
    CHECK(square / count == Approx(1.0).epsilon(0.25));
}

TEST_CASE("a theta has the same likelihood of counts in any place and any company") {
    const Case c("side=1");
    const auto record = c.record(3);
    const auto filter = c.filter();
    const auto thetas = c.thetas();
    const auto all = filter(record, thetas);
    for (std::size_t i = 0; i < 8; ++i) {
        Thetas turned;
        for (std::size_t k = 0; k < 8; ++k)
            turned[k] = thetas[(k + i) % 8];
        const auto result = filter(record, turned);
        for (std::size_t k = 0; k < 8; ++k)
            CHECK(result.log_likelihood[k] == Approx(all.log_likelihood[(k + i) % 8]).epsilon(1e-8));
    }
}

TEST_CASE("a detector that counts nothing tells nothing") {
    const Case c("cavity=0");
    const auto result = c.filter()(c.record(1), c.thetas());
    for (const double value : result.log_likelihood)
        CHECK(std::abs(value - result.log_likelihood[0]) < 1e-4);
    CHECK(std::abs(result.information) * c.half() * c.half() < 1e-9);
}

TEST_CASE("cells are as fine as what a tick leaves open, at any number of atoms") {
    Case c("cavity=1");
    const int cells = c.filter().cells();
    c.ladder = DickeLadder(DickeLadder::max_atoms);
    CHECK(c.filter().cells() == doctest::Approx(cells).epsilon(0.02));
    CHECK(Case("cavity=1,pump=1").filter().cells() > 2 * cells);
}

TEST_CASE("a filter of no run, or of no detector, is refused") {
    const Case c("cavity=1");
    const auto leg = c.leg();
    const auto refused = [&](const TickGrid& grid, const StartState& start, const Detector& detector,
                             double side_rate, double resolution) {
        CHECK_THROWS_AS(CountFilter(c.ladder, leg.pump(), grid, start, detector, side_rate, resolution),
                        InvalidInput);
    };
    const auto grid = leg.grid();
    const auto start = leg.start();
    refused({.duration = 1.0, .ticks = 0}, start, c.detector, 0.0, 1.0);
    refused({.duration = std::nan(""), .ticks = 10}, start, c.detector, 0.0, 1.0);
    refused(grid, StartState::dicke(20'001), c.detector, 0.0, 1.0);
    refused(grid, StartState::steady(std::nan("")), c.detector, 0.0, 1.0);
    refused(grid, start, Detector{.name = "blind", .channel = {}}, 0.0, 1.0);
    for (const double efficiency : {-1.0, std::nan("")}) {
        auto odd = c.detector;
        odd[Channel::cavity]->efficiency = efficiency;
        refused(grid, start, odd, 0.0, 1.0);
    }
    for (const double rate : {-1.0, std::nan("")})
        refused(grid, start, c.detector, rate, 1.0);
    for (const double resolution : {0.0, -1.0, std::nan(""), 1e300})
        refused(grid, start, c.detector, 0.0, resolution);
    refused({.duration = 1e-12, .ticks = 1}, start, c.detector, 0.0, 1.0);
}

TEST_CASE("a record of other ticks, without a channel or with fewer clicks than none, is refused") {
    const Case c("cavity=1,side=1");
    const auto filter = c.filter();
    const auto record = c.record(1);
    CHECK_THROWS_AS(filter(CountRecord{}, c.thetas()), InvalidInput);
    auto other = record;
    other.counts[0].pop_back();
    CHECK_THROWS_AS(filter(other, c.thetas()), InvalidInput);
    other = record;
    other.counts[static_cast<std::size_t>(Channel::side)].clear();
    CHECK_THROWS_AS(filter(other, c.thetas()), InvalidInput);
    other = record;
    other.counts[0][3] = -1;
    CHECK_THROWS_AS(filter(other, c.thetas()), InvalidInput);
    other = record;
    other.ticks_per_bin = 0;
    CHECK_THROWS_AS(filter(other, c.thetas()), InvalidInput);
    auto thetas = c.thetas();
    thetas[5] = std::nan("");
    CHECK_THROWS_AS(filter(record, thetas), InvalidInput);
}
