#include "dickejump/estimate/spin_filter.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <unsupported/Eigen/MatrixFunctions>
#include <vector>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/random/stream.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/trajectory/observer.hpp"
#include "dickejump/trajectory/spin_sampler.hpp"
#include "support/detectors.hpp"

using namespace dickejump;
using namespace dickejump::test;
using doctest::Approx;

namespace {

const SpinFilter::Thetas around{-0.3, -0.1, -0.02, -1e-3, 1e-3, 0.03, 0.1, 0.4};

/// The same by dense matrices, from the table of processes: so many steps in a unit of time.
double dense_likelihood(const LocalSpins& spins, const PumpSchedule& pump, double duration,
                        const Eigen::VectorXd& start, const Detector& detector,
                        std::span<const Photon> clicks, double theta, double steps = 400.0) {
    const auto states = static_cast<Eigen::Index>(spins.states());
    using Matrix = Eigen::MatrixXd;
    Matrix up = Matrix::Zero(states, states), down = up, single = up, hidden = up, leave_hidden = up;
    for (std::int64_t twice_j = spins.atoms(); twice_j >= 0; twice_j -= 2)
        for (std::int64_t twice_m = -twice_j; twice_m <= twice_j; twice_m += 2) {
            const SpinState at{twice_j, twice_m};
            const auto from = static_cast<Eigen::Index>(spins.index(at));
            const auto to = [&](const SpinState& state) {
                return static_cast<Eigen::Index>(spins.index(state));
            };
            if (const double rate = LocalSpins::collective_pumping(at); rate > 0.0)
                up(to({twice_j, twice_m + 2}), from) += rate;
            if (const double rate = LocalSpins::collective_emission(at); rate > 0.0)
                down(to({twice_j, twice_m - 2}), from) += rate;
            for (const auto& exit : spins.exits(at))
                if (exit.rate > 0.0)
                    (exit.process == Process::emission ? single : hidden)(to(exit.from(at)), from) +=
                        exit.rate;
        }
    const auto loss = [](const Matrix& m) { return Matrix(m.colwise().sum().asDiagonal()); };
    const auto seen = [&](Channel c, double time) {
        return detector[c] && time >= detector.gate_open && time < detector.gate_close
                   ? detector[c]->efficiency
                   : 0.0;
    };
    Eigen::VectorXd p = Eigen::VectorXd::Zero(states);
    p.head(start.size()) = start;
    double log_norm = 0.0, time = 0.0;
    std::size_t next = 0;
    std::array<double, 3> dead{};
    while (time < duration) {
        double end = std::min(duration, time + 1.0 / steps);
        for (const double change : {detector.gate_open, detector.gate_close, dead[0], dead[1], dead[2]})
            if (change > time) end = std::min(end, change);
        const bool clicked = next < clicks.size() && clicks[next].time <= end;
        if (clicked) end = clicks[next].time;
        const double w = std::max(0.0, pump.at(0.5 * (time + end)) + theta);
        const auto eye = [&](Channel c) { return time < dead[index_of(c)] ? 0.0 : seen(c, time); };
        const Matrix m = w * ((1.0 - eye(Channel::pump)) * up - loss(up)) +
                         ((1.0 - eye(Channel::cavity)) * down - loss(down)) +
                         ((1.0 - eye(Channel::side)) * single - loss(single)) + hidden - loss(hidden);
        p = (m * (end - time)).exp() * p;
        for (const auto c : channels)
            if (eye(c) > 0.0) log_norm -= (end - time) * detector[c]->background;
        time = end;
        if (clicked) {
            const auto& photon = clicks[next++];
            const auto& channel = *detector[photon.channel];
            const Matrix& jump = photon.channel == Channel::cavity ? down
                                 : photon.channel == Channel::side ? single
                                                                   : up;
            const double rate = photon.channel == Channel::pump ? std::max(0.0, pump.at(time) + theta) : 1.0;
            p = (channel.efficiency * rate * (jump * p) + channel.background * p).eval();
            dead[index_of(photon.channel)] = time + channel.dead_time;
        }
        const double norm = p.sum();
        log_norm += std::log(norm);
        p /= norm;
    }
    return log_norm;
}

std::vector<Photon> scripted() {
    std::vector<Photon> clicks;
    Stream random(6, 0, Purpose::test);
    for (double time = 0.0; (time += 0.2 * open_unit(random())) < 2.0;)
        clicks.push_back({time, channels[static_cast<std::size_t>(3.0 * open_unit(random()))]});
    return clicks;
}

Detector eye() {
    auto detector = detector_of("cavity=0.6,pump=0.3,side=0.8");
    detector[Channel::cavity]->background = 0.4;
    detector[Channel::side]->dead_time = 0.05;
    detector.gate_open = 0.0, detector.gate_close = 1.9;
    return detector;
}

Eigen::VectorXd spread(std::int64_t atoms) {
    return exact::steady_state(DickeLadder(atoms), 0.8);
}

}  // namespace

TEST_CASE("the likelihood on |j, m> is that of dense matrices") {
    const auto pump = PumpSchedule::linear(0.5, 1.6, 2.0);
    auto clicks = scripted();
    std::erase_if(clicks, [](const Photon& click) { return click.time >= 1.9; });
    REQUIRE(clicks.size() > 10);
    for (const LocalRates& rates : {LocalRates{.emission = 0.5}, LocalRates{.emission = 0.3, .pumping = 0.2},
                                    LocalRates{.emission = 0.4, .dephasing = 0.7},
                                    LocalRates{.emission = 0.6, .pumping = 0.2, .dephasing = 0.5}})
        for (const std::int64_t atoms : {1, 4, 5}) {
            const LocalSpins spins(atoms, rates);
            const SpinFilter filter(spins, pump, 2.0, spread(atoms), eye());
            const auto found = filter(clicks, around);
            const double origin = dense_likelihood(spins, pump, 2.0, spread(atoms), eye(), clicks, around[0]);
            CAPTURE(atoms);
            CHECK(found.log_likelihood[0] == Approx(origin).epsilon(1e-5));
            for (const std::size_t i : {1u, 4u, 7u})
                CHECK(std::abs(found.log_likelihood[i] - found.log_likelihood[0] -
                               (dense_likelihood(spins, pump, 2.0, spread(atoms), eye(), clicks, around[i]) -
                                origin)) < 2e-5);
        }
}

TEST_CASE("without local rates it is the ladder's filter") {
    const auto pump = PumpSchedule::linear(0.6, 1.4, 2.0);
    auto detector = detector_of("cavity=0.5,pump=0.2");
    detector[Channel::cavity]->background = 1.0;
    auto clicks = scripted();
    std::erase_if(clicks, [](const Photon& click) { return click.channel == Channel::side; });
    const SpinFilter spins(LocalSpins(24, {}), pump, 2.0, spread(24), detector);
    const LikelihoodFilter ladder(DickeLadder(24), pump, 2.0, spread(24), detector, 0.0);
    std::vector<double> seen_spins, seen_ladder;
    const auto a = spins(clicks, around, [&](double, double n, double) { seen_spins.push_back(n); }),
               b = ladder(clicks, around, [&](double, double n, double) { seen_ladder.push_back(n); });
    for (std::size_t i = 0; i < around.size(); ++i)
        CHECK(std::abs(a.log_likelihood[i] - b.log_likelihood[i]) < 1e-4);
    CHECK(a.information == Approx(b.information).epsilon(1e-4));
    CHECK(seen_spins.back() == Approx(seen_ladder.back()).epsilon(1e-4));
}

TEST_CASE("steps are short enough, on a record of many atoms") {
    const LocalSpins spins(30, {.emission = 0.1, .dephasing = 0.05});
    const auto pump = PumpSchedule::linear(0.6, 1.4, 6.0);
    const auto start = exact::steady_state(DickeLadder(30), 0.6);
    auto detector = detector_of("cavity=0.3,side=0.5");
    const SpinSampler sampler(spins, pump, {.duration = 6.0, .ticks = 60}, StartState::steady(0.6));
    PhotonRecords records(3, 0, Direction::up, 0.0);
    run(sampler, {.seed = 3, .first_trajectory = 0, .count = 1, .purpose = Purpose::scan_up}, records);
    const auto clicks = detect(detector, records.photons[0], 3, 0, Direction::up, 6.0);
    REQUIRE(clicks.size() > 100);
    const SpinFilter::Thetas close{-0.1, -0.05, -0.01, -1e-3, 1e-3, 0.01, 0.05, 0.1};
    const auto coarse = SpinFilter(spins, pump, 6.0, start, detector)(clicks, close),
               fine = SpinFilter(spins, pump, 6.0, start, detector, 0.2)(clicks, close);
    for (std::size_t i = 0; i < close.size(); ++i)
        CHECK(std::abs((coarse.log_likelihood[i] - coarse.log_likelihood[3]) -
                       (fine.log_likelihood[i] - fine.log_likelihood[3])) < 5e-5);
    CHECK(coarse.information == Approx(fine.information).epsilon(1e-3));
}

TEST_CASE("what a filter on |j, m> cannot be of is refused") {
    const auto pump = PumpSchedule::constant(1.0);
    const LocalSpins spins(4, {.emission = 0.1});
    const auto detector = detector_of("side=1");
    const auto refused = [&](const Eigen::VectorXd& start, double duration, double scale = 1.0) {
        CHECK_THROWS_AS(SpinFilter(spins, pump, duration, start, detector, scale), InvalidInput);
    };
    refused(spread(5), 1.0);
    refused(spread(4), 0.0);
    refused(spread(4), 1.0, std::numeric_limits<double>::quiet_NaN());
    CHECK_THROWS_AS(SpinFilter(LocalSpins(101, {}), pump, 1.0, spread(101), detector), InvalidInput);
    const SpinFilter filter(spins, pump, 1.0, spread(4), detector);
    CHECK_THROWS_AS(filter(std::vector<Photon>{{0.5, Channel::cavity}}, around), InvalidInput);
    CHECK_THROWS_AS(filter(std::vector<Photon>{{1.5, Channel::side}}, around), InvalidInput);
    const std::atomic<bool> stop = true;
    CHECK_THROWS_AS(filter({}, around, {}, StopRequest(&stop)), Stopped);
    // A click that cannot be: no atom is excited, and there is no background.
    const SpinFilter dark(spins, PumpSchedule::constant(0.0), 1.0, Eigen::VectorXd::Unit(5, 0), detector);
    CHECK(dark(std::vector<Photon>{{0.5, Channel::side}}, {0, 0, 0, 0, 0, 0, 0, 0}).log_likelihood[0] ==
          -std::numeric_limits<double>::infinity());
}
