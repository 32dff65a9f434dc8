#include "estimate/joint_climb.hpp"

#include <algorithm>

#include "estimate/scaled_inverse.hpp"

namespace dickejump {

namespace {

bool moves_alone(const Eigen::MatrixXd& basis, Eigen::Index i) {
    for (Eigen::Index k = 0; k < basis.cols(); ++k)
        if (basis(i, k) != 0.0) return basis.col(k).cwiseAbs().sum() == std::abs(basis(i, k));
    return true;
}

}  // namespace

Place Climb::look(const Eigen::VectorXd& at) const {
    auto told = likelihood_(at);
    Place place{at, told.log_likelihood, told.log_likelihood, std::move(told.score),
                std::move(told.information)};
    for (std::size_t i = 0; i < problem_.unknown.size(); ++i) {
        const auto& prior = problem_.unknown[i].prior;
        if (!prior) continue;
        const auto k = static_cast<Eigen::Index>(i) + 1;
        const double off = at(k) - prior->value, weight = 1.0 / (prior->error * prior->error);
        place.value -= 0.5 * weight * off * off;
        place.score(k) -= weight * off;
        place.information(k, k) += weight;
    }
    return place;
}

std::vector<Eigen::Index> Climb::held(const Place& place) const {
    std::vector<Eigen::Index> all;
    for (Eigen::Index i = 0; i < place.at.size(); ++i)
        if ((place.at(i) <= problem_.lowest(i) && place.score(i) < 0.0) ||
            (place.at(i) >= problem_.highest(i) && place.score(i) > 0.0))
            all.push_back(i);
    return all;
}

Place Climb::top(Place place, const Eigen::MatrixXd& basis, double tight, bool& converged) const {
    converged = false;
    constexpr int most_steps = 40;
    for (int i = 0; i < most_steps && place.possible(); ++i) {
        // Directions that would take a parameter through a wall are left out, until none does.
        Eigen::MatrixXd free = basis;
        Eigen::VectorXd step;
        double rise = 0.0;
        while (free.cols() > 0) {
            const Eigen::VectorXd score = free.transpose() * place.score;
            const auto inverse = ScaledInverse::of(free.transpose() * place.information * free);
            const Eigen::VectorXd along = inverse.inverse * score;
            step = free * along, rise = score.dot(along);
            const auto kept = unblocked(place.at, step, free);
            if (kept.cols() == free.cols()) break;
            free = kept;
        }
        if (free.cols() == 0 || rise < tight) {
            converged = true;
            break;
        }
        // Values at two places are right to so much, because the filter's steps differ; scores are finer, and
        // near the top they alone are believed.
        constexpr double sure = 2e-4, near = 0.05;
        double part = 1.0;
        bool moved = false;
        for (int halving = 0; halving < 12 && !moved; ++halving, part *= 0.4) {
            const auto next = look(inside(place.at, part * step, basis));
            if (!next.possible() || (rise > near && next.value < place.value - sure)) continue;
            moved = true;
            place = next;
        }
        if (!moved) break;
    }
    return place;
}

/// The directions without those that move a parameter which stands at a wall and would go through it.
Eigen::MatrixXd Climb::unblocked(const Eigen::VectorXd& at, const Eigen::VectorXd& step,
                                 const Eigen::MatrixXd& basis) const {
    std::vector<Eigen::Index> kept;
    for (Eigen::Index k = 0; k < basis.cols(); ++k) {
        bool blocked = false;
        for (Eigen::Index i = 0; i < at.size(); ++i)
            blocked = blocked || (basis(i, k) != 0.0 && ((at(i) <= problem_.lowest(i) && step(i) < 0.0) ||
                                                         (at(i) >= problem_.highest(i) && step(i) > 0.0)));
        if (!blocked) kept.push_back(k);
    }
    return basis(Eigen::all, kept);
}

/// A step that ends at the walls of the box. Where parameters move alone each stops by itself; the others
/// keep their proportions.
Eigen::VectorXd Climb::inside(const Eigen::VectorXd& from, const Eigen::VectorXd& step,
                              const Eigen::MatrixXd& basis) const {
    Eigen::VectorXd to = from + step;
    double part = 1.0;
    for (Eigen::Index i = 0; i < to.size(); ++i) {
        const double wall = std::clamp(to(i), problem_.lowest(i), problem_.highest(i));
        if (wall == to(i)) continue;
        if (moves_alone(basis, i))
            to(i) = wall;
        else
            part = std::min(part, (wall - from(i)) / step(i));
    }
    if (part < 1.0)
        for (Eigen::Index i = 0; i < to.size(); ++i)
            if (!moves_alone(basis, i)) to(i) = from(i) + part * step(i);
    return to;
}

}  // namespace dickejump
