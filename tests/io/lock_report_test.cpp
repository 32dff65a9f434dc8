#include "dickejump/io/lock_report.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace dickejump;
using Json = nlohmann::json;

TEST_CASE("a loop is told with errors, the exact one without, under the same keys") {
    const LockConfig config{.atoms = 10, .duration = 1.0, .trajectories = 50};
    const auto runs = Json::parse(to_json(simulate(prepare(config), {.threads = 1}))),
               exact = Json::parse(to_json(solve(config)));
    for (const auto& [key, value] : exact.items())
        CHECK(runs.contains(key));
    CHECK(exact["information"]["relative"] == exact["up_jumps"]);
    CHECK(runs["up_jumps"]["error"].get<double>() > 0.0);
    CHECK(runs["jz"]["variance"]["value"].is_number());
    CHECK(runs["estimators"][0]["name"] == "every_jump");
    CHECK(runs["estimators"][0]["detector"].is_null());
    CHECK(runs["bounds"]["limit"] == exact["bounds"]["limit"]);
    CHECK(exact["protocol"]["initial"] == "uniform");
}

TEST_CASE("information that is not known is null") {
    const LockConfig config{.atoms = 10, .duration = 1.0, .gain = 1.0, .trajectories = 20};
    const auto runs = Json::parse(to_json(simulate(prepare(config), {.threads = 1}))),
               exact = Json::parse(to_json(solve(config)));
    CHECK(runs["information"]["shift"]["value"].is_null());
    CHECK(runs["scaled"]["value"].is_null());
    CHECK(exact["information"]["shift"].is_null());
    CHECK(exact["scaled"].is_null());
    CHECK_FALSE(scaled_sensitivity(config, {}).has_value());
}
