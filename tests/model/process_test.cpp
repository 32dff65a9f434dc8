#include "dickejump/model/process.hpp"

#include <doctest/doctest.h>

using namespace dickejump;

TEST_CASE("processes change n by one, either way, and carry PIQS's names") {
    CHECK(level_change(Process::collective_pumping) == 1);
    CHECK(level_change(Process::collective_emission) == -1);
    for (const auto process : {Process::collective_pumping, Process::collective_emission}) {
        CHECK(collective(level_change(process)) == process);
        CHECK(Jump{1.0, process}.dn() == level_change(process));
    }
    CHECK(name(Process::collective_pumping) == "collective_pumping");
    CHECK(name(Process::collective_emission) == "collective_emission");
}

TEST_CASE("single atoms emit, are pumped, or only lose their phase") {
    CHECK(level_change(Process::emission) == -1);
    CHECK(level_change(Process::pumping) == 1);
    CHECK(level_change(Process::dephasing) == 0);
    CHECK(name(Process::emission) == "emission");
    CHECK(name(Process::pumping) == "pumping");
    CHECK(name(Process::dephasing) == "dephasing");
}
