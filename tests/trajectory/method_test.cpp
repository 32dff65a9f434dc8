#include "dickejump/trajectory/method.hpp"

#include <doctest/doctest.h>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/random/purpose.hpp"
#include "dickejump/trajectory/direct_kernel.hpp"
#include "dickejump/trajectory/spin_kernel.hpp"
#include "dickejump/trajectory/spin_sampler.hpp"
#include "dickejump/trajectory/spin_sphere_kernel.hpp"

using namespace dickejump;

namespace {

LadderSetup setup_of(std::int64_t atoms, std::int64_t ticks = 100) {
    const double w = 1.0 - 10.0 / static_cast<double>(atoms);
    return {DickeLadder(atoms),
            PumpSchedule::linear(w, 2.0 - w, 0.5),
            {.duration = 0.5, .ticks = ticks},
            StartState::steady(w)};
}

/// Last levels of some runs.
std::vector<std::int64_t> ends(const Sampler& sampler, std::uint64_t seed) {
    std::vector<std::int64_t> result;
    sampler({.seed = seed, .first_trajectory = 0, .count = 40, .purpose = Purpose::test}, Quantities::none,
            [&](const Window& window) {
                if (!window.last()) return;
                for (int lane = 0; lane < window.lanes; ++lane)
                    result.push_back(window.n[window.at(window.ticks - 1, lane)]);
            });
    return result;
}

}  // namespace

TEST_CASE("every method makes a sampler of the same grid that gives the same runs again") {
    for (const auto method : {Method::exact, Method::sphere})
        for (const bool paired : {false, true}) {
            CAPTURE(name(method));
            const auto setup = setup_of(2000);
            const auto make = [&] {
                return paired ? make_paired_sampler(method, setup, 4) : make_sampler(method, setup, 4);
            };
            const auto sampler = make();
            CHECK(sampler.grid().ticks == 100);
            const auto runs = ends(sampler, 5);
            REQUIRE(runs.size() == 40);
            CHECK(runs == ends(make(), 5));
            CHECK(runs != ends(sampler, 6));
            CHECK(contains(sampler.provides(), Quantities::time_tags) == (method == Method::exact));
        }
}

TEST_CASE("runs of paired samplers under close pumps stay close, those of the fast ones do not") {
    const auto setup = setup_of(400);
    auto other = setup;
    other.pump = PumpSchedule::linear(setup.pump.at(0.0) + 1e-6, setup.pump.at(0.5) + 1e-6, 0.5);
    const auto a = ends(make_paired_sampler(Method::exact, setup), 3),
               b = ends(make_paired_sampler(Method::exact, other), 3);
    int same = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        same += std::abs(a[i] - b[i]) <= 2;
    CHECK(same >= 36);
}

TEST_CASE("atoms that act one by one go in lanes, and in pairs by the reference sampler") {
    const auto setup = setup_of(100);
    const LocalRates local{.emission = 0.1};
    const LocalSpins spins(100, local);
    const auto& [ladder, pump, grid, start] = setup;
    CHECK(ends(make_sampler(Method::exact, setup, 0, local), 3) ==
          ends(SpinKernel(spins, pump, grid, start), 3));
    CHECK(ends(make_paired_sampler(Method::exact, setup, 0, local), 3) ==
          ends(SpinSampler(spins, pump, grid, start), 3));
    // The atoms of the model without a rate: as the ladder, jump by jump.
    CHECK(ends(make_sampler(Method::exact, setup, 0, LocalRates{}), 3) ==
          ends(DirectKernel(ladder, pump, grid, start), 3));
    for (const auto& make : {make_sampler, make_paired_sampler})
        CHECK(ends(make(Method::sphere, setup, 2, local), 3) ==
              ends(SpinSphereKernel(spins, pump, grid, start, 2), 3));
}

TEST_CASE("more ticks than uniformisation can take, or too long ones, go jump by jump") {
    // 10^6 atoms in ticks of 1/4: some 10^12 jumps a tick.
    CHECK(make_sampler(Method::exact, setup_of(1'000'000, 2)).provides() != Quantities::none);
    CHECK(lanes_together(Method::exact, setup_of(1000)) >= 1);
    CHECK(lanes_together(Method::sphere, setup_of(1000)) >= 1);
}

TEST_CASE("an automatic method is not one: the study chooses it") {
    CHECK_THROWS_AS(make_sampler(Method::automatic, setup_of(20)), InvalidInput);
    CHECK(name(Method::automatic) == "auto");
}
