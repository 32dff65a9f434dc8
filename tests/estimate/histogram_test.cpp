#include "dickejump/estimate/histogram.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "estimate/samples.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

std::int64_t total(const Histogram& histogram) {
    return std::accumulate(histogram.counts().begin(), histogram.counts().end(), std::int64_t{0});
}

}  // namespace

TEST_CASE("a histogram counts every value once, the far ones in its end bins") {
    Histogram histogram(-1.0, 3.0, 4);
    for (const double value : {-1.0, -0.5, 0.0, 0.999, 1.0, 2.5, 3.0, 1e300, -1e300, HUGE_VAL, -HUGE_VAL})
        histogram.add(value);
    CHECK(histogram.counts() == std::vector<std::int64_t>{4, 2, 1, 4});
    CHECK(histogram.low() == -1.0);
    CHECK(histogram.high() == 3.0);
    for (std::size_t i = 0; i <= 4; ++i)
        CHECK(histogram.edge(i) == -1.0 + static_cast<double>(i));
}

TEST_CASE("merged histograms have the counts of all values") {
    const auto values = skewed(1000, 0.0);
    Histogram all(0.0, 5.0, 50), left = all, right = all;
    for (std::size_t i = 0; i < values.size(); ++i) {
        all.add(values[i]);
        (i < 300 ? left : right).add(values[i]);
    }
    left.merge(right);
    CHECK(left.counts() == all.counts());
    CHECK(total(all) == 1000);
}

TEST_CASE("a trimmed histogram keeps every count in a bin that covers it") {
    const auto values = skewed(500, 2.0);
    Histogram fine(-10.0, 30.0, 4000);
    for (const double value : values)
        fine.add(value);
    for (const int bins : {1, 2, 7, 50, 333, 4000, 10'000}) {
        CAPTURE(bins);
        const auto coarse = fine.trimmed(bins);
        CHECK(total(coarse) == 500);
        CHECK(coarse.counts().size() <= static_cast<std::size_t>(bins));
        CHECK(coarse.counts().front() > 0);
        CHECK(coarse.counts().back() > 0);
        CHECK(coarse.low() >= 2.0 - 0.02);
        // Every coarse edge is a fine edge: the counts between two of them can be compared.
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < coarse.counts().size(); ++i) {
            std::int64_t expected = 0;
            for (std::size_t k = 0; k < fine.counts().size(); ++k) {
                const double middle = 0.5 * (fine.edge(k) + fine.edge(k + 1));
                if (middle > coarse.edge(i) && middle < coarse.edge(i + 1)) expected += fine.counts()[k];
            }
            wrong += coarse.counts()[i] != expected;
        }
        CHECK(wrong == 0);
    }
}

TEST_CASE("a trimmed histogram is as fine as its bins allow") {
    Histogram fine(0.0, 100.0, 100);
    for (int i = 20; i < 80; ++i)
        fine.add(i + 0.5);
    CHECK(fine.trimmed(60).counts() == std::vector<std::int64_t>(60, 1));
    CHECK(fine.trimmed(1000).counts() == std::vector<std::int64_t>(60, 1));
    CHECK(fine.trimmed(30).counts() == std::vector<std::int64_t>(30, 2));
    CHECK(fine.trimmed(59).counts() == std::vector<std::int64_t>(30, 2));
    CHECK(fine.trimmed(7).counts() == std::vector<std::int64_t>{9, 9, 9, 9, 9, 9, 6});
}

TEST_CASE("a trimmed histogram of one value is one bin around it, and an empty one stays empty") {
    Histogram histogram(0.0, 10.0, 100);
    CHECK(total(histogram.trimmed(5)) == 0);
    for (int i = 0; i < 3; ++i)
        histogram.add(4.25);
    const auto one = histogram.trimmed(5);
    CHECK(one.counts() == std::vector<std::int64_t>{3});
    CHECK(one.low() == doctest::Approx(4.2));
    CHECK(one.high() == doctest::Approx(4.3));
}

TEST_CASE("a histogram without bins, and what no bin can hold, are refused") {
    for (const int bins : {0, -3}) {
        CHECK_THROWS_AS(Histogram(0.0, 1.0, bins), InvalidInput);
        CHECK_THROWS_AS(Histogram(0.0, 1.0, 5).trimmed(bins), InvalidInput);
    }
    for (const auto& [low, high] :
         {std::pair{1.0, 1.0}, {1.0, 0.0}, {std::nan(""), 1.0}, {0.0, HUGE_VAL}, {-1.7e308, 1.7e308}})
        CHECK_THROWS_AS(Histogram(low, high, 5), InvalidInput);
    Histogram histogram(0.0, 1.0, 5);
    CHECK_THROWS_AS(histogram.add(std::nan("")), InvalidInput);
    CHECK(total(histogram) == 0);
    for (const auto& other : {Histogram(0.0, 1.0, 4), Histogram(0.0, 2.0, 5), Histogram(-1.0, 1.0, 5)})
        CHECK_THROWS_AS(histogram.merge(other), InvalidInput);
}
