#pragma once

#include <optional>
#include <span>

#include "dickejump/estimate/moments.hpp"

namespace dickejump {

/// y = prefactor x^exponent through points with errors.
struct PowerLaw {
    Estimate exponent;             ///< its standard error is that of the points, whatever chi2 says
    Estimate prefactor;            ///< likewise
    std::optional<Estimate> tail;  ///< c of the first correction, a factor exp(c/x), if it was asked for
    int points = 0;                ///< that entered the fit
    int degrees = 0;               ///< of freedom: points less parameters
    double chi2 = 0.0;             ///< sum of squared residuals of log y over their errors

    /// P(chi2 this large or larger | the law holds); empty without degrees of freedom.
    std::optional<double> p_value() const;
    /// The exponent with an error that is enlarged where the points scatter about the law by more than their
    /// own errors: by sqrt(chi2/degrees), if that is above 1 (the ratio of Birge, Phys. Rev. 40, 207 (1932)).
    Estimate exponent_with_scatter() const;
};

/// Weighted least squares of log y on log x, the error of log y being error/y.
///
/// @param tail  also fits log y = .. + c/x: the leading finite-size correction of a law that holds as
///              x -> infinity
/// @param x, y  of one length; points with x or y <= 0 or not finite, or without a finite error, have no
///              weight and are left out
/// @throws InvalidInput if their lengths differ
/// @return empty with fewer points than parameters, or if all x are the same
std::optional<PowerLaw> fit_power_law(std::span<const double> x, std::span<const Estimate> y,
                                      bool tail = false);

}  // namespace dickejump
