#include "dickejump/io/calibrate_report.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace dickejump;

TEST_CASE("a calibration's JSON has the first detector's ranks and those of all") {
    CalibrateResult result{
        .config = {.scan = {.atoms = 10,
                            .rate = 4.0,
                            .half_width = 3.0,
                            .direction = Legs::up,
                            .detectors = {{.name = "lab", .channel = {ChannelDetector{}}}}},
                   .records = 40,
                   .prior_width = 1.0}};
    RankCalibration calibration{
        .detector = "lab", .direction = Direction::up, .exact_likelihood = true, .ranks = {}};
    calibration.ranks.counts.assign(RankCounts::bins, 2);
    calibration.ranks.records = 40;
    calibration.ranks.hold68 = 28;
    calibration.ranks.hold95 = 38;
    result.detectors = {calibration};
    result.records = 40;
    const auto json = nlohmann::json::parse(to_json(result));
    CHECK(json["records"] == 40);
    CHECK(json["ranks"].size() == 20);
    CHECK(json["ranks"][7] == 2);
    CHECK(json["p_value"] == 1.0);
    CHECK(json["coverage"]["68"]["value"] == 0.7);
    CHECK(json["detectors"][0]["ranks"] == json["ranks"]);
    CHECK(json["detectors"][0]["likelihood"] == "exact");
    CHECK(json["protocol"]["prior_width"] == 1.0);
    CHECK(json["config"]["records"] == 40);

    result.detectors[0].ranks = {};
    const auto none = nlohmann::json::parse(to_json(result));
    CHECK(none["p_value"].is_null());
    CHECK(none["coverage"].is_null());
}
