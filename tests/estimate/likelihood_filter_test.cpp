#include "dickejump/estimate/likelihood_filter.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/trajectory/method.hpp"

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/study/scan/scan_protocol.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"
#include "dickejump/trajectory/observer.hpp"
#include "estimate/plain_filter.hpp"
#include "support/detectors.hpp"
#include "support/pumping_integral.hpp"

using namespace dickejump;
using namespace dickejump::test;
using Thetas = LikelihoodFilter::Thetas;

namespace {

constexpr Thetas thetas{-0.3, -0.2, -0.1, -0.01, 0.01, 0.1, 0.2, 0.3};

/// The largest distance of the filter's log-likelihoods from the plain filter's.
double distance_from_plain(const FilteredRun& c, std::int64_t trajectory, double step_scale = 1.0) {
    const auto clicks = c.clicks(trajectory);
    const auto result = c.filter(step_scale)(clicks, thetas);
    double worst = 0.0;
    for (std::size_t i = 0; i < thetas.size(); ++i)
        worst = std::max(
            worst, std::abs(result.log_likelihood[i] - PlainFilter(c, clicks, thetas[i]).log_likelihood()));
    return worst;
}

/// Of log-likelihoods, with the steps as they are and with steps a tenth as long: a log-likelihood is
/// uncertain by 1 by nature.
constexpr double tolerance = 1e-4, short_steps = 0.1, fine_tolerance = 3e-5;

}  // namespace

TEST_CASE("the filter's likelihood is brute force's, for every channel and all of them") {
    double worst = 0.0;
    for (const std::int64_t atoms : {1, 2, 5, 12})
        for (const std::string seen :
             {"cavity=1", "cavity=0.4", "pump=1", "pump=0.7", "side=1", "side=0.5", "cavity=1,pump=1",
              "cavity=0.3,pump=0.9", "cavity=0.5,pump=0.6,side=0.7", "cavity=0"}) {
            CAPTURE(atoms);
            CAPTURE(seen);
            const FilteredRun c{DickeLadder(atoms), PumpSchedule::linear(0.6, 1.6, 1.5), 1.5,
                                detector_of(seen), 1.5};
            const double distance = distance_from_plain(c, atoms);
            worst = std::max(worst, distance);
            CHECK(distance < tolerance);
            CHECK(distance_from_plain(c, atoms, short_steps) < fine_tolerance);
        }
    MESSAGE("largest distance of a log-likelihood from brute force: " << worst);
}

TEST_CASE("background, dead time and gate are in the likelihood as they are in the record") {
    double worst = 0.0;
    for (const std::int64_t atoms : {1, 2, 5, 12})
        for (const std::string seen : {"cavity=0.8", "pump=0.6", "side=1", "cavity=0.5,pump=0.6,side=0.7"})
            for (const double background : {0.0, 2.0})
                for (const double dead_time : {0.0, 0.07}) {
                    CAPTURE(atoms);
                    CAPTURE(seen);
                    CAPTURE(background);
                    CAPTURE(dead_time);
                    auto detector = detector_of(seen);
                    for (const auto channel : channels)
                        if (detector[channel]) {
                            detector[channel]->background = background;
                            detector[channel]->dead_time = dead_time;
                        }
                    FilteredRun c{DickeLadder(atoms), PumpSchedule::linear(1.7, 0.4, 1.2), 1.2, detector,
                                  1.5};
                    worst = std::max(worst, distance_from_plain(c, atoms));
                    CHECK(distance_from_plain(c, atoms, short_steps) < fine_tolerance);
                    c.detector.gate_open = 0.313, c.detector.gate_close = 0.877;
                    worst = std::max(worst, distance_from_plain(c, atoms));
                    CHECK(distance_from_plain(c, atoms, short_steps) < fine_tolerance);
                }
    CHECK(worst < tolerance);
    MESSAGE("largest distance of a log-likelihood from brute force: " << worst);
}

TEST_CASE("a pump with knots is followed, and one that would be negative is none") {
    const std::vector<double> at{0.0, 0.31, 0.62, 1.0}, pumps{0.05, 1.4, 0.2, 0.9};
    for (const std::string seen : {"cavity=0.5", "side=1", "cavity=0.6,pump=0.7"}) {
        CAPTURE(seen);
        const FilteredRun c{DickeLadder(5), PumpSchedule::piecewise_linear(at, pumps), 1.0, detector_of(seen),
                            1.5};
        CHECK(distance_from_plain(c, 3) < tolerance);
    }
}

TEST_CASE("shorter steps change the likelihood less and less, and by next to nothing") {
    const FilteredRun c{DickeLadder(12), PumpSchedule::linear(0.3, 2.0, 1.5), 1.5,
                        detector_of("cavity=0.5,side=0.5"), 1.5};
    const auto clicks = c.clicks(1);
    const auto at = [&](double scale) { return c.filter(scale)(clicks, thetas).log_likelihood; };
    const auto whole = at(1.0), half = at(0.5), tiny = at(0.05);
    for (std::size_t i = 0; i < thetas.size(); ++i) {
        CHECK(std::abs(whole[i] - tiny[i]) < tolerance);
        CHECK(std::abs(half[i] - tiny[i]) < 0.5 * std::abs(whole[i] - tiny[i]) + 5e-7);
    }
    CHECK(distance_from_plain(c, 1, 0.05) < fine_tolerance);
}

TEST_CASE("differences of log-likelihoods of many clicks are right to 1e-4") {
    // Hundreds of hidden jumps around each click, one click after hundreds, a steep scan, and two lobes.
    struct Case {
        std::int64_t atoms;
        double first, last, duration;
        const char* seen;
    };
    for (const auto& [atoms, first, last, duration, seen] : {Case{60, 0.9, 1.1, 1.5, "cavity=0.5"},
                                                             {60, 0.9, 1.1, 1.5, "cavity=0.02"},
                                                             {60, 0.5, 1.5, 0.5, "cavity=0.5"},
                                                             {150, 0.98, 1.02, 0.3, "cavity=0.1,pump=0.3"}}) {
        CAPTURE(seen);
        const FilteredRun c{DickeLadder(atoms), PumpSchedule::linear(first, last, duration), duration,
                            detector_of(seen), 0.0};
        const auto clicks = c.clicks(5);
        constexpr Thetas near{-0.03, -0.02, -0.01, -0.001, 0.001, 0.01, 0.02, 0.03};
        const auto now = c.filter()(clicks, near), tiny = c.filter(0.1)(clicks, near);
        double least = 1.0, most = -1.0;
        for (std::size_t i = 0; i < near.size(); ++i) {
            const double off = now.log_likelihood[i] - tiny.log_likelihood[i];
            least = std::min(least, off), most = std::max(most, off);
        }
        CHECK(most - least < 1e-4);
        CHECK(now.information == doctest::Approx(tiny.information).epsilon(3e-3));
    }
}

TEST_CASE("a theta has the same likelihood in any place and any company") {
    const FilteredRun c{DickeLadder(12), PumpSchedule::linear(0.6, 1.6, 1.5), 1.5,
                        detector_of("cavity=0.5,side=0.5"), 1.5};
    const auto clicks = c.clicks(2);
    const auto filter = c.filter();
    const auto forward = filter(clicks, thetas);
    Thetas reversed = thetas;
    std::reverse(reversed.begin(), reversed.end());
    const auto backward = filter(clicks, reversed);
    Thetas alone;
    for (std::size_t i = 0; i < thetas.size(); ++i) {
        // Steps suit all thetas together, so that company changes the last digits of the steps' own error.
        CHECK(std::abs(forward.log_likelihood[i] - backward.log_likelihood[7 - i]) < tolerance);
        alone.fill(thetas[i]);
        const auto single = filter(clicks, alone).log_likelihood;
        CHECK(std::abs(forward.log_likelihood[i] - single[0]) < tolerance);
        CHECK(single ==
              Thetas{single[0], single[0], single[0], single[0], single[0], single[0], single[0], single[0]});
    }
}

TEST_CASE("one theta for which the record cannot happen does not spoil the others") {
    // w + theta < 0 at the time of the click: no pump, no J+ photon.
    const FilteredRun c{DickeLadder(5), PumpSchedule::constant(0.2), 1.0, detector_of("cavity=1,pump=1"),
                        0.0};
    const std::vector<Photon> clicks{{0.3, Channel::pump}, {0.8, Channel::cavity}};
    const auto result = c.filter()(clicks, {-1.0, -0.5, -0.3, -0.01, 0.01, 0.1, 0.2, 0.3});
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(result.log_likelihood[i] == -std::numeric_limits<double>::infinity());
    for (std::size_t i = 3; i < 8; ++i)
        CHECK(std::isfinite(result.log_likelihood[i]));
    CHECK(std::isfinite(result.information));
}

TEST_CASE("with nothing lost and the start known, the likelihood is the closed form of the perfect record") {
    // log L(theta) - log L(0) = sum over J+ jumps of log(1 + theta/w(t_i)) - theta int A dt.
    for (const std::int64_t atoms : {1, 5, 40}) {
        CAPTURE(atoms);
        const DickeLadder ladder(atoms);
        const double duration = 2.0;
        const auto pump = PumpSchedule::linear(0.5, 1.8, duration);
        const LadderSampler sampler(ladder, pump, {.duration = duration, .ticks = 1},
                                    StartState::dicke(atoms / 2));
        std::vector<Photon> clicks;
        double pumping = 0.0;
        sampler({.seed = 22, .first_trajectory = atoms, .count = 1, .purpose = Purpose::test},
                Quantities::time_tags, [&](const Window& window) {
                    for (const auto& jump : window.tags[0])
                        clicks.push_back({jump.time, jump.dn() > 0 ? Channel::pump : Channel::cavity});
                    pumping += pumping_integral(ladder, atoms / 2, window.tags[0], 0.0, duration);
                });
        const LikelihoodFilter filter(ladder, pump, duration, Eigen::VectorXd::Unit(atoms + 1, atoms / 2),
                                      detector_of("cavity=1,pump=1"), 0.0);
        const Thetas shifts{-0.3, -0.1, 0.0, -1e-3, 1e-3, 0.05, 0.1, 0.3};
        const auto result = filter(clicks, shifts);
        for (std::size_t i = 0; i < shifts.size(); ++i) {
            double closed = -shifts[i] * pumping;
            for (const auto& click : clicks)
                if (click.channel == Channel::pump) closed += std::log1p(shifts[i] / pump.at(click.time));
            const double size = 1.0 + std::abs(shifts[i]) * pumping;
            CHECK(std::abs(result.log_likelihood[i] - result.log_likelihood[2] - closed) < 1e-11 * size);
        }
    }
}

TEST_CASE("a detector that learns nothing has the same likelihood for every theta and no information") {
    auto detector = detector_of("cavity=0,side=0");
    detector[Channel::cavity]->background = 3.0;
    const FilteredRun c{DickeLadder(12), PumpSchedule::linear(0.6, 1.6, 1.5), 1.5, detector, 1.5};
    const auto clicks = c.clicks(1);
    REQUIRE(clicks.size() > 0);
    const auto result = c.filter()(clicks, thetas);
    // Pure background: r^k exp(-r T).
    const double closed = static_cast<double>(clicks.size()) * std::log(3.0) - 3.0 * 1.5;
    for (const double value : result.log_likelihood)
        CHECK(value == doctest::Approx(closed).epsilon(1e-10));
    CHECK(result.information < 1e-12);
}

TEST_CASE("the information of a perfect record is int A/w dt of its run") {
    const DickeLadder ladder(20);
    const auto pump = PumpSchedule::linear(0.5, 1.8, 2.0);
    const LadderSampler sampler(ladder, pump, {.duration = 2.0, .ticks = 1}, StartState::dicke(10));
    PhotonRecords records(23, 0, Direction::up, 0.0);
    run(sampler, {.seed = 23, .first_trajectory = 0, .count = 1, .purpose = Purpose::test}, records);
    const auto& photons = records.photons[0];
    double wanted = 0.0, time = 0.0;
    std::int64_t n = 10;
    const double slope = 1.3 / 2.0;
    const auto dwell = [&](double until) {
        wanted += static_cast<double>(ladder.pumping(n)) * std::log(pump.at(until) / pump.at(time)) / slope;
        time = until;
    };
    for (const auto& photon : photons) {
        dwell(photon.time);
        n += photon.channel == Channel::pump ? 1 : -1;
    }
    dwell(2.0);
    const LikelihoodFilter filter(ladder, pump, 2.0, Eigen::VectorXd::Unit(21, 10),
                                  detector_of("cavity=1,pump=1"), 0.0);
    CHECK(filter(photons, {0, 0, 0, -1e-4, 1e-4, 0, 0, 0}).information ==
          doctest::Approx(wanted).epsilon(1e-4));
}

TEST_CASE("what is followed ascends in time and ends knowing n where everything is seen") {
    const FilteredRun c{DickeLadder(12), PumpSchedule::linear(0.6, 1.6, 3.0), 3.0,
                        detector_of("cavity=1,pump=1"), 0.0};
    const auto clicks = c.clicks(4);
    double previous = 0.0, mean = -1.0, deviation = -1.0;
    bool ascends = true;
    c.filter()(clicks, Thetas{}, [&](double time, double m, double d) {
        ascends = ascends && time >= previous;
        previous = time, mean = m, deviation = d;
    });
    CHECK(ascends);
    CHECK(previous == 3.0);
    // Of both channels n - n(0) is known, and n(0) from what cannot be and from the rates.
    CHECK(deviation < 0.2);
    CHECK(std::abs(mean - std::round(mean)) < 0.1);
}

TEST_CASE("a record of few clicks from many atoms has a finite likelihood that hardly depends on the steps") {
    // Hundreds of hidden jumps a step: an approximant that does not damp what clicks make rough rings here,
    // and populations turn negative.
    const dickejump::DickeLadder ladder(200);
    const dickejump::ScanProtocol scan{.rate = 16, .half_width = 24};
    const dickejump::ScanLeg leg(ladder, scan, dickejump::Direction::up);
    dickejump::PhotonRecords records(1, 0, dickejump::Direction::up, 0.0);
    dickejump::run(dickejump::make_sampler(dickejump::Method::exact, leg.setup()),
                   dickejump::Lanes{.seed = 1, .count = 1, .purpose = leg.purpose()}, records);
    dickejump::Problems problems;
    const auto detector = dickejump::parse_detector("cavity=0.05", problems);
    const auto clicks =
        dickejump::detect(detector, records.photons[0], 1, 0, dickejump::Direction::up, leg.duration());
    REQUIRE(clicks.size() > 100);
    const dickejump::LikelihoodFilter::Thetas thetas{-0.05, -0.03, -0.02, -0.001, 0.001, 0.02, 0.03, 0.05};
    const auto result_at = [&](double step_scale) {
        return dickejump::LikelihoodFilter(ladder, leg.pump(), leg.duration(),
                                           exact::start_populations(leg.ladder(), leg.start()), detector, 0.0,
                                           step_scale)(clicks, thetas);
    };
    const auto coarse = result_at(1.0), fine = result_at(0.3);
    for (std::size_t i = 0; i < thetas.size(); ++i) {
        CAPTURE(thetas[i]);
        CHECK(std::abs((coarse.log_likelihood[i] - coarse.log_likelihood[3]) -
                       (fine.log_likelihood[i] - fine.log_likelihood[3])) < 0.05);
    }
    CHECK(coarse.information == doctest::Approx(fine.information).epsilon(0.02));
}

TEST_CASE("a filter of no run, or of no detector, is refused") {
    const DickeLadder ladder(4);
    const auto pump = PumpSchedule::constant(1.0);
    const Eigen::VectorXd start = Eigen::VectorXd::Unit(5, 2);
    const auto cavity = detector_of("cavity=1");
    const auto refused = [&](double duration, const Eigen::VectorXd& from, const Detector& detector,
                             double side_rate, double step_scale) {
        CHECK_THROWS_AS(LikelihoodFilter(ladder, pump, duration, from, detector, side_rate, step_scale),
                        InvalidInput);
    };
    CHECK_NOTHROW(LikelihoodFilter(ladder, pump, 1.0, start, cavity, 0.0));
    for (const double bad : {0.0, -1.0, std::nan("")})
        refused(bad, start, cavity, 0.0, 1.0), refused(1.0, start, cavity, 0.0, bad);
    for (const Eigen::VectorXd& bad : {Eigen::VectorXd(start.head(4)), Eigen::VectorXd(),
                                       Eigen::VectorXd(2.0 * start), Eigen::VectorXd(std::nan("") * start)})
        refused(1.0, bad, cavity, 0.0, 1.0);
    for (const double bad : {-1.0, std::nan("")}) {
        refused(1.0, start, cavity, bad, 1.0);
        auto odd = cavity;
        odd[Channel::cavity]->efficiency = bad;
        refused(1.0, start, odd, 0.0, 1.0);
    }
    auto shut = cavity;
    shut.gate_open = 0.6, shut.gate_close = 0.5;
    refused(1.0, start, shut, 0.0, 1.0);
    refused(1.0, start, Detector{.name = "blind", .channel = {}}, 0.0, 1.0);
}

TEST_CASE("clicks that are not of the run or of the detector are refused, and thetas that are not finite") {
    const FilteredRun c{DickeLadder(4), PumpSchedule::constant(1.0), 1.0, detector_of("cavity=1"), 0.0};
    const auto filter = c.filter();
    const auto refused = [&](const std::vector<Photon>& clicks) {
        CHECK_THROWS_AS(filter(clicks, thetas), InvalidInput);
    };
    CHECK_NOTHROW(filter({}, thetas));
    CHECK_NOTHROW(filter(std::vector<Photon>{{0.2, Channel::cavity}, {1.0, Channel::cavity}}, thetas));
    refused({{0.2, Channel::pump}});
    refused({{0.5, Channel::cavity}, {0.2, Channel::cavity}});
    for (const double time : {-0.1, 1.1, std::nan("")})
        refused({{time, Channel::cavity}});
    for (const double bad : {std::nan(""), HUGE_VAL}) {
        auto odd = thetas;
        odd[2] = bad;
        CHECK_THROWS_AS(filter({}, odd), InvalidInput);
    }
}
