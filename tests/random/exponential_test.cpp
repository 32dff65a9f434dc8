#include "dickejump/random/exponential.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace dickejump;

namespace {

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

TEST_CASE("negative_logarithms is -ln(open_unit) to 4e-16 on edge words and random words") {
    // Edges: the ends, both sides of the powers of two, and of sqrt(1/2) times them, where the reduction
    // changes over.
    std::vector<std::uint64_t> words{0, ~0ull, 1, 0xfff, 0x1000, ~0ull << 12, ~0ull << 13};
    for (int bit = 12; bit < 64; ++bit)
        for (const std::uint64_t around :
             {std::uint64_t{1} << bit, std::uint64_t{0xb504f333f9de6484} >> (63 - bit)})
            for (int step = -3; step <= 3; ++step)
                words.push_back(around + static_cast<std::uint64_t>(step) * 0x1000);
    for (const auto word : first_words(Stream(5, 0, Purpose::test), 500'000))
        words.push_back(word);
    // Near u = 1, where the logarithm is as small as the distance.
    for (std::uint64_t i = 0; i < 4000; ++i)
        words.push_back(~(i << 12));
    if (words.size() % 2 == 1) words.push_back(0);

    std::vector<Stream::Block> blocks;
    for (std::size_t i = 0; i < words.size(); i += 2)
        blocks.push_back({words[i], words[i + 1]});
    std::vector<double> logarithms(words.size());
    negative_logarithms(blocks, logarithms);

    double worst = 0.0;
    std::uint64_t worst_word = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const long double exact = -std::log(static_cast<long double>(open_unit(words[i])));
        const auto error =
            static_cast<double>(std::abs(static_cast<long double>(logarithms[i]) / exact - 1.0L));
        if (!(error <= worst)) worst = error, worst_word = words[i];
    }
    INFO("worst at word ", worst_word);
    CHECK(worst < 4e-16);
    const auto [least, most] = std::minmax_element(logarithms.begin(), logarithms.end());
    CHECK(*least > 1.1e-16);
    CHECK(*most < 36.8);
}

TEST_CASE("negative_logarithms has the same bits wherever a word stands in the batch") {
    // Vector bodies and scalar tails must not differ: a trajectory would depend on its batch.
    std::vector<Stream::Block> blocks(40);
    Stream(9, 0, Purpose::test).fill(blocks);
    const auto words = flat(blocks);
    std::vector<double> one_by_one;
    for (const auto word : words) {
        const std::vector<Stream::Block> single{{word, 0}};
        std::vector<double> result(1);
        negative_logarithms(single, result);
        one_by_one.push_back(result[0]);
    }
    for (std::size_t size = 1; size <= words.size(); ++size) {
        std::vector<double> result(size + 1, -1.0);
        negative_logarithms(blocks, std::span(result).first(size));
        CHECK(std::equal(one_by_one.begin(), one_by_one.begin() + static_cast<std::ptrdiff_t>(size),
                         result.begin()));
        CHECK(result[size] == -1.0);
    }
}
