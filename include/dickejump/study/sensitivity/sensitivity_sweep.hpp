#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "dickejump/estimate/power_law.hpp"
#include "dickejump/study/scan/simulated_scan.hpp"

namespace dickejump {

/// Scans of many numbers of atoms at several rates: how the sensitivity of one run scales with N.
struct SensitivitySweep {
    std::vector<std::int64_t> atoms;
    std::vector<double> rates;         ///< transition widths times gamma
    std::optional<double> half_width;  ///< of every scan; empty: default_half_width
    Scan::Legs legs = Scan::Legs::both;
    Scan::Initial initial = Scan::Initial::steady;
    std::optional<Method> method;  ///< of every scan; empty: automatic_method
    double bias_tolerance = 2e-4;  ///< as in ScanRun
    Ensemble ensemble = {};        ///< of every scan, but for the seed
};

/// Wide enough for the loop and its lags, S = 6 + 6 sqrt(r), but short of w = 0: at most 0.98 N/2.
double default_half_width(std::int64_t atoms, double rate);

/// One scan of a sweep. Its seed is a function of the sweep's seed, N, r and S, so that points are
/// independent (with one seed for all, runs of the sphere at 10^6 and 10^8 atoms would be the same) and a
/// point does not change when others join.
struct SweepPoint {
    std::int64_t atoms;
    ScanRun run;
};

/// Rate by rate, the numbers of atoms in the order given.
std::vector<SweepPoint> points(const SensitivitySweep& sweep);

/// Adds what is wrong with the sweep to `problems`, each mistake once.
void check(const SensitivitySweep& sweep, Problems& problems);

/// A point that was run, and the exact means that it was calibrated with.
struct SimulatedPoint {
    SweepPoint point;
    ExactScan exact;
    ScanResult result;
};

struct SweepProgress {
    std::size_t done, wanted;  ///< points
    double part;               ///< of the work, 0 to 1, as far as it can be foreseen
    double seconds;
};

/// What to do while a sweep runs; called by one thread at a time.
struct SweepWatch {
    /// With the index of the point, as soon as it is done, in any order.
    std::function<void(std::size_t, SimulatedPoint)> finished;
    std::function<void(const SweepProgress&)> show = {};
    /// Ends the sweep at the next block of every running point; these are dropped.
    const std::atomic<bool>* interrupt = nullptr;
};

/// Runs points side by side, the dearest first; the threads of points that are done help with the others.
/// @return completed or interrupted
/// @throws InvalidInput if a point is wrong, and what `watch` throws
StopReason simulate_points(std::span<const SweepPoint> points, int threads, const SweepWatch& watch);

/// delta w/gamma of one estimator at one point.
struct Sensitivity {
    std::int64_t atoms;
    double rate;
    Estimator estimator;
    std::optional<Direction> direction;  ///< empty for loop
    std::optional<Estimate> delta_w;     ///< empty where there is no spread or no slope
    std::int64_t missing = 0;            ///< runs without the estimate
};

std::vector<Sensitivity> sensitivities(const SimulatedPoint& point);

/// Of an estimator at a rate: delta w against N.
struct ExponentFit {
    Estimator estimator;
    std::optional<Direction> direction;
    double rate;
    std::optional<PowerLaw> law;        ///< empty with fewer than two points
    std::optional<PowerLaw> corrected;  ///< with the first finite-size correction; empty below four points

    /// What the correction moves the exponent by: the power law is that of many atoms, and its deviation at
    /// the smallest N is an error of the fit without it. 0 where it is not known.
    double finite_size_error() const;
    /// The exponent of the fit without correction, with all its errors: of the runs, enlarged by
    /// sqrt(chi2/degrees) where that is above 1, and of the finite size.
    std::optional<Estimate> exponent() const;
};

/// Fewer atoms do not enter fits: there S <= N/2 cuts into the scan, and runs lack estimates.
inline constexpr std::int64_t fewest_atoms_fitted = 100;

/// delta w ~ N^exponent for every estimator, leg and rate that occurs, in order of appearance.
std::vector<ExponentFit> fit_exponents(std::span<const Sensitivity> values);

}  // namespace dickejump
