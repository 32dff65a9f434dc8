#include "dickejump/wavefunction/diffusive_sampler.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dickejump/exact/density_matrix.hpp"
#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

namespace {

const DickeLadder ladder(5);
const auto start = DickeState::coherent(ladder, 1.2, 0.4);
const std::vector<double> times{0.0, 0.2, 0.5};

std::vector<Eigen::MatrixXcd> conditional(CavityDetection detection, const PumpSchedule& pump,
                                          Photocurrent* current = nullptr) {
    const ConditionalStateSampler sample(collective_channels(ladder), pump, start, detection);
    std::vector<Eigen::MatrixXcd> states;
    Stream random(1, 1, Purpose::test);
    sample(
        random, times, [&](std::size_t, const Eigen::MatrixXcd& rho) { states.push_back(rho); }, current);
    return states;
}

}  // namespace

TEST_CASE("a blind detector leaves the master equation, wrong by the square of the step") {
    const auto pump = PumpSchedule::linear(0.5, 1.5, 1.0);
    const auto c = start.amplitudes();
    const auto exact = exact::solve_density_matrix(collective_channels(ladder), pump, c * c.adjoint(), times);
    const auto error = [&](double step) {
        const auto states = conditional({.efficiency = 0.0, .longest_step = step}, pump);
        return (states.back() - exact.back()).cwiseAbs().maxCoeff();
    };
    const double coarse = error(0.01), fine = error(0.0025);
    CHECK(fine < 1e-4);
    CHECK(coarse / fine == doctest::Approx(16.0).epsilon(0.25));
}

TEST_CASE("seen whole and without pump, the state stays pure in both descriptions, and is the same") {
    for (const auto kind : {CavityDetection::Kind::homodyne, CavityDetection::Kind::heterodyne}) {
        const CavityDetection detection{.kind = kind, .phase = 0.7, .longest_step = 1e-3};
        const auto dark = PumpSchedule::constant(0.0);
        Photocurrent mixed_current, pure_current;
        const auto states = conditional(detection, dark, &mixed_current);
        const DiffusiveSampler pure(collective_channels(ladder), dark, start, detection);
        // The pure sampler draws for the pump also where it does nothing: purity, not numbers, is compared.
        std::vector<Jump> record;
        Stream random(1, 1, Purpose::test);
        pure(
            random, times,
            [](std::size_t, const Eigen::VectorXcd& psi) {
                CHECK(psi.norm() == doctest::Approx(1.0).epsilon(1e-12));
            },
            &pure_current, &record);
        CHECK(record.empty());
        for (const auto& rho : states) {
            CHECK(std::abs((rho * rho).trace() - 1.0) < 1e-9);
            CHECK(std::abs(rho.trace() - 1.0) < 1e-12);
        }
        CHECK(pure_current.time.size() == 500);
        CHECK(pure_current.x.size() == 500);
        CHECK(mixed_current.y.size() ==
              (kind == CavityDetection::Kind::heterodyne ? std::size_t{500} : std::size_t{0}));
        CHECK(pure_current.time.back() == 0.5);
    }
}

TEST_CASE("what is missed mixes the state") {
    const auto states = conditional({.efficiency = 0.3}, PumpSchedule::constant(0.6));
    CHECK((states.back() * states.back()).trace().real() < 0.95);
    CHECK((states.back() - states.back().adjoint()).cwiseAbs().maxCoeff() < 1e-12);
}

TEST_CASE("detection says what does not fit") {
    const auto channels = collective_channels(ladder);
    const auto pump = PumpSchedule::constant(1.0);
    CHECK_THROWS_WITH_AS(DiffusiveSampler(channels, pump, start, {.efficiency = 0.5}),
                         doctest::Contains("ConditionalStateSampler"), InvalidInput);
    CHECK_THROWS_WITH_AS(ConditionalStateSampler(channels, pump, start, {.efficiency = 1.5}),
                         doctest::Contains("from 0 to 1"), InvalidInput);
    CHECK_THROWS_WITH_AS(ConditionalStateSampler(channels, pump, DickeState::ghz(DickeLadder(4)), {}),
                         doctest::Contains("6 levels"), InvalidInput);
}

TEST_CASE("a step is a time: neither endless nor so short that there is no end") {
    const auto channels = collective_channels(ladder);
    const auto pump = PumpSchedule::constant(1.0);
    for (const double bad : {HUGE_VAL, std::nan(""), -1.0}) {
        CHECK_THROWS_AS(DiffusiveSampler(channels, pump, start, {.longest_step = bad}), InvalidInput);
        CHECK_THROWS_AS(ConditionalStateSampler(channels, pump, start, {.longest_step = bad}), InvalidInput);
    }
    for (const double bad : {-0.1, 1.1, std::nan("")})
        CHECK_THROWS_AS(ConditionalStateSampler(channels, pump, start, {.efficiency = bad}), InvalidInput);
    CHECK_THROWS_AS(conditional({.longest_step = 1e-300}, pump), InvalidInput);
    const DiffusiveSampler sample(channels, pump, start, {});
    for (const auto& bad : {std::vector{std::nan("")}, std::vector{0.2, 0.1}, std::vector{-0.1}}) {
        Stream random(1, 1, Purpose::test);
        CHECK_THROWS_AS(sample(random, bad, [](std::size_t, const Eigen::VectorXcd&) {}), InvalidInput);
    }
}

TEST_CASE("where nothing can happen the state stays, and steps are still taken") {
    auto dark = collective_channels(ladder);
    for (auto& e : dark.emission)
        e = 0.0;
    const ConditionalStateSampler sample(dark, PumpSchedule::constant(0.0), start, {});
    Stream random(1, 1, Purpose::test);
    Photocurrent current;
    const auto c = start.amplitudes();
    sample(
        random, std::vector{2.5},
        [&](std::size_t, const Eigen::MatrixXcd& rho) { CHECK((rho - c * c.adjoint()).norm() < 1e-12); },
        &current);
    CHECK(current.x.size() == 3);
}
