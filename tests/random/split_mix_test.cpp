#include "random/split_mix.hpp"

#include <doctest/doctest.h>

#include <random>

using dickejump::SplitMix;

TEST_CASE("SplitMix64 gives the published sequence") {
    // From seed 1234567, as in the reference implementation's known answers.
    SplitMix random{1234567};
    for (const std::uint64_t expected :
         {6457827717110365317ull, 3203168211198807973ull, 9817491932198370423ull, 4593380528125082431ull,
          16408922859458223821ull})
        CHECK(random() == expected);
    static_assert(std::uniform_random_bit_generator<SplitMix>);
}
