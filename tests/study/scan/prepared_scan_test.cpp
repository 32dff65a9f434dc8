#include "dickejump/study/scan/prepared_scan.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "dickejump/io/scan_report.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/study/scan/compare_scan.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {

ScanConfig small_scan(std::int64_t trajectories) {
    return {.atoms = 21, .rate = 2.0, .half_width = 4.5, .trajectories = trajectories, .seed = 5};
}

/// The result's JSON without what may differ from run to run.
nlohmann::ordered_json report(const ScanConfig& config, const RunControl& control = {.threads = 1}) {
    auto json = nlohmann::ordered_json::parse(to_json(simulate(prepare(config, control), control)));
    json.erase("provenance");
    json["ensemble"].erase("seconds");
    json["ensemble"].erase("threads");
    return json;
}

ScanResult result_of(const ScanConfig& config, const RunControl& control = {.threads = 1}) {
    return simulate(prepare(config, control), control);
}

const EstimatorResult& estimator(const ScanResult& result, Estimator wanted, std::optional<Direction> leg) {
    for (const auto& entry : result.estimators)
        if (entry.estimator == wanted && entry.direction == leg) return entry;
    FAIL("no such estimator");
    return result.estimators.front();
}

}  // namespace

TEST_CASE("one thread or many, the report is the same to the last byte") {
    const auto one = report(small_scan(1000)).dump();
    for (const int threads : {2, 3})
        CHECK(report(small_scan(1000), {.threads = threads}).dump() == one);
}

TEST_CASE("another seed gives other runs") {
    auto run = small_scan(300);
    const auto one = report(run)["curves"].dump();
    run.seed = 6;
    CHECK(report(run)["curves"].dump() != one);
}

TEST_CASE("with more trajectories asked for, the first ones are unchanged") {
    const auto short_run = report(small_scan(256));
    // Stopped after two of eight blocks, the longer ensemble is the shorter one.
    std::atomic<bool> enough = false;
    auto run = small_scan(1024);
    RunControl control{.threads = 1, .interrupt = &enough};
    control.progress = [&](const Progress& progress) {
        if (progress.wanted == 1024) enough = progress.done >= 256;
    };
    auto long_run = report(run, control);
    CHECK(long_run["ensemble"]["stop_reason"] == "interrupted");
    long_run["ensemble"]["stop_reason"] = "completed";
    long_run["config"]["trajectories"] = 256;
    CHECK(long_run.dump() == short_run.dump());
}

TEST_CASE("exactly the trajectories asked for enter every sum, whole blocks or not") {
    const auto fewer = result_of(small_scan(300)), more = result_of(small_scan(384));
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
    auto run = small_scan(256);
    const auto fine = report(run);
    run.points = 11;
    const auto coarse = report(run);
    CHECK(coarse["curves"][0]["jz_mean"].size() == 11);
    for (const char* key : {"estimators", "hysteresis", "ensemble", "bounds"})
        CHECK(coarse[key].dump() == fine[key].dump());
    // Shared points are the same points.
    CHECK(coarse["curves"][0]["jz_mean"][5] == fine["curves"][0]["jz_mean"][100]);
}

TEST_CASE("a leg is the same whether it runs alone or with the other") {
    auto run = small_scan(256);
    const auto both = report(run);
    run.direction = Legs::down;
    const auto down = report(run);
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
        const ScanConfig run{.atoms = atoms,
                             .rate = 1.0,
                             .half_width = 0.5 * static_cast<double>(atoms),
                             .trajectories = 500,
                             .seed = 2};
        const auto result = result_of(run);
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
        const auto text = report(run).dump();
        CHECK(text.find("nan") == std::string::npos);
        CHECK(text.find("inf") == std::string::npos);
    }
}

TEST_CASE("one trajectory has means but no spreads") {
    auto config = small_scan(1);
    config.atoms = 20;
    const auto json = report(config);
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
    const auto result = result_of(small_scan(256));
    for (const auto& entry : result.estimators) {
        const auto spread = *entry.runs.deviation(), delta = *entry.delta_w;
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
    auto run = small_scan(1'000'000);
    run.atoms = 10;
    run.target_errors = {{Estimator::area, Direction::up, {}, 0.02}, {Estimator::loop, {}, {}, 0.05}};
    const auto result = result_of(run);
    CHECK(result.stop_reason == StopReason::target_error);
    CHECK(result.trajectories % Block::size == 0);
    CHECK(result.trajectories >= 8 * Block::size);
    CHECK(result.trajectories < 100'000);
    CHECK(estimator(result, Estimator::area, Direction::up).runs.mean()->error <= 0.02);
    CHECK(estimator(result, Estimator::loop, {}).runs.mean()->error <= 0.05);
    // Where it stops does not depend on the threads.
    CHECK(result_of(run, {.threads = 3}).trajectories == result.trajectories);
}

TEST_CASE("an interrupt and a time limit stop after the block under way, and say so") {
    auto config = small_scan(1'000'000);
    const auto scan = prepare(config);
    std::atomic<bool> interrupt = false;
    RunControl control{.threads = 1, .interrupt = &interrupt};
    control.progress = [&](const Progress&) { interrupt = true; };
    auto result = simulate(scan, control);
    CHECK(result.stop_reason == StopReason::interrupted);
    CHECK(result.trajectories == Block::size);

    // Preparing counts: a limit that is over before the first block leaves no result.
    config.time_limit = 1e-9;
    CHECK_THROWS_AS(result_of(config), Stopped);

    // Asked to stop before anything is done: no result, and no wrong one.
    CHECK_THROWS_AS(prepare(config, control), Stopped);
    result = simulate(scan, control);
    CHECK(result.stop_reason == StopReason::interrupted);
    CHECK(result.trajectories == 0);
    CHECK(result.curves.empty());
}

TEST_CASE("a scan in parts is the scan in one, to the last byte of its report") {
    auto config = small_scan(128 * 11 + 77);
    config.side_rate = 1.0;
    config.detectors = {Detector{.name = "side", .channel = {}}};
    config.detectors[0][Channel::side].emplace();
    config.estimators = {Estimator::area, Estimator::loop, Estimator::mid_crossing};
    const auto scan = prepare(config, {.threads = 2});
    const auto text = [](const ScanResult& result) {
        auto json = nlohmann::ordered_json::parse(to_json(result));
        json.erase("provenance");
        for (const char* key : {"seconds", "threads"})
            json["ensemble"].erase(key);
        return json.dump();
    };
    const auto whole = text(simulate(scan, {.threads = 2}));
    ScanPart late(scan), early(scan), all(scan);
    CHECK(late.simulate({7, 12}) == StopReason::completed);
    CHECK(early.simulate({0, 3}) == StopReason::completed);
    all.merge(late);
    CHECK(all.result().trajectories == 0);  // nothing of the beginning is there
    all.merge(early);
    CHECK(all.blocks() == std::vector<BlockRange>{{0, 3}, {7, 12}});
    CHECK(all.result().trajectories == 128 * 3);
    CHECK_THROWS_WITH_AS(all.merge(early), doctest::Contains("count twice"), InvalidInput);
    CHECK(all.simulate({2, 8}, {.threads = 3}) == StopReason::completed);
    CHECK(text(all.result()) == whole);
    CHECK_THROWS_AS(all.simulate({12, 13}), InvalidInput);
    auto other = config;
    other.seed = 6;
    CHECK_THROWS_WITH_AS(all.merge(ScanPart(prepare(other))), doctest::Contains("another configuration"),
                         InvalidInput);
}

TEST_CASE("only the estimators that are asked for are there, the same numbers as among all") {
    auto config = small_scan(300);
    const auto all = result_of(config);
    config.estimators = {Estimator::area, Estimator::loop};
    const auto some = result_of(config);
    REQUIRE(some.estimators.size() == 3);
    for (const auto& entry : some.estimators) {
        const auto* among = all.find(entry.estimator, entry.direction);
        REQUIRE(among);
        CHECK(entry.runs.mean()->value == among->runs.mean()->value);
        CHECK(entry.delta_w->value == among->delta_w->value);
    }
    config.estimators = {Estimator::area};
    CHECK(result_of(config).estimators.size() == 2);
    // The first mistake of a name is refused where it is read, this one where it is used.
    config.estimators = {Estimator::area};
    config.target_errors = {{Estimator::loop, {}, {}, 0.1}};
    CHECK_THROWS_WITH_AS(prepare(config), doctest::Contains("not among the `estimators`"), InvalidInput);
}

TEST_CASE("a comparison runs exactly what the scan runs") {
    for (const auto method : {Method::exact, Method::sphere}) {
        ScanConfig config{.atoms = 400,
                          .rate = 16,
                          .half_width = 24,
                          .method = method,
                          .trajectories = 3000,
                          .seed = 3,
                          .points = 5};
        const auto scan = result_of(config);
        const auto comparison = compare(config, 1e-6, {.threads = 2});
        REQUIRE(comparison.result.curves.size() == 2);
        for (std::size_t leg = 0; leg < 2; ++leg)
            for (std::size_t i = 0; i < scan.curves[leg].points.size(); ++i)
                CHECK(comparison.result.curves[leg].points[i].jz_mean->value ==
                      scan.curves[leg].points[i].jz_mean->value);
        CHECK(comparison.result.jumps == scan.jumps);
        CHECK(comparison.agrees());
    }
}

TEST_CASE("a comparison of too few runs is refused") {
    CHECK_THROWS_WITH_AS(compare(small_scan(trajectories_for_comparison(small_scan(1)) - 1)),
                         doctest::Contains("needs 3000"), InvalidInput);
}

TEST_CASE("calibrations that were kept on the way are not run again, and end in the same ones") {
    auto config = small_scan(128);
    Problems none;
    config.detectors = {parse_detector("side=0.5", none), parse_detector("cavity=1", none)};
    config.side_rate = 0.5;
    std::vector<std::vector<double>> kept;
    const auto keep = [&](std::span<const double> so_far) {
        kept.emplace_back(so_far.begin(), so_far.end());
    };
    const auto all = prepare(config, {.threads = 1}, {}, keep).calibrations();
    REQUIRE(kept.size() == 4);  // of two detectors on two legs
    // Bit by bit: what a detector has not is NaN.
    const auto begins = [](const std::vector<double>& whole, const std::vector<double>& with) {
        return with.size() <= whole.size() && std::memcmp(whole.data(), with.data(), with.size() * 8) == 0;
    };
    CHECK((begins(all, kept.back()) && begins(kept.back(), all)));
    for (std::size_t i = 0; i < kept.size(); ++i) {
        CHECK(begins(all, kept[i]));
        std::size_t run = 0;
        const auto resumed =
            prepare(config, {.threads = 1}, kept[i], [&](std::span<const double>) { ++run; });
        CHECK(run == kept.size() - 1 - i);
        CHECK((begins(all, resumed.calibrations()) && begins(resumed.calibrations(), all)));
    }
    // Half of a calibration is none.
    const auto half = std::span(all).first(kept.front().size() - 1);
    CHECK_THROWS_AS(prepare(config, {.threads = 1}, half), InvalidInput);
}

TEST_CASE("a part knows when its blocks without a gap reach the target") {
    auto config = small_scan(40 * Block::size);
    config.target_errors = {{.estimator = Estimator::area, .error = 0.02}};
    const auto whole = result_of(config);
    REQUIRE(whole.stop_reason == StopReason::target_error);
    const auto blocks = whole.trajectories / Block::size;
    REQUIRE(blocks > 8);
    const auto scan = prepare(config, {.threads = 1});
    const auto one = [&](std::int64_t block) {
        ScanPart part(scan);
        part.simulate({block, block + 1}, {.threads = 1});
        return part.store();
    };
    ScanPart part(scan);
    part.add(one(blocks + 1));  // behind a gap: does not count
    for (std::int64_t block = 0; block < blocks; ++block) {
        CHECK_FALSE(part.reached());
        part.add(one(block));
    }
    CHECK(part.reached());
    auto without = config;
    without.target_errors.clear();
    ScanPart never(prepare(without, {.threads = 1}));
    never.simulate({0, blocks}, {.threads = 1});
    CHECK_FALSE(never.reached());
}
