#include "dickejump/io/checkpoint.hpp"

#include <doctest/doctest.h>

#include <string>

#include "dickejump/study/scan/prepared_scan.hpp"

using namespace dickejump;

namespace {

Checkpoint some_checkpoint() {
    return {.study = "scan",
            .config = "verb = \"scan\"\natoms = 3\n",
            .config_hash = 0x123456789abcdef0,
            .ensemble = {.trajectories = 1000, .seed = 7},
            .wanted = {2, 8},
            .seconds = 1.5,
            .provenance = Provenance::now(),
            .arithmetic = arithmetic(),
            .calibrations = {1.0, -0.25},
            .sums = {.layout = "{count:i64;}", .nodes = {{1, 1, "ab"}, {0, 5, "c"}}, .cut = "last"}};
}

}  // namespace

TEST_CASE("a checkpoint comes back from its bytes, and says what is there") {
    const auto before = some_checkpoint();
    const auto bytes = to_bytes(before);
    const auto after = checkpoint_in(bytes, "file");
    CHECK(to_bytes(after) == bytes);
    CHECK(after.config == before.config);
    CHECK(after.calibrations == before.calibrations);
    CHECK(after.provenance.git == before.provenance.git);
    CHECK(after.done() == std::vector<BlockRange>{{2, 4}, {5, 6}, {7, 8}});
    CHECK(after.missing() == std::vector<BlockRange>{{0, 2}, {4, 5}, {6, 7}});
    CHECK(after.missing(after.wanted) == std::vector<BlockRange>{{4, 5}, {6, 7}});
    CHECK(after.trajectories() == 3 * 128 + 1000 - 7 * 128);
    CHECK(!after.complete());
    CHECK(
        to_json(after) ==
        "{\"format\":\"dickejump checkpoint\",\"version\":1,\"config_hash\":\"123456789abcdef0\",\"blocks\":{"
        "\"total\":8,\"done\":[[2,4],[5,6],[7,8]],\"missing\":[[0,2],[4,5],[6,7]]},\"trajectories\":488,"
        "\"calibrations\":2,\"complete\":false}");
}

TEST_CASE("every damaged bit and every missing byte of a checkpoint is seen") {
    const auto bytes = to_bytes(some_checkpoint());
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            auto bad = bytes;
            bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
            CHECK_THROWS_AS(checkpoint_in(bad, "file"), InvalidInput);
        }
        CHECK_THROWS_AS(checkpoint_in(bytes.substr(0, at), "file"), InvalidInput);
    }
    CHECK_THROWS_WITH_AS(checkpoint_in("hello", "notes.txt"),
                         doctest::Contains("notes.txt (not a checkpoint"), InvalidInput);
}

TEST_CASE("configurations differ in keys, tables in theirs") {
    const std::string one =
        "atoms = 3\nrate = 1.0\n\n[[detector]]\nname = \"a\"\n[detector.side]\nefficiency = 0.5\n";
    CHECK(differences(one, one).empty());
    const std::string other =
        "atoms = 4\nseed = 1\n\n[[detector]]\nname = \"a\"\n[detector.side]\nefficiency = 0.25\n";
    CHECK(differences(one, other) ==
          std::vector<std::string>{"atoms = 3, atoms = 4", "rate = 1.0, no rate",
                                   "detector 1 side efficiency = 0.5, detector 1 side efficiency = 0.25",
                                   "no seed, seed = 1"});
    CHECK(differences(one, other, {"atoms", "rate", "seed"}).size() == 1);
}
