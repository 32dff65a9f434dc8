#include "dickejump/study/ensemble/ensemble_config.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <numbers>
#include <string>

#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

namespace {

EnsembleConfig good() {
    return {.atoms = 4, .pump = 0.8, .times = {0.0, 0.5}};
}

std::size_t problems_of(const EnsembleConfig& config) {
    Problems problems;
    check(config, problems);
    return problems.list().size();
}

}  // namespace

TEST_CASE("start states are read and written as the command line has them") {
    CHECK(parse_initial_state("dicke:3").n == 3);
    CHECK(parse_initial_state("coherent:1.5,-2e-1").phi == -0.2);
    CHECK(parse_initial_state("coherent:pi/2,-3pi/4").theta == std::numbers::pi / 2.0);
    CHECK(parse_initial_state("coherent:pi/2,-3pi/4").phi == -3.0 * std::numbers::pi / 4.0);
    CHECK(parse_initial_state("coherent:pi,-pi").phi == -std::numbers::pi);
    CHECK(parse_initial_state("steady").kind == InitialState::Kind::steady);
    CHECK(parse_initial_state("file:a:b.csv").file == "a:b.csv");
    for (const std::string said : {"ground", "steady", "ghz", "dicke:3", "coherent:1.5,-0.2", "file:a:b.csv"})
        CHECK(to_text(parse_initial_state(said)) == said);
    for (const auto* wrong : {"dicke", "dicke:x", "coherent:1", "coherent:1,2,3", "coherent:pi/x,0",
                              "coherent:pipi,0", "groundd", "ground:1", "file:"})
        CHECK_THROWS_AS(parse_initial_state(wrong), InvalidInput);
}

TEST_CASE("one pump is given, and only one") {
    CHECK(problems_of(good()) == 0);
    auto none = good();
    none.pump.reset();
    CHECK(problems_of(none) == 1);
    auto both = good();
    both.pump_schedule = PumpSchedule::constant(1.0);
    CHECK(problems_of(both) == 1);
    auto nonsense = good();
    nonsense.pump = std::numeric_limits<double>::quiet_NaN();  // given, and wrong
    CHECK(problems_of(nonsense) == 1);
    nonsense.pump = -1.0;
    CHECK(problems_of(nonsense) == 1);
    // The drive of the effective model is a pump, if there is any.
    EnsembleConfig effective;
    effective.model = Model::effective;
    effective.atoms = 2;
    effective.times = {1.0};
    effective.detuning = 10.0;
    effective.gamma_r = 1.0;
    CHECK(problems_of(effective) == 1);
    effective.drive = 10.0;
    CHECK(problems_of(effective) == 0);
    CHECK(effective.pump_of_time().at(3.0) == doctest::Approx(1.0));
}

TEST_CASE("the hash is of what a file says, not of its name") {
    const auto folder = std::filesystem::temp_directory_path();
    const auto write = [&](const std::string& name, const std::string& text) {
        std::ofstream(folder / name) << text;
        return (folder / name).string();
    };
    auto config = good();
    config.pump.reset();
    config.schedule = write("dickejump-hash-a.csv", "time,pump\n0,1\n2,3\n");
    const auto first = hash(config);
    config.schedule = write("dickejump-hash-b.csv", "time,pump\n0,1.0\n2,3.0\n");
    CHECK(hash(config) == first);
    config.schedule = write("dickejump-hash-b.csv", "time,pump\n0,1\n2,3.5\n");
    CHECK(hash(config) != first);
    auto same = good();
    same.pump.reset();
    const double times[] = {0.0, 2.0}, pumps[] = {1.0, 3.0};
    same.pump_schedule = PumpSchedule::piecewise_linear(times, pumps);
    CHECK(hash(same) == first);
    same.times = {0.0, 0.6};
    CHECK(hash(same) != first);
    for (const auto* name : {"dickejump-hash-a.csv", "dickejump-hash-b.csv"})
        std::filesystem::remove(folder / name);
}
