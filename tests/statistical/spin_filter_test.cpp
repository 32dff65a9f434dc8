#include "dickejump/estimate/spin_filter.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dickejump/estimate/moments.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/study/scan/prepared_scan.hpp"
#include "dickejump/trajectory/observer.hpp"
#include "dickejump/trajectory/spin_kernel.hpp"
#include "support/affordable.hpp"
#include "support/detectors.hpp"
#include "support/statistics.hpp"

// The filter on |j, m> against its own records. Seeds are fixed; a p-value falls below `false_alarm` with
// probability 1e-6 for a new seed, and there are some ten. Beside the checks stands their power: a pump 2 %
// off.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;

struct Told {
    Moments ratio, score, squared_score, information;

    double p_value(const Moments& of, double truth) const {
        const auto mean = *of.mean();
        return two_sided((mean.value - truth) / mean.error);
    }
};

/// Of records of atoms under this pump, what the filter of the nominal one says.
Told told(double factor, std::int64_t runs) {
    const LocalSpins spins(8, {.emission = 0.3, .pumping = 0.05, .dephasing = 0.2});
    const auto pump = PumpSchedule::linear(0.5, 1.5, 4.0);
    auto detector = detector_of("cavity=0.6,side=0.7,pump=0.5");
    detector[Channel::cavity]->background = 0.5, detector[Channel::side]->dead_time = 0.02;
    const SpinFilter filter(spins, pump, 4.0, exact::steady_state(DickeLadder(8), 0.5), detector);
    const SpinKernel kernel(spins, pump.affine(factor, 0.0), {.duration = 4.0, .ticks = 40},
                            StartState::steady(0.5));
    constexpr double h = 1e-4;
    const SpinFilter::Thetas thetas{-0.1, 0.1, 0.0, -h, h, 0.0, 0.0, 0.0};
    Told all;
    constexpr int lanes = 100;
    for (std::int64_t first = 0; first < runs; first += lanes) {
        PhotonRecords records(2, first, Direction::up, 0.0);
        run(kernel, {.seed = 2, .first_trajectory = first, .count = lanes, .purpose = Purpose::scan_up},
            records);
        for (int lane = 0; lane < lanes; ++lane) {
            const auto clicks = detect(detector, records.photons[static_cast<std::size_t>(lane)], 2,
                                       first + lane, Direction::up, 4.0);
            const auto result = filter(clicks, thetas);
            const auto& l = result.log_likelihood;
            const double score = (l[4] - l[3]) / (2.0 * h);
            all.ratio.add(std::exp(l[1] - l[2]));
            all.score.add(score);
            all.squared_score.add(score * score - result.information);
            all.information.add(result.information);
        }
    }
    return all;
}

}  // namespace

TEST_CASE("likelihood ratios on |j, m> have mean 1, scores mean 0 and the information as their mean square") {
    const auto right = told(1.0, affordable(6000));
    CHECK(right.p_value(right.ratio, 1.0) > false_alarm);
    CHECK(right.p_value(right.score, 0.0) > false_alarm);
    CHECK(right.p_value(right.squared_score, 0.0) > false_alarm);
    CHECK(right.information.mean()->value > 5.0);
    const auto wrong = told(1.02, affordable(12000));
    CHECK(wrong.p_value(wrong.score, 0.0) < false_alarm);
}

TEST_CASE("estimates from the clicks of single atoms come up to their bound, and their intervals hold") {
    ScanConfig config{.atoms = 10, .rate = 1.0, .half_width = 4.0, .direction = Legs::up};
    config.model = {.kind = Model::local, .emission = 0.1};
    config.detectors = {detector_of("cavity=0.7,side=0.5")};
    config.estimators = {Estimator::bayes, Estimator::maximum_likelihood};
    config.trajectories = affordable(1000), config.seed = 3;
    const auto result = simulate(prepare(config));
    const auto* bayes = result.find(Estimator::bayes, Direction::up, "cavity=0.7,side=0.5");
    REQUIRE(bayes);
    // It has no less than the bound allows, and not much more.
    const auto delta = *bayes->delta_w, bound = *result.detected_bounds.front().value;
    CHECK(delta.value > bound.value - 5.0 * std::hypot(delta.error, bound.error));
    CHECK(delta.value < 1.3 * bound.value);
    // 68 % and 95 % of so many runs, to 5 standard deviations.
    REQUIRE(bayes->coverage);
    const auto runs = static_cast<double>(config.trajectories);
    for (const auto& [held, part] :
         {std::pair{bayes->coverage->at68.value, 0.6827}, {bayes->coverage->at95.value, 0.9545}})
        CHECK(std::abs(held - part) < 5.0 * std::sqrt(part * (1.0 - part) / runs));
}
