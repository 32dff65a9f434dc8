#include "dickejump/exact/density_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "exact/radau.hpp"
#include "model/checks.hpp"

namespace dickejump::exact {

namespace {

using Complex = std::complex<double>;

void check(const LadderChannels& channels, const Eigen::VectorXcd& start, std::int64_t sector,
           std::span<const double> times) {
    dickejump::check(channels);
    Problems problems;
    const auto atoms = channels.atoms();
    const bool fits = sector >= 0 && sector <= atoms;
    problems.require(fits, "sector = " + std::to_string(sector) + " (sectors are 0.." +
                               std::to_string(atoms) + ") choose one of them");
    if (fits)
        problems.require(
            start.size() == atoms + 1 - sector,
            "a start of " + std::to_string(start.size()) + " entries (sector " + std::to_string(sector) +
                " has N + 1 - q = " + std::to_string(atoms + 1 - sector) + ") give one for each");
    problems.require(start.allFinite(),
                     "an entry of the start is not finite (nothing follows from it) correct it");
    for (std::size_t i = 0; i < times.size(); ++i)
        problems.require(std::isfinite(times[i]) && times[i] >= (i == 0 ? 0.0 : times[i - 1]),
                         "time = " + text(times[i]) + " (times ascend from 0 on) sort them");
    problems.raise();
}

/// P and E of sector q, without the part of the energies that is linear in n: that only turns the sector as a
/// whole, by w `rotation`, and a solver need not follow it.
template <class Scalar>
struct SectorParts {
    BasicTridiagonal<Scalar> pumping, emission;
    double rotation;
};

template <class Scalar>
Scalar narrowed(Complex z) {
    if constexpr (std::is_same_v<Scalar, double>)
        return z.real();
    else
        return z;
}

template <class Scalar>
SectorParts<Scalar> parts(const LadderChannels& channels, std::int64_t q) {
    const auto size = static_cast<Eigen::Index>(channels.atoms() + 1 - q);
    SectorParts<Scalar> result;
    for (auto* part : {&result.pumping, &result.emission})
        part->below = part->diagonal = part->above = Eigen::Array<Scalar, Eigen::Dynamic, 1>::Zero(size);
    const auto at = [](Eigen::Index n) { return static_cast<std::size_t>(n); };
    const auto& k = channels.pumping;
    const auto& e = channels.emission;
    const auto& energy = channels.energy;
    double least = 0.0, most = 0.0;
    for (Eigen::Index n = 0; n < size; ++n) {
        const double turn = energy[at(n)] - energy[at(n + q)];
        least = n == 0 ? turn : std::min(least, turn);
        most = n == 0 ? turn : std::max(most, turn);
    }
    result.rotation = 0.5 * (least + most);
    for (Eigen::Index n = 0; n < size; ++n) {
        const auto lower = at(n), upper = at(n + q);
        const double turn = energy[lower] - energy[upper] - result.rotation;
        result.pumping.diagonal(n) =
            narrowed<Scalar>({-0.5 * (std::norm(k[lower]) + std::norm(k[upper])), -turn});
        result.emission.diagonal(n) = -0.5 * (e[lower] * e[lower] + e[upper] * e[upper]);
        if (n > 0) result.pumping.below(n) = narrowed<Scalar>(k[lower - 1] * std::conj(k[upper - 1]));
        if (n + 1 < size) result.emission.above(n) = e[lower + 1] * e[upper + 1];
    }
    return result;
}

bool is_real(const LadderChannels& channels) {
    return std::all_of(channels.pumping.begin(), channels.pumping.end(),
                       [](Complex k) { return k.imag() == 0.0; }) &&
           std::all_of(channels.energy.begin(), channels.energy.end(), [](double e) { return e == 0.0; });
}

/// Adds factor times the solution from `start` at the times to the columns of `curve`, and to those of
/// `sensitivity`, if it is there, its derivative by the pump.
template <class Scalar>
void add_solution(const SectorParts<Scalar>& parts, const PumpSchedule& pump,
                  const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>& start, std::span<const double> times,
                  Complex factor, SectorCurve& curve, SectorCurve* sensitivity, StopRequest stop) {
    std::size_t next = 0;
    for (; next < times.size() && times[next] == 0.0; ++next)
        curve.col(static_cast<Eigen::Index>(next)) += factor * start;
    if (next == times.size() || start.isZero(0.0)) return;
    integrate(BasicLinearSystem<Scalar>{.pumping = parts.pumping,
                                        .emission = parts.emission,
                                        .pump = pump,
                                        .until = times.back(),
                                        .start = start,
                                        .with_sensitivity = sensitivity != nullptr,
                                        .stop = stop},
              [&](const BasicRadauStep<Scalar>& step) {
                  const double end = step.begin + step.length;
                  // The end of the last step may miss the last time by a rounding.
                  const double reach = end >= times.back() * (1.0 - 1e-14) ? times.back() : end;
                  for (; next < times.size() && times[next] <= reach; ++next) {
                      const auto column = static_cast<Eigen::Index>(next);
                      const auto weights =
                          Radau::scheme().interpolation((times[next] - step.begin) / step.length);
                      curve.col(column) += factor * (step.y.transpose() * weights.template cast<Scalar>());
                      if (sensitivity)
                          sensitivity->col(column) +=
                              factor * (step.sensitivity.transpose() * weights.template cast<Scalar>());
                  }
              });
}

/// The sector's curve, and its sensitivity where there is a place for it.
SectorCurve solve(const LadderChannels& channels, const PumpSchedule& pump, const Eigen::VectorXcd& start,
                  std::int64_t sector, std::span<const double> times, SectorCurve* sensitivity,
                  StopRequest stop) {
    check(channels, start, sector, times);
    SectorCurve curve = SectorCurve::Zero(start.size(), static_cast<Eigen::Index>(times.size()));
    if (sensitivity) *sensitivity = curve;
    if (sector == 0 || is_real(channels)) {
        const auto sector_parts = parts<double>(channels, sector);
        add_solution<double>(sector_parts, pump, start.real(), times, 1.0, curve, sensitivity, stop);
        add_solution<double>(sector_parts, pump, start.imag(), times, Complex(0.0, 1.0), curve, sensitivity,
                             stop);
        return curve;
    }
    const auto sector_parts = parts<Complex>(channels, sector);
    add_solution<Complex>(sector_parts, pump, start, times, 1.0, curve, sensitivity, stop);
    for (std::size_t i = 0; i < times.size(); ++i) {
        const auto column = static_cast<Eigen::Index>(i);
        const Complex turn = std::polar(1.0, -sector_parts.rotation * pump.integral(times[i]));
        curve.col(column) *= turn;
        // A shift of the pump shifts its integral by the time.
        if (sensitivity) {
            sensitivity->col(column) *= turn;
            sensitivity->col(column) -= Complex(0.0, sector_parts.rotation * times[i]) * curve.col(column);
        }
    }
    return curve;
}

}  // namespace

SectorCurve solve_sector(const LadderChannels& channels, const PumpSchedule& pump,
                         const Eigen::VectorXcd& start, std::int64_t sector, std::span<const double> times,
                         StopRequest stop) {
    return solve(channels, pump, start, sector, times, nullptr, stop);
}

SensitiveSectorCurve solve_sector_with_sensitivity(const LadderChannels& channels, const PumpSchedule& pump,
                                                   const Eigen::VectorXcd& start, std::int64_t sector,
                                                   std::span<const double> times, StopRequest stop) {
    SensitiveSectorCurve result;
    result.state = solve(channels, pump, start, sector, times, &result.sensitivity, stop);
    return result;
}

namespace {
void check_sector(std::int64_t sector, Eigen::Index levels) {
    if (sector < 0 || sector >= levels)
        throw InvalidInput("sector = " + std::to_string(sector) + " (sectors are 0.." +
                           std::to_string(levels - 1) + ") choose one of them");
}
}  // namespace

Eigen::VectorXcd sector_of(const Eigen::MatrixXcd& density_matrix, std::int64_t sector) {
    check_sector(sector, std::min(density_matrix.rows(), density_matrix.cols()));
    return density_matrix.diagonal(static_cast<Eigen::Index>(sector));
}

Eigen::VectorXcd sector_of(const DickeState& state, std::int64_t sector) {
    const Eigen::VectorXcd c = state.amplitudes();
    check_sector(sector, c.size());
    const auto size = c.size() - static_cast<Eigen::Index>(sector);
    return c.head(size).cwiseProduct(c.tail(size).conjugate());
}

std::vector<Eigen::MatrixXcd> solve_density_matrix(const LadderChannels& channels, const PumpSchedule& pump,
                                                   const Eigen::MatrixXcd& start,
                                                   std::span<const double> times, StopRequest stop) {
    dickejump::check(channels);
    const auto levels = static_cast<Eigen::Index>(channels.atoms() + 1);
    Problems problems;
    problems.require(start.rows() == levels && start.cols() == levels,
                     "a density matrix of " + std::to_string(start.rows()) + " x " +
                         std::to_string(start.cols()) + " (" + std::to_string(channels.atoms()) +
                         " atoms have " + std::to_string(levels) + " x " + std::to_string(levels) +
                         ") give that");
    problems.raise();
    problems.require(
        start.allFinite(),
        "a density matrix with an entry that is not finite (nothing follows from it) correct it");
    problems.raise();
    problems.require((start - start.adjoint()).cwiseAbs().maxCoeff() <= 1e-9,
                     "a density matrix that is not Hermitian (it differs from its adjoint by " +
                         text((start - start.adjoint()).cwiseAbs().maxCoeff()) + ") symmetrise it");
    problems.require(std::abs(start.trace() - 1.0) <= 1e-6, "a density matrix of trace " +
                                                                text(start.trace().real()) +
                                                                " (probabilities add up to 1) divide by it");
    problems.raise();

    std::vector<Eigen::MatrixXcd> result(times.size(), Eigen::MatrixXcd::Zero(levels, levels));
    for (Eigen::Index q = 0; q < levels; ++q) {
        const auto curve = solve_sector(channels, pump, start.diagonal(q), q, times, stop);
        for (std::size_t i = 0; i < times.size(); ++i) {
            const auto sector = curve.col(static_cast<Eigen::Index>(i));
            result[i].diagonal(-q) = sector.conjugate();
            result[i].diagonal(q) = sector;
        }
    }
    return result;
}

SpinCurves solve_spin(const LadderChannels& channels, const PumpSchedule& pump,
                      const Eigen::VectorXcd& populations, const Eigen::VectorXcd& coherences,
                      std::span<const double> times, StopRequest stop) {
    check(channels, populations, 0, times);
    check(channels, coherences, 1, times);
    const DickeLadder ladder(channels.atoms());
    const auto levels = populations.size();
    const Eigen::VectorXd m = Eigen::VectorXd::LinSpaced(levels, ladder.jz(0.0), -ladder.jz(0.0));
    Eigen::VectorXd emission(levels), raising(levels - 1);
    for (Eigen::Index n = 0; n < levels; ++n)
        emission(n) = static_cast<double>(ladder.emission(n));
    for (Eigen::Index n = 0; n + 1 < levels; ++n)
        raising(n) = std::sqrt(static_cast<double>(ladder.pumping(n)));

    const auto p = solve_sector(channels, pump, populations, 0, times, stop);
    const auto c = solve_sector(channels, pump, coherences, 1, times, stop);
    SpinCurves curves;
    for (Eigen::Index i = 0; i < p.cols(); ++i) {
        const Eigen::VectorXd at = p.col(i).real();
        curves.jz.push_back(at.dot(m));
        curves.jz2.push_back(at.dot(m.cwiseAbs2()));
        curves.jpjm.push_back(at.dot(emission));
        // <J+> = tr(J+ rho) = sum_n <n+1|J+|n> rho_{n,n+1}.
        const Complex raised = c.col(i).transpose() * raising.cast<Complex>();
        curves.jx.push_back(raised.real());
        curves.jy.push_back(raised.imag());
    }
    return curves;
}

Eigen::VectorXd steady_state(const LadderChannels& channels, double pump) {
    dickejump::check(channels);
    Problems problems;
    check_rate("pump", pump, problems);
    for (std::size_t n = 1; n < channels.emission.size(); ++n)
        problems.require(channels.emission[n] != 0.0, "emission out of n = " + std::to_string(n) +
                                                          " is 0 (levels above it never come down) give it a "
                                                          "rate, or solve in time from a start");
    problems.raise();
    const auto levels = static_cast<Eigen::Index>(channels.pumping.size());
    Eigen::ArrayXd log_p(levels);
    log_p(0) = 0.0;
    for (Eigen::Index n = 0; n + 1 < levels; ++n) {
        const auto i = static_cast<std::size_t>(n);
        log_p(n + 1) = log_p(n) + std::log(pump * std::norm(channels.pumping[i])) -
                       2.0 * std::log(channels.emission[i + 1]);
    }
    if (!(log_p.maxCoeff() < std::numeric_limits<double>::infinity()))
        throw InvalidInput("pump = " + text(pump) + " (its rates overflow) give a smaller `pump`");
    Eigen::VectorXd p = (log_p - log_p.maxCoeff()).exp();
    double sum = 0.0;
    for (const double weight : p)
        sum += weight;
    p /= sum;
    return p;
}

}  // namespace dickejump::exact
