#include "dickejump/io/scan_report.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "dickejump/io/ensemble_report.hpp"
#include "dickejump/study/scan/prepared_scan.hpp"

using namespace dickejump;
using nlohmann::json;

namespace {

ScanConfig small() {
    return {.atoms = 12, .rate = 2.0, .half_width = 5.0, .trajectories = 200, .seed = 3, .points = 11};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

}  // namespace

TEST_CASE("the JSON of a scan says what the result says") {
    const auto result = simulate(prepare(small()));
    const auto text = to_json(result);
    CHECK(std::count(text.begin(), text.end(), '\n') == 0);
    const auto said = json::parse(text);
    REQUIRE(said["curves"].size() == 2);
    for (std::size_t leg = 0; leg < 2; ++leg)
        for (std::size_t i = 0; i < result.curves[leg].points.size(); ++i) {
            const auto& point = result.curves[leg].points[i];
            CHECK(said["curves"][leg]["jz_mean"][i].get<double>() == point.jz_mean->value);
            CHECK(said["curves"][leg]["jz_mean_error"][i].get<double>() == point.jz_mean->error);
            CHECK(said["curves"][leg]["scaled_pump"][i].get<double>() == point.scaled_pump);
        }
    REQUIRE(said["estimators"].size() == result.estimators.size());
    for (std::size_t i = 0; i < result.estimators.size(); ++i) {
        const auto& estimator = result.estimators[i];
        CHECK(said["estimators"][i]["name"] == name(estimator.estimator));
        CHECK(said["estimators"][i]["std"]["value"].get<double>() == estimator.runs.deviation()->value);
    }
    CHECK(said["ensemble"]["trajectories"] == 200);
    CHECK(said["provenance"]["config_hash"].get<std::string>().size() == 16);
}

TEST_CASE("the configuration in the JSON has every key of a scan, as it was run") {
    const auto said = json::parse(to_json(simulate(prepare(small()))))["config"];
    std::size_t found = 0;
    for (const auto& key : keys<ScanConfig>())
        if (said.contains(key.key)) ++found;
    CHECK(found == said.size());
    CHECK(said["atoms"] == 12);
    CHECK(said["method"] == "exact");
    CHECK(said["ticks"].get<int>() % 2 == 0);
}

TEST_CASE("numbers that do not exist are null") {
    auto config = small();
    config.trajectories = 1;
    const auto said = json::parse(to_json(simulate(prepare(config))));
    for (const auto& estimator : said["estimators"])
        CHECK(estimator["std"]["value"].is_null());
    CHECK(to_json(simulate(prepare(config))).find(":nan") == std::string::npos);
}

TEST_CASE("the CSV has a row for every point, and no value where there is none") {
    auto config = small();
    const auto lines = lines_of(to_csv(simulate(prepare(config))));
    REQUIRE(lines.size() == 1 + 2 * 11);
    CHECK(lines[0] ==
          "direction,scaled_pump,time,jz_mean,jz_mean_error,jz_variance,jz_variance_error,exact_jz_mean,"
          "exact_jz_variance");
    CHECK(lines[1].starts_with("up,-5,0,"));
    CHECK(lines[12].starts_with("down,5,0,"));
    config.trajectories = 1;
    for (const auto& line : lines_of(to_csv(simulate(prepare(config)))))
        CHECK(line.find("nan") == std::string::npos);
}

TEST_CASE("the CSV of a kept record has its clicks in order of time") {
    KeptRecord record{};
    record.clicks[static_cast<std::size_t>(Channel::cavity)] = {0.25, 1.5};
    record.clicks[static_cast<std::size_t>(Channel::side)] = {0.5};
    CHECK(to_csv(record) == "channel,time\ncavity,0.25\nside,0.5\ncavity,1.5\n");
    CHECK(to_csv(KeptRecord{}) == "channel,time\n");
}

TEST_CASE("the exact side has the same keys without errors") {
    ExactScanConfig config;
    config.atoms = 12;
    config.rate = 2.0;
    config.half_width = 5.0;
    config.points = 11;
    const auto exact = solve(config);
    const auto said = json::parse(to_json(exact));
    const auto scan = json::parse(to_json(simulate(prepare(small()))));
    CHECK(said["bounds"] == scan["bounds"]);
    CHECK(said["curves"][0]["jz_mean"] == scan["exact"]["curves"][0]["jz_mean"]);
    CHECK(to_json(exact).find("error") == std::string::npos);
    CHECK(lines_of(to_csv(exact)).size() == 1 + 2 * 11);
}

TEST_CASE("curves of runs that were ended before there was a mean are a table without rows") {
    const EnsembleCurves curves{.times = {0.0, 1.0}, .observables = {{"jz", {}, {}}}};
    CHECK(to_csv(curves) == "time,jz_mean\n");
}
