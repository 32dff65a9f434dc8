#include "dickejump/record/count_record.hpp"
#include "dickejump/exact/steady_state.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "dickejump/estimate/count_filter.hpp"
#include "dickejump/estimate/likelihood_estimate.hpp"
#include "dickejump/estimate/likelihood_filter.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/study/scan/prepared_scan.hpp"
#include "dickejump/trajectory/direct_kernel.hpp"
#include "dickejump/trajectory/observer.hpp"
#include "dickejump/trajectory/sphere_kernel.hpp"
#include "support/affordable.hpp"
#include "support/detectors.hpp"
#include "support/statistics.hpp"

// Counts per tick from many atoms, and their likelihood, which is approximate: how well it does is measured
// here. Seeds are fixed; a p-value falls below `false_alarm` with probability 1e-6 for a new seed where the
// claim is exact, and there are some forty: 4e-5 for the file. Beside the checks stands their power.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;

/// n at the start and at the end of every tick.
struct Levels {
    static constexpr Quantities needs = Quantities::none;
    std::vector<std::vector<double>> n;  ///< [lane]

    void observe(const Window& window) {
        if (window.first_tick == 0)
            for (const auto start : window.start)
                n.push_back({static_cast<double>(start)});
        for (int t = 0; t < window.ticks; ++t)
            for (int lane = 0; lane < window.lanes; ++lane)
                n[static_cast<std::size_t>(lane)].push_back(window.n[window.at(t, lane)]);
    }
};

/// How jumps and int n dt of a tick scatter about what its ends say, in units of what sphere_kernel.hpp says,
/// mean over the ticks of a run that are away from the poles (|x| < 0.9).
struct Scatter {
    std::vector<double> mean, jumps, inversion, together, jumps_of_fixed_rates;
};

template <class Kernel>
Scatter scatter(const DickeLadder& ladder, const ScanLeg& leg, const Kernel& kernel, std::int64_t runs) {
    Scatter result;
    const double levels = static_cast<double>(ladder.atoms()) + 1.0, tau = leg.grid().tick();
    for (std::int64_t first = 0; first < runs; first += 64) {
        CountedPhotons photons;
        Levels told;
        run(kernel, {.seed = 31, .first_trajectory = first, .count = 64, .purpose = Purpose::test}, photons,
            told);
        for (std::size_t lane = 0; lane < 64; ++lane) {
            double sums[5] = {}, ticks = 0.0;
            for (std::size_t t = 0; t < photons.runs[lane].n_dt.size(); ++t) {
                const double x0 = (2.0 * told.n[lane][t] + 1.0) / levels - 1.0,
                             x1 = (2.0 * told.n[lane][t + 1] + 1.0) / levels - 1.0, half = 0.5 * (x0 + x1);
                if (std::abs(half) > 0.9) continue;
                const double w = leg.pump().at((static_cast<double>(t) + 0.5) * tau), v = (w + 1.0) * tau;
                const double spread = (1.0 - half * half) * v, path = spread * tau * tau / 12.0;
                const double radius2_dt =
                    tau - tau / 3.0 * (x0 * x0 + x0 * x1 + x1 * x1) - spread * tau / 6.0;
                const double both = 0.25 * levels * levels * radius2_dt - tau / 6.0;
                const double expected = (w + 1.0) * both + (1.0 - w) * 0.5 * levels * half * tau;
                const double by_level = -(w + 1.0) * 0.5 * levels * levels * half + (1.0 - w) * 0.5 * levels;
                const double bend = (w + 1.0) * 0.25 * levels * levels * spread * tau;
                const double off =
                    static_cast<double>(photons.runs[lane].cavity[t] + photons.runs[lane].pump[t]) - expected;
                const double variance = expected + by_level * by_level * path + bend * bend / 45.0;
                const double n_off =
                    photons.runs[lane].n_dt[t] - (0.5 * levels * half + 0.5 * (levels - 1.0)) * tau;
                sums[0] += off / std::sqrt(variance);
                sums[1] += off * off / variance;
                sums[2] += n_off * n_off / (0.25 * levels * levels * path);
                sums[3] += n_off * off - 0.5 * levels * by_level * path;
                sums[4] += off * off / expected;
                ticks += 1.0;
            }
            if (ticks < 10.0) continue;
            result.mean.push_back(sums[0] / ticks);
            result.jumps.push_back(sums[1] / ticks);
            result.inversion.push_back(sums[2] / ticks);
            result.together.push_back(sums[3] / ticks);
            result.jumps_of_fixed_rates.push_back(sums[4] / ticks);
        }
    }
    return result;
}

/// p-value of equal means, two samples.
double same_mean_p_value(const std::vector<double>& a, const std::vector<double>& b) {
    const auto mean_and_variance = [](const std::vector<double>& x) {
        double mean = 0.0, square = 0.0;
        for (const double value : x)
            mean += value / static_cast<double>(x.size());
        for (const double value : x)
            square += (value - mean) * (value - mean);
        const auto n = static_cast<double>(x.size());
        return std::pair{mean, square / (n - 1.0) / n};
    };
    const auto [m, v] = mean_and_variance(a);
    const auto [k, u] = mean_and_variance(b);
    return two_sided((m - k) / std::sqrt(v + u));
}

/// What one record after another says at theta = 0, per width of the transition.
struct Scores {
    std::vector<double> score, excess;  ///< excess: of the squared score over the information
    double information = 0.0;

    void add(double s, double i, double runs) {
        score.push_back(s);
        excess.push_back(s * s - i);
        information += i / runs;
    }
};

struct Pulse {
    DickeLadder ladder;
    Method method;
    std::string detector;
    double side_rate = 0.0, bin = 0.0;
    int steps_per_tick = 0;
};

/// @param shift  of the pump that makes the runs, in widths; the filter does not know of it
Scores scores(const Pulse& setting, int runs, double shift = 0.0) {
    const ScanProtocol scan{.rate = 16.0, .half_width = 24.0, .legs = Legs::up};
    const ScanLeg leg(setting.ladder, scan, Direction::up);
    auto detector = detector_of(setting.detector);
    detector.bin_width = setting.bin;
    const double width = 2.0 / static_cast<double>(setting.ladder.atoms());
    const auto sampler = make_sampler(setting.method, leg.setup(shift * width), setting.steps_per_tick);
    const CountFilter filter(setting.ladder, leg.pump(), leg.grid(), leg.start(), detector,
                             setting.side_rate);
    const double h = 0.1 * width;
    const CountFilter::Thetas thetas{-3 * h, -2 * h, -h, -h, h, 2 * h, 3 * h, 4 * h};
    Scores result;
    for (int first = 0; first < runs; first += 16) {
        CountedPhotons photons;
        run(sampler, {.seed = 41, .first_trajectory = first, .count = 16, .purpose = leg.purpose()}, photons);
        for (std::size_t lane = 0; lane < 16; ++lane) {
            const auto id = first + static_cast<std::int64_t>(lane);
            const auto record =
                count(detector, photons.runs[lane], leg.grid(), setting.side_rate, 41, id, Direction::up);
            const auto told = filter(record, thetas);
            result.add((told.log_likelihood[4] - told.log_likelihood[3]) / 0.2,
                       told.information * width * width, runs);
        }
    }
    return result;
}

}  // namespace

TEST_CASE("given the ends of a tick, the sphere's jumps and int n dt scatter as the ladder's") {
    const DickeLadder ladder(400);
    const ScanProtocol scan{.rate = 16.0, .half_width = 20.0, .legs = Legs::up, .ticks = 250};
    const ScanLeg leg(ladder, scan, Direction::up);
    const auto pump = leg.pump();
    const auto exact =
        scatter(ladder, leg, DirectKernel(ladder, pump, leg.grid(), leg.start()), affordable(1024));
    const auto sphere =
        scatter(ladder, leg, SphereKernel(ladder, pump, leg.grid(), leg.start(), 1), affordable(1024));
    CHECK(same_mean_p_value(exact.mean, sphere.mean) > false_alarm);
    CHECK(same_mean_p_value(exact.jumps, sphere.jumps) > false_alarm);
    CHECK(same_mean_p_value(exact.inversion, sphere.inversion) > false_alarm);
    CHECK(same_mean_p_value(exact.together, sphere.together) > false_alarm);
    // Both are what the filter takes them for: 1 but for 2 %, which is O(tau).
    for (const auto& told : {exact, sphere})
        for (const auto* column : {&told.jumps, &told.inversion}) {
            CHECK(mean_z(*column, 0.97) > 0.0);
            CHECK(mean_z(*column, 1.03) < 0.0);
        }
    // Power: jumps of rates that the ends fix would scatter by a few times less than these do.
    CHECK(mean_z(exact.jumps_of_fixed_rates, 2.0) > 6.0);
    CHECK(mean_z(sphere.jumps_of_fixed_rates, 2.0) > 6.0);
    // and a coarser sphere, of which the ends say less, does not pass for the ladder.
    const ScanProtocol coarse{.rate = 16.0, .half_width = 20.0, .legs = Legs::up, .ticks = 50};
    const ScanLeg rough(ladder, coarse, Direction::up);
    const auto far =
        scatter(ladder, rough, SphereKernel(ladder, pump, rough.grid(), rough.start(), 1), affordable(1024));
    CHECK(same_mean_p_value(exact.jumps_of_fixed_rates, far.jumps_of_fixed_rates) < false_alarm);
}

TEST_CASE("at J_z = 0 the ends of a tick leave the jumps open by the bend of the path, sphere and ladder") {
    // Parked at w = gamma, from n = N/2: ticks that begin and end near J_z = 0. There three fifths of the
    // variance of the jumps, given the ends, come from int (A + B) dt between them.
    const DickeLadder ladder(2'000);
    const TickGrid grid{.duration = 0.02, .ticks = 1};
    const auto pump = PumpSchedule::constant(1.0);
    const auto bends = [&](const auto& kernel) {
        std::vector<double> squares;
        for (std::int64_t first = 0; first < affordable(20'480); first += 64)
            kernel({.seed = 77, .first_trajectory = first, .count = 64, .purpose = Purpose::test},
                   Quantities::jumps, [&](const Window& window) {
                       for (std::size_t lane = 0; lane < 64; ++lane) {
                           const double x0 = 1.0 / 2001.0, x1 = (2.0 * window.n[lane] + 1.0) / 2001.0 - 1.0;
                           const double half = 0.5 * (x0 + x1), tau = 0.02;
                           if (std::abs(half) > 0.02) continue;
                           const double spread = (1.0 - half * half) * 2.0 * tau;
                           // int (1 - x^2) dt along the mean path; A + B is N'^2/2 times that, nearly.
                           const double radius2_dt =
                               tau - tau / 3.0 * (x0 * x0 + x0 * x1 + x1 * x1) - spread * tau / 6.0;
                           const double scale = 0.5 * 2001.0 * 2001.0;
                           const double expected = scale * radius2_dt - tau / 3.0;
                           const double off =
                               static_cast<double>(window.jumps_up[lane] + window.jumps_down[lane]) -
                               expected;
                           const double variance =
                               expected + scale * scale *
                                              (spread * spread * tau * tau / 45.0 +
                                               4.0 * half * half * spread * tau * tau / 12.0);
                           squares.push_back(off * off / variance);
                       }
                   });
        return squares;
    };
    const auto exact = bends(DirectKernel(ladder, pump, grid, StartState::dicke(1000)));
    const auto sphere = bends(SphereKernel(ladder, pump, grid, StartState::dicke(1000), 1));
    CHECK(exact.size() > 1'500);
    CHECK(two_sided(mean_z(exact, 1.0)) > false_alarm);
    CHECK(two_sided(mean_z(sphere, 1.0)) > false_alarm);
    CHECK(two_sided(mean_z(sphere, 0.5)) < false_alarm);  // power
}

TEST_CASE("scores of counts vanish on average and scatter as their information says") {
    const std::vector<Pulse> settings{
        {DickeLadder(300), Method::exact, "cavity=1"},
        {DickeLadder(300), Method::exact, "side=1", 1.0},
        {DickeLadder(10'000), Method::sphere, "side=1", 0.01},
        {DickeLadder(10'000), Method::sphere, "cavity=0.5,side=0.3", 1.0, 0.0, 4},
        {DickeLadder(1'000'000), Method::sphere, "cavity=1", 0.0, 0.0, 4},
        {DickeLadder(1'000'000), Method::sphere, "cavity=1,pump=1", 0.0, 0.0, 1},
        {DickeLadder(100'000'000), Method::sphere, "cavity=0.1", 0.0, 0.0, 2},
    };
    for (const auto& setting : settings) {
        CAPTURE(setting.ladder.atoms());
        CAPTURE(setting.detector);
        const auto told = scores(setting, static_cast<int>(affordable(112)));
        CHECK(two_sided(mean_z(told.score, 0.0)) > false_alarm);
        CHECK(two_sided(mean_z(told.excess, 0.0)) > false_alarm);
        // Power: a pump off by three widths of the transition.
        CHECK(two_sided(mean_z(scores(setting, static_cast<int>(affordable(56)), 3.0).score, 0.0)) <
              false_alarm);
    }
}

TEST_CASE("bins of several ticks cost the likelihood little of its honesty") {
    // Spread over its bin, a record is misread a little: by less than a quarter of a width in s (a tenth of
    // the spread of an estimate), and its information is told within 20 %.
    for (const auto& setting : {Pulse{DickeLadder(10'000), Method::sphere, "cavity=0.5", 0.0, 0.06, 2},
                                Pulse{DickeLadder(10'000), Method::sphere, "side=1", 0.1, 0.06, 2}}) {
        CAPTURE(setting.detector);
        const auto told = scores(setting, static_cast<int>(affordable(256)));
        const double error = std::sqrt(told.information / 256.0);
        double mean = 0.0, square = 0.0;
        for (const double s : told.score)
            mean += s / 256.0, square += s * s / 256.0;
        CHECK(std::abs(mean) < 0.3 * told.information + 5.0 * error);
        CHECK(square / told.information == doctest::Approx(1.15).epsilon(0.4));
    }
}

TEST_CASE("the filter of counts says of a weak record what the exact filter says of its time tags") {
    // A few photons to the side: that their times are known to a tick only costs next to nothing. The same of
    // cavity photons, whose number within a tick tells half of what their times do, is not expected.
    const DickeLadder ladder(150);
    const ScanProtocol scan{.rate = 16.0, .half_width = 15.0, .legs = Legs::up};
    const ScanLeg leg(ladder, scan, Direction::up);
    const auto compare = [&](const Detector& detector, double side_rate) {
        const LikelihoodFilter exact(ladder, leg.pump(), leg.duration(),
                                     exact::start_populations(leg.ladder(), leg.start()), detector,
                                     side_rate);
        const CountFilter counts(ladder, leg.pump(), leg.grid(), leg.start(), detector, side_rate);
        PhotonRecords records(3, 0, Direction::up, side_rate);
        constexpr int runs = 16;
        run(make_sampler(Method::exact, leg.setup()), {.seed = 3, .count = runs, .purpose = leg.purpose()},
            records);
        const double width = 2.0 / 150.0;
        double off = 0.0, all = 0.0;
        int both = 0;
        for (int k = 0; k < runs; ++k) {
            const auto clicks = detect(detector, records.photons[static_cast<std::size_t>(k)], 3, k,
                                       Direction::up, leg.duration());
            const double scale = 1.5 * width;
            const auto range = ThetaRange::of(leg.pump(), leg.duration(), 0.2);
            const auto a = estimate_likelihood(exact, clicks, scale, range);
            const auto b = estimate_likelihood(
                [&](const auto& thetas) { return counts(counted(detector, clicks, leg.grid()), thetas); },
                scale, range);
            if (!a.found() || !b.found()) continue;
            ++both;
            off += (a.maximum - b.maximum) * (a.maximum - b.maximum);
            all += a.standard_error * a.standard_error;
        }
        CHECK(both >= runs - 2);
        return std::sqrt(off / all);
    };
    CHECK(compare(detector_of("side=1"), 0.3) < 0.1);
    CHECK(compare(detector_of("cavity=0.01"), 0.0) < 0.1);
    CHECK(compare(detector_of("cavity=1"), 0.0) > 0.1);  // power: another record is told from this one
}

TEST_CASE("intervals from counts hold the truth as often as they claim, and no estimate beats its bound") {
    const auto result =
        simulate(prepare(ScanConfig{.atoms = 100'000,
                                    .rate = 16.0,
                                    .half_width = 24.0,
                                    .direction = Legs::up,
                                    .method = Method::sphere,
                                    .trajectories = affordable(256),
                                    .seed = 12,
                                    .detectors = {detector_of("cavity=0.3"), detector_of("side=1")},
                                    .side_rate = 0.01}));
    int seen = 0;
    for (const auto& estimator : result.estimators) {
        if (!estimator.detector || !estimator.coverage) continue;
        ++seen;
        CAPTURE(*estimator.detector);
        CAPTURE(name(estimator.estimator));
        const auto z = [](double value, double claim) {
            return (value - claim) / std::sqrt(claim * (1.0 - claim) / 256.0);
        };
        CHECK(two_sided(z(estimator.coverage->at68.value, 0.68)) > false_alarm);
        CHECK(two_sided(z(estimator.coverage->at95.value, 0.95)) > false_alarm);
        const auto delta = *estimator.delta_w;
        for (const auto& bound : result.detected_bounds)
            if (bound.detector == *estimator.detector) {
                CHECK_FALSE(bound.exact_likelihood);
                CHECK(delta.value / bound.value->value > 1.0 - 5.0 * delta.error / delta.value);
                CHECK(delta.value / bound.value->value < 1.25);
            }
    }
    CHECK(seen == 4);
}
