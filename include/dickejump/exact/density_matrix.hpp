#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

#include "dickejump/model/dicke_state.hpp"
#include "dickejump/model/ladder_channels.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/stop_request.hpp"

namespace dickejump::exact {

/// Sector Diag^(q) of a density matrix on the ladder at some times: column i is rho_{n,n+q}(times[i]), n =
/// 0..N-q.
using SectorCurve = Eigen::MatrixXcd;

/// Solves the master equation of a ladder model in sector Diag^(q), which is closed and tridiagonal (App.
/// C): with K and E the model's jump amplitudes and w eps its energies,
///   d rho_{n,n+q}/dt = w [K_{n-1} K*_{n+q-1} rho_{n-1} - (|K_n|^2 + |K_{n+q}|^2)/2 rho_n - i (eps_n -
///   eps_{n+q}) rho_n] + [E_{n+1} E_{n+q+1} rho_{n+1} - (E_n^2 + E_{n+q}^2)/2 rho_n].
/// Local errors below 1e-11 of what is left of the sector; cost as `solve`, some four times that for complex
/// channels.
///
/// @param start  rho_{n,n+q} at t = 0, N + 1 - q entries
/// @param times  ascending, from 0 on [1/gamma]
/// @throws InvalidInput naming the sizes if they do not fit
SectorCurve solve_sector(const LadderChannels& channels, const PumpSchedule& pump,
                         const Eigen::VectorXcd& start, std::int64_t sector, std::span<const double> times,
                         StopRequest stop = {});

/// The same with the derivative by a shift theta of the pump, w(t) + theta from t = 0 on; the start does not
/// move. Shapes as SectorCurve.
struct SensitiveSectorCurve {
    SectorCurve state,  ///< rho_{n,n+q} by time
        sensitivity;    ///< its derivative by theta [1/gamma]
};
/// As `solve_sector`, at some twice its cost.
SensitiveSectorCurve solve_sector_with_sensitivity(const LadderChannels& channels, const PumpSchedule& pump,
                                                   const Eigen::VectorXcd& start, std::int64_t sector,
                                                   std::span<const double> times, StopRequest stop = {});

/// Diag^(q) of a density matrix, and of a pure state. @throws InvalidInput unless 0 <= sector <= N.
Eigen::VectorXcd sector_of(const Eigen::MatrixXcd& density_matrix, std::int64_t sector);
/// C_n conj(c_{n+q}) of a pure state, n = 0..N-q.
Eigen::VectorXcd sector_of(const DickeState& state, std::int64_t sector);

/// The whole density matrix at each time, sector by sector: exact at any N that fits the memory, (N+1)^2
/// numbers a time.
/// @param start  Hermitian, finite, (N+1) x (N+1), trace 1
/// @throws InvalidInput naming the shapes if it is not
std::vector<Eigen::MatrixXcd> solve_density_matrix(const LadderChannels& channels, const PumpSchedule& pump,
                                                   const Eigen::MatrixXcd& start,
                                                   std::span<const double> times, StopRequest stop = {});

/// Means of the collective spin along a solution, one entry a time.
struct SpinCurves {
    std::vector<double> jz,    ///< <J_z>, from sector 0
        jz2;                   ///< <J_z^2>, from sector 0
    std::vector<double> jx,    ///< <J_x>, from sector 1
        jy;                    ///< <J_y>, from sector 1
    std::vector<double> jpjm;  ///< <J+ J->, the photon rate of the cavity [gamma]
};
/// From two sectors only: N numbers a time. `populations` is Diag^(0), `coherences` Diag^(1) at t = 0.
/// @throws InvalidInput as `solve_sector`
SpinCurves solve_spin(const LadderChannels& channels, const PumpSchedule& pump,
                      const Eigen::VectorXcd& populations, const Eigen::VectorXcd& coherences,
                      std::span<const double> times, StopRequest stop = {});

/// The steady state of a ladder model at pump w: diagonal, p_{n+1}/p_n = w |K_n|^2 / E_{n+1}^2.
/// @throws InvalidInput if the pump is negative or not finite, or an emission from n >= 1 is 0.
Eigen::VectorXd steady_state(const LadderChannels& channels, double pump);

}  // namespace dickejump::exact
