#include "numeric/sum_of_squares.hpp"

#include <doctest/doctest.h>

#include <vector>

using dickejump::numeric::sum_of_squares;

TEST_CASE("squares are summed completely, whatever is left beside whole eights") {
    for (std::size_t size = 0; size <= 40; ++size) {
        std::vector<double> x;
        double sum = 0.0;
        for (std::size_t i = 0; i < size; ++i) {
            x.push_back(static_cast<double>(i) - 7.0);
            sum += x.back() * x.back();  // whole numbers: exact in any order
        }
        CHECK(sum_of_squares(x.data(), size) == sum);
    }
}

TEST_CASE("squares are summed in eight columns, which are joined in one order") {
    // The order is part of the bits of a trajectory: values of which a plain sum loses some, and this one
    // others.
    std::vector<double> x{1e8, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0};
    const double first = 1e16, others[]{0.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0};
    const double expected =
        ((first + others[4]) + (others[1] + others[5])) + ((others[2] + others[6]) + (others[3] + others[7]));
    CHECK(sum_of_squares(x.data(), x.size()) == expected);
}
