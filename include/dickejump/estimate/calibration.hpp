#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "dickejump/estimate/estimator.hpp"
#include "dickejump/estimate/moments.hpp"

namespace dickejump {

/// How an estimate answers to the pump: its mean in nominal s at theta = 0, and |d mean/d s_theta|, where
/// s_theta = N theta/2 is the shift of the pump in s. Spread over slope is the sensitivity of a run.
struct Calibration {
    /// Where it comes from: the master equation, or runs of its own.
    enum class Source { exact, monte_carlo };

    double offset = 0.0;            ///< mean of the estimate at theta = 0 [s]
    double slope = 0.0;             ///< |d mean/d s_theta|, near 1 [s per s]
    double slope_error = 0.0;       ///< 0 from the master equation
    Source source = Source::exact;  ///< of offset and slope
    /// The slope where the critical pump is one spread of the estimate below, and above, the nominal one;
    /// empty where it is not known, or a pump would be negative. Where it differs much from `slope` the mean
    /// bends, and spread over slope is the sensitivity near theta = 0 only.
    std::optional<std::array<double, 2>> slope_at_spread = {};

    /// Whether the slope changes by more than a fifth within a spread.
    bool bends() const;
};

/// The calibration of the mean of two estimates that have no runs in common; empty if one is missing.
std::optional<Calibration> halfway(const std::optional<Calibration>& a, const std::optional<Calibration>& b);

/// Spread over slope, delta w/gamma = (2/N) std/slope, with the errors of both; empty without a spread, or
/// where the estimate does not answer to the pump at all. @throws InvalidInput unless atoms >= 1
std::optional<Estimate> sensitivity(const std::optional<Estimate>& spread,
                                    const std::optional<Calibration>& calibration, std::int64_t atoms);

/// Calibrations from pairs of runs with common random numbers under two pumps a known shift apart: mergeable
/// sums.
class PairedShift {
public:
    /// One estimate of one pair of runs, in s; pairs in which it is missing (NaN) are left out.
    /// @throws InvalidInput if it is infinite
    /// @param one_sided  the first pump is the true one; else the true one is half-way between
    void add(Estimator estimator, double before, double after, bool one_sided);
    /// Adds the pairs of another part.
    void merge(const PairedShift& other);

    /// @param shift  of the pump between the two runs of a pair [s]
    /// @param fewest  pairs that must have the estimate; empty with fewer
    /// @throws InvalidInput unless the shift is finite and positive
    std::optional<Calibration> calibration(Estimator estimator, double shift, std::int64_t fewest) const;

private:
    ByEstimator<Moments> change_, level_;
};

}  // namespace dickejump
