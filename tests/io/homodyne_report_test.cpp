#include "dickejump/io/homodyne_report.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

using namespace dickejump;

TEST_CASE("a report of photocurrents has a number, or null, for every interval and delay") {
    HomodyneConfig config;
    config.atoms = 2;
    config.pump = 0.5;
    config.times = {0.2, 0.4};
    config.detection = CavityDetection::Kind::heterodyne;
    config.trajectories = 1;
    config.longest_step = 0.02;
    config.keep_records = 1;
    const auto result = simulate(config);
    const auto json = nlohmann::json::parse(to_json(result));
    CHECK(json["detection"] == nlohmann::json{{"kind", "heterodyne"}, {"phase", 0.0}, {"efficiency", 1.0}});
    CHECK(json["edges"] == nlohmann::json{0.0, 0.2, 0.4});
    REQUIRE(json["currents"].size() == 2);
    for (const auto& entry : json["currents"]) {
        CHECK(entry["current"]["mean"].size() == 2);
        CHECK(entry["current"]["error"][0].is_null());  // of a single run
        CHECK(entry["current"]["exact"] == nlohmann::json{0.0, 0.0});
        CHECK(entry["correlation"]["delays"] == nlohmann::json{0.0, 0.2});
    }
    CHECK(json["currents"][1]["quadrature"] == "y");
    CHECK(json["records"][0]["y"].size() == 2);
    CHECK(json["records"][0]["x"] == json["currents"][0]["current"]["mean"]);
    const auto csv = to_csv(result);
    CHECK(csv.starts_with("begin,end,x_mean,x_mean_error,x_exact,y_mean,y_mean_error,y_exact\n0,0.2,"));
}
