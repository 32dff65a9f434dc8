#pragma once

#include <Eigen/Core>
#include <Eigen/SparseCore>
#include <complex>
#include <functional>
#include <vector>

#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/stop_request.hpp"

namespace dickejump::exact {

/// A tridiagonal matrix acting as (M y)_n = below_n y_{n-1} + diagonal_n y_n + above_n y_{n+1}.
template <class Scalar>
struct BasicTridiagonal {
    Eigen::Array<Scalar, Eigen::Dynamic, 1> below, diagonal, above;
};
using Tridiagonal = BasicTridiagonal<double>;
using ComplexTridiagonal = BasicTridiagonal<std::complex<double>>;

/// Radau IIA collocation with five stages: order 9, L-stable, so it follows populations that move on the
/// scale of 1/gamma under rates of N^2 gamma (Hairer & Wanner, Solving ODEs II, IV.5).
struct Radau {
    static constexpr int stages = 5;
    static constexpr int nodes = stages + 1;  ///< 0 and the stages; the last stage is 1
    using StageMatrix = Eigen::Matrix<double, stages, stages>;
    using StageVector = Eigen::Matrix<double, stages, 1>;
    using NodeVector = Eigen::Matrix<double, nodes, 1>;

    NodeVector node;             ///< where the nodes are in a step, 0..1
    StageMatrix inverse;         ///< of the Runge-Kutta matrix
    StageVector weights;         ///< quadrature over the step
    StageVector slope_at_start;  ///< h y'(0) of the collocation polynomial from (stage values - start)

    static const Radau& scheme();
    /// Weights of the node values in the collocation polynomial at `fraction` of the step.
    NodeVector interpolation(double fraction) const;
};

/// A finished step: column n holds the values of component n at the six nodes.
template <class Scalar>
struct BasicRadauStep {
    using Nodes = Eigen::Matrix<Scalar, Radau::nodes, Eigen::Dynamic>;

    double begin, length;
    const Nodes& y;
    const Nodes& sensitivity;  ///< d y / d theta, theta a shift of the pump; empty if not asked for
};
using RadauStep = BasicRadauStep<double>;
using ComplexRadauStep = BasicRadauStep<std::complex<double>>;

/// What errors are measured by: for distributions, and for probabilities given a state.
enum class ErrorNorm { sum, maximum };

/// Flow between stretches of a vector that a tridiagonal matrix does not join: y'_n gains sum_k C_nk y_k.
struct Coupling {
    Eigen::SparseMatrix<double> gains;         ///< C, by columns; empty: there is none
    std::vector<Eigen::Index> stretches = {};  ///< where each begins, and the end of the last

    bool any() const { return gains.nonZeros() > 0; }
};

/// y' = (w(t) P + E + C) y on [0, until].
template <class Scalar>
struct BasicLinearSystem {
    using Norm = ErrorNorm;

    BasicTridiagonal<Scalar> pumping, emission;  ///< P, E
    PumpSchedule pump;
    double until;
    Eigen::Matrix<Scalar, Eigen::Dynamic, 1> start;
    bool with_sensitivity = true;  ///< also d/d theta at w + theta, from 0 at t = 0
    Norm norm = Norm::sum;
    double tolerance = 1e-11;  ///< of the local error, relative
    StopRequest stop = {};     ///< asked some times a step
    /// Between stretches that P and E leave apart; slow beside them. Steps solve for it by sweeps from the
    /// first stretch to the last, which see at once what flows forward: few if most does.
    Coupling coupling = {};
};
using LinearSystem = BasicLinearSystem<double>;
using ComplexLinearSystem = BasicLinearSystem<std::complex<double>>;

/// Steps through the system with error control and shows every step. A start of zeros stays there.
/// @throws Stopped if it is asked to; std::runtime_error if the step shrinks to nothing, or a million of them
/// do not reach the next knot
void integrate(const LinearSystem& system, const std::function<void(const RadauStep&)>& show);
/// The same of a complex system: the coherences of a sector.
void integrate(const ComplexLinearSystem& system, const std::function<void(const ComplexRadauStep&)>& show);

/// A scalar along a solution: a polynomial of degree 5 a step.
class DenseCurve {
public:
    void append(double begin, double length, const Radau::NodeVector& values) {
        steps_.push_back({begin, length, values});
    }

    struct Step {
        double begin, length;
        Radau::NodeVector values;
    };
    const std::vector<Step>& steps() const { return steps_; }
    double end() const { return steps_.empty() ? 0.0 : steps_.back().begin + steps_.back().length; }

    double operator()(double time) const;
    /// The first time at which the curve reaches zero from the side on which it starts; NaN if it never does.
    double first_zero() const;

private:
    std::vector<Step> steps_;
};

}  // namespace dickejump::exact
