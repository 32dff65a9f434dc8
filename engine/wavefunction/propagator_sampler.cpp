#include "dickejump/wavefunction/propagator_sampler.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "numeric/flat_operator.hpp"
#include "numeric/newton.hpp"

namespace dickejump {

namespace {

using Complex = std::complex<double>;
using Eigen::Index;
using Eigen::MatrixXcd;
using Eigen::VectorXcd;

constexpr double time_tolerance = 1e-12;

/// States that the no-jump evolution mixes with each other only, and its generator there, also as V diag
/// V^-1.
struct InvariantBlock {
    std::vector<Index> states;
    numeric::FlatOperator generator;
    MatrixXcd vectors, inverse;
    VectorXcd exponents;
};

/// The blocks of a matrix: connected components of its graph, in order of their first states.
std::vector<InvariantBlock> blocks_of(const Operator& generator) {
    std::vector<Index> parent(static_cast<std::size_t>(generator.rows()));
    std::iota(parent.begin(), parent.end(), 0);
    const auto root = [&](Index i) {
        while (parent[static_cast<std::size_t>(i)] != i)
            i = parent[static_cast<std::size_t>(i)] =
                parent[static_cast<std::size_t>(parent[static_cast<std::size_t>(i)])];
        return i;
    };
    for (Index column = 0; column < generator.outerSize(); ++column)
        for (Operator::InnerIterator entry(generator, column); entry; ++entry) {
            if (entry.value() == 0.0) continue;
            const Index a = root(entry.row()), b = root(column);
            parent[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
        }
    std::vector<InvariantBlock> blocks;
    std::vector<Index> place(parent.size(), -1);
    for (Index i = 0; i < generator.rows(); ++i) {
        auto& index = place[static_cast<std::size_t>(root(i))];
        if (index < 0) {
            index = static_cast<Index>(blocks.size());
            blocks.emplace_back();
        }
        blocks[static_cast<std::size_t>(index)].states.push_back(i);
    }
    return blocks;
}

/// Whether the block could be diagonalised well.
bool diagonalise(InvariantBlock& block, const Operator& generator) {
    const auto size = static_cast<Index>(block.states.size());
    MatrixXcd dense(size, size);
    for (Index i = 0; i < size; ++i)
        for (Index j = 0; j < size; ++j)
            dense(i, j) = generator.coeff(block.states[static_cast<std::size_t>(i)],
                                          block.states[static_cast<std::size_t>(j)]);
    const Eigen::ComplexEigenSolver<MatrixXcd> solver(dense);
    if (solver.info() != Eigen::Success) return false;
    block.vectors = solver.eigenvectors();
    block.exponents = solver.eigenvalues();
    const Eigen::PartialPivLU<MatrixXcd> lu(block.vectors);
    // Near a defective matrix V^-1 is large and V exp(..) V^-1 loses as many digits: keep nine.
    if (size > 1 && !(lu.rcond() > 1e-7)) return false;
    block.generator = numeric::FlatOperator(dense.sparseView());
    block.inverse = lu.inverse();
    const MatrixXcd back = block.vectors * block.exponents.asDiagonal() * block.inverse;
    return (back - dense).norm() <= 1e-10 * (1e-300 + dense.norm());
}

}  // namespace

struct PropagatorSampler::Parts {
    QuantumSystem system;
    numeric::FlatOperator generator;  ///< -iH - sum L+L/2
    std::vector<Operator> jumps;      ///< by columns: only those of the active blocks are needed
    std::vector<InvariantBlock> blocks;
    std::vector<std::size_t> block_of;  ///< [state]
    Method method = Method::eigen;
};

namespace {

using Parts = PropagatorSampler::Parts;

/// No-jump evolution from a state, block by block, by eigenvectors.
class EigenEvolution {
public:
    explicit EigenEvolution(const Parts& parts) : parts_(parts), touched_(parts.blocks.size(), false) {}

    void start(const VectorXcd& psi) {
        clear();
        for (Index i = 0; i < psi.size(); ++i)
            if (psi(i) != 0.0) touch(i);
        for (auto& [block, amplitudes, state] : active_) {
            VectorXcd part(static_cast<Index>(block->states.size()));
            for (std::size_t i = 0; i < block->states.size(); ++i)
                part(static_cast<Index>(i)) = psi(block->states[i]);
            amplitudes = block->inverse * part;
        }
    }
    /// Forget what is there; `touch` and `amplitudes` of a new start follow.
    void clear() {
        for (const auto& part : active_)
            touched_[parts_.block_of[static_cast<std::size_t>(part.block->states.front())]] = false;
        active_.clear();
    }
    void touch(Index state) {
        const auto index = parts_.block_of[static_cast<std::size_t>(state)];
        if (touched_[index]) return;
        touched_[index] = true;
        active_.push_back({&parts_.blocks[index], {}, {}});
    }

    double reach() const { return std::numeric_limits<double>::infinity(); }

    /// Evolve to `time` after the start; norm and loss of the unnormalised state.
    std::pair<double, double> look(double time) {
        double norm = 0.0, loss = 0.0;
        for (auto& [block, amplitudes, state] : active_) {
            state.noalias() =
                block->vectors * ((block->exponents * time).array().exp() * amplitudes.array()).matrix();
            norm += state.squaredNorm();
            loss -= 2.0 * block->generator.expectation(state.data());
        }
        return {norm, loss};
    }

    /// The normalised state at the latest look.
    void put(VectorXcd& psi) const {
        psi.setZero();
        double norm = 0.0;
        for (const auto& part : active_)
            norm += part.state.squaredNorm();
        const double factor = 1.0 / std::sqrt(norm);
        for (const auto& part : active_)
            for (std::size_t i = 0; i < part.block->states.size(); ++i)
                psi(part.block->states[i]) = factor * part.state(static_cast<Index>(i));
    }

    /// The slowest no-jump decay that the state takes part in, weighted: a first guess of the rate.
    double guess() const {
        double rate = 0.0, weight = 0.0;
        for (const auto& [block, amplitudes, state] : active_)
            for (Index i = 0; i < amplitudes.size(); ++i) {
                const double p = std::norm(amplitudes(i));
                rate -= 2.0 * p * block->exponents(i).real();
                weight += p;
            }
        return rate / weight;
    }

private:
    struct Active {
        const InvariantBlock* block;
        VectorXcd amplitudes, state;
    };
    const Parts& parts_;
    std::vector<bool> touched_;
    std::vector<Active> active_;
};

/// The same through Krylov spaces: exp(G t) psi = |psi| V exp(H t) e_1, good up to `reach`.
class KrylovEvolution {
public:
    explicit KrylovEvolution(const Parts& parts) : parts_(parts) {}

    void start(const VectorXcd& psi) {
        const Index wanted = std::min<Index>(30, psi.size());
        basis_.resize(psi.size(), wanted);
        MatrixXcd h = MatrixXcd::Zero(wanted, wanted);
        norm_ = psi.norm();
        basis_.col(0) = psi / norm_;
        VectorXcd next(psi.size());
        double rest = 0.0;
        Index size = wanted;
        for (Index j = 0; j < wanted; ++j) {
            parts_.generator.product(basis_.col(j).data(), next.data());
            // Again if much was taken away: twice is enough for vectors orthogonal to rounding.
            double before = next.norm();
            for (int pass = 0; pass < 2; ++pass) {
                const VectorXcd overlap = basis_.leftCols(j + 1).adjoint() * next;
                next.noalias() -= basis_.leftCols(j + 1) * overlap;
                h.col(j).head(j + 1) += overlap;
                rest = next.norm();
                if (rest > 0.7 * before) break;
                before = rest;
            }
            if (rest <= 1e-14 * h.topLeftCorner(j + 1, j + 1).norm()) {
                size = j + 1;
                rest = 0.0;
                break;
            }
            if (j + 1 < wanted) {
                h(j + 1, j) = rest;
                basis_.col(j + 1) = next / rest;
            }
        }
        size_ = size;
        small_ = h.topLeftCorner(size, size);
        // exp(H s) e_1 as a polynomial; |H s| <= 8 keeps what cancels within it at 1e-13.
        const double bound = std::min(small_.cwiseAbs().colwise().sum().maxCoeff(),
                                      small_.cwiseAbs().rowwise().sum().maxCoeff());
        unit_ = 8.0 / (1e-300 + bound);
        terms_.resize(size, 1);
        terms_.col(0) = VectorXcd::Unit(size, 0);
        for (Index order = 1; order <= 80; ++order) {
            terms_.conservativeResize(Eigen::NoChange, order + 1);
            terms_.col(order) = small_ * terms_.col(order - 1) * (unit_ / static_cast<double>(order));
            if (order > 8 && terms_.col(order).norm() < 1e-17) break;
        }
        // The error grows as rest int |[exp(H s) e_1]_last| ds; shorten until it is small enough.
        reach_ = unit_;
        for (int cut = 0; rest > 0.0 && cut < 60; ++cut, reach_ *= 0.7)
            if (rest * reach_ * std::abs(exponential(reach_)(size - 1)) <= 1e-12) break;
    }

    double reach() const { return reach_; }

    std::pair<double, double> look(double time) {
        coefficients_ = exponential(time);
        const VectorXcd slope = small_ * coefficients_;
        return {norm_ * norm_ * coefficients_.squaredNorm(),
                -2.0 * norm_ * norm_ * coefficients_.dot(slope).real()};
    }
    void put(VectorXcd& psi) const {
        psi = basis_.leftCols(size_) * coefficients_;
        psi /= psi.norm();
    }
    double guess() const { return 1.0 / reach_; }

private:
    VectorXcd exponential(double time) const {
        const double x = time / unit_;
        VectorXcd y = terms_.rightCols<1>();
        for (Index order = terms_.cols() - 2; order >= 0; --order)
            y = x * y + terms_.col(order);
        return y;
    }

    const Parts& parts_;
    MatrixXcd basis_, small_, terms_;
    VectorXcd coefficients_;
    Index size_ = 0;
    double norm_ = 1.0, reach_ = 0.0, unit_ = 0.0;
};

/// A jump of psi, drawn by `choice`.
int jump(const Parts& parts, VectorXcd& psi, double choice, std::vector<VectorXcd>& after) {
    after.resize(parts.jumps.size());
    std::vector<double> rates;
    double total = 0.0;
    for (std::size_t c = 0; c < parts.jumps.size(); ++c) {
        after[c].setZero(psi.size());
        const auto& matrix = parts.jumps[c];
        for (Index column = 0; column < psi.size(); ++column) {
            if (psi(column) == 0.0) continue;
            for (Operator::InnerIterator entry(matrix, column); entry; ++entry)
                after[c](entry.row()) += entry.value() * psi(column);
        }
        rates.push_back(after[c].squaredNorm());
        total += rates.back();
    }
    std::size_t channel = 0;
    double rest = choice * total - rates[0];
    while (rest > 0.0 && channel + 1 < rates.size())
        rest -= rates[++channel];
    psi = after[channel] / std::sqrt(rates[channel]);
    return static_cast<int>(channel);
}

template <class Evolution>
void run(const Parts& parts, Evolution evolution, Stream& random, const VectorXcd& start,
         std::span<const double> times, const ShowState& show, std::vector<ChannelJump>* record,
         StopRequest stop) {
    VectorXcd psi = start / start.norm(), shown(start.size());
    std::vector<VectorXcd> after;
    const double end = times.back();
    double time = 0.0;
    std::size_t next = 0;
    double hazard = -std::log(open_unit(random()));
    double choice = open_unit(random());
    evolution.start(psi);
    SparseCheck listen{stop, 64};
    for (;;) {
        listen();
        const double limit = std::min(end - time, evolution.reach());
        const auto level = [&](double dt) {
            const auto [norm, loss] = evolution.look(dt);
            return numeric::Remainder{std::log(norm) + hazard, loss / norm};
        };
        std::optional<double> wait;
        if (limit > 0.0) wait = numeric::first_root(level, hazard / evolution.guess(), limit, time_tolerance);
        const double until = wait ? time + *wait : time + limit;
        // At a jump's very instant the state is that after it.
        for (; next < times.size() && (wait ? times[next] < until : times[next] <= until); ++next) {
            evolution.look(times[next] - time);
            evolution.put(shown);
            show(next, shown);
        }
        if (!wait && limit == end - time) return;
        const auto [norm, loss] = evolution.look(wait ? *wait : limit);
        evolution.put(psi);
        time = until;
        if (wait) {
            const int channel = jump(parts, psi, choice, after);
            if (record) record->push_back({time, channel});
            hazard = -std::log(open_unit(random()));
            choice = open_unit(random());
        } else {
            hazard = std::max(0.0, hazard + std::log(norm));
        }
        evolution.start(psi);
    }
}

}  // namespace

PropagatorSampler::PropagatorSampler(const QuantumSystem& system, Method method, Index largest_block) {
    check(system);
    if (!system.constant())
        throw InvalidInput(
            "a system with factors of time (its evolution is not one exponential) use "
            "WavefunctionSampler");
    if (largest_block < 1)
        throw InvalidInput("largest block = " + std::to_string(largest_block) +
                           " (the smallest that there is has one state) give at least 1");
    const auto dimension = system.dimension();
    Operator generator(dimension, dimension), loss(dimension, dimension);
    for (const auto& term : system.hamiltonian)
        generator += Operator(Complex(0.0, -1.0) * term.matrix);
    std::vector<Operator> jumps;
    for (const auto& jump : system.jumps) {
        loss += Operator(Operator(jump.matrix.adjoint()) * jump.matrix);
        jumps.push_back(jump.matrix);
    }
    generator -= Operator(0.5 * loss);

    auto blocks = blocks_of(generator);
    std::vector<std::size_t> block_of(static_cast<std::size_t>(dimension));
    for (std::size_t b = 0; b < blocks.size(); ++b)
        for (const auto state : blocks[b].states)
            block_of[static_cast<std::size_t>(state)] = b;
    if (method == Method::automatic) {
        method = Method::eigen;
        for (const auto& block : blocks)
            if (static_cast<Index>(block.states.size()) > largest_block) method = Method::krylov;
        if (method == Method::eigen)
            for (auto& block : blocks)
                if (!diagonalise(block, generator)) {
                    method = Method::krylov;
                    break;
                }
    } else if (method == Method::eigen) {
        for (auto& block : blocks)
            if (!diagonalise(block, generator))
                throw InvalidInput("a block of " + std::to_string(block.states.size()) +
                                   " states (its generator is too close to defective to be diagonalised) use "
                                   "Method::krylov");
    }
    parts_ = std::make_shared<Parts>(Parts{system, numeric::FlatOperator(generator), std::move(jumps),
                                           std::move(blocks), std::move(block_of), method});
}

PropagatorSampler::Method PropagatorSampler::method() const {
    return parts_->method;
}

void PropagatorSampler::operator()(Stream& random, const VectorXcd& start, std::span<const double> times,
                                   const ShowState& show, std::vector<ChannelJump>* record,
                                   StopRequest stop) const {
    check_state(parts_->system, start);
    check_times(times);
    check_shown(bool{show});
    if (times.empty()) return;
    if (parts_->method == Method::eigen)
        run(*parts_, EigenEvolution(*parts_), random, start, times, show, record, stop);
    else
        run(*parts_, KrylovEvolution(*parts_), random, start, times, show, record, stop);
}

}  // namespace dickejump
