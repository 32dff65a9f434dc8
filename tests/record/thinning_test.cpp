#include "record/thinning.hpp"

#include <doctest/doctest.h>

using namespace dickejump;

TEST_CASE("photons arrive as the words of the stream say, one by one or counted") {
    const auto stream = [] { return Stream(3, 7, Purpose::test); };
    for (const double efficiency : {0.0, 0.3, 1.0}) {
        CAPTURE(efficiency);
        auto words = stream();
        Thinning one(stream(), efficiency), counted(stream(), efficiency);
        std::int64_t photon = 0;
        // Lots that end within a buffer of words, at its end, and beyond several of them.
        for (const std::int64_t lot : {0, 1, 127, 128, 5, 1000, 0, 2}) {
            std::int64_t arrived = 0;
            for (std::int64_t i = 0; i < lot; ++i, ++photon) {
                const bool arrives = open_unit(words()) < efficiency;
                CHECK(one.next() == arrives);
                arrived += arrives;
            }
            CHECK(counted.of(lot) == arrived);
        }
        CHECK(photon == 1263);
    }
}
