#include "dickejump/exact/lindblad.hpp"

#include <Eigen/SparseLU>
#include <algorithm>
#include <boost/numeric/odeint/integrate/integrate_adaptive.hpp>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cmath>
#include <string>
#include <unordered_map>

#include "dickejump/model/invalid_input.hpp"
#include "trajectory/flat_operator.hpp"

namespace dickejump::exact {

namespace {

using Complex = std::complex<double>;
using Eigen::Index;
using Entry = Eigen::Triplet<Complex>;

/// The Liouvillian of one term on the entries (i, j) of the density matrix that are reached.
class Entries {
public:
    explicit Entries(Index dimension) : dimension_(dimension) {}

    int place(Index i, Index j) {
        const auto [it, is_new] = places_.try_emplace(i * dimension_ + j, static_cast<int>(entries_.size()));
        if (is_new) entries_.emplace_back(i, j);
        return it->second;
    }
    std::size_t size() const { return entries_.size(); }
    std::pair<Index, Index> operator[](std::size_t k) const { return entries_[k]; }

private:
    Index dimension_;
    std::unordered_map<Index, int> places_;
    std::vector<std::pair<Index, Index>> entries_;
};

/// One group of terms that share a factor: -iH - sum L+L/2 on both sides, and L rho L+.
struct Group {
    Operator one_sided;
    std::vector<Operator> sandwiches;
    Factor factor;
    bool squared = false;
    std::vector<Entry> triplets = {};

    double at(double time) const {
        if (!factor) return 1.0;
        const double f = factor(time);
        return squared ? f * f : f;
    }
};

std::vector<Group> groups_of(const QuantumSystem& system) {
    const auto dimension = system.dimension();
    std::vector<Group> groups;
    groups.push_back({Operator(dimension, dimension), {}, {}});
    const auto group = [&](const Factor& factor, bool squared) -> Group& {
        if (!factor) return groups.front();
        groups.push_back({Operator(dimension, dimension), {}, factor, squared});
        return groups.back();
    };
    for (const auto& term : system.hamiltonian)
        group(term.factor, false).one_sided += Operator(Complex(0.0, -1.0) * term.matrix);
    for (const auto& jump : system.jumps) {
        auto& to = group(jump.factor, true);
        to.one_sided -= Operator(0.5 * Operator(jump.matrix.adjoint()) * jump.matrix);
        to.sandwiches.push_back(jump.matrix);
    }
    return groups;
}

/// Walk through all entries that are reached from those in `entries`, and note what leads to what.
void explore(std::vector<Group>& groups, Entries& entries) {
    for (std::size_t k = 0; k < entries.size(); ++k) {
        const auto [i, j] = entries[k];
        const int column = static_cast<int>(k);
        for (auto& group : groups) {
            for (Operator::InnerIterator a(group.one_sided, i); a; ++a)
                group.triplets.emplace_back(entries.place(a.row(), j), column, a.value());
            for (Operator::InnerIterator a(group.one_sided, j); a; ++a)
                group.triplets.emplace_back(entries.place(i, a.row()), column, std::conj(a.value()));
            for (const auto& jump : group.sandwiches)
                for (Operator::InnerIterator a(jump, i); a; ++a)
                    for (Operator::InnerIterator b(jump, j); b; ++b)
                        group.triplets.emplace_back(entries.place(a.row(), b.row()), column,
                                                    a.value() * std::conj(b.value()));
        }
    }
}

Operator assembled(const std::vector<Entry>& triplets, std::size_t size) {
    Operator result(static_cast<Index>(size), static_cast<Index>(size));
    result.setFromTriplets(triplets.begin(), triplets.end());
    return result;
}

double one_norm(const Operator& matrix) {
    double most = 0.0;
    for (Index column = 0; column < matrix.outerSize(); ++column) {
        double sum = 0.0;
        for (Operator::InnerIterator entry(matrix, column); entry; ++entry)
            sum += std::abs(entry.value());
        most = std::max(most, sum);
    }
    return most;
}

using Vector = std::vector<Complex>;

/// y becomes exp(L time) y.
void exponential(const FlatOperator& liouvillian, double norm, double time, Vector& y, Vector& term,
                 Vector& next) {
    if (time <= 0.0) return;
    // |L h| <= 6 keeps what cancels within the series at 1e-13.
    const auto steps = std::max(1.0, std::ceil(norm * time / 6.0));
    const double step = time / steps;
    for (double k = 0; k < steps; ++k) {
        term = y;
        for (int order = 1; order <= 60; ++order) {
            std::fill(next.begin(), next.end(), Complex(0.0));
            liouvillian.add_product(step / order, term.data(), next.data());
            term.swap(next);
            double size = 0.0, total = 0.0;
            for (std::size_t i = 0; i < y.size(); ++i) {
                y[i] += term[i];
                size = std::max(size, std::abs(term[i].real()) + std::abs(term[i].imag()));
                total = std::max(total, std::abs(y[i].real()) + std::abs(y[i].imag()));
            }
            if (order > 6 && size <= 1e-17 * total) break;
        }
    }
}

}  // namespace

std::vector<Eigen::MatrixXcd> solve_lindblad(const QuantumSystem& system, const Eigen::MatrixXcd& start,
                                             std::span<const double> times) {
    check(system);
    check_density_matrix(system, start);
    check_times(times);
    const auto dimension = system.dimension();
    auto groups = groups_of(system);
    Entries entries(dimension);
    for (Index j = 0; j < dimension; ++j)
        for (Index i = 0; i < dimension; ++i)
            if (start(i, j) != 0.0) entries.place(i, j);
    explore(groups, entries);

    const auto size = entries.size();
    Vector y(size, 0.0), term(size), next(size);
    for (std::size_t k = 0; k < size; ++k)
        y[k] = start(entries[k].first, entries[k].second);
    std::vector<FlatOperator> parts;
    for (const auto& group : groups)
        parts.emplace_back(assembled(group.triplets, size));

    std::vector<Eigen::MatrixXcd> result;
    double time = 0.0;
    const double norm = system.constant() ? one_norm(assembled(groups.front().triplets, size)) : 0.0;
    double step = 1e-3;
    auto knots = system.knots;
    std::sort(knots.begin(), knots.end());
    const auto carry_to = [&](double until) {
        if (until <= time) return;
        if (system.constant()) {
            exponential(parts.front(), norm, until - time, y, term, next);
        } else {
            namespace odeint = boost::numeric::odeint;
            const double last = std::nextafter(until, time), first = time;
            const auto derivative = [&](const Vector& rho, Vector& slope, double t) {
                std::fill(slope.begin(), slope.end(), Complex(0.0));
                for (std::size_t g = 0; g < groups.size(); ++g)
                    parts[g].add_product(groups[g].at(std::clamp(t, first, last)), rho.data(), slope.data());
            };
            auto stepper = odeint::make_controlled(1e-11, 1e-11, odeint::runge_kutta_dopri5<Vector>());
            odeint::integrate_adaptive(stepper, derivative, y, time, until, std::min(step, until - time));
        }
        time = until;
    };
    for (const double wanted : times) {
        for (const double knot : knots)
            if (knot > time && knot < wanted) carry_to(knot);
        carry_to(wanted);
        Eigen::MatrixXcd rho = Eigen::MatrixXcd::Zero(dimension, dimension);
        for (std::size_t k = 0; k < size; ++k)
            rho(entries[k].first, entries[k].second) = y[k];
        result.push_back(std::move(rho));
    }
    return result;
}

Eigen::MatrixXcd steady_density_matrix(const QuantumSystem& system) {
    check(system);
    if (!system.constant())
        throw InvalidInput("a system with factors of time (it has no steady state) fix them");
    const auto dimension = system.dimension();
    auto groups = groups_of(system);
    Entries entries(dimension);
    // Populations first: what they do not reach is zero in the steady state, if that is the only one.
    for (Index i = 0; i < dimension; ++i)
        entries.place(i, i);
    explore(groups, entries);
    const auto size = entries.size();
    const double scale = std::max(1e-300, one_norm(assembled(groups.front().triplets, size)));
    std::vector<Entry> triplets;
    for (const auto& t : groups.front().triplets)
        if (t.row() != 0) triplets.emplace_back(t.row(), t.col(), t.value() / scale);
    for (Index i = 0; i < dimension; ++i)
        triplets.emplace_back(0, entries.place(i, i), 1.0);
    Operator matrix = assembled(triplets, size);
    matrix.makeCompressed();
    Eigen::SparseLU<Operator> lu;
    lu.compute(matrix);
    const auto not_unique = [&] {
        return InvalidInput("a system of " + std::to_string(dimension) +
                            " states with more than one steady state (nothing says which) solve it in time "
                            "from a start");
    };
    if (lu.info() != Eigen::Success) throw not_unique();
    const Eigen::VectorXcd solution = lu.solve(Eigen::VectorXcd::Unit(static_cast<Index>(size), 0));
    if (!solution.allFinite()) throw not_unique();
    Eigen::MatrixXcd rho = Eigen::MatrixXcd::Zero(dimension, dimension);
    for (std::size_t k = 0; k < size; ++k)
        rho(entries[k].first, entries[k].second) = solution(static_cast<Index>(k));
    // Nearly singular: another trace-one solution is as good, and this one need not be a state.
    if ((rho - rho.adjoint()).cwiseAbs().maxCoeff() > 1e-6 || rho.diagonal().real().minCoeff() < -1e-6)
        throw not_unique();
    return 0.5 * (rho + rho.adjoint());
}

std::complex<double> expectation(const Operator& op, const Eigen::MatrixXcd& density_matrix) {
    Complex sum = 0.0;
    for (Index column = 0; column < op.outerSize(); ++column)
        for (Operator::InnerIterator entry(op, column); entry; ++entry)
            sum += entry.value() * density_matrix(column, entry.row());
    return sum;
}

}  // namespace dickejump::exact
