#include "numeric/gauss_legendre.hpp"

#include <doctest/doctest.h>

#include <boost/math/special_functions/legendre.hpp>
#include <cmath>
#include <initializer_list>

using dickejump::numeric::GaussLegendre;

TEST_CASE("the rule of five points is that of the tables") {
    const GaussLegendre rule(5);
    const double outer = std::sqrt(5.0 + 2.0 * std::sqrt(10.0 / 7.0)) / 3.0,
                 inner = std::sqrt(5.0 - 2.0 * std::sqrt(10.0 / 7.0)) / 3.0, root = 13.0 * std::sqrt(70.0);
    const double node[]{-outer, -inner, 0.0, inner, outer};
    const double weight[]{(322.0 - root) / 900.0, (322.0 + root) / 900.0, 128.0 / 225.0,
                          (322.0 + root) / 900.0, (322.0 - root) / 900.0};
    for (Eigen::Index i = 0; i < 5; ++i) {
        CHECK(std::abs(rule.node(i) - node[i]) < 1e-15);
        CHECK(std::abs(rule.weight(i) - weight[i]) < 1e-15);
    }
}

TEST_CASE(
    "nodes ascend, weights sum to two, and Legendre polynomials are orthogonal, for few points and many") {
    for (const int size : {1, 2, 7, 64, 931}) {
        CAPTURE(size);
        const GaussLegendre rule(size);
        for (Eigen::Index i = 1; i < size; ++i)
            CHECK(rule.node(i) > rule.node(i - 1));
        CHECK((rule.node + rule.node.reverse()).abs().maxCoeff() < 3e-16);
        CHECK(std::abs(rule.weight.sum() - 2.0) < 1e-14);
        // P_l P_k with l + k up to 2 size - 1: the norm 2/(2l + 1), or nothing.
        for (const int l : {0, size / 2, size - 1})
            for (const int k : {0, size / 2, size - 1, size}) {
                double sum = 0.0;
                for (Eigen::Index i = 0; i < size; ++i)
                    sum += rule.weight(i) * boost::math::legendre_p(l, rule.node(i)) *
                           boost::math::legendre_p(k, rule.node(i));
                CHECK(std::abs(sum - (l == k ? 2.0 / (2.0 * l + 1.0) : 0.0)) < 1e-14);
            }
    }
}
