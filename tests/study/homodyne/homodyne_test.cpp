#include "dickejump/study/homodyne/homodyne.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "dickejump/io/homodyne_report.hpp"
#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {

HomodyneConfig small() {
    HomodyneConfig config;
    config.atoms = 3;
    config.initial = parse_initial_state("coherent:pi/2,0.4");
    config.pump = 0.6;
    config.times = {0.0, 0.1, 0.2, 0.3};
    config.trajectories = 300;
    config.longest_step = 5e-3;
    config.keep_records = 2;
    return config;
}

/// Without what may differ from run to run.
std::string report(const HomodyneConfig& config, int threads) {
    auto json = nlohmann::ordered_json::parse(to_json(simulate(config, {.threads = threads})));
    json.erase("provenance");
    json["ensemble"].erase("seconds");
    json["ensemble"].erase("threads");
    return json.dump();
}

std::string complaint_of(const HomodyneConfig& config) {
    try {
        resolved(config);
    } catch (const InvalidInput& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("photocurrents are the same on any number of threads, and the first runs whatever follows") {
    auto config = small();
    const auto one = report(config, 1);
    CHECK(report(config, 3) == one);
    const auto whole = simulate(config);
    config.trajectories = 150;
    const auto less = simulate(config);
    REQUIRE(less.records.size() == 2);
    CHECK(less.records[1].trajectory == 1);
    CHECK(less.records[1].quadratures == whole.records[1].quadratures);
    CHECK(whole.quadratures.size() == 1);
    CHECK(whole.quadratures[0].current.size() == 3);
    CHECK(whole.quadratures[0].correlation.size() == 3);
    CHECK(whole.quadratures[0].current[0].count() == 300);
}

TEST_CASE("exact means of photocurrents follow the phase and the efficiency, and vanish without a field") {
    auto config = small();
    config.trajectories = 1;
    config.times = {0.05, 0.4};  // not as long as each other
    const auto along = simulate(config).quadratures[0];
    CHECK(along.correlation.empty());
    config.phase = M_PI;
    const auto against = simulate(config).quadratures[0];
    config.efficiency = 0.25;
    config.detection = CavityDetection::Kind::heterodyne;
    const auto both = simulate(config);
    for (const std::size_t k : {0u, 1u}) {
        CHECK(against.exact[k] == Approx(-along.exact[k]));
        CHECK(both.quadratures[0].exact[k] == Approx(-std::sqrt(0.125) * along.exact[k]));
    }
    // At t = 0: 2 <J_x> = N cos 0.4, and beside it 2 <J_x> cos(phi) - 2 <J_y> sin(phi) at phi = 3 pi/2.
    CHECK(along.exact[0] == Approx(3.0 * std::cos(0.4)).epsilon(0.1));
    CHECK(both.quadratures[1].exact[0] == Approx(std::sqrt(0.125) * 3.0 * std::sin(0.4)).epsilon(0.1));
    for (const char* start : {"ground", "steady", "dicke:2"}) {
        config.initial = parse_initial_state(start);
        for (const auto& quadrature : simulate(config).quadratures)
            for (const double mean : quadrature.exact)
                CHECK(mean == 0.0);
    }
}

TEST_CASE("a blind detector sees the noise of an empty beam") {
    auto config = small();
    config.efficiency = 0.0;
    config.trajectories = 4000;
    const auto seen = simulate(config).quadratures[0];
    for (std::size_t k = 0; k < 3; ++k) {
        CHECK(seen.exact[k] == 0.0);
        // Fixed seed; five standard errors.
        const auto mean = *seen.current[k].mean(), variance = *seen.current[k].variance();
        CHECK(std::abs(mean.value) < 5.0 * mean.error);
        CHECK(std::abs(variance.value - 10.0) < 5.0 * variance.error);
    }
}

TEST_CASE("what cannot be measured is refused with all its reasons") {
    const auto with = [](auto change) {
        auto config = small();
        change(config);
        return complaint_of(config);
    };
    CHECK(complaint_of(small()).empty());
    const auto two = with([](HomodyneConfig& c) { c.efficiency = 1.2, c.phase = std::nan(""); });
    CHECK(two.find("efficiency") != std::string::npos);
    CHECK(two.find("phase") != std::string::npos);
    CHECK(with([](HomodyneConfig& c) { c.atoms = 1001; }).find("atoms") != std::string::npos);
    CHECK(with([](HomodyneConfig& c) { c.pump.reset(); }).find("pump") != std::string::npos);
    CHECK(with([](HomodyneConfig& c) { c.times = {0.0}; }).find("times") != std::string::npos);
    CHECK(with([](HomodyneConfig& c) { c.times = {0.2, 0.1}; }).find("times") != std::string::npos);
    CHECK(with([](HomodyneConfig& c) { c.longest_step = -1.0; }).find("longest_step") != std::string::npos);
    CHECK(with([](HomodyneConfig& c) { c.initial = parse_initial_state("spin:1,0"); }).find("initial") !=
          std::string::npos);
    CHECK(with([](HomodyneConfig& c) { c.initial = parse_initial_state("dicke:4"); }).find("initial") !=
          std::string::npos);
    CHECK(with([](HomodyneConfig& c) { c.trajectories = 0; }).find("trajectories") != std::string::npos);
    CHECK(with([](HomodyneConfig& c) { c.keep_records = -1; }).find("keep_records") != std::string::npos);
}

TEST_CASE("a photocurrent's hash knows the phase, not how many runs there are") {
    auto config = small();
    const auto one = hash(config);
    config.trajectories = 7;
    CHECK(hash(config) == one);
    config.phase = 0.1;
    CHECK(hash(config) != one);
}
