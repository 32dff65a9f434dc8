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

namespace {

EnsembleConfig local(const char* initial) {
    return {.model = Model::local,
            .atoms = 12,
            .initial = parse_initial_state(initial),
            .pump = 1.1,
            .times = numbers_in("times", "0:2:5"),
            .emission = 0.1,
            .pumping = 0.05,
            .dephasing = 0.2,
            .trajectories = 4000,
            .seed = 4};
}

}  // namespace

TEST_CASE("atoms with local processes: every start, exact and simulated") {
    for (const auto* initial : {"ground", "steady", "dicke:7", "spin:4,-2", "thermal:0.3", "dephased:pi/3"}) {
        CAPTURE(initial);
        const auto comparison = compare(local(initial));
        CHECK(comparison.p_value.value() > 1e-6);
        const auto exact = solve(local(initial)).curves;
        CHECK(exact.observable("jx").mean[3] == 0.0);
        CHECK(comparison.result.observed.curves.observable("j2").mean.size() == 5);
    }
    // A wrong pump is found.
    auto wrong = local("ground");
    wrong.simulated_pump_factor = 1.1;
    wrong.trajectories = 20'000;
    CHECK(compare(wrong).p_value < 1e-6);
    // Independent atoms: <J_z> = N (p - 1/2), Var = N p (1-p), <J^2> = 3N/4 + N (N-1) (p - 1/2)^2.
    const auto thermal = solve(local("thermal:0.3")).curves;
    CHECK(thermal.observable("jz").mean[0] == doctest::Approx(-12.0 * 0.2).epsilon(1e-10));
    CHECK(thermal.observable("jz2").mean[0] ==
          doctest::Approx(12.0 * 0.21 + 12.0 * 12.0 * 0.04).epsilon(1e-10));
    CHECK(thermal.observable("j2").mean[0] == doctest::Approx(9.0 + 132.0 * 0.04).epsilon(1e-10));
    // Of the coherent state only the phase is lost: n binomial with probability cos^2(theta/2), j = N/2.
    const auto dephased = solve(local("dephased:pi/3")).curves;
    CHECK(dephased.observable("jz").mean[0] == doctest::Approx(6.0 * 0.5).epsilon(1e-10));
    CHECK(dephased.observable("jz2").mean[0] == doctest::Approx(12.0 * 0.1875 + 9.0).epsilon(1e-10));
    CHECK(dephased.observable("j2").mean[0] == doctest::Approx(42.0).epsilon(1e-10));
    CHECK(solve(local("spin:4,-2")).curves.observable("j2").mean[0] == doctest::Approx(20.0));
}

TEST_CASE("local processes are refused where they have no meaning") {
    auto config = local("ground");
    config.emission = -1.0;
    CHECK_THROWS_AS(prepare(config), InvalidInput);
    for (const auto* initial : {"coherent:1,0", "spin:5.5,0.5", "spin:5,6", "spin:7,0", "thermal:1.5"})
        CHECK_THROWS_AS(prepare(local(initial)), InvalidInput);
    auto ladder = coherent();
    ladder.dephasing = 0.1;
    CHECK_THROWS_WITH_AS(prepare(ladder), doctest::Contains("local"), InvalidInput);
    ladder = coherent();
    ladder.initial = parse_initial_state("thermal:0.2");
    CHECK_THROWS_WITH_AS(prepare(ladder), doctest::Contains("local"), InvalidInput);
}

TEST_CASE("without local rates the local ensemble is the ladder's, run by run") {
    auto none = local("steady");
    none.emission = none.pumping = none.dephasing = 0.0;
    auto ladder = none;
    ladder.model = Model::ladder;
    const auto a = simulate(prepare(none)).observed, b = simulate(prepare(ladder)).observed;
    CHECK(a.jumps == b.jumps);
    CHECK(a.curves.observable("jz").mean == b.curves.observable("jz").mean);
    CHECK(a.curves.observable("j2").mean[4] == 42.0);
}

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
