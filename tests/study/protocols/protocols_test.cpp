#include "dickejump/study/protocols/protocols.hpp"

#include <doctest/doctest.h>

#include <utility>

#include <algorithm>
#include <cmath>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/study/lock/lock.hpp"
#include "dickejump/study/scan/prepared_scan.hpp"

using namespace dickejump;

namespace {

ProtocolsConfig small() {
    ProtocolsConfig config;
    config.scans.atoms = {20};
    config.scans.rates = {2.0};
    config.scans.direction = Legs::both;
    config.scans.trajectories = 200;
    config.protocols = {Protocol::scan, Protocol::park, Protocol::lock};
    config.duration = 20.0;
    config.tick = 0.02;
    return config;
}

Detector seeing(Channel c, double efficiency) {
    Detector d;
    d.name = "eye";
    d[c] = ChannelDetector{.efficiency = efficiency};
    return d;
}

const ProtocolValue& named(const std::vector<ProtocolValue>& values, const std::string& name,
                           std::optional<Direction> direction = {}) {
    return *std::find_if(values.begin(), values.end(),
                         [&](const auto& v) { return v.name == name && v.direction == direction; });
}

std::vector<std::string> problems_of(const ProtocolsConfig& config) {
    Problems problems;
    check(config, problems);
    return problems.list();
}

}  // namespace

TEST_CASE("every protocol is the study that it says") {
    const auto config = small();
    const auto result = simulate(config);
    REQUIRE(result.points.size() == 3);
    CHECK(result.stop_reason == StopReason::completed);

    const auto& scans = result.points[0];
    const auto& scan = std::get<ScanConfig>(scans.point.run);
    const auto alone = simulate(prepare(scan));
    CHECK(*scans.scans == doctest::Approx(2.0 * 20.0 / (2.0 * scan.half_width)));
    const auto* area = alone.find(Estimator::area, Direction::up);
    CHECK(named(scans.estimates, "area", Direction::up).delta_w->value ==
          doctest::Approx(area->delta_w->value / std::sqrt(*scans.scans)));
    // A loop takes two legs.
    CHECK(named(scans.estimates, "loop").delta_w->value ==
          doctest::Approx(alone.find(Estimator::loop)->delta_w->value / std::sqrt(0.5 * *scans.scans)));

    const auto& parked = result.points[1];
    CHECK(named(parked.bounds, "full_record").delta_w->value ==
          doctest::Approx(std::sqrt(6.0 / (20.0 * 22.0 * 20.0))));
    CHECK(parked.estimates.size() == 1);
    // With gamma unknown twice the variance at rest, and as good as that in the loop.
    const auto ratio = [&](const ProtocolOutcome& outcome, std::optional<Direction> leg = {}) {
        return named(outcome.bounds, "full_record_gamma_unknown", leg).delta_w->value /
               named(outcome.bounds, "full_record", leg).delta_w->value;
    };
    CHECK(ratio(parked) == doctest::Approx(std::sqrt(2.0)));
    CHECK(ratio(result.points[2]) == doctest::Approx(std::sqrt(2.0)).epsilon(0.01));
    // Of both legs together the runs count what is emitted: all jumps less those that pump.
    double pumped = 0.0, emitted = 0.0;
    for (const auto& leg : alone.exact.legs) {
        pumped += leg.solution.up_jumps;
        const double information = 1.0 / std::pow(*leg.bounds.full_record, 2);
        emitted += information / (std::pow(ratio(scans, leg.direction), 2) - 1.0);
    }
    CHECK(emitted == doctest::Approx(alone.jumps / 200.0 - pumped).epsilon(0.05));
    // 200 runs know a spread to 5 %: five of those, once in 10^6.
    CHECK(named(parked.estimates, "every_jump").delta_w->value ==
          doctest::Approx(named(parked.bounds, "full_record").delta_w->value).epsilon(0.25));

    const auto& locked = result.points[2];
    const auto loop = simulate(prepare(std::get<LockConfig>(locked.point.run)));
    CHECK(std::get<LockConfig>(locked.point.run).servo == Servo::perfect);
    CHECK(named(locked.estimates, "every_jump").delta_w->value ==
          loop.estimators.front().runs.sensitivity()->value);
    CHECK(scaled(Estimate{0.1, 0.01}, 20, 4.0)->value == doctest::Approx(4.0));
    CHECK(scaled(Estimate{0.1, 0.01}, 20, 4.0)->error == doctest::Approx(0.4));
    CHECK(!scaled({}, 20, 4.0));
}

TEST_CASE("a detector looks at all of them, and each has its bound") {
    auto config = small();
    config.scans.trajectories = 40, config.scans.direction = Legs::up;
    config.duration = 15.0;
    config.detectors = {seeing(Channel::pump, 0.5)};
    const auto result = simulate(config);
    REQUIRE(result.points.size() == 4);  // at rest: every jump, and the detector
    CHECK(std::get<LockConfig>(result.points[3].point.run).servo == Servo::filter);
    for (const std::size_t i : {0u, 2u, 3u}) {
        const auto& point = result.points[i];
        const auto seen = std::find_if(point.bounds.begin(), point.bounds.end(),
                                       [](const auto& v) { return v.name == "detected_record"; });
        REQUIRE(seen != point.bounds.end());
        CHECK(seen->detector == "eye");
        CHECK(seen->delta_w->value > 0.0);
        CHECK(std::any_of(point.estimates.begin(), point.estimates.end(), [](const auto& v) {
            return v.name == "maximum_likelihood" && v.detector == "eye" && v.delta_w;
        }));
    }
}

TEST_CASE("atoms that emit on their own are scanned in turns, or rest") {
    auto config = small();
    config.scans.atoms = {10}, config.scans.half_width = 4.0, config.scans.trajectories = 300;
    config.scans.model = {.kind = Model::local, .emission = 0.05};
    config.protocols = {Protocol::scan, Protocol::park};
    config.tick = 0.0;
    const auto result = simulate(config);
    REQUIRE(result.points.size() == 2);
    const auto alone = simulate(prepare(std::get<ExperimentConfig>(result.points[0].point.run)));
    CHECK(result.points[0].scans == 5.0);  // legs of 2S/r = 4
    for (const auto& one : alone.combined)
        CHECK(named(result.points[0].estimates, std::string(name(one.estimator))).delta_w->value ==
              one.delta_w->value);
    CHECK(named(result.points[0].bounds, "full_record").delta_w->value == *alone.full_record);
    CHECK(named(result.points[1].bounds, "full_record").delta_w->value ==
          doctest::Approx(alone.parked_full_record));
    CHECK(result.points[1].estimates.empty());

    const auto rates = std::exchange(config.scans.rates, {});
    config.protocols = {Protocol::lock};
    const auto locked = simulate(config);
    const auto loop = simulate(prepare(std::get<LockConfig>(locked.points[0].point.run)));
    CHECK(loop.j2.mean()->value < 30.0);
    CHECK(named(locked.points[0].estimates, "every_jump").delta_w->value ==
          loop.estimators.front().runs.sensitivity()->value);
    config.servo = Servo::counts;
    CHECK(problems_of(config).size() == 1);  // through no detector
    config.servo = {}, config.scans.rates = rates, config.protocols = {Protocol::scan},
    config.scans.direction = Legs::up;
    CHECK(problems_of(config).size() == 1);
    config.scans.direction = Legs::both, config.detectors = {seeing(Channel::pump, 0.5)};
    CHECK(problems_of(config).size() == 1);
    config = small(), config.scans.model = {.kind = Model::effective, .detuning = 1e4, .gamma_r = 10.0};
    CHECK(problems_of(config).size() == 1);
}

TEST_CASE("points do not change when others join, and threads change nothing") {
    auto config = small();
    config.scans.trajectories = 150;
    config.protocols = {Protocol::lock};
    config.scans.rates.clear();
    const auto one = simulate(config, {.threads = 1});
    config.scans.atoms = {10, 20};
    config.protocols = {Protocol::park, Protocol::lock};
    const auto more = simulate(config, {.threads = 3});
    REQUIRE(more.points.size() == 4);
    CHECK(more.points[3].estimates[0].delta_w->value == one.points[0].estimates[0].delta_w->value);
}

TEST_CASE("comparisons that cannot be are refused") {
    CHECK(problems_of(small()).empty());
    auto wrong = small();
    wrong.duration.reset();
    CHECK(problems_of(wrong).size() == 1);
    wrong = small(), wrong.duration = 5.0;  // a scan takes longer
    REQUIRE(problems_of(wrong).size() == 1);
    CHECK(problems_of(wrong).front().find("2S/r") != std::string::npos);
    wrong = small(), wrong.scans.rates.clear();
    CHECK(problems_of(wrong).size() == 1);
    wrong.protocols = {Protocol::park};
    CHECK(problems_of(wrong).empty());
    wrong.scans.rates = {1.0};
    CHECK(problems_of(wrong).size() == 1);
    wrong = small(), wrong.protocols = {Protocol::park, Protocol::park};
    CHECK(!problems_of(wrong).empty());
    wrong = small(), wrong.gain = -1.0;
    CHECK(problems_of(wrong).size() == 1);
    wrong = small(), wrong.servo = Servo::counts;  // nothing to count
    CHECK(problems_of(wrong).size() == 1);
    wrong = small(), wrong.protocols.clear();  // a study of scans has no duration and ticks
    CHECK(problems_of(wrong).size() == 2);
    CHECK_THROWS_AS(simulate(wrong), InvalidInput);
}
