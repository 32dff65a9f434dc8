#include "trajectory/uniformisation/poisson_tables.hpp"

#include <doctest/doctest.h>

#include <boost/math/distributions/poisson.hpp>
#include <cmath>
#include <cstdint>
#include <map>

using namespace dickejump;
using namespace dickejump::uniformisation;

namespace {

/// How probable each value of a table is. A table has cells of 2^shift words, each with one value up to a
/// word and another from it on: found by bisection.
std::map<std::int32_t, long double> probabilities(const PoissonTable& table, int bits) {
    std::map<std::int32_t, long double> found;
    const int shift = 64 - bits;
    for (std::uint64_t cell = 0; cell < std::uint64_t{1} << bits; ++cell) {
        const auto first = cell << shift, last = first + ((std::uint64_t{1} << shift) - 1);
        const auto begin = table(first), end = table(last);
        std::uint64_t low = first, high = last;  // values of `begin`, and of `end`
        if (begin != end)
            while (high - low > 1) {
                const auto middle = low + (high - low) / 2;
                (table(middle) == begin ? low : high) = middle;
            }
        else
            low = last;
        found[begin] += std::ldexp(static_cast<long double>(low - first + 1), -64);
        found[end] += std::ldexp(static_cast<long double>(last - low), -64);
    }
    return found;
}

}  // namespace

TEST_CASE("a table gives every number its Poisson probability") {
    for (const double mean : {0.01, 0.7, 1.0, 20.0, 300.0, 3000.0}) {
        CAPTURE(mean);
        const PoissonTable table(mean);
        // Values within nine standard deviations and 20 more, up to a power of two.
        const double reach = 9.0 * std::sqrt(mean) + 20.0;
        const double values = std::floor(mean + reach) - std::floor(std::max(0.0, mean - reach)) + 1.0;
        const int bits = static_cast<int>(std::ceil(std::log2(values)));
        const auto found = probabilities(table, bits);
        const boost::math::poisson_distribution<double> law(mean);
        long double sum = 0.0L;
        double worst = 0.0;
        for (const auto& [k, probability] : found) {
            sum += probability;
            CHECK(k >= 0);
            worst = std::max(worst, std::abs(static_cast<double>(probability) - boost::math::pdf(law, k)));
        }
        CHECK(static_cast<double>(sum) == doctest::Approx(1.0).epsilon(1e-15));
        CHECK(worst < 1e-14);
        CHECK(found.count(static_cast<std::int32_t>(mean)) == 1);
    }
}

TEST_CASE("a mean is rounded up by one per cent at most, and by very little at least") {
    for (double mean = 0.011; mean < 1e8; mean *= 1.37) {
        const auto choice = PoissonTables::choose(mean);
        CHECK(choice.mean >= mean);
        CHECK(choice.mean <= mean * 1.0101);
        CHECK(choice.repeats == static_cast<std::int32_t>(std::max(1.0, std::ceil(mean / 16384.0))));
        // Of a repeat: a mean that rounds up to itself.
        const double each = choice.mean / choice.repeats;
        CHECK(each == doctest::Approx(std::exp(0.01 * choice.step)).epsilon(1e-14));
    }
    // A hundredth of an event is the least that is told apart.
    CHECK(PoissonTables::choose(1e-9).mean == PoissonTables::choose(0.01).mean);
    CHECK(PoissonTables::choose(1e-9).mean >= 0.01);
}

TEST_CASE("segments whose means round up to the same share a table") {
    PoissonTables tables;
    const auto a = PoissonTables::choose(100.0), b = PoissonTables::choose(100.3),
               c = PoissonTables::choose(105.0);
    CHECK(a.step == b.step);
    CHECK(a.step != c.step);
    tables.prepare(a), tables.prepare(b), tables.prepare(c);
    CHECK(&tables.at(a) == &tables.at(b));
    CHECK(&tables.at(a) != &tables.at(c));
    for (const std::uint64_t word : {std::uint64_t{0}, std::uint64_t{1} << 63, 0x123456789abcdef0u})
        CHECK(tables.at(a)(word) == PoissonTable(a.mean)(word));
}
