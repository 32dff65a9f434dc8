#include "dickejump/study/ensemble/prepared_ensemble.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

namespace {

EnsembleConfig coherent() {
    return {.atoms = 11,
            .initial = parse_initial_state("coherent:2,0.5"),
            .pump = 1.1,
            .times = numbers_in("times", "0:1:11"),
            .trajectories = 300,
            .seed = 4};
}

EnsembleConfig three_level() {
    return {.model = Model::three_level,
            .atoms = 2,
            .times = numbers_in("times", "0:2:9"),
            .detuning = 600.0,
            .drive = 109.54451150103321,
            .gamma_r = 30.0,
            .trajectories = 200,
            .seed = 4};
}

}  // namespace

TEST_CASE("exact ensembles reach the values of an independent solution") {
    const auto ladder = solve(coherent()).curves;
    CHECK(ladder.observable("jx").mean[9] == doctest::Approx(1.7291546658145553).epsilon(1e-7));
    CHECK(ladder.observable("jy").mean[10] == doctest::Approx(0.8466368424357364).epsilon(1e-7));
    CHECK(ladder.observable("jz2").mean[10] == doctest::Approx(12.146290379344372).epsilon(1e-7));
    CHECK(ladder.observable("jz").error.empty());
    const auto three = solve(three_level()).curves;
    CHECK(std::abs(three.observable("jz").mean[8] + 0.04789948954362) < 1e-8);
    CHECK(std::abs(three.observable("nr").mean[7] - 0.033240088872402346) < 1e-8);
    CHECK_THROWS_WITH_AS(ladder.observable("nr"), doctest::Contains("jz, jz2, jx, jy"), InvalidInput);
}

TEST_CASE("an ensemble is the same on any number of threads, and its prefix does not move") {
    auto effective = coherent();
    effective.model = Model::effective;
    effective.detuning = 80.0;
    effective.gamma_r = 10.0;
    auto dicke = coherent();
    dicke.initial = parse_initial_state("steady");
    for (const auto& config : {coherent(), three_level(), effective, dicke}) {
        const auto prepared = prepare(config);
        const auto one = simulate(prepared, {.threads = 1}).observed,
                   two = simulate(prepared, {.threads = 2}).observed;
        CHECK(one.jumps == two.jumps);
        CHECK(one.trajectories == config.trajectories);
        for (std::size_t o = 0; o < one.curves.observables.size(); ++o) {
            CHECK(one.curves.observables[o].mean == two.curves.observables[o].mean);
            CHECK(one.curves.observables[o].error == two.curves.observables[o].error);
        }
    }
}

TEST_CASE("all that is wrong with a run is said at once") {
    EnsembleConfig config{.atoms = 3, .initial = parse_initial_state("dicke:7"), .times = {0.5, 0.1}};
    try {
        prepare(config);
        FAIL("no complaint");
    } catch (const InvalidInput& error) {
        CHECK(error.problems().size() == 3);
    }
    auto three = three_level();
    three.detuning = 0.0;
    three.gamma_r = -1.0;
    CHECK_THROWS_AS(solve(three), InvalidInput);
    auto none = coherent();
    none.trajectories = 0;
    CHECK_THROWS_WITH_AS(prepare(none), doctest::Contains("at least one"), InvalidInput);
    CHECK_THROWS_WITH_AS(compare(coherent()), doctest::Contains("needs 2000"), InvalidInput);
}
