#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dickejump/estimate/power_law.hpp"
#include "dickejump/study/scan/scan_result.hpp"

namespace dickejump {

/// delta w/gamma of one estimator at one point.
struct Sensitivity {
    std::int64_t atoms;                  ///< N
    double rate;                         ///< r
    Estimator estimator;                 ///< of single runs
    std::optional<Direction> direction;  ///< empty for loop
    std::optional<Estimate> delta_w;     ///< empty where there is no spread or no slope
    std::int64_t missing = 0;            ///< runs without the estimate
};

/// Of the perfect record of a scan.
std::vector<Sensitivity> sensitivities(const ScanResult& result);

/// Of an estimator at a rate: delta w against N.
struct ExponentFit {
    Estimator estimator;                 ///< whose delta w it is
    std::optional<Direction> direction;  ///< empty for loop
    double rate;                         ///< r
    std::optional<PowerLaw> law;         ///< empty with fewer than two points
    std::optional<PowerLaw> corrected;   ///< with the first finite-size correction; empty below four points

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
