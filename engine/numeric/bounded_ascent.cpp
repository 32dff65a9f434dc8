#include "numeric/bounded_ascent.hpp"

#include <cmath>
#include <vector>

namespace dickejump::numeric {

namespace {

/// The uphill step on the coordinates that are free to move; the others stay.
Eigen::VectorXd direction(const Eigen::MatrixXd& inverse, const Eigen::VectorXd& gradient,
                          const std::vector<bool>& held) {
    Eigen::VectorXd free = gradient;
    for (Eigen::Index i = 0; i < free.size(); ++i)
        if (held[static_cast<std::size_t>(i)]) free(i) = 0.0;
    Eigen::VectorXd step = inverse * free;
    for (Eigen::Index i = 0; i < step.size(); ++i)
        if (held[static_cast<std::size_t>(i)]) step(i) = 0.0;
    return step;
}

}  // namespace

Summit bounded_ascent(const std::function<Climbed(const Eigen::VectorXd&)>& climb, Eigen::VectorXd start,
                      const AscentLimits& limits) {
    const auto size = start.size();
    Summit at{.point = start.cwiseMax(limits.low).cwiseMin(limits.high)};
    auto here = climb(at.point);
    at.value = here.value;
    // No coordinate moves by more than this at once: far away the quadratic model knows nothing.
    const double reach = 0.25 * (limits.high - limits.low);
    const Eigen::MatrixXd unit = Eigen::MatrixXd::Identity(size, size);
    Eigen::MatrixXd inverse = unit;  // of minus the Hessian
    bool scaled = false;
    int idle = 0;
    while (at.steps < limits.most_steps && idle < 3) {
        std::vector<bool> held(static_cast<std::size_t>(size));
        for (Eigen::Index i = 0; i < size; ++i)
            held[static_cast<std::size_t>(i)] = (at.point(i) <= limits.low && here.gradient(i) <= 0.0) ||
                                                (at.point(i) >= limits.high && here.gradient(i) >= 0.0);
        auto step = direction(inverse, here.gradient, held);
        const double largest = step.cwiseAbs().maxCoeff();
        if (!(largest > 0.0)) break;
        double part = std::min(1.0, reach / largest);
        if (!scaled) part = 0.05 * (limits.high - limits.low) / largest;
        Climbed there;
        Eigen::VectorXd moved, point;
        bool gains = false;
        constexpr int most_cuts = 30;
        for (int cut = 0; cut < most_cuts && !gains; ++cut, part *= 0.4) {
            point = (at.point + part * step).cwiseMax(limits.low).cwiseMin(limits.high);
            moved = point - at.point;
            there = climb(point);
            gains = there.value >= here.value + 1e-4 * here.gradient.dot(moved) && there.value > here.value;
        }
        ++at.steps;
        if (!gains) {
            // The model may be at fault: once more along the gradient itself, then it is the top.
            if (inverse == unit) break;
            inverse = unit, scaled = false;
            continue;
        }
        const Eigen::VectorXd change = here.gradient - there.gradient;
        const double curvature = moved.dot(change);
        if (curvature > 1e-14 * moved.norm() * change.norm()) {
            if (!scaled) inverse = unit * (curvature / change.squaredNorm());
            scaled = true;
            const Eigen::VectorXd turned = inverse * change;
            inverse += (1.0 + change.dot(turned) / curvature) / curvature * (moved * moved.transpose()) -
                       (turned * moved.transpose() + moved * turned.transpose()) / curvature;
        }
        idle = there.value - here.value <= limits.tolerance * std::abs(there.value) ? idle + 1 : 0;
        at.point = point, at.value = there.value;
        here = std::move(there);
    }
    at.converged = at.steps < limits.most_steps;
    return at;
}

}  // namespace dickejump::numeric
