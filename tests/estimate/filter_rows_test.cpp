#include "estimate/filter_rows.hpp"

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <Eigen/Core>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

using namespace dickejump;
using namespace dickejump::filter_rows;

namespace {

constexpr std::int64_t atoms = 14;

/// Some step: every lane with rates of its own.
Step some_step(double h) {
    Step step{};
    for (int i = 0; i < row_width; ++i) {
        const double w = 0.6 + 0.1 * i, gamma = 1.0 + 0.02 * i;
        step.pumped[i] = h * w;
        step.pumped_kept[i] = h * w * 0.8;
        step.emitted[i] = h * gamma;
        step.emitted_kept[i] = h * gamma * (0.3 + 0.05 * i);
        step.side[i] = h * 0.2 * i;
        step.shift[i] = h * 12.0;
    }
    return step;
}

struct Filled {
    Levels levels{atoms};
    numeric::Rows p{atoms + 1}, work{(atoms + 1) * work_rows};
    Sums sums;

    explicit Filled(Stretch stretch) {
        for (auto n = stretch.lo; n <= stretch.hi; ++n)
            for (int i = 0; i < row_width; ++i)
                p[n][i] = 0.1 + std::exp(-0.1 * static_cast<double>((n - 6) * (n - 6))) + 0.01 * i;
    }
    Eigen::VectorXd lane(int i, Stretch stretch) {
        Eigen::VectorXd x(stretch.hi - stretch.lo + 1);
        for (auto n = stretch.lo; n <= stretch.hi; ++n)
            x(n - stretch.lo) = p[n][i];
        return x;
    }
};

/// exp(z) x of one lane by its Taylor series in small parts.
Eigen::VectorXd exponential(const Step& step, int i, Stretch stretch, Eigen::VectorXd x) {
    const auto size = stretch.hi - stretch.lo + 1;
    Eigen::MatrixXd z = Eigen::MatrixXd::Zero(size, size);
    const auto up = [](std::int64_t n) { return static_cast<double>((atoms - n) * (n + 1)); };
    for (auto n = stretch.lo; n <= stretch.hi; ++n) {
        const auto k = n - stretch.lo;
        z(k, k) = step.shift[i] - step.pumped[i] * up(n) - step.emitted[i] * up(n - 1) -
                  step.side[i] * static_cast<double>(n);
        if (n > stretch.lo) z(k, k - 1) = step.pumped_kept[i] * up(n - 1);
        if (n < stretch.hi) z(k, k + 1) = step.emitted_kept[i] * up(n);
    }
    constexpr int parts = 64, terms = 14;
    for (int part = 0; part < parts; ++part) {
        Eigen::VectorXd term = x;
        for (int k = 1; k <= terms; ++k) {
            term = z * term / (parts * k);
            x += term;
        }
    }
    return x;
}

void check_sums(const Sums& sums, int i, const Eigen::VectorXd& x, Stretch stretch) {
    double zeroth = 0.0, first = 0.0, second = 0.0;
    for (Eigen::Index k = 0; k < x.size(); ++k) {
        const auto d = static_cast<double>(stretch.lo + k - sums.origin);
        zeroth += x(k), first += d * x(k), second += d * d * x(k);
    }
    CHECK(sums.zeroth[i] == doctest::Approx(zeroth).epsilon(1e-12));
    CHECK(std::abs(sums.first[i] - first) <= 1e-11 * second);
    CHECK(sums.second[i] == doctest::Approx(second).epsilon(1e-12));
}

}  // namespace

TEST_CASE("a step is the exponential of its generator, the better the more poles, on any stretch") {
    for (const auto stretch :
         {Stretch{0, atoms}, Stretch{3, 8}, Stretch{4, 10}, Stretch{5, 5}, Stretch{5, 6}})
        for (const double h : {0.002, 0.01}) {
            const auto step = some_step(h);
            double off[most_poles + 1] = {};
            for (int poles = 1; poles <= most_poles; ++poles) {
                Filled filled(stretch);
                std::vector<Eigen::VectorXd> before;
                for (int i = 0; i < row_width; ++i)
                    before.push_back(filled.lane(i, stretch));
                propagate(filled.levels, stretch, step, poles, filled.p.data(), filled.work.data(),
                          filled.sums);
                for (int i = 0; i < row_width; ++i) {
                    const auto now = filled.lane(i, stretch);
                    check_sums(filled.sums, i, now, stretch);
                    off[poles] = std::max(
                        off[poles], (now - exponential(step, i, stretch, before[static_cast<std::size_t>(i)]))
                                        .cwiseAbs()
                                        .maxCoeff());
                }
            }
            CAPTURE(h);
            CAPTURE(stretch.hi - stretch.lo);
            CHECK(off[1] < 3e-2);
            CHECK(off[2] < 0.05 * off[1] + 1e-11);
            CHECK(off[3] < 0.05 * off[2] + 1e-11);
        }
}

TEST_CASE("clicks weigh the levels and shift them") {
    constexpr Stretch stretch{2, 9};
    Row factor, background;
    for (int i = 0; i < row_width; ++i)
        factor[i] = 0.1 + 0.05 * i, background[i] = 0.3 * i;
    const auto up = [](std::int64_t n) { return static_cast<double>((atoms - n) * (n + 1)); };
    for (const int kind : {0, 1, 2}) {
        Filled filled(stretch), before(stretch);
        const auto pass = kind == 0 ? lower : kind == 1 ? raise : weigh;
        pass(filled.levels, stretch, factor, background, filled.p.data(), filled.sums);
        for (int i = 0; i < row_width; ++i) {
            check_sums(filled.sums, i, filled.lane(i, stretch), stretch);
            for (auto n = stretch.lo; n <= stretch.hi; ++n) {
                const double gained = kind == 0   ? (n < stretch.hi ? up(n) * before.p[n + 1][i] : 0.0)
                                      : kind == 1 ? (n > stretch.lo ? up(n - 1) * before.p[n - 1][i] : 0.0)
                                                  : static_cast<double>(n) * before.p[n][i];
                CHECK(filled.p[n][i] ==
                      doctest::Approx(factor[i] * gained + background[i] * before.p[n][i]).epsilon(1e-13));
            }
        }
    }
}

TEST_CASE("processors with vectors of any length compute the same bytes") {
    constexpr Stretch stretch{0, atoms};
    const auto bytes = [&](int poles) {
        Filled filled(stretch);
        propagate(filled.levels, stretch, some_step(0.004), poles, filled.p.data(), filled.work.data(),
                  filled.sums);
        lower(filled.levels, stretch, Row{} + 0.7, Row{} + 0.1, filled.p.data(), filled.sums);
        std::vector<char> all((atoms + 1) * sizeof(Row));
        std::memcpy(all.data(), filled.p.data(), all.size());
        return all;
    };
    for (int poles = 1; poles <= most_poles; ++poles) {
        const auto best = bytes(poles);
        const auto supported = hwy::SupportedTargets();
        if (supported & HWY_AVX2) {
            hwy::SetSupportedTargetsForTest(HWY_AVX2);
            CHECK(bytes(poles) == best);
        }
        hwy::SetSupportedTargetsForTest(0);
    }
}
