#include "dickejump/study/scan/scan_config.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "dickejump/io/toml.hpp"
#include "support/detectors.hpp"

using namespace dickejump;

namespace {

ScanConfig good() {
    return {.atoms = 44, .rate = 3.0, .half_width = 12.0, .trajectories = 700, .seed = 5};
}

std::vector<std::string> problems_of(const ScanConfig& config) {
    Problems problems;
    check(config, problems);
    return problems.list();
}

/// Sets a key as a file or a flag would.
ScanConfig with(ScanConfig config, const std::string& key, const std::string& value) {
    const auto* found = keys<ScanConfig>().find(key);
    REQUIRE(found);
    if (found->clear) found->clear(config);
    found->take(config, value);
    return config;
}

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("a scan that cannot be is refused, all its mistakes at once") {
    CHECK(problems_of(good()).empty());
    auto bad = good();
    bad.rate = -1;
    bad.half_width = 60;
    bad.trajectories = 0;
    bad.direction = Legs::up;
    bad.points = 1;
    bad.target_errors = {{Estimator::loop, {}, {}, 0.0}, {Estimator::area, Direction::down, {}, 0.1}};
    bad.time_limit = not_a_number;
    bad.keep_records = 2;
    const auto problems = problems_of(bad);
    CHECK(problems.size() == 9);  // loop has two
    for (const char* key : {"`rate` = -1", "`half_width` = 60", "`trajectories` = 0", "`points` = 1",
                            "loop:0", "area:down:0.1", "`time_limit` = nan", "`keep_records`"})
        CHECK_MESSAGE(std::any_of(problems.begin(), problems.end(),
                                  [&](const auto& p) { return p.find(key) != std::string::npos; }),
                      key);
}

TEST_CASE("every number of a scan refuses NaN and infinity, unless infinity means something") {
    for (const double nonsense : {not_a_number, infinity, -infinity}) {
        const auto refused = [&](double ScanConfig::*member) {
            auto config = good();
            config.*member = nonsense;
            return !problems_of(config).empty();
        };
        CHECK(refused(&ScanConfig::rate));
        CHECK(refused(&ScanConfig::half_width));
        CHECK(refused(&ScanConfig::bias_tolerance));
        CHECK(refused(&ScanConfig::side_rate));
        CHECK(refused(&ScanConfig::simulated_pump_factor));
        CHECK(refused(&ScanConfig::time_limit) == (nonsense != infinity));
    }
}

TEST_CASE("defaults and auto are resolved from model and protocol alone") {
    const auto small = resolved(good());
    CHECK(small.method == Method::exact);
    CHECK(small.ticks == 400);
    CHECK(small.points == 201);
    auto large = good();
    large.atoms = 100'000;
    CHECK(resolved(large).method == Method::sphere);
    large.trajectories = 1;
    CHECK(resolved(large).method == Method::sphere);
    large.half_width = 20'000;
    large.rate = 1000;
    CHECK(resolved(large).method == Method::exact);  // too polar for the sphere
    auto coarse = good();
    coarse.points = 150;
    CHECK(resolved(coarse).points == 101);  // whole ticks
    CHECK_THROWS_AS(resolved(with(good(), "half_width", "30")), InvalidInput);
}

TEST_CASE("the hash is of what is simulated, however it was written") {
    const auto base = hash(good());
    CHECK(hash(resolved(good())) == base);
    CHECK(hash(with(good(), "half_width", "1.2e1")) == base);
    CHECK(hash(with(good(), "ticks", "400")) == base);
    CHECK(hash(with(good(), "method", "exact")) == base);
    CHECK(hash(with(good(), "trajectories", "1e5")) == base);
    CHECK(hash(with(good(), "time_limit", "3")) == base);
    CHECK(hash(with(good(), "target_error", "area:0.1")) == base);
    for (const auto& [key, value] : {std::pair{"rate", "3.5"},
                                     {"atoms", "45"},
                                     {"seed", "6"},
                                     {"ticks", "500"},
                                     {"points", "21"},
                                     {"direction", "up"},
                                     {"initial", "ground"},
                                     {"estimators", "area"},
                                     {"detector", "cavity=0.5"},
                                     {"side_rate", "1"}})
        CHECK_MESSAGE(hash(with(good(), key, value)) != base, key);
    // A fixed number: results of other machines and versions say the same.
    CHECK(hash(good()) == 14209620509375097621u);
}

TEST_CASE("a detector in short and the same in full are one configuration") {
    auto in_full = good();
    SettingTable table{{"name", {Setting::Type::text, "cavity=0.5"}},
                       {"cavity.efficiency", {Setting::Type::real, "0.5"}}};
    Problems problems;
    keys<ScanConfig>().find("detector")->take_table(in_full, table, problems);
    CHECK(problems.empty());
    CHECK(hash(in_full) == hash(with(good(), "detector", "cavity=0.5")));
    table.emplace_back("cavity.efficency", Setting{Setting::Type::real, "0.5"});
    table.emplace_back("time_tags", Setting{Setting::Type::text, "yes"});
    keys<ScanConfig>().find("detector")->take_table(in_full, table, problems);
    REQUIRE(problems.list().size() == 2);
    CHECK(problems.list()[0].find("did you mean efficiency?") != std::string::npos);
}

TEST_CASE("target errors are read and written as the command line has them") {
    for (const std::string said :
         {"area:0.01", "area:up:0.01", "area:up:my:lab:0.5", "loop:0.1", "area:both:lab:0.5"})
        CHECK(to_text(parse_target_error(said)) == said);
    CHECK(parse_target_error("area:up:my:lab:0.5").detector == "my:lab");
    for (const std::string wrong : {"area", "area:", "middle:0.1", "area:left:0.1", ":0.1", "area:up:x"})
        CHECK_THROWS_AS(parse_target_error(wrong), InvalidInput);
}

TEST_CASE("a configuration as TOML says all that was run") {
    auto config = good();
    config.detectors = {test::detector_of("cavity=1,pump=0.5")};
    config.smoothing = parse_smoothing("boxcar:0.25");
    config.target_errors = {parse_target_error("area:up:0.1")};
    config.estimators = {Estimator::area, Estimator::bayes};
    const auto toml = to_toml("scan", resolved(config));
    for (const char* line :
         {"verb = \"scan\"\n", "atoms = 44\n", "half_width = 12.0\n", "method = \"exact\"\n", "ticks = 400\n",
          "estimators = [\"area\", \"bayes\"]\n", "smoothing = \"boxcar:0.25\"\n",
          "target_error = [\"area:up:0.1\"]\n", "[[detector]]\nname = \"cavity=1,pump=0.5\"\n",
          "[detector.pump]\nefficiency = 0.5\n"})
        CHECK_MESSAGE(toml.find(line) != std::string::npos, line);
    CHECK(toml.find("steps_per_tick") == std::string::npos);
    CHECK(toml.find("time_limit") == std::string::npos);
}
