#include "random/xoshiro.hpp"

#include <doctest/doctest.h>

using namespace dickejump;

TEST_CASE("xoshiro256+ gives the words of its reference, from the words of a stream") {
    Stream seeds(3, 7, Purpose::test), again = seeds;
    Xoshiro random(seeds);
    // The authors' code, line by line.
    std::uint64_t s[4];
    for (auto& word : s)
        word = again();
    for (int i = 0; i < 1000; ++i) {
        const std::uint64_t result = s[0] + s[3], t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = (s[3] << 45) | (s[3] >> 19);
        CHECK(random() == result);
    }
    CHECK(random.unit() > 0.0);
    CHECK(random.unit() < 1.0);
    CHECK(seeds() == again());  // four words, no more
}
