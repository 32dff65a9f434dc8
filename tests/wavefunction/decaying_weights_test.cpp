#include "wavefunction/decaying_weights.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace dickejump;
using doctest::Approx;

TEST_CASE("weights decay each at its own rate, and their sums are of all of them") {
    for (std::size_t size = 1; size <= 23; ++size) {
        std::vector<double> logs, up, down, q(size);
        for (std::size_t i = 0; i < size; ++i) {
            const auto n = static_cast<double>(i);
            logs.push_back(-0.1 * n);
            up.push_back((30.0 - n) * (n + 1.0));
            down.push_back(n * (31.0 - n));
        }
        const auto sums = decay(logs, up, down, 0.01, 0.02, q);
        double norm = 0.0, sum_up = 0.0, sum_down = 0.0;
        for (std::size_t i = 0; i < size; ++i) {
            const double expected = std::exp(logs[i] - 0.01 * up[i] - 0.02 * down[i]);
            CHECK(q[i] == Approx(expected).epsilon(1e-14));
            norm += expected, sum_up += expected * up[i], sum_down += expected * down[i];
        }
        CHECK(sums.norm == Approx(norm).epsilon(1e-14));
        CHECK(sums.up == Approx(sum_up).epsilon(1e-14));
        CHECK(sums.down == Approx(sum_down).epsilon(1e-14));
    }
}

TEST_CASE("what has decayed below e^-700 stays there, and a weight of nothing counts as that") {
    const std::vector<double> logs{0.0, -INFINITY}, up{1.0, 1.0}, down{0.0, 0.0};
    std::vector<double> q(2);
    const auto sums = decay(logs, up, down, 1e6, 0.0, q);
    CHECK(q[0] == Approx(std::exp(-700.0)));
    CHECK(q[1] == q[0]);
    CHECK(sums.norm == q[0] + q[1]);
}

TEST_CASE("a weight has the same bits wherever it stands among the levels") {
    // Vector bodies and scalar tails must not differ.
    std::vector<double> logs(37, -1.25), up(37, 3.5), down(37, 0.75), q(37);
    decay(logs, up, down, 0.3, 0.7, q);
    for (const double weight : q)
        CHECK(weight == q[0]);
}
