#include "dickejump/study/scan/simulated_scan.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "dickejump/io/scan_report.hpp"
#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {

ScanRun run_of(const Scan& scan, const Ensemble& ensemble) {
    ScanRun run;
    run.scan = scan;
    run.ensemble = ensemble;
    return run;
}

ScanRun small_run(std::int64_t trajectories, int threads = 1) {
    return run_of({.rate = 2.0, .half_width = 4.5},
                  {.trajectories = trajectories, .seed = 5, .threads = threads});
}

/// The report's JSON without what may differ from run to run.
nlohmann::ordered_json report(const DickeLadder& ladder, const ScanRun& run) {
    const auto exact = solve_scan(ladder, run.scan, run.points);
    auto json = nlohmann::ordered_json::parse(
        to_json(ScanReport{ladder, run, exact, simulate_scan(ladder, run, exact), Provenance::now()}));
    json.erase("provenance");
    json["ensemble"].erase("seconds");
    json["ensemble"].erase("threads");
    return json;
}

ScanResult result_of(const DickeLadder& ladder, const ScanRun& run) {
    return simulate_scan(ladder, run, solve_scan(ladder, run.scan, 2));
}

const EstimatorResult& estimator(const ScanResult& result, Estimator wanted, std::optional<Direction> leg) {
    for (const auto& entry : result.estimators)
        if (entry.estimator == wanted && entry.direction == leg) return entry;
    FAIL("no such estimator");
    return result.estimators.front();
}

}  // namespace

TEST_CASE("one thread or many, the report is the same to the last byte") {
    const DickeLadder ladder(21);
    const auto one = report(ladder, small_run(1000, 1)).dump();
    for (const int threads : {2, 3})
        CHECK(report(ladder, small_run(1000, threads)).dump() == one);
}

TEST_CASE("another seed gives other runs") {
    const DickeLadder ladder(21);
    auto run = small_run(300);
    const auto one = report(ladder, run)["curves"].dump();
    run.ensemble.seed = 6;
    CHECK(report(ladder, run)["curves"].dump() != one);
}

TEST_CASE("with more trajectories asked for, the first ones are unchanged") {
    const DickeLadder ladder(21);
    const auto short_run = report(ladder, small_run(256));
    // Stopped after two of eight blocks, the longer ensemble is the shorter one.
    std::atomic<bool> enough = false;
    auto run = small_run(1024);
    run.interrupt = &enough;
    run.show = [&](const Progress& progress) { enough = progress.done >= 256; };
    auto long_run = report(ladder, run);
    CHECK(long_run["ensemble"]["stop_reason"] == "interrupted");
    long_run["ensemble"]["stop_reason"] = "completed";
    CHECK(long_run.dump() == short_run.dump());
}

TEST_CASE("exactly the trajectories asked for enter every sum, whole blocks or not") {
    const DickeLadder ladder(21);
    const auto fewer = result_of(ladder, small_run(300)), more = result_of(ladder, small_run(384));
    CHECK(fewer.trajectories == 300);
    CHECK(fewer.jumps < more.jumps);
    for (std::size_t i = 0; i < fewer.estimators.size(); ++i) {
        CHECK(fewer.estimators[i].runs.count() + fewer.estimators[i].missing == 300);
        const auto &part = fewer.estimators[i].histogram.counts(),
                   &whole = more.estimators[i].histogram.counts();
        std::int64_t sum = 0;
        for (std::size_t bin = 0; bin < part.size(); ++bin) {
            CHECK(part[bin] <= whole[bin]);  // the 300 are among the 384
            sum += part[bin];
        }
        CHECK(sum == fewer.estimators[i].runs.count());
    }
}

TEST_CASE("the number of curve points changes neither estimators nor crossings") {
    const DickeLadder ladder(21);
    auto run = small_run(256);
    const auto fine = report(ladder, run);
    run.points = 11;
    const auto coarse = report(ladder, run);
    CHECK(coarse["curves"][0]["jz_mean"].size() == 11);
    for (const char* key : {"estimators", "hysteresis", "ensemble", "bounds"})
        CHECK(coarse[key].dump() == fine[key].dump());
    // Shared points are the same points.
    CHECK(coarse["curves"][0]["jz_mean"][5] == fine["curves"][0]["jz_mean"][100]);
}

TEST_CASE("a leg is the same whether it runs alone or with the other") {
    const DickeLadder ladder(21);
    auto run = small_run(256);
    const auto both = report(ladder, run);
    run.scan.legs = Scan::Legs::down;
    const auto down = report(ladder, run);
    CHECK(down["curves"].size() == 1);
    CHECK(down["curves"][0].dump() == both["curves"][1].dump());
    CHECK(down["hysteresis"]["down_crossing"].dump() == both["hysteresis"]["down_crossing"].dump());
    CHECK(down["hysteresis"]["up_crossing"]["value"].is_null());
    CHECK(down["hysteresis"]["width"]["value"].is_null());
    for (const auto& entry : down["estimators"])
        CHECK(entry["name"] != "loop");
}

TEST_CASE("the smallest ladders scan down to w = 0, and count what is missing") {
    for (const std::int64_t atoms : {1, 2, 7}) {
        CAPTURE(atoms);
        const DickeLadder ladder(atoms);
        const auto run = run_of({.rate = 1.0, .half_width = 0.5 * static_cast<double>(atoms)},
                                {.trajectories = 500, .seed = 2, .threads = 1});
        const auto result = result_of(ladder, run);
        REQUIRE(result.estimators.size() == 9);
        for (const auto& entry : result.estimators)
            CHECK(entry.runs.count() + entry.missing == 500);
        for (const auto leg : {Direction::up, Direction::down}) {
            const auto missing = [&](Estimator wanted) { return estimator(result, wanted, leg).missing; };
            CHECK(missing(Estimator::area) == 0);
            CHECK(missing(Estimator::mid_crossing) >=
                  std::max(missing(Estimator::first_crossing), missing(Estimator::last_crossing)));
            CHECK(estimator(result, Estimator::loop, {}).missing >= missing(Estimator::mid_crossing));
        }
        // Up legs start in n = 0: who never gets up to the middle has no first crossing; one atom has barely
        // time for it.
        CHECK((estimator(result, Estimator::first_crossing, Direction::up).missing > 0) == (atoms <= 2));
        const auto text = report(ladder, run).dump();
        CHECK(text.find("nan") == std::string::npos);
        CHECK(text.find("inf") == std::string::npos);
    }
}

TEST_CASE("one trajectory has means but no spreads") {
    const auto json = report(DickeLadder(20), small_run(1));
    for (const auto& entry : json["estimators"]) {
        CHECK(entry["std"]["value"].is_null());
        CHECK(entry["delta_w"]["value"].is_null());
        CHECK(entry["ratio_to_bound"]["full_record"].is_null());
    }
    CHECK(json["curves"][0]["jz_mean"][100].is_number());
    CHECK(json["curves"][0]["jz_variance"][100].is_null());
    CHECK(json["hysteresis"]["up_crossing"]["value"].is_null());
}

TEST_CASE("delta w is spread over slope, in pump") {
    const DickeLadder ladder(21);
    const auto result = result_of(ladder, small_run(256));
    for (const auto& entry : result.estimators) {
        const auto spread = *entry.runs.deviation(), delta = *entry.delta_w(21);
        const double scale = 2.0 / (21.0 * entry.calibration->slope);
        CHECK(delta.value == Approx(scale * spread.value));
        CHECK(delta.error == Approx(scale * spread.error));
    }
    const auto up = estimator(result, Estimator::mid_crossing, Direction::up).calibration,
               down = estimator(result, Estimator::mid_crossing, Direction::down).calibration,
               loop = estimator(result, Estimator::loop, {}).calibration;
    CHECK(loop->offset == Approx(0.5 * (up->offset + down->offset)));
    CHECK(loop->slope == Approx(0.5 * (up->slope + down->slope)));
}

TEST_CASE("a target error stops at a block's end, once it is reached") {
    auto run = small_run(1'000'000);
    run.targets = {{Estimator::area, Direction::up, {}, 0.02}, {Estimator::loop, {}, {}, 0.05}};
    const auto result = result_of(DickeLadder(10), run);
    CHECK(result.stop_reason == StopReason::target_error);
    CHECK(result.trajectories % Block::size == 0);
    CHECK(result.trajectories >= 8 * Block::size);
    CHECK(result.trajectories < 100'000);
    CHECK(estimator(result, Estimator::area, Direction::up).runs.mean()->error <= 0.02);
    CHECK(estimator(result, Estimator::loop, {}).runs.mean()->error <= 0.05);
    // Where it stops does not depend on the threads.
    run.ensemble.threads = 3;
    CHECK(result_of(DickeLadder(10), run).trajectories == result.trajectories);
}

TEST_CASE("an interrupt and a time limit stop after the block under way, and say so") {
    std::atomic<bool> interrupt = true;
    auto run = small_run(1'000'000);
    run.interrupt = &interrupt;
    auto result = result_of(DickeLadder(10), run);
    CHECK(result.stop_reason == StopReason::interrupted);
    CHECK(result.trajectories == Block::size);

    run.interrupt = nullptr;
    run.time_limit = 1e-9;
    result = result_of(DickeLadder(10), run);
    CHECK(result.stop_reason == StopReason::time_limit);
    CHECK(result.trajectories == Block::size);
}

TEST_CASE("a run that cannot be is refused, all its mistakes at once") {
    const auto problems = [](const ScanRun& run) {
        Problems found;
        check(run, 10, found);
        try {
            found.raise();
        } catch (const InvalidInput& error) {
            return error.problems().size();
        }
        return std::size_t{0};
    };
    CHECK(problems(small_run(1)) == 0);
    auto run =
        run_of({.rate = -1, .half_width = 6, .legs = Scan::Legs::up}, {.trajectories = 0, .threads = -1});
    run.points = 1;
    run.targets = {{Estimator::loop, {}, {}, 0.0}, {Estimator::area, Direction::down, {}, 0.1}};
    run.time_limit = std::numeric_limits<double>::quiet_NaN();
    CHECK(problems(run) == 9);
    CHECK_THROWS_AS(simulate_scan(DickeLadder(10), run, ExactScan{}), InvalidInput);
    CHECK_THROWS_AS(compare_scan(DickeLadder(10), small_run(trajectories_for_comparison({}) - 1)),
                    InvalidInput);
}

TEST_CASE("estimators are named both ways") {
    for (const auto estimator : {Estimator::first_crossing, Estimator::last_crossing, Estimator::mid_crossing,
                                 Estimator::area, Estimator::loop})
        CHECK(estimator_named(name(estimator)) == estimator);
    CHECK_FALSE(estimator_named("middle").has_value());
}
