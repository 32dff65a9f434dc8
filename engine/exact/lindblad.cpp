#include "dickejump/exact/lindblad.hpp"

#include <Eigen/SparseLU>
#include <algorithm>
#include <boost/numeric/odeint/integrate/integrate_adaptive.hpp>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cmath>
#include <optional>
#include <string>
#include <unordered_map>
#include <unsupported/Eigen/MatrixFunctions>

#include "dickejump/model/invalid_input.hpp"
#include "numeric/flat_operator.hpp"

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
    /// Of an entry that is there.
    int at(Index i, Index j) const { return places_.at(i * dimension_ + j); }
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
        if (!std::isfinite(f))
            throw InvalidInput("a factor of " + text(f) + " at time " + text(time) +
                               " (no evolution follows from it) make it finite");
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
void exponential(const numeric::FlatOperator& liouvillian, double norm, double time, Vector& y, Vector& term,
                 Vector& next, StopRequest stop) {
    if (time <= 0.0) return;
    // |L h| <= 6 keeps what cancels within the series at 1e-13.
    const auto steps = std::max(1.0, std::ceil(norm * time / 6.0));
    const double step = time / steps;
    for (double k = 0; k < steps; ++k) {
        term = y;
        for (int order = 1; order <= 60; ++order) {
            stop.check();
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

/// A constant Liouvillian as a real matrix, on the numbers that make up a Hermitian matrix: rho_ii, then the
/// real and imaginary part of rho_ij for every i < j. Its exponential by scaling and squaring costs the
/// logarithm of |L| t where a series costs |L| t.
class RealLiouvillian {
public:
    RealLiouvillian(const Entries& entries, const std::vector<Entry>& triplets)
        : entries_(entries), places_(entries.size(), -1) {
        Index size = 0;
        for (std::size_t k = 0; k < entries.size(); ++k) {
            const auto [i, j] = entries[k];
            if (i > j) continue;
            places_[k] = size;
            size += i == j ? 1 : 2;
        }
        matrix_ = Eigen::MatrixXd::Zero(size, size);
        for (const auto& entry : triplets) {
            const auto row = static_cast<std::size_t>(entry.row());
            if (places_[row] < 0) continue;
            const auto [i, j] = entries[static_cast<std::size_t>(entry.col())];
            const auto column = place(i, j);
            const bool has_imag = entries[row].first != entries[row].second;
            const double sign = i < j ? 1.0 : -1.0;
            matrix_(places_[row], column) += entry.value().real();
            if (has_imag) matrix_(places_[row] + 1, column) += entry.value().imag();
            if (i == j) continue;
            matrix_(places_[row], column + 1) -= sign * entry.value().imag();
            if (has_imag) matrix_(places_[row] + 1, column + 1) += sign * entry.value().real();
        }
    }

    Index size() const { return matrix_.rows(); }

    /// y becomes exp(L time) y.
    void exponential(double time, Vector& y, StopRequest stop) {
        // Times are mostly even, but for rounding.
        if (std::abs(time - time_) > 1e-13 * time) {
            // The library's own scaling, with a moment to be asked between the squarings.
            int squarings = 0;
            std::frexp(matrix_.cwiseAbs().colwise().sum().maxCoeff() * time / 5.371920351148152, &squarings);
            squarings = std::max(0, squarings);
            propagator_ = (matrix_ * std::ldexp(time, -squarings)).exp();
            for (int k = 0; k < squarings; ++k) {
                stop.check();
                propagator_ *= propagator_;
            }
            time_ = time;
        }
        Eigen::VectorXd numbers(size());
        for (std::size_t k = 0; k < y.size(); ++k) {
            if (places_[k] < 0) continue;
            numbers(places_[k]) = y[k].real();
            if (entries_[k].first != entries_[k].second) numbers(places_[k] + 1) = y[k].imag();
        }
        numbers = propagator_ * numbers;
        for (std::size_t k = 0; k < y.size(); ++k) {
            const auto [i, j] = entries_[k];
            const auto at = place(i, j);
            y[k] =
                i == j ? Complex(numbers(at)) : Complex(numbers(at), (i < j ? 1.0 : -1.0) * numbers(at + 1));
        }
    }

private:
    Index place(Index i, Index j) const {
        return places_[static_cast<std::size_t>(entries_.at(std::min(i, j), std::max(i, j)))];
    }

    const Entries& entries_;
    std::vector<Index> places_;  ///< of an entry's real part, if i <= j; else -1
    Eigen::MatrixXd matrix_, propagator_;
    double time_ = 0.0;
};

/// Whether scaling and squaring beats the series: floating-point operations of both.
bool dense_is_cheaper(double size, double entries, double norm, std::span<const double> times) {
    constexpr double most = 1200;  // a dense matrix of that size takes 10 MB, and seconds to square
    if (size > most) return false;
    double dense = 0.0, last = 0.0, step = -1.0;
    for (const double time : times) {
        if (time > last && std::abs(time - last - step) > 1e-13 * (time - last)) {
            step = time - last;
            dense += (9.0 + std::max(0.0, std::log2(norm * step))) * 2.0 * size * size * size;
        }
        last = time;
    }
    return dense < norm * last / 6.0 * 30.0 * 8.0 * entries;
}

}  // namespace

std::vector<Eigen::MatrixXcd> solve_lindblad(const QuantumSystem& system, const Eigen::MatrixXcd& start,
                                             std::span<const double> times, StopRequest stop) {
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
    std::vector<numeric::FlatOperator> parts;
    for (const auto& group : groups)
        parts.emplace_back(assembled(group.triplets, size));

    std::vector<Eigen::MatrixXcd> result;
    double time = 0.0;
    const double norm = system.constant() ? one_norm(assembled(groups.front().triplets, size)) : 0.0;
    const double step = 1e-3;
    std::optional<RealLiouvillian> dense;
    if (system.constant() &&
        dense_is_cheaper(static_cast<double>(size), static_cast<double>(groups.front().triplets.size()), norm,
                         times))
        dense.emplace(entries, groups.front().triplets);
    auto knots = system.knots;
    std::sort(knots.begin(), knots.end());
    const auto carry_to = [&](double until) {
        if (until <= time) return;
        stop.check();
        if (dense) {
            dense->exponential(until - time, y, stop);
        } else if (system.constant()) {
            exponential(parts.front(), norm, until - time, y, term, next, stop);
        } else {
            namespace odeint = boost::numeric::odeint;
            const double last = std::nextafter(until, time), first = time;
            const auto derivative = [&](const Vector& rho, Vector& slope, double t) {
                stop.check();
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
    if (op.rows() != density_matrix.cols() || op.cols() != density_matrix.rows())
        throw InvalidInput("an operator of " + std::to_string(op.rows()) + " x " + std::to_string(op.cols()) +
                           " (the density matrix is " + std::to_string(density_matrix.rows()) + " x " +
                           std::to_string(density_matrix.cols()) + ") give it that shape");
    Complex sum = 0.0;
    for (Index column = 0; column < op.outerSize(); ++column)
        for (Operator::InnerIterator entry(op, column); entry; ++entry)
            sum += entry.value() * density_matrix(column, entry.row());
    return sum;
}

}  // namespace dickejump::exact
