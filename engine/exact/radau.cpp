#include "exact/radau.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <boost/math/special_functions/legendre.hpp>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "numeric/bisection.hpp"

namespace dickejump::exact {

namespace {

constexpr int stages = Radau::stages;

Radau make_scheme() {
    using Real = long double;
    // The nodes are the zeros of P_s(2x-1) - P_{s-1}(2x-1): between them this changes sign, and 1 is the
    // last.
    const auto defect = [](Real x) {
        return boost::math::legendre_p(stages, 2 * x - 1) - boost::math::legendre_p(stages - 1, 2 * x - 1);
    };
    std::vector<Real> c;
    constexpr int cells = 1000;
    for (int i = 0; i < cells - 1; ++i) {
        const Real a = Real(i) / cells, b = Real(i + 1) / cells;
        if (defect(a) * defect(b) >= 0) continue;
        std::uintmax_t iterations = 100;
        const auto bracket = boost::math::tools::toms748_solve(
            defect, a, b, boost::math::tools::eps_tolerance<Real>(62), iterations);
        c.push_back((bracket.first + bracket.second) / 2);
    }
    c.push_back(1);

    // Collocation: sum_j a_ij c_j^(k-1) = c_i^k / k for k = 1..s.
    using Matrix = Eigen::Matrix<Real, stages, stages>;
    Matrix powers, integrals;
    for (int i = 0; i < stages; ++i)
        for (int k = 0; k < stages; ++k) {
            powers(i, k) = std::pow(c[static_cast<std::size_t>(i)], Real(k));
            integrals(i, k) = std::pow(c[static_cast<std::size_t>(i)], Real(k + 1)) / Real(k + 1);
        }
    const Matrix runge_kutta = integrals * powers.inverse();
    const Matrix inverse = runge_kutta.inverse();

    Radau scheme;
    scheme.node(0) = 0.0;
    for (int i = 0; i < stages; ++i)
        scheme.node(i + 1) = static_cast<double>(c[static_cast<std::size_t>(i)]);
    scheme.inverse = inverse.cast<double>();
    scheme.weights = runge_kutta.row(stages - 1).transpose().cast<double>();
    // Lagrange basis of the stages at 0 is the first row of powers^-1.
    scheme.slope_at_start = (powers.inverse().row(0) * inverse).transpose().cast<double>();
    return scheme;
}

/// The inverse of a small matrix whose leading minors are far from zero (the blocks below are the inverse
/// Runge-Kutta matrix plus a positive diagonal): Gauss-Jordan without pivoting, which the compiler unrolls.
template <class Scalar>
void invert(Eigen::Matrix<Scalar, stages, stages>& m) {
    for (int k = 0; k < stages; ++k) {
        const Scalar pivot = 1.0 / m(k, k);
        m(k, k) = 1.0;
        m.row(k) *= pivot;
        for (int i = 0; i < stages; ++i) {
            if (i == k) continue;
            const Scalar factor = m(i, k);
            m(i, k) = 0.0;
            m.row(i) -= factor * m.row(k);
        }
    }
}

template <class Scalar>
using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

template <class Scalar>
Vector<Scalar> product(const BasicTridiagonal<Scalar>& m, const Vector<Scalar>& y) {
    const auto n = y.size();
    Vector<Scalar> result = (m.diagonal * y.array()).matrix();
    result.tail(n - 1).array() += m.below.tail(n - 1) * y.array().head(n - 1);
    result.head(n - 1).array() += m.above.head(n - 1) * y.array().tail(n - 1);
    return result;
}

/// (w P + E + C) y.
template <class Scalar>
Vector<Scalar> slope_of(const BasicLinearSystem<Scalar>& system, double pump, const Vector<Scalar>& y) {
    Vector<Scalar> slope = pump * product(system.pumping, y) + product(system.emission, y);
    if (system.coupling.any()) slope += system.coupling.gains * y;
    return slope;
}

/// Solves (1 - scale (w P + E)) x = x in place (Thomas).
template <class Scalar>
void filter(const BasicLinearSystem<Scalar>& system, double pump, double scale, Vector<Scalar>& x) {
    const auto n = x.size();
    const auto& p = system.pumping;
    const auto& e = system.emission;
    Vector<Scalar> upper(n);
    Scalar pivot = 1.0 - scale * (pump * p.diagonal(0) + e.diagonal(0));
    upper(0) = -scale * (pump * p.above(0) + e.above(0)) / pivot;
    x(0) /= pivot;
    for (Eigen::Index i = 1; i < n; ++i) {
        const Scalar lower = -scale * (pump * p.below(i) + e.below(i));
        pivot = 1.0 - scale * (pump * p.diagonal(i) + e.diagonal(i)) - lower * upper(i - 1);
        upper(i) = -scale * (pump * p.above(i) + e.above(i)) / pivot;
        x(i) = (x(i) - lower * x(i - 1)) / pivot;
    }
    for (Eigen::Index i = n - 2; i >= 0; --i)
        x(i) -= upper(i) * x(i + 1);
}

template <class Scalar>
double size_of(const Vector<Scalar>& x, ErrorNorm norm) {
    return norm == ErrorNorm::sum ? x.template lpNorm<1>() : x.template lpNorm<Eigen::Infinity>();
}

/// One step of the system: the stage equations, written with the inverse Runge-Kutta matrix, have blocks that
/// are diagonal off the diagonal, so block elimination costs one small inverse a component.
template <class Scalar>
class Stepper {
public:
    using Nodes = typename BasicRadauStep<Scalar>::Nodes;
    using State = Vector<Scalar>;
    using StageValues = Eigen::Matrix<Scalar, stages, 1>;

    explicit Stepper(const BasicLinearSystem<Scalar>& system)
        : system_(system),
          size_(system.start.size()),
          start_size_(size_of(system.start, system.norm)),
          inverses_(static_cast<std::size_t>(size_)),
          y_(Radau::nodes, size_),
          dy_(Radau::nodes, system.with_sensitivity ? size_ : 0) {}

    bool starts_at_zero() const { return start_size_ == 0.0; }

    /// Attempts [begin, begin + length] from (y, dy) and returns the error in units of the tolerance.
    double attempt(const PumpSchedule::Piece& piece, double begin, double length, const State& y,
                   const State& dy) {
        Radau::StageVector pump;
        for (int i = 0; i < stages; ++i)
            pump(i) = piece.at(begin + scheme_.node(i + 1) * length);
        factorise(pump, length);

        const Radau::StageVector one = scheme_.inverse * Radau::StageVector::Ones();
        for (Eigen::Index n = 0; n < size_; ++n) {
            y_(0, n) = y(n);
            y_.col(n).template tail<stages>() = one * y(n);
        }
        if (!solve(y_)) return infinite;
        if (system_.with_sensitivity) {
            const auto& p = system_.pumping;
            for (Eigen::Index n = 0; n < size_; ++n) {
                StageValues drive = p.diagonal(n) * y_.col(n).template tail<stages>();
                if (n > 0) drive += p.below(n) * y_.col(n - 1).template tail<stages>();
                if (n + 1 < size_) drive += p.above(n) * y_.col(n + 1).template tail<stages>();
                dy_(0, n) = dy(n);
                dy_.col(n).template tail<stages>() = one * dy(n) + length * drive;
            }
            if (!solve(dy_)) return infinite;
        }
        return error(piece.at(begin), length, y, dy);
    }

    const Nodes& y() const { return y_; }
    const Nodes& sensitivity() const { return dy_; }

private:
    /// Asks whether to stop, some ten times a second even where a single step takes seconds.
    void listen(Eigen::Index n) const {
        constexpr Eigen::Index often = 1 << 14;
        if (n % often == 0) system_.stop.check();
    }

    void factorise(const Radau::StageVector& pump, double length) {
        const auto& p = system_.pumping;
        const auto& e = system_.emission;
        pump_ = pump;
        length_ = length;
        for (Eigen::Index n = 0; n < size_; ++n) {
            listen(n);
            auto& block = inverses_[static_cast<std::size_t>(n)];
            block = scheme_.inverse.template cast<Scalar>();
            block.diagonal().array() -= length * (pump.array() * p.diagonal(n) + e.diagonal(n));
            if (n > 0) {
                const StageValues lower = length * (pump.array() * p.below(n) + e.below(n)).matrix();
                const StageValues upper = length * (pump.array() * p.above(n - 1) + e.above(n - 1)).matrix();
                block.noalias() -=
                    lower.asDiagonal() * inverses_[static_cast<std::size_t>(n - 1)] * upper.asDiagonal();
            }
            invert(block);
        }
    }

    /// Right-hand sides in rows 1.. of `nodes` become stage values. @return false if sweeps do not settle
    bool solve(Nodes& nodes) {
        if (!system_.coupling.any()) {
            solve(nodes, 0, size_);
            return true;
        }
        // Sweeps, each correcting what the one before left of the flow backward.
        constexpr int most_sweeps = 60;
        sweep(nodes);
        change_ = nodes;
        const double enough = 1e-14 * nodes.template bottomRows<stages>().cwiseAbs().maxCoeff();
        for (int i = 0; i < most_sweeps; ++i) {
            flow_backward();
            sweep(change_);
            nodes.template bottomRows<stages>() += change_.template bottomRows<stages>();
            if (change_.template bottomRows<stages>().cwiseAbs().maxCoeff() <= enough) return true;
        }
        return false;
    }

    /// Stretch by stretch, each knowing what flows to it from those before it.
    void sweep(Nodes& nodes) const {
        const auto& [gains, stretches] = system_.coupling;
        for (std::size_t k = 0; k + 1 < stretches.size(); ++k) {
            const auto begin = stretches[k], end = stretches[k + 1];
            solve(nodes, begin, end);
            for (auto n = begin; n < end; ++n)
                for (Eigen::SparseMatrix<double>::InnerIterator gain(gains, n); gain; ++gain)
                    if (gain.row() >= end)
                        nodes.col(gain.row()).template tail<stages>() +=
                            (length_ * gain.value()) * nodes.col(n).template tail<stages>();
        }
    }

    /// change <- h C change, of the flow from a stretch to those before it alone.
    void flow_backward() {
        const auto& [gains, stretches] = system_.coupling;
        for (std::size_t k = 0; k + 1 < stretches.size(); ++k) {
            const auto begin = stretches[k], end = stretches[k + 1];
            // Nothing flows back from here any more: what stood here is used up, and what comes is new.
            for (auto n = begin; n < end; ++n) {
                const StageValues here = length_ * change_.col(n).template tail<stages>();
                change_.col(n).template tail<stages>().setZero();
                for (Eigen::SparseMatrix<double>::InnerIterator gain(gains, n); gain; ++gain)
                    if (gain.row() < begin)
                        change_.col(gain.row()).template tail<stages>() += gain.value() * here;
            }
        }
    }

    /// The tridiagonal part on the components begin..end - 1, which are joined to no others.
    void solve(Nodes& nodes, Eigen::Index begin, Eigen::Index end) const {
        const auto& p = system_.pumping;
        const auto& e = system_.emission;
        StageValues previous = StageValues::Zero();
        for (Eigen::Index n = begin; n < end; ++n) {
            listen(n);
            auto right = nodes.col(n).template tail<stages>();
            if (n > begin)
                right.array() += length_ * (pump_.array() * p.below(n) + e.below(n)) * previous.array();
            previous.noalias() = inverses_[static_cast<std::size_t>(n)] * right;
            right = previous;
        }
        for (Eigen::Index n = end - 2; n >= begin; --n) {
            listen(n);
            const StageValues next = length_ * ((pump_.array() * p.above(n) + e.above(n)) *
                                                nodes.col(n + 1).template tail<stages>().array())
                                                   .matrix();
            nodes.col(n).template tail<stages>() += inverses_[static_cast<std::size_t>(n)] * next;
        }
    }

    /// The slope of the collocation polynomial at the start of the step against the true one, damped as the
    /// step itself damps stiff components: an error of order 5 that overestimates that of the step.
    double error(double pump, double length, const State& y, const State& dy) const {
        if (starts_at_zero()) return 0.0;  // and stays there
        constexpr double damping = 0.16;   // about the inverse of the scheme's real eigenvalue, 6.29
        const auto defect = [&](const Nodes& nodes, State slope) {
            slope *= length;
            slope -= nodes.template bottomRows<stages>().transpose() * scheme_.slope_at_start;
            slope += nodes.row(0).transpose() * scheme_.slope_at_start.sum();
            slope *= damping;
            filter(system_, pump, damping * length, slope);
            return size_of(slope, system_.norm);
        };
        State slope = slope_of(system_, pump, y);
        // What has decayed below 1e-12 of its beginning need not be followed.
        const double scale = std::max(size_of(y, system_.norm), 1e-12 * start_size_);
        double worst = defect(y_, slope) / (system_.tolerance * scale);
        if (system_.with_sensitivity) {
            slope = slope_of(system_, pump, dy) + product(system_.pumping, y);
            worst = std::max(
                worst, defect(dy_, slope) / (system_.tolerance * std::max(size_of(dy, system_.norm), scale)));
        }
        return worst;
    }

    static constexpr double infinite = std::numeric_limits<double>::infinity();

    const Radau& scheme_ = Radau::scheme();
    const BasicLinearSystem<Scalar>& system_;
    Eigen::Index size_;
    double start_size_;
    Radau::StageVector pump_;
    double length_ = 0.0;
    std::vector<Eigen::Matrix<Scalar, stages, stages>> inverses_;
    Nodes y_, dy_, change_;
};

template <class Scalar>
void step_through(const BasicLinearSystem<Scalar>& system,
                  const std::function<void(const BasicRadauStep<Scalar>&)>& show) {
    Stepper<Scalar> stepper(system);
    Vector<Scalar> y = system.start;
    Vector<Scalar> dy = Vector<Scalar>::Zero(system.with_sensitivity ? y.size() : 0);
    double time = 0.0;
    const auto speed = [&] {
        const Vector<Scalar> slope = slope_of(system, system.pump.at(0.0), y);
        return size_of(slope, system.norm) / size_of(y, system.norm);
    };
    double length = 1e-2 / (1.0 + (stepper.starts_at_zero() ? 0.0 : speed()));
    for (const auto& piece : system.pump.pieces()) {
        const double end = std::min(piece.end, system.until);
        int steps = 0;
        while (time < end) {
            // A pump near 0 changes by factors, and 1/w with it: let no step change it by more than half.
            double step = length;
            if (const double pump = piece.at(time); piece.slope != 0.0 && pump > 0.0)
                step = std::min(step, std::max(0.5 * pump / std::abs(piece.slope), 1e-7 * system.until));
            const bool last = time + 1.01 * step >= end;
            if (last) step = end - time;
            const double error = stepper.attempt(piece, time, step, y, dy);
            const double factor = std::clamp(0.9 * std::pow(std::max(error, 1e-30), -1.0 / 6.0), 0.2, 5.0);
            if (!(error <= 1.0)) {
                length = step * (std::isfinite(error) ? std::min(factor, 0.9) : 0.1);
                if (!(length >= 1e-16 * system.until))
                    throw std::runtime_error("the master equation's step shrank to nothing");
                continue;
            }
            // A few hundred steps are usual: so many come of rates or starts that doubles cannot hold.
            constexpr int most_steps = 1'000'000;
            if (++steps > most_steps)
                throw std::runtime_error(
                    "the master equation takes more than a million steps between two knots");
            show({time, step, stepper.y(), stepper.sensitivity()});
            y = stepper.y().template bottomRows<1>().transpose();
            if (system.with_sensitivity) dy = stepper.sensitivity().template bottomRows<1>().transpose();
            time = last ? end : time + step;
            if (!last || factor < 1.0) length = step * factor;
        }
        if (time >= system.until) return;
    }
}

}  // namespace

const Radau& Radau::scheme() {
    static const Radau scheme = make_scheme();
    return scheme;
}

Radau::NodeVector Radau::interpolation(double fraction) const {
    NodeVector basis = NodeVector::Ones();
    for (int i = 0; i < nodes; ++i)
        for (int j = 0; j < nodes; ++j)
            if (j != i) basis(i) *= (fraction - node(j)) / (node(i) - node(j));
    return basis;
}

void integrate(const LinearSystem& system, const std::function<void(const RadauStep&)>& show) {
    step_through(system, show);
}

void integrate(const ComplexLinearSystem& system, const std::function<void(const ComplexRadauStep&)>& show) {
    step_through(system, show);
}

double DenseCurve::operator()(double time) const {
    auto after = std::upper_bound(steps_.begin(), steps_.end(), time,
                                  [](double t, const Step& step) { return t < step.begin; });
    if (after != steps_.begin()) --after;
    return Radau::scheme().interpolation((time - after->begin) / after->length).dot(after->values);
}

double DenseCurve::first_zero() const {
    if (steps_.empty()) return std::numeric_limits<double>::quiet_NaN();
    const double sign = steps_.front().values(0) < 0.0 ? -1.0 : 1.0;
    for (const auto& step : steps_) {
        if (sign * step.values(Radau::nodes - 1) > 0.0) continue;
        const auto before = [&](double fraction) {
            return sign * Radau::scheme().interpolation(fraction).dot(step.values) > 0.0;
        };
        return step.begin + numeric::bisect(before, {0.0, 1.0}, 0.0, 60).high * step.length;
    }
    return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace dickejump::exact
