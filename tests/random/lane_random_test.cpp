// One target, without dispatch: what the lanes draw is the same on all that fuse, and the kernels' own tests
// compare the targets.
#include <hwy/highway.h>

#include "random/lane_random-inl.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "dickejump/random/stream.hpp"

using namespace dickejump;
namespace lanes = dickejump::HWY_NAMESPACE;
namespace hn = hwy::HWY_NAMESPACE;

namespace {

std::size_t width() {
    return hn::Lanes(lanes::Words());
}

/// xoshiro256 as its authors wrote it.
struct Xoshiro {
    std::uint64_t s[4];

    std::uint64_t step() {
        const std::uint64_t t = s[1] << 17;
        s[2] ^= s[0], s[3] ^= s[1], s[1] ^= s[2], s[0] ^= s[3];
        s[2] ^= t;
        s[3] = std::rotl(s[3], 45);
        return s[0];
    }
    std::uint64_t plus() {
        const std::uint64_t result = s[0] + s[3];
        step();
        return result;
    }
    std::uint64_t plus_plus() {
        const std::uint64_t result = std::rotl(s[0] + s[3], 23) + s[0];
        step();
        return result;
    }
};

/// xoroshiro128++ likewise.
struct Xoroshiro {
    std::uint64_t s[2];

    std::uint64_t operator()() {
        const std::uint64_t s0 = s[0], result = std::rotl(s0 + s[1], 17) + s0;
        std::uint64_t s1 = s[1] ^ s0;
        s[0] = std::rotl(s0, 49) ^ s1 ^ (s1 << 21);
        s[1] = std::rotl(s1, 28);
        return result;
    }
};

/// Words of a test stream, a vector of them for every state.
std::vector<std::uint64_t> seeds(std::size_t states) {
    Stream stream(8, 0, Purpose::test);
    std::vector<std::uint64_t> words(states * width());
    for (auto& word : words)
        word = stream();
    return words;
}

template <class Vector>
std::vector<std::uint64_t> words_of(const Vector& vector) {
    std::vector<std::uint64_t> words(width());
    hn::StoreU(vector, lanes::Words(), words.data());
    return words;
}

double logarithm(double u) {
    std::vector<double> values(width());
    hn::StoreU(lanes::logarithm(hn::Set(lanes::Reals(), u)), lanes::Reals(), values.data());
    for (const double value : values)
        CHECK(value == values[0]);
    return values[0];
}

}  // namespace

TEST_CASE("every lane runs the published generators on a state of its own") {
    const auto state = seeds(4);
    const auto at = [&](std::size_t i) { return hn::LoadU(lanes::Words(), state.data() + i * width()); };
    lanes::LaneGenerator plus{at(0), at(1), at(2), at(3)}, plus_plus = plus;
    lanes::BitGenerator bits{at(0), at(1)};
    std::vector<Xoshiro> one, other;
    std::vector<Xoroshiro> small;
    for (std::size_t lane = 0; lane < width(); ++lane) {
        const auto word = [&](std::size_t i) { return state[i * width() + lane]; };
        one.push_back({{word(0), word(1), word(2), word(3)}});
        small.push_back({{word(0), word(1)}});
    }
    other = one;
    for (int draw = 0; draw < 100; ++draw) {
        const auto upper = words_of(plus.upper_bits()), all = words_of(plus_plus.all_bits()),
                   few = words_of(bits());
        for (std::size_t lane = 0; lane < width(); ++lane) {
            CHECK(upper[lane] == one[lane].plus());
            CHECK(all[lane] == other[lane].plus_plus());
            CHECK(few[lane] == small[lane]());
        }
    }
}

TEST_CASE("a lane's uniform numbers are the stream's, word for word") {
    Stream stream(9, 0, Purpose::test);
    for (int i = 0; i < 200; ++i) {
        const std::uint64_t word = i == 0 ? 0 : i == 1 ? ~std::uint64_t{0} : stream();
        std::vector<double> values(width());
        hn::StoreU(lanes::open_unit(hn::Set(lanes::Words(), word)), lanes::Reals(), values.data());
        CHECK(values[0] == open_unit(word));
    }
}

TEST_CASE("a lane's logarithm is right to 2 ulp, from the smallest uniform number to the largest") {
    double worst = 0.0;
    const auto look = [&](double u) {
        const long double exact = std::log(static_cast<long double>(u));
        const auto error =
            static_cast<double>(std::abs(static_cast<long double>(logarithm(u)) / exact - 1.0L));
        if (!(error <= worst)) worst = error;
    };
    for (double u = 0x1p-53; u < 0.9; u *= 1.0137)
        look(u);
    for (double distance = 0x1p-53; distance < 0.6; distance *= 1.07)
        look(1.0 - distance);
    for (int exponent = 0; exponent < 52; ++exponent)
        for (const double off : {-0x1p-50, 0.0, 0x1p-50})
            look(std::ldexp(std::sqrt(0.5) + off, -exponent));
    CHECK(worst < 4.5e-16);
}
