#pragma once

#include <Eigen/Core>
#include <functional>

namespace dickejump::numeric {

/// A function of several numbers and its gradient at a point.
struct Climbed {
    double value = 0.0;
    Eigen::VectorXd gradient = {};
};

/// Where an ascent ended.
struct Summit {
    Eigen::VectorXd point;
    double value = 0.0;
    int steps = 0;
    bool converged = false;  ///< the last steps gained less than the tolerance; else the steps were used up
};

struct AscentLimits {
    double low, high;         ///< of every coordinate
    double tolerance = 1e-8;  ///< a step's gain, relative to the value, that is none
    int most_steps = 300;
};

/// Climbs from `start` within a box by quasi-Newton steps (BFGS) that are cut off at its walls; coordinates
/// on a wall that the gradient presses against rest there (Bertsekas, SIAM J. Control Optim. 20, 221 (1982)).
/// No step is taken that does not gain: the value is never below that at the start.
Summit bounded_ascent(const std::function<Climbed(const Eigen::VectorXd&)>& climb, Eigen::VectorXd start,
                      const AscentLimits& limits);

}  // namespace dickejump::numeric
