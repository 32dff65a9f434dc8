#include "dickejump/study/calibrate/calibrate.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "dickejump/io/calibrate_report.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "support/detectors.hpp"

using namespace dickejump;
using namespace dickejump::test;
using doctest::Approx;

namespace {

CalibrateConfig small() {
    return {.scan = {.atoms = 10,
                     .rate = 4.0,
                     .half_width = 3.0,
                     .direction = Legs::up,
                     .seed = 3,
                     .detectors = {detector_of("side=1")},
                     .side_rate = 0.5},
            .records = 200,
            .prior_width = 1.5};
}

std::vector<std::string> problems_of(const CalibrateConfig& config) {
    Problems problems;
    check(config, problems);
    return problems.list();
}

}  // namespace

TEST_CASE("every record of every detector and leg has a rank, the same for any number of threads") {
    auto config = small();
    config.scan.direction = Legs::both;
    config.scan.detectors.push_back(detector_of("cavity=0.5"));
    const auto one = simulate(prepare(config, {.threads = 1}), {.threads = 1});
    const auto two = simulate(prepare(config, {.threads = 3}), {.threads = 3});
    REQUIRE(one.detectors.size() == 4);
    CHECK(one.detectors[0].direction == Direction::up);
    CHECK(one.detectors[1].detector == "cavity=0.5");
    CHECK(one.detectors[3].direction == Direction::down);
    for (std::size_t i = 0; i < 4; ++i) {
        const auto& ranks = one.detectors[i].ranks;
        CHECK(ranks.records == 200);
        CHECK(std::accumulate(ranks.counts.begin(), ranks.counts.end(), std::int64_t{0}) == 200);
        CHECK(ranks.counts == two.detectors[i].ranks.counts);
        CHECK(ranks.hold68 < ranks.hold95);
        CHECK(one.detectors[i].exact_likelihood);
    }
    const auto json = to_json(one);
    CHECK(json.find("\"ranks\":[") != std::string::npos);
    CHECK(json.find("\"prior_width\":1.5") != std::string::npos);
}

TEST_CASE("more records leave the first ones as they were") {
    auto config = small();
    config.records = 128;
    const auto some = simulate(prepare(config));
    config.records = 256;
    const auto more = simulate(prepare(config));
    for (std::size_t bin = 0; bin < RankCounts::bins; ++bin)
        CHECK(more.detectors[0].ranks.counts[bin] >= some.detectors[0].ranks.counts[bin]);
}

TEST_CASE("the p-value of ranks is that of chi-squared") {
    RankCounts even;
    even.counts.assign(RankCounts::bins, 50);
    even.records = 1000;
    CHECK(even.p_value() == Approx(1.0));
    auto uneven = even;
    uneven.counts[0] += 30;
    uneven.counts[1] -= 30;
    // 2 * 30^2/50 = 36 at 19 degrees of freedom.
    CHECK(uneven.p_value() == Approx(0.010588).epsilon(1e-3));
    CHECK(std::isnan(RankCounts{}.p_value()));
    CHECK_FALSE(RankCalibration{}.coverage().has_value());
}

TEST_CASE("a detector that tells nothing has the ranks of the prior") {
    auto config = small();
    config.scan.detectors = {detector_of("side=0")};
    config.records = 2000;
    const auto ranks = simulate(prepare(config)).detectors[0].ranks;
    // Uniform by construction: a new seed fails with probability 1e-6.
    CHECK(ranks.p_value() > 1e-6);
    CHECK(std::abs(static_cast<double>(ranks.hold68) / 2000.0 - 0.68) <
          4.9 * std::sqrt(0.68 * 0.32 / 2000.0));
}

TEST_CASE("what cannot be calibrated is refused with its fix") {
    CHECK(problems_of(small()).empty());
    auto wide = small();
    wide.prior_width = 2.5;
    REQUIRE(problems_of(wide).size() == 1);
    CHECK(problems_of(wide)[0].find("`prior_width` = 2.5") == 0);
    CHECK(problems_of(wide)[0].find("at most N/2 - S = 2") != std::string::npos);
    auto blind = small();
    blind.scan.detectors.clear();
    blind.scan.side_rate = 0.0;
    REQUIRE(problems_of(blind).size() == 1);
    CHECK(problems_of(blind)[0].find("`detector`") == 0);
    auto none = small();
    none.records = 0;
    none.prior_width = -1.0;
    CHECK(problems_of(none).size() == 2);
    CHECK_THROWS_AS(prepare(none), InvalidInput);
}

TEST_CASE("the hash knows the prior, not how many records there are") {
    auto other = small();
    other.records = 7;
    CHECK(hash(other) == hash(small()));
    other.prior_width = 1.0;
    CHECK(hash(other) != hash(small()));
}
