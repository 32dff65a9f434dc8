#include "dickejump/random/stream.hpp"

#include <Random123/philox.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <set>
#include <vector>

using namespace dickejump;

namespace {

using Words = std::array<std::uint32_t, 4>;

Words philox(Words counter, std::array<std::uint32_t, 2> key) {
    const auto words =
        r123::Philox4x32_R<10>{}({{counter[0], counter[1], counter[2], counter[3]}}, {{key[0], key[1]}});
    return {words[0], words[1], words[2], words[3]};
}

std::vector<std::uint64_t> first_words(Stream stream, std::size_t count) {
    std::vector<std::uint64_t> words(count);
    for (auto& word : words)
        word = stream();
    return words;
}

std::vector<std::uint64_t> flat(const std::vector<Stream::Block>& blocks) {
    std::vector<std::uint64_t> words;
    for (const auto& block : blocks)
        words.insert(words.end(), block.begin(), block.end());
    return words;
}

}  // namespace

TEST_CASE("Philox4x32-10 gives the published known answers") {
    // kat_vectors of Random123.
    CHECK(philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
          Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
          Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a stream of zeros starts with the known answer for counter 0 and key 0") {
    CHECK(first_words(Stream(0, 0, Purpose(0)), 2) ==
          std::vector<std::uint64_t>{0xe169c58d6627e8d5, 0x9b00dbd8bc57ac4c});
}

TEST_CASE("a stream's seed is the key, and block, trajectory and purpose the counter") {
    struct Case {
        std::uint64_t seed, trajectory, purpose;
    };
    for (const auto [seed, trajectory, purpose] :
         {Case{1, 0, 1}, Case{0x299f31d0a4093822, 0x13198a2e85a308d3, 0x7344}, Case{~0ull, ~0ull, 0xffff},
          Case{1ull << 32, 1ull << 32, 1000}}) {
        std::vector<std::uint64_t> expected;
        for (std::uint32_t block = 0; block < 5; ++block) {
            const auto words =
                philox({block, static_cast<std::uint32_t>(trajectory),
                        static_cast<std::uint32_t>(trajectory >> 32), static_cast<std::uint32_t>(purpose)},
                       {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
            expected.push_back(words[0] | std::uint64_t{words[1]} << 32);
            expected.push_back(words[2] | std::uint64_t{words[3]} << 32);
        }
        CHECK(first_words(Stream(seed, trajectory, Purpose(purpose)), 10) == expected);
    }
}

TEST_CASE("the streams of the project never change") {
    // Frozen: a change here changes every published result.
    CHECK(first_words(Stream(1, 0, Purpose::ladder), 4) ==
          std::vector<std::uint64_t>{0x1e047488127bee41, 0x0a39349648842b20, 0xa9634a0410cc6764,
                                     0xf15e1f534506ae51});
    CHECK(first_words(Stream(1, 0, Purpose::scan_up), 2) ==
          std::vector<std::uint64_t>{0x6b5c693b2fe424f7, 0x7d0e2e0a46220365});
    CHECK(first_words(Stream(1, 0, Purpose::scan_down), 2) ==
          std::vector<std::uint64_t>{0xac25b124695407f3, 0xc6a6848363d480de});
    CHECK(first_words(Stream(20250101, 123456789, Purpose::test), 2) ==
          std::vector<std::uint64_t>{0xe3a8550c3ba3d11c, 0xb1bdc9f1b66f47b6});
}

TEST_CASE("fill gives the words of operator(), in any portions") {
    const Stream fresh(7, 11, Purpose::test);
    const auto expected = first_words(fresh, 200);
    for (const std::size_t portion : {1u, 2u, 3u, 7u, 32u, 100u}) {
        Stream stream = fresh;
        std::vector<std::uint64_t> words;
        while (words.size() < expected.size()) {
            std::vector<Stream::Block> blocks(portion);
            stream.fill(blocks);
            const auto more = flat(blocks);
            words.insert(words.end(), more.begin(), more.end());
        }
        words.resize(expected.size());
        CHECK(words == expected);
    }
}

TEST_CASE("fill and operator() take turns without giving a word twice") {
    Stream stream(7, 11, Purpose::test);
    const auto expected = first_words(stream, 8);
    CHECK(stream() == expected[0]);
    std::vector<Stream::Block> blocks(1);
    stream.fill(blocks);  // skips expected[1], which was left over
    CHECK(flat(blocks) == std::vector{expected[2], expected[3]});
    CHECK(stream() == expected[4]);
    CHECK(stream() == expected[5]);
    stream.fill(blocks);
    CHECK(flat(blocks) == std::vector{expected[6], expected[7]});
}

TEST_CASE("streams of different seeds, trajectories and purposes share no words") {
    // 64-bit words: the chance that any two of these 12 000 meet by accident is 4e-12.
    std::set<std::uint64_t> seen;
    std::size_t drawn = 0;
    for (const std::uint64_t seed : {1ull, 2ull, 1ull << 32})
        for (const std::uint64_t trajectory : {0ull, 1ull, 127ull, 128ull, 1ull << 32})
            for (const auto purpose :
                 {Purpose::ladder, Purpose::scan_up, Purpose::scan_down, Purpose::test}) {
                const auto words = first_words(Stream(seed, trajectory, purpose), 200);
                seen.insert(words.begin(), words.end());
                drawn += words.size();
            }
    CHECK(drawn == 12'000);
    CHECK(seen.size() == drawn);
}

TEST_CASE("a stream is a uniform random bit generator") {
    static_assert(std::uniform_random_bit_generator<Stream>);
    CHECK(Stream::min() == 0);
    CHECK(Stream::max() == ~0ull);
}

TEST_CASE("open_unit lies strictly inside (0, 1) at its edges and is symmetric about 1/2") {
    CHECK(open_unit(0) == 0x1p-53);
    CHECK(open_unit(~0ull) == 1.0 - 0x1p-53);
    CHECK(open_unit(0) > 0.0);
    CHECK(open_unit(~0ull) < 1.0);
    CHECK(open_unit(0xfff) == open_unit(0));  // the low 12 bits are not used
    CHECK(open_unit(0x1000) == 3 * 0x1p-53);
    for (const auto word : first_words(Stream(3, 0, Purpose::test), 1000))
        CHECK(open_unit(word) == 1.0 - open_unit(~word));
}
