#pragma once

#include "dickejump/estimate/estimator.hpp"
#include "dickejump/exact/sphere_bias.hpp"
#include "dickejump/study/scan/scan_protocol.hpp"
#include "dickejump/study/scan/scan_result.hpp"

namespace dickejump {

/// The systematic errors of the sphere on a leg, of every estimator of its perfect record that is wanted.
///
/// Curves and the mean crossing: `sphere_bias`, and 2/(N+1)^2 in <x> and Var x for the rounding to levels.
/// Single runs: an error model, not a solution. With v = 2 tau, the variance of a step's angle, and
/// sigma = 1.7 + 0.31 sqrt r, the spread of single crossings in s, crossings are off by at most
/// 0.05 v sigma in mean and spread (what bridges leave out is at least of first order in v; the constant
/// holds what 10^6 runs show at r = 0.5, 1 and fewer between 0.1 and 1000:
/// tests/statistical/sphere_kernel_test.cpp), and by 1.4 sigma^2/N^2 for the ladder (12/N^2 at r = 16).
/// Slopes: a part 0.05 v. The area is an integral of the curve, so its mean and, per unit of s, its slope are
/// off by no more than that of the curve over the scan; its spread by this or a part 0.05 v of sigma.
LegBias leg_bias(const ScanLeg& leg, const SphereBias& bias, const EstimatorSet& wanted);

}  // namespace dickejump
