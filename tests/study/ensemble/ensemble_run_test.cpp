#include "dickejump/study/ensemble/ensemble_run.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

namespace {

EnsembleRun coherent_run() {
    EnsembleRun run;
    run.atoms = 11;
    run.pump = PumpSchedule::constant(1.1);
    run.initial = initial_state("coherent:2,0.5");
    run.times = times_of("0:1:11");
    run.ensemble = {.trajectories = 300, .seed = 4, .threads = 1};
    return run;
}

EnsembleRun three_level_run() {
    EnsembleRun run;
    run.model = Model::three_level;
    run.atoms = 2;
    run.detuning = 600.0;
    run.drive = 109.54451150103321;
    run.gamma_r = 30.0;
    run.times = times_of("0:2:9");
    run.ensemble = {.trajectories = 200, .seed = 4, .threads = 1};
    return run;
}

}  // namespace

TEST_CASE("the words of the command line are read") {
    CHECK(initial_state("dicke:3").n == 3);
    CHECK(initial_state("coherent:1.5,-2e-1").phi == -0.2);
    CHECK(initial_state("steady").kind == InitialState::Kind::steady);
    CHECK(initial_state("file:a:b.csv").file == "a:b.csv");
    for (const auto* wrong :
         {"dicke", "dicke:x", "coherent:1", "coherent:1,2,3", "groundd", "ground:1", "file:"})
        CHECK_THROWS_AS(initial_state(wrong), InvalidInput);
    const auto times = times_of("0:2:9");
    CHECK(times.size() == 9);
    CHECK(times[7] == 1.75);
    CHECK(times.back() == 2.0);
    CHECK(times_of("0.5:0.5:1").size() == 1);
    for (const auto* wrong : {"0:1", "0:1:1", "1:0:3", "-1:1:3", "0:1:x", "0:1:2.5", "0:inf:3"})
        CHECK_THROWS_AS(times_of(wrong), InvalidInput);
    CHECK(model_named("three-level") == Model::three_level);
    CHECK(!model_named("three_level"));
}

TEST_CASE("exact ensembles reach the values of an independent solution") {
    const auto ladder = solve_ensemble(coherent_run());
    CHECK(ladder.observable("jx").mean[9] == doctest::Approx(1.7291546658145553).epsilon(1e-7));
    CHECK(ladder.observable("jy").mean[10] == doctest::Approx(0.8466368424357364).epsilon(1e-7));
    CHECK(ladder.observable("jz2").mean[10] == doctest::Approx(12.146290379344372).epsilon(1e-7));
    CHECK(ladder.observable("jz").error.empty());
    const auto three = solve_ensemble(three_level_run());
    CHECK(std::abs(three.observable("jz").mean[8] + 0.04789948954362) < 1e-8);
    CHECK(std::abs(three.observable("nr").mean[7] - 0.033240088872402346) < 1e-8);
    CHECK_THROWS_AS(ladder.observable("nr"), InvalidInput);
}

TEST_CASE("an ensemble is the same on any number of threads, and its prefix does not move") {
    auto effective = coherent_run();
    effective.model = Model::effective;
    effective.detuning = 80.0;
    effective.gamma_r = 10.0;
    auto dicke = coherent_run();
    dicke.initial = initial_state("steady");
    for (auto run : {coherent_run(), three_level_run(), effective, dicke}) {
        const auto one = simulate_ensemble(run);
        run.ensemble.threads = 2;
        const auto two = simulate_ensemble(run);
        CHECK(one.jumps == two.jumps);
        CHECK(one.trajectories == run.ensemble.trajectories);
        for (std::size_t o = 0; o < one.curves.observables.size(); ++o) {
            CHECK(one.curves.observables[o].mean == two.curves.observables[o].mean);
            CHECK(one.curves.observables[o].error == two.curves.observables[o].error);
        }
    }
}

TEST_CASE("all that is wrong with a run is said at once") {
    EnsembleRun run;
    run.atoms = 3;
    run.initial = initial_state("dicke:7");
    run.times = {0.5, 0.1};
    try {
        simulate_ensemble(run);
        FAIL("no complaint");
    } catch (const InvalidInput& error) {
        CHECK(error.problems().size() == 3);
    }
    auto three = three_level_run();
    three.detuning = 0.0;
    three.gamma_r = -1.0;
    CHECK_THROWS_AS(solve_ensemble(three), InvalidInput);
    auto none = coherent_run();
    none.ensemble.trajectories = 0;
    CHECK_THROWS_WITH_AS(simulate_ensemble(none), doctest::Contains("at least one"), InvalidInput);
    CHECK_THROWS_WITH_AS(compare_ensemble(coherent_run()), doctest::Contains("needs 2000"), InvalidInput);
}
