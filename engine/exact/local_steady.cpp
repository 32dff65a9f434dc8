#include "dickejump/exact/local_steady.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/SparseLU>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "dickejump/exact/local_equation.hpp"
#include "dickejump/exact/spectrum.hpp"
#include "exact/classical_information.hpp"
#include "exact/local_system.hpp"
#include "model/checks.hpp"

namespace dickejump::exact {

namespace {

/// Solves (Q - shift) x = b, the shift far below all that populations do.
class Inverse {
public:
    Inverse(const Eigen::SparseMatrix<double>& generator, StopRequest stop) : stop_(stop) {
        Eigen::SparseMatrix<double> shifted = generator;
        shift_ = 1e-13 * generator.diagonal().cwiseAbs().maxCoeff();
        shifted.diagonal().array() -= shift_;
        shifted.makeCompressed();
        stop_.check();
        factors_.compute(shifted);
        if (factors_.info() != Eigen::Success)
            throw std::runtime_error("the generator of |j, m> could not be factorised: " +
                                     factors_.lastErrorMessage());
        stop_.check();
    }

    double shift() const { return shift_; }
    Eigen::VectorXd operator()(const Eigen::VectorXd& b) const {
        stop_.check();
        return factors_.solve(b);
    }

private:
    StopRequest stop_;
    double shift_ = 0.0;
    Eigen::SparseLU<Eigen::SparseMatrix<double>> factors_;
};

/// Iterates to a fixed point. @throws std::runtime_error if there is none
template <class Step>
Eigen::VectorXd settled(Eigen::VectorXd x, const Step& step) {
    constexpr int most = 200;
    for (int i = 0; i < most; ++i) {
        Eigen::VectorXd next = step(x);
        const double moved = (next - x).lpNorm<1>(), size = next.lpNorm<1>();
        x = std::move(next);
        if (moved <= 1e-13 * size) return x;
    }
    throw std::runtime_error("the steady state of |j, m> did not settle: a rate is too small beside others");
}

/// The slowest decay of changes of `steady`: what the inverse makes largest, among vectors of sum 0.
double slowest_decay(const Inverse& inverse, const Eigen::VectorXd& steady) {
    constexpr Eigen::Index most = 200, look_every = 20;
    const auto states = steady.size();
    const auto steps = std::min(most, states - 1);
    const auto of_sum_0 = [&](Eigen::VectorXd x) -> Eigen::VectorXd { return x - x.sum() * steady; };
    Eigen::MatrixXd basis(states, steps + 1), projected = Eigen::MatrixXd::Zero(steps + 1, steps);
    // Any start that has a part of every mode.
    basis.col(0) =
        of_sum_0((Eigen::ArrayXd::LinSpaced(states, 1.0, static_cast<double>(states)).sin()).matrix())
            .normalized();
    for (Eigen::Index k = 0; k < steps; ++k) {
        Eigen::VectorXd next = of_sum_0(inverse(basis.col(k)));
        for (int twice = 0; twice < 2; ++twice) {  // once leaves what rounding has left
            const Eigen::VectorXd along = basis.leftCols(k + 1).transpose() * next;
            projected.col(k).head(k + 1) += along;
            next -= basis.leftCols(k + 1) * along;
        }
        const double rest = next.norm();
        projected(k + 1, k) = rest;
        const bool last = k + 1 == steps || rest < 1e-14 * projected.col(k).head(k + 1).norm();
        if (last || (k + 1) % look_every == 0) {
            const Eigen::EigenSolver<Eigen::MatrixXd> modes(projected.topLeftCorner(k + 1, k + 1));
            Eigen::Index slowest = 0;
            modes.eigenvalues().cwiseAbs().maxCoeff(&slowest);
            const auto value = modes.eigenvalues()(slowest);
            const double error = rest * std::abs(modes.eigenvectors()(k, slowest));
            if (last || error < 1e-11 * std::abs(value)) return -(1.0 / value).real() - inverse.shift();
        }
        basis.col(k + 1) = next / rest;
    }
    return 0.0;  // of one state
}

/// Where no atom acts alone: at j = N/2.
LocalSteady collective(const LocalSpins& spins, double pump, StopRequest stop) {
    const DickeLadder ladder(spins.atoms());
    const Eigen::VectorXd p = steady_state(ladder, pump);
    const auto inversion = steady_inversion(ladder, pump);
    const auto n = Eigen::ArrayXd::LinSpaced(p.size(), 0.0, static_cast<double>(spins.atoms()));
    const double mean = inversion.mean + 0.5 * static_cast<double>(spins.atoms());
    return {.populations = symmetric_populations(spins, p),
            .inversion = inversion,
            .j2 = spins.symmetric(0).j2(),
            .gap = relaxation(ladder, pump, stop).gap,
            .levels = p,
            // At w = 0 all are in the ground state, and as much comes to n = 1 as leaves it.
            .level_slopes = pump > 0.0 ? Eigen::VectorXd(p.array() * (n - mean) / pump)
                                       : Eigen::VectorXd(Eigen::VectorXd::Unit(p.size(), 1) -
                                                         Eigen::VectorXd::Unit(p.size(), 0))};
}

}  // namespace

double LocalSteady::information() const {
    return classical_information(levels, level_slopes);
}

LocalSteady local_steady_state(const LocalSpins& spins, double pump, StopRequest stop) {
    Problems problems;
    check_rate("pump", pump, problems);
    check_states(spins, problems);
    problems.raise();
    if (!spins.rates().any()) return collective(spins, pump, stop);
    const LocalTables tables(spins);
    const auto system = local_system(spins);
    const auto generator = generator_of(system, pump);
    const Inverse inverse(generator, stop);
    const auto states = generator.rows();

    LocalSteady steady{};
    auto& p = steady.populations;
    p = settled(Eigen::VectorXd::Constant(states, 1.0 / static_cast<double>(states)),
                [&](const Eigen::VectorXd& x) -> Eigen::VectorXd {
                    const Eigen::VectorXd next = inverse(x);
                    return next / next.sum();
                })
            .cwiseMax(0.0);
    p /= p.sum();
    // Q dp/dw = -P p, P what the pump does.
    Eigen::VectorXd pushed = (system.pumping.diagonal * p.array()).matrix();
    pushed.tail(states - 1).array() += system.pumping.below.tail(states - 1) * p.head(states - 1).array();
    const Eigen::VectorXd slope =
        settled(Eigen::VectorXd::Zero(states), [&](const Eigen::VectorXd& x) -> Eigen::VectorXd {
            Eigen::VectorXd next = inverse(-pushed - inverse.shift() * x);
            next -= next.sum() * p;
            return next;
        });
    const double mean = tables.m.dot(p);
    steady.inversion = {.mean = mean, .variance = (tables.m.array() - mean).square().matrix().dot(p)};
    steady.j2 = tables.j2.dot(p);
    steady.gap = slowest_decay(inverse, p);
    steady.levels = tables.levels(p, spins.atoms());
    steady.level_slopes = tables.levels(slope, spins.atoms());
    return steady;
}

}  // namespace dickejump::exact
