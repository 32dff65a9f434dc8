#include "dickejump/wavefunction/wavefunction_sampler.hpp"

#include <algorithm>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/dense_output_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "numeric/flat_operator.hpp"
#include "numeric/newton.hpp"
#include "wavefunction/wavefunction_algebra.hpp"

namespace dickejump {

namespace {

namespace odeint = boost::numeric::odeint;
using Complex = std::complex<double>;
using DormandPrince = odeint::runge_kutta_dopri5<Amplitudes, double, Amplitudes, double, AmplitudeAlgebra,
                                                 AmplitudeAlgebra::Operations>;
using Controlled = odeint::controlled_runge_kutta<DormandPrince, StateErrorChecker>;
using DenseOutput = odeint::dense_output_runge_kutta<Controlled>;

const Complex* as_complex(const Amplitudes& psi) {
    return reinterpret_cast<const Complex*>(psi.data());
}
Complex* as_complex(Amplitudes& psi) {
    return reinterpret_cast<Complex*>(psi.data());
}

/// What a user's function says, if it is a number.
double finite(double factor, double time) {
    if (!std::isfinite(factor))
        throw InvalidInput("a factor of " + text(factor) + " at time " + text(time) +
                           " (no evolution follows from it) let it be finite at every time");
    return factor;
}

void scale(Amplitudes& psi, double factor) {
    for (double& x : psi)
        x *= factor;
}

}  // namespace

struct WavefunctionSampler::Parts {
    /// factor(t), or its square, times a matrix.
    struct Term {
        numeric::FlatOperator matrix;
        Factor factor;
        bool squared;

        double at(double time) const {
            const double f = finite(factor(time), time);
            return squared ? f * f : f;
        }
    };

    numeric::FlatOperator constant;  ///< of -iH - sum L+L/2
    std::vector<Term> terms;         ///< the rest of it
    std::vector<numeric::FlatOperator> jumps;
    std::vector<Factor> jump_factors;
    std::vector<double> knots;
    QuantumSystem system;
    Options options;

    void derivative(const Amplitudes& psi, Amplitudes& result, double time) const {
        std::fill(result.begin(), result.end(), 0.0);
        constant.add_product(1.0, as_complex(psi), as_complex(result));
        for (const auto& term : terms)
            term.matrix.add_product(term.at(time), as_complex(psi), as_complex(result));
    }
};

namespace {

using Parts = WavefunctionSampler::Parts;

/// One trajectory under way.
class Run {
public:
    Run(const Parts& parts, Stream& random, const Eigen::VectorXcd& start, std::span<const double> times,
        const ShowState& show, std::vector<ChannelJump>* record, StopRequest stop)
        : parts_(parts),
          random_(random),
          times_(times),
          show_(show),
          record_(record),
          listen_{stop, 64},
          psi_(reinterpret_cast<const double*>(start.data()),
               reinterpret_cast<const double*>(start.data() + start.size())),
          after_(parts.jumps.size(), Amplitudes(psi_.size())),
          rates_(parts.jumps.size()),
          stepper_(Controlled(StateErrorChecker(parts.options.tolerance),
                              odeint::default_step_adjuster<double, double>(parts.options.longest_step))) {
        scale(psi_, 1.0 / std::sqrt(squared_norm(psi_)));
        draw();
    }

    void operator()() {
        const double end = times_.back();
        double begin = 0.0;
        for (const double knot : parts_.knots)
            if (knot > begin && knot < end) {
                piece(begin, knot);
                begin = knot;
            }
        if (end > begin) piece(begin, end);
        show_until(end, psi_);
    }

private:
    void draw() {
        left_ = hazard_ = -std::log(open_unit(random_()));
        choice_ = open_unit(random_());
    }

    auto system() const {
        return [this](const Amplitudes& psi, Amplitudes& result, double time) {
            // The last stage of a step may lie a rounding beyond a knot, where factors may be others.
            parts_.derivative(psi, result, std::clamp(time, piece_begin_, piece_end_));
        };
    }

    /// From `begin` to `end`, between which all factors are smooth.
    void piece(double begin, double end) {
        piece_begin_ = begin;
        piece_end_ = std::nextafter(end, begin);
        time_ = begin;
        restart(first_step(end - begin));
        while (time_ < end) {
            listen_();
            if (stepper_.current_time_step() > end - time_) restart(end - time_);
            try {
                stepper_.do_step(system());
            } catch (const std::exception& error) {
                throw std::runtime_error("the no-jump evolution cannot go on at time " + text(time_) + ": " +
                                         error.what());
            }
            const double reached = std::min(stepper_.current_time(), end);
            const double norm = squared_norm(stepper_.current_state());
            if (!std::isfinite(norm))
                throw std::runtime_error("the no-jump evolution lost its state at time " + text(time_));
            const double left = std::log(norm) + hazard_;
            if (left <= 0.0) {
                jump(reached - time_, left);
                continue;
            }
            show_until(reached, psi_, false);
            time_ = reached;
            psi_ = stepper_.current_state();
            left_ = left;
        }
        time_ = end;
    }

    double first_step(double length) const {
        Amplitudes slope(psi_.size());
        parts_.derivative(psi_, slope, piece_begin_);
        const double speed = std::sqrt(squared_norm(slope));
        return std::min(length, speed > 0.0 ? 0.05 / speed : length);
    }

    void restart(double step) { stepper_.initialize(psi_, time_, step); }

    /// The state `dt` after time_, within the step just made.
    const Amplitudes& within(double dt) {
        dense_.resize(psi_.size());
        stepper_.calc_state(std::min(time_ + dt, stepper_.current_time()), dense_);
        return dense_;
    }

    void show_until(double until, const Amplitudes& psi, bool final = true) {
        for (; next_ < times_.size() && times_[next_] <= until; ++next_) {
            const auto& state = final || times_[next_] == time_ ? psi : within(times_[next_] - time_);
            shown_ = Eigen::Map<const Eigen::VectorXcd>(as_complex(state),
                                                        static_cast<Eigen::Index>(state.size() / 2));
            shown_ /= shown_.norm();
            show_(next_, shown_);
        }
    }

    /// In the step just made, at whose end `left_at_end` <= 0 is left to wait.
    void jump(double step, double left_at_end) {
        // What is left falls nearly as a parabola: its slope at a third point serves Newton's method, and
        // spares the products of a true one.
        const auto level = [&](double dt) {
            const double left = std::log(squared_norm(within(dt))) + hazard_;
            const double overall = (left_ - left_at_end) / step;
            const double before = (left_ - left) / dt, after = (left - left_at_end) / (step - dt);
            const double slope = dt > 0.0 && dt < step ? before + after - overall : overall;
            return numeric::Remainder{left, slope > 0.0 ? slope : overall};
        };
        // Relative to the whole waiting time, of which this step is but the last part.
        const double waited = time_ - last_jump_;
        const double wait = numeric::first_root(level, step * left_ / (left_ - left_at_end), step,
                                                std::max(1e-13, 1e-10 * (1.0 + waited / step)))
                                .value_or(step);
        const double at = time_ + wait;
        // At a jump's very instant the state is that after it.
        show_until(std::nextafter(at, 0.0), psi_, false);
        const Amplitudes& before = within(wait);

        double total = 0.0;
        for (std::size_t c = 0; c < parts_.jumps.size(); ++c) {
            const auto& factor = parts_.jump_factors[c];
            const double at_most = std::clamp(at, piece_begin_, piece_end_);
            const double f = factor ? finite(factor(at_most), at_most) : 1.0;
            rates_[c] = f * f * parts_.jumps[c].product(as_complex(before), as_complex(after_[c]));
            total += rates_[c];
        }
        std::size_t channel = 0;
        double rest = choice_ * total - rates_[0];
        while (rest > 0.0 && channel + 1 < rates_.size())
            rest -= rates_[++channel];
        psi_.swap(after_[channel]);
        scale(psi_, 1.0 / std::sqrt(squared_norm(psi_)));
        if (record_) record_->push_back({at, static_cast<int>(channel)});
        last_jump_ = time_ = at;
        draw();
        restart(stepper_.current_time_step());
    }

    const Parts& parts_;
    Stream& random_;
    std::span<const double> times_;
    const ShowState& show_;
    std::vector<ChannelJump>* record_;
    SparseCheck listen_;
    Amplitudes psi_, dense_;
    std::vector<Amplitudes> after_;  ///< each jump
    std::vector<double> rates_;      ///< of them
    Eigen::VectorXcd shown_;
    DenseOutput stepper_;
    std::size_t next_ = 0;
    double time_ = 0.0, last_jump_ = 0.0;
    double piece_begin_ = 0.0, piece_end_ = 0.0;
    double hazard_ = 0.0, choice_ = 0.0;
    double left_ = 0.0;  ///< of hazard_, at time_
};

}  // namespace

WavefunctionSampler::WavefunctionSampler(const QuantumSystem& system, Options options) {
    check(system);
    Problems problems;
    problems.require(
        std::isfinite(options.tolerance) && options.tolerance > 0.0,
        "tolerance = " + text(options.tolerance) + " (an error of 0 takes steps of 0) give a positive one");
    problems.require(std::isfinite(options.longest_step) && options.longest_step >= 0.0,
                     "longest step = " + text(options.longest_step) +
                         " (a time; 0 sets no limit) give 0, or a finite time");
    problems.raise();
    const auto dimension = system.dimension();
    Operator constant(dimension, dimension);
    std::vector<Parts::Term> terms;
    const auto add = [&](const Operator& matrix, const Factor& factor, bool squared) {
        if (factor)
            terms.push_back({numeric::FlatOperator(matrix), factor, squared});
        else
            constant += matrix;
    };
    std::vector<numeric::FlatOperator> jumps;
    std::vector<Factor> factors;
    for (const auto& term : system.hamiltonian)
        add(Operator(Complex(0.0, -1.0) * term.matrix), term.factor, false);
    for (const auto& jump : system.jumps) {
        add(Operator(-0.5 * Operator(jump.matrix.adjoint()) * jump.matrix), jump.factor, true);
        jumps.emplace_back(jump.matrix);
        factors.push_back(jump.factor);
    }
    auto knots = system.knots;
    std::sort(knots.begin(), knots.end());
    parts_ =
        std::make_shared<Parts>(Parts{numeric::FlatOperator(constant), std::move(terms), std::move(jumps),
                                      std::move(factors), std::move(knots), system, options});
}

void WavefunctionSampler::operator()(Stream& random, const Eigen::VectorXcd& start,
                                     std::span<const double> times, const ShowState& show,
                                     std::vector<ChannelJump>* record, StopRequest stop) const {
    check_state(parts_->system, start);
    check_times(times);
    check_shown(bool{show});
    if (times.empty()) return;
    Run(*parts_, random, start, times, show, record, stop)();
}

}  // namespace dickejump
