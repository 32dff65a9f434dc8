#include "dickejump/wavefunction/diffusive_sampler.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/model/quantum_system.hpp"
#include "model/checks.hpp"
#include "wavefunction/quadrature_draw.hpp"

namespace dickejump {

namespace {

using Complex = std::complex<double>;
using Eigen::Index;
using Eigen::MatrixXcd;
using Eigen::VectorXcd;

/// One quadrature of the cavity's field: L = strength e^{-i phase} J-.
struct Quadrature {
    double strength;
    Complex turn;  ///< e^{-i phase}
};

/// int w dt over a step. Not by `Piece::integral`, which rounds otherwise: trajectories stay as they are.
double pump_integral(const PumpSchedule& pump, double begin, double end) {
    double sum = 0.0;
    for (const auto& piece : pump.pieces()) {
        const double from = std::max(begin, piece.begin), to = std::min(end, piece.end);
        if (from < to) sum += (to - from) * 0.5 * (piece.at(from) + piece.at(to));
    }
    return sum;
}

}  // namespace

struct DiffusiveSampler::Parts {
    LadderChannels channels;
    PumpSchedule pump;
    DickeState start;
    CavityDetection detection;
    std::vector<Quadrature> quadratures;
    double longest_step;
    double seen;  ///< the part of the cavity's photons that is measured

    Index levels() const { return static_cast<Index>(channels.pumping.size()); }
    Complex pumping(Index n) const { return channels.pumping[static_cast<std::size_t>(n)]; }
    double emission(Index n) const { return channels.emission[static_cast<std::size_t>(n)]; }
    double energy(Index n) const { return channels.energy[static_cast<std::size_t>(n)]; }

    /// The part of a step that is still to come, as the probability that it leaves each level: its outcomes
    /// are drawn with it, because the parts of a step keep the trace only all together.
    using Effect = Eigen::VectorXd;
    /// `after` is the effect of what follows; these are those of the pump's jumps and photons before it.
    Effect before_pump(const Effect& after, double pump_time) const {
        Effect result = after;
        for (Index n = 0; n + 1 < levels(); ++n) {
            const double rate = pump_time * std::norm(pumping(n));
            result(n) += rate * after(n + 1);
            if (n + 2 < levels())
                result(n) += 0.5 * rate * pump_time * std::norm(pumping(n + 1)) * after(n + 2);
        }
        return result;
    }
    Effect before_photons(const Effect& after, double time) const {
        Effect result = after;
        for (Index n = 1; n < levels(); ++n) {
            const double rate = time * emission(n) * emission(n);
            result(n) += rate * after(n - 1);
            if (n > 1) result(n) += 0.5 * rate * time * emission(n - 1) * emission(n - 1) * after(n - 2);
        }
        return result;
    }

    /// The factor of c_n without jumps, over a time dt and a pump integral.
    VectorXcd no_jump(double dt, double pump_time) const {
        VectorXcd factor(levels());
        for (Index n = 0; n < levels(); ++n)
            factor(n) =
                std::exp(Complex(-0.5 * (std::norm(pumping(n)) * pump_time + emission(n) * emission(n) * dt),
                                 -energy(n) * pump_time));
        return factor;
    }
};

namespace {

using Parts = DiffusiveSampler::Parts;

std::shared_ptr<const Parts> prepared(LadderChannels channels, PumpSchedule pump, const DickeState& start,
                                      CavityDetection detection) {
    check(channels);
    Problems problems;
    check_amplitudes(start, channels, problems);
    problems.require(
        detection.efficiency >= 0.0 && detection.efficiency <= 1.0,
        "efficiency = " + text(detection.efficiency) + " (a part of the photons) give a number from 0 to 1");
    problems.require(std::isfinite(detection.phase),
                     "phase = " + text(detection.phase) + " (an angle is finite) give it in radians");
    problems.require(std::isfinite(detection.longest_step) && detection.longest_step >= 0.0,
                     "longest step = " + text(detection.longest_step) +
                         " (a time, finite and not negative; 0 chooses one) give a `longest_step` >= 0");
    problems.raise();
    const double most_pump = pump.extremes(std::numeric_limits<double>::infinity()).highest;
    double most_rate = 0.0;
    for (std::size_t n = 0; n < channels.pumping.size(); ++n)
        most_rate = std::max(most_rate, most_pump * std::norm(channels.pumping[n]) +
                                            channels.emission[n] * channels.emission[n]);
    // Where nothing can happen any step will do.
    const double chosen = most_rate > 0.0 ? 0.02 / most_rate : 1.0;
    const double longest = detection.longest_step > 0.0 ? detection.longest_step : chosen;

    const bool one = detection.kind == CavityDetection::Kind::homodyne;
    const double strength = std::sqrt(one ? detection.efficiency : 0.5 * detection.efficiency);
    std::vector<Quadrature> quadratures{{strength, std::polar(1.0, -detection.phase)}};
    if (!one) quadratures.push_back({strength, Complex(0.0, -1.0) * std::polar(1.0, -detection.phase)});
    return std::make_shared<Parts>(Parts{std::move(channels), std::move(pump), start, detection,
                                         std::move(quadratures), longest, detection.efficiency});
}

/// Steps through the times and shows what `evolution` has there.
template <class Evolution, class Show>
void run(const Parts& parts, Evolution& evolution, std::span<const double> times, const Show& show,
         Photocurrent* current, StopRequest stop) {
    check_times(times);
    check_shown(bool{show});
    SparseCheck listen{stop, 64};
    constexpr double most_steps = 1e15;
    if (!times.empty() && !(times.back() / parts.longest_step < most_steps))
        throw InvalidInput("longest step = " + text(parts.longest_step) + " (" + text(times.back()) +
                           "/gamma would take more than " + text(most_steps) + " of them) give a longer one");
    double time = 0.0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        const double length = times[i] - time;
        const auto steps = static_cast<std::int64_t>(std::ceil(length / parts.longest_step));
        const double begin = time, dt = steps > 0 ? length / static_cast<double>(steps) : 0.0;
        for (std::int64_t k = 0; k < steps; ++k) {
            listen();
            const double until = k + 1 == steps ? times[i] : begin + dt * static_cast<double>(k + 1);
            const auto y = evolution.step(time, until - time, pump_integral(parts.pump, time, until));
            if (current) {
                current->time.push_back(until);
                current->x.push_back(y[0]);
                if (parts.quadratures.size() > 1) current->y.push_back(y[1]);
            }
            time = until;
        }
        show(i, evolution.state());
    }
}

class PureState {
public:
    PureState(const Parts& parts, const VectorXcd& start, Stream& random, std::vector<Jump>* record)
        : parts_(parts), random_(random), record_(record), psi_(start) {}

    const VectorXcd& state() const { return psi_; }

    std::array<double, 2> step(double time, double dt, double pump_time) {
        const VectorXcd half = parts_.no_jump(0.5 * dt, 0.5 * pump_time);
        const Parts::Effect last = half.cwiseAbs2();
        std::array<Parts::Effect, 3> after{parts_.before_pump(last, 0.5 * pump_time), {}, {}};
        const auto quadratures = parts_.quadratures.size();
        const double strength = parts_.quadratures.front().strength;
        for (std::size_t q = 0; q < quadratures; ++q)
            after[q + 1] = parts_.before_photons(after[q], strength * strength * dt);

        psi_.array() *= half.array();
        pump(0.5 * pump_time, time + 0.25 * dt, after[quadratures]);
        std::array<double, 2> y{};
        for (std::size_t q = 0; q < quadratures; ++q)
            y[q] = measure(parts_.quadratures[q], dt, after[quadratures - 1 - q]);
        pump(0.5 * pump_time, time + 0.75 * dt, last);
        psi_.array() *= half.array();
        psi_ /= psi_.norm();
        return y;
    }

private:
    void pump(double pump_time, double at, const Parts::Effect& after) {
        const auto levels = parts_.levels();
        double none = 0.0, one = 0.0, two = 0.0;
        for (Index n = 0; n < levels; ++n) {
            const double p = std::norm(psi_(n)), rate = std::norm(parts_.pumping(n));
            none += p * after(n);
            if (n + 1 < levels) one += p * rate * after(n + 1);
            if (n + 2 < levels) two += p * rate * std::norm(parts_.pumping(n + 1)) * after(n + 2);
        }
        one *= pump_time;
        two *= 0.5 * pump_time * pump_time;
        const double u = open_unit(random_()) * (none + one + two);
        const int jumps = u < none ? 0 : u < none + one ? 1 : 2;
        for (int k = 0; k < jumps; ++k) {
            for (Index n = levels - 1; n > 0; --n)
                psi_(n) = parts_.pumping(n - 1) * psi_(n - 1);
            psi_(0) = 0.0;
            psi_ /= psi_.norm();
            if (record_) record_->push_back({at, Process::collective_pumping});
        }
    }

    double measure(const Quadrature& quadrature, double dt, const Parts::Effect& after) {
        const auto levels = parts_.levels();
        const double root = std::sqrt(dt);
        const auto product = [&](const VectorXcd& a, const VectorXcd& b) {
            double sum = 0.0;
            for (Index n = 0; n < levels; ++n)
                sum += after(n) * (a(n).real() * b(n).real() + a(n).imag() * b(n).imag());
            return sum;
        };
        // M(y) psi = v0 + y v1 + y^2 v2
        v1_.setZero(levels);
        v2_.setZero(levels);
        for (Index n = 0; n + 1 < levels; ++n)
            v1_(n) = quadrature.strength * parts_.emission(n + 1) * quadrature.turn * psi_(n + 1);
        for (Index n = 0; n + 2 < levels; ++n)
            v2_(n) = 0.5 * quadrature.strength * parts_.emission(n + 1) * quadrature.turn * v1_(n + 1);
        v0_ = psi_ - dt * v2_;
        const double x = draw_quadrature({product(v0_, v0_), 2.0 * product(v0_, v1_) * root,
                                          (product(v1_, v1_) + 2.0 * product(v0_, v2_)) * dt,
                                          2.0 * product(v1_, v2_) * dt * root, product(v2_, v2_) * dt * dt},
                                         open_unit(random_()));
        const double y = x * root;
        psi_ = v0_ + y * v1_ + (y * y) * v2_;
        psi_ /= psi_.norm();
        return y;
    }

    const Parts& parts_;
    Stream& random_;
    std::vector<Jump>* record_;
    VectorXcd psi_, v0_, v1_, v2_;
};

class ConditionalState {
public:
    ConditionalState(const Parts& parts, Stream& random)
        : parts_(parts),
          random_(random),
          rho_(parts.start.amplitudes() * parts.start.amplitudes().adjoint()) {}

    const MatrixXcd& state() const { return rho_; }

    std::array<double, 2> step(double, double dt, double pump_time) {
        const VectorXcd half = parts_.no_jump(0.5 * dt, 0.5 * pump_time);
        const double unseen = (1.0 - parts_.seen) * 0.5 * dt;
        const auto quadratures = parts_.quadratures.size();
        const double strength = parts_.quadratures.front().strength;
        std::array<Parts::Effect, 2> after;
        after[0] = parts_.before_photons(parts_.before_pump(half.cwiseAbs2(), 0.5 * pump_time), unseen);
        if (quadratures > 1) after[1] = parts_.before_photons(after[0], strength * strength * dt);

        turn(half);
        pump(0.5 * pump_time);
        lose(unseen);
        std::array<double, 2> y{};
        for (std::size_t q = 0; q < quadratures; ++q)
            y[q] = measure(parts_.quadratures[q], dt, after[quadratures - 1 - q]);
        lose(unseen);
        pump(0.5 * pump_time);
        turn(half);
        rho_ /= rho_.trace().real();
        return y;
    }

private:
    void turn(const VectorXcd& factor) {
        rho_ = factor.asDiagonal() * rho_ * factor.conjugate().asDiagonal();
    }

    /// rho + t K rho K+ + t^2 K^2 rho K+^2 / 2
    void pump(double t) {
        if (t == 0.0) return;
        const auto levels = parts_.levels();
        const MatrixXcd once = raised(rho_, levels);
        rho_ += t * once + (0.5 * t * t) * raised(once, levels);
    }
    MatrixXcd raised(const MatrixXcd& rho, Index levels) const {
        MatrixXcd result = MatrixXcd::Zero(levels, levels);
        for (Index m = 1; m < levels; ++m)
            for (Index n = 1; n < levels; ++n)
                result(n, m) = parts_.pumping(n - 1) * std::conj(parts_.pumping(m - 1)) * rho(n - 1, m - 1);
        return result;
    }

    void lose(double t) {
        if (t == 0.0) return;
        const auto levels = parts_.levels();
        const MatrixXcd once = lowered(rho_, levels);
        rho_ += t * once + (0.5 * t * t) * lowered(once, levels);
    }
    MatrixXcd lowered(const MatrixXcd& rho, Index levels) const {
        MatrixXcd result = MatrixXcd::Zero(levels, levels);
        for (Index m = 0; m + 1 < levels; ++m)
            for (Index n = 0; n + 1 < levels; ++n)
                result(n, m) = parts_.emission(n + 1) * parts_.emission(m + 1) * rho(n + 1, m + 1);
        return result;
    }

    double measure(const Quadrature& quadrature, double dt, const Parts::Effect& after) {
        const auto levels = parts_.levels();
        const double root = std::sqrt(dt);
        const auto one = [&](Index n) {  // <n|L|n+1>
            return quadrature.strength * parts_.emission(n + 1) * quadrature.turn;
        };
        // Traces of L^a rho L+^b, a, b <= 2, with what follows.
        double t00 = 0.0, t11 = 0.0, t22 = 0.0;
        Complex t10 = 0.0, t20 = 0.0, t21 = 0.0;
        for (Index n = 0; n < levels; ++n) {
            t00 += after(n) * rho_(n, n).real();
            if (n + 1 < levels) {
                t10 += after(n) * one(n) * rho_(n + 1, n);
                t11 += after(n) * std::norm(one(n)) * rho_(n + 1, n + 1).real();
            }
            if (n + 2 < levels) {
                const Complex two = one(n) * one(n + 1);
                t20 += after(n) * two * rho_(n + 2, n);
                t21 += after(n) * two * std::conj(one(n)) * rho_(n + 2, n + 1);
                t22 += after(n) * std::norm(two) * rho_(n + 2, n + 2).real();
            }
        }
        // tr of (1 + y L + (y^2 - dt) L^2/2) rho (..)+
        const double x = draw_quadrature(
            {t00 - dt * t20.real() + 0.25 * dt * dt * t22, (2.0 * t10.real() - dt * t21.real()) * root,
             (t11 + t20.real() - 0.5 * dt * t22) * dt, t21.real() * dt * root, 0.25 * t22 * dt * dt},
            open_unit(random_()));
        const double y = x * root, square = 0.5 * (y * y - dt);
        const auto apply = [&](MatrixXcd& m) {
            for (Index column = 0; column < levels; ++column)
                for (Index n = 0; n + 1 < levels; ++n) {
                    Complex value = m(n, column) + y * one(n) * m(n + 1, column);
                    if (n + 2 < levels) value += square * one(n) * one(n + 1) * m(n + 2, column);
                    m(n, column) = value;
                }
        };
        apply(rho_);
        rho_.adjointInPlace();
        apply(rho_);
        rho_ /= rho_.trace().real();
        return y;
    }

    const Parts& parts_;
    Stream& random_;
    MatrixXcd rho_;
};

}  // namespace

DiffusiveSampler::DiffusiveSampler(LadderChannels channels, PumpSchedule pump, DickeState start,
                                   CavityDetection detection)
    : parts_(prepared(std::move(channels), std::move(pump), start, detection)) {
    if (detection.efficiency != 1.0)
        throw InvalidInput("efficiency = " + text(detection.efficiency) +
                           " (with photons missed the state is mixed) use ConditionalStateSampler");
}

void DiffusiveSampler::operator()(Stream& random, std::span<const double> times, const Show& show,
                                  Photocurrent* current, std::vector<Jump>* pump_record,
                                  StopRequest stop) const {
    (*this)(random, parts_->start, times, show, current, pump_record, stop);
}

void DiffusiveSampler::operator()(Stream& random, const DickeState& start, std::span<const double> times,
                                  const Show& show, Photocurrent* current, std::vector<Jump>* pump_record,
                                  StopRequest stop) const {
    Problems problems;
    check_amplitudes(start, parts_->channels, problems);
    problems.raise();
    PureState evolution(*parts_, start.amplitudes(), random, pump_record);
    run(*parts_, evolution, times, show, current, stop);
}

ConditionalStateSampler::ConditionalStateSampler(LadderChannels channels, PumpSchedule pump, DickeState start,
                                                 CavityDetection detection)
    : parts_(prepared(std::move(channels), std::move(pump), start, detection)) {}

void ConditionalStateSampler::operator()(Stream& random, std::span<const double> times, const Show& show,
                                         Photocurrent* current, StopRequest stop) const {
    ConditionalState evolution(*parts_, random);
    run(*parts_, evolution, times, show, current, stop);
}

}  // namespace dickejump
