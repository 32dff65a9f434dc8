#include "trajectory/sphere/walks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

using namespace dickejump;
using sphere::Walks;

namespace {

LadderSetup setup_of(std::int64_t atoms, StartState start) {
    return {DickeLadder(atoms), PumpSchedule::constant(1.0), {.duration = 1.0, .ticks = 1}, start};
}

}  // namespace

TEST_CASE("a walk starts in the cell of its level, anywhere in it") {
    double lowest = 1.0, highest = 0.0;
    for (const std::int64_t atoms : {1, 10, 1001, 100'000'000}) {
        const Walks walks(setup_of(atoms, StartState::steady(1.0)), {.seed = 2, .count = 500});
        const double levels = static_cast<double>(atoms) + 1.0;
        std::set<double> seen;
        for (std::size_t lane = 0; lane < 500; ++lane) {
            const double cell = 0.5 * levels * (1.0 + walks.x[lane]);
            CHECK(walks.n[lane] >= 0.0);
            CHECK(walks.n[lane] <= static_cast<double>(atoms));
            if (atoms <= 1001) {
                CHECK(std::floor(cell) == walks.n[lane]);
                lowest = std::min(lowest, cell - walks.n[lane]);
                highest = std::max(highest, cell - walks.n[lane]);
            }
            seen.insert(walks.n[lane]);
        }
        CHECK(seen.size() >= (atoms == 1 ? 2u : 9u));
    }
    CHECK(lowest < 0.01);
    CHECK(highest > 0.99);
    const Walks given(setup_of(10, StartState::dicke(7)), {.seed = 2, .count = 5});
    for (std::size_t lane = 0; lane < 5; ++lane)
        CHECK(given.n[lane] == 7.0);
}

TEST_CASE("a walk is a function of its trajectory, wherever it stands, with generators of its own") {
    const auto setup = setup_of(100, StartState::steady(0.9));
    const Walks many(setup, {.seed = 4, .first_trajectory = 10, .count = 9, .purpose = Purpose::test}),
        one(setup, {.seed = 4, .first_trajectory = 16, .count = 1, .purpose = Purpose::test}),
        other(setup, {.seed = 5, .first_trajectory = 16, .count = 1, .purpose = Purpose::test});
    CHECK(one.x[0] == many.x[6]);
    CHECK(one.keys[0] == many.keys[6]);
    CHECK(one.keys[0] != other.keys[0]);
    std::set<std::uint64_t> words;
    for (const auto member : {&Walks::path, &Walks::noise, &Walks::counts, &Walks::touch})
        for (std::size_t i = 0; i < 4; ++i) {
            CHECK((one.*member)[i][0] == (many.*member)[i][6]);
            for (std::size_t lane = 0; lane < 9; ++lane)
                words.insert((many.*member)[i][lane]);
        }
    CHECK(words.size() == 4 * 4 * 9);
}

TEST_CASE("walks are padded to the widest group of vectors, with lanes that have crossed nothing") {
    const Walks walks(setup_of(100, StartState::dicke(3)), {.count = 65});
    CHECK(walks.keys.size() == 65);
    CHECK(walks.x.size() == 128);
    for (const auto* crossed : {&walks.first, &walks.last}) {
        CHECK(crossed->before.size() == 128);
        CHECK(crossed->after.size() == 128);
        CHECK(crossed->step == std::vector<double>(128, -1.0));
    }
    for (const auto* generators : {&walks.path, &walks.touch})
        for (const auto& words : *generators)
            CHECK(words.size() == 128);
}
