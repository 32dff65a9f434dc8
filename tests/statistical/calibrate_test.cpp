#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "dickejump/study/calibrate/calibrate.hpp"
#include "support/affordable.hpp"
#include "support/detectors.hpp"

// Simulation-based calibration of every kind of record whose likelihood is labelled exact. Seeds are fixed; a
// p-value falls below `false_alarm` with probability 1e-6 for a new seed, and there are six.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;

CalibrateConfig config_of(std::vector<Detector> detectors) {
    return {.scan = {.atoms = 16,
                     .rate = 2.0,
                     .half_width = 4.0,
                     .direction = Legs::up,
                     .seed = 20,
                     .detectors = std::move(detectors),
                     .side_rate = 0.5},
            .records = affordable(768),
            .prior_width = 3.0};
}

}  // namespace

TEST_CASE("the true pump is at a uniform rank in the posterior of every record labelled exact") {
    auto noisy = detector_of("cavity=0.4,side=0.8");
    noisy.name = "background and dead time";
    noisy[Channel::cavity]->background = 5.0;
    noisy[Channel::cavity]->dead_time = 0.02;
    noisy[Channel::side]->background = 1.0;
    auto gated = detector_of("cavity=1");
    gated.name = "gate";
    gated.gate_open = 1.5;
    gated.gate_close = 3.0;
    auto weak = detector_of("side=0.05");
    const auto result = simulate(
        prepare(config_of({detector_of("cavity=0.5"), detector_of("pump=0.3"), noisy, gated, weak})));
    for (const auto& calibration : result.detectors) {
        CAPTURE(calibration.detector);
        CHECK(calibration.exact_likelihood);
        CHECK(calibration.ranks.records == affordable(768));
        MESSAGE(calibration.detector << ": p = " << calibration.ranks.p_value() << ", 68 % hold it "
                                     << calibration.coverage()->at68.value);
        CHECK(calibration.ranks.p_value() > false_alarm);
    }
}

TEST_CASE("ranks of a pump that is 2 % off are not uniform") {
    auto wrong = config_of({detector_of("cavity=1,pump=1")});
    wrong.scan.atoms = 60;
    wrong.scan.half_width = 12.0;
    wrong.scan.rate = 4.0;
    wrong.scan.simulated_pump_factor = 1.02;
    wrong.records = affordable(512);
    const auto ranks = simulate(prepare(wrong)).detectors[0].ranks;
    MESSAGE("p = " << ranks.p_value());
    CHECK(ranks.p_value() < false_alarm);
    wrong.scan.simulated_pump_factor = 1.0;
    CHECK(simulate(prepare(wrong)).detectors[0].ranks.p_value() > false_alarm);
}
