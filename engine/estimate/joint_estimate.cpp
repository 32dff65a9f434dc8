#include "dickejump/estimate/joint_estimate.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "dickejump/model/invalid_input.hpp"
#include "estimate/joint_climb.hpp"
#include "estimate/scaled_inverse.hpp"

namespace dickejump {

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
/// The intervals of a normal distribution that hold 68 % and 95 %, in standard deviations.
constexpr double z68 = 0.994457883209753, z95 = 1.959963984540054;

/// -d score/d parameters about the maximum, by central differences over a tenth of a standard error.
Eigen::MatrixXd observed_information(const Climb& climb, const JointProblem& problem, const Place& top,
                                     const ScaledInverse& predicted, const std::vector<Eigen::Index>& free) {
    const auto size = top.at.size();
    Eigen::MatrixXd observed = Eigen::MatrixXd::Zero(size, size);
    for (const auto i : free) {
        const double move = 0.1 * predicted.units(i);
        Eigen::VectorXd above = top.at, below = top.at;
        above(i) = std::min(above(i) + move, problem.highest(i));
        below(i) = std::max(below(i) - move, problem.lowest(i));
        if (!(above(i) > below(i))) return top.information;
        const auto high = climb.look(above), low = climb.look(below);
        if (!high.possible() || !low.possible()) return top.information;
        observed.col(i) = (low.score - high.score) / (above(i) - below(i));
    }
    const Eigen::MatrixXd even = 0.5 * (observed + observed.transpose());
    return even;
}

/// The covariance of some parameters, the others known: of what is told, as the observed information has it.
Eigen::MatrixXd covariance_of(const Eigen::MatrixXd& observed, const ScaledInverse& predicted) {
    std::vector<Eigen::Index> told;
    for (Eigen::Index k = 0; k < predicted.told.size(); ++k)
        if (!predicted.is_dark(k)) told.push_back(k);
    const Eigen::MatrixXd directions = predicted.units.asDiagonal() * predicted.directions(Eigen::all, told);
    const Eigen::MatrixXd inner = directions.transpose() * observed * directions;
    const Eigen::LLT<Eigen::MatrixXd> solver(inner);
    // Not a maximum, as far as differences see: what was predicted stands.
    if (solver.info() != Eigen::Success) return predicted.inverse;
    return directions * solver.solve(directions.transpose());
}

/// The plane on which a combination keeps its value: a basis whose columns move single parameters where they
/// can, or one of those in the combination together with the first of them.
Eigen::MatrixXd plane_of(const Eigen::VectorXd& wanted) {
    const auto size = wanted.size();
    Eigen::Index first = 0;
    while (wanted(first) == 0.0)
        ++first;
    Eigen::MatrixXd basis = Eigen::MatrixXd::Zero(size, size - 1);
    for (Eigen::Index i = 0, k = 0; i < size; ++i) {
        if (i == first) continue;
        basis(i, k) = 1.0;
        basis(first, k++) = -wanted(i) / wanted(first);
    }
    return basis;
}

/// The profile likelihood of a combination, walked away from the maximum.
class ProfileWalk {
public:
    ProfileWalk(const Climb& climb, const JointProblem& problem, const Place& top,
                const Eigen::MatrixXd& covariance, const Eigen::VectorXd& wanted)
        : climb_(climb),
          problem_(problem),
          top_(top),
          wanted_(wanted),
          basis_(plane_of(wanted)),
          deviation_(std::sqrt(wanted.dot(covariance * wanted))),
          direction_(covariance * wanted / (deviation_ * deviation_)) {}

    /// How far from the maximum the profile has fallen by z^2/2: above it (side 1) or below (-1).
    double reach(int side, double z) {
        double near = 0.0, fallen = 0.0, step = z * deviation_;
        Eigen::VectorXd from = top_.at;
        constexpr int most_looks = 12;
        for (int i = 0; i < most_looks; ++i) {
            const double far = near + step;
            const auto start = within(from, side * step);
            if (!start) {
                // An interval of one parameter ends at its wall; of a combination nothing is said.
                if (step < 1e-3 * deviation_) return alone() ? near : inf;
                step *= 0.5;
                continue;
            }
            const auto root = fall(*start);
            if (!root) {
                step *= 0.5;
                continue;
            }
            if (std::abs(*root - z) < 3e-3) return far + (z - *root) * deviation_;
            // The root of the fall is nearly a straight line of slope 1/deviation.
            const double slope = std::clamp((*root - fallen) / step, 0.1 / deviation_, 10.0 / deviation_);
            if (*root < z) {
                near = far, fallen = *root, from = last_;
                step = std::min((z - *root) / slope, 4.0 * z * deviation_);
            } else {
                step *= (z - fallen) / (*root - fallen);
            }
            if (far > 30.0 * z * deviation_) return inf;
        }
        return near + step;
    }
    /// Somewhere higher than what was taken for the maximum, if that was seen.
    const std::optional<Place>& higher() const { return higher_; }

private:
    bool alone() const { return (wanted_.array() != 0.0).count() == 1; }
    /// Where the combination is larger by so much, along what the covariance expects, within the walls:
    /// others than those of the combination stop at theirs, and of the combination those that still can make
    /// up for one that cannot. Empty if none can.
    std::optional<Eigen::VectorXd> within(const Eigen::VectorXd& from, double change) const {
        const double target = wanted_.dot(from) + change;
        Eigen::VectorXd at =
            (from + change * direction_).cwiseMax(problem_.lowest).cwiseMin(problem_.highest);
        for (Eigen::Index i = 0; i < at.size(); ++i) {
            if (wanted_(i) == 0.0) continue;
            const double missing = target - wanted_.dot(at);
            at(i) = std::clamp(at(i) + missing / wanted_(i), problem_.lowest(i), problem_.highest(i));
        }
        constexpr double close = 1e-9;
        if (std::abs(target - wanted_.dot(at)) > close * deviation_) return {};
        return at;
    }
    /// sqrt(2 x the fall of the profile); empty where the records cannot happen.
    std::optional<double> fall(const Eigen::VectorXd& start) {
        auto place = climb_.look(start);
        if (!place.possible()) return {};
        bool converged = false;
        constexpr double tight = 1e-3;
        place = climb_.top(std::move(place), basis_, tight, converged);
        last_ = place.at;
        const double rise = place.value - top_.value;
        if (rise > 1e-2 && (!higher_ || place.value > higher_->value)) higher_ = place;
        return rise < 0.0 ? std::sqrt(-2.0 * rise) : 0.0;
    }

    const Climb& climb_;
    const JointProblem& problem_;
    const Place& top_;
    Eigen::VectorXd wanted_;
    Eigen::MatrixXd basis_;
    double deviation_;
    Eigen::VectorXd direction_, last_;
    std::optional<Place> higher_;
};

}  // namespace

JointProblem JointProblem::of(const std::vector<Unknown>& unknown, double lowest_theta) {
    // Farther off nothing is looked for: as single likelihoods do.
    constexpr double farthest = 30.0;
    const auto size = static_cast<Eigen::Index>(unknown.size()) + 1;
    JointProblem problem{.unknown = unknown,
                         .lowest = Eigen::VectorXd::Zero(size),
                         .highest = Eigen::VectorXd::Constant(size, 1e12)};
    problem.lowest(0) = lowest_theta, problem.highest(0) = farthest;
    for (std::size_t i = 0; i < unknown.size(); ++i) {
        const auto k = static_cast<Eigen::Index>(i) + 1;
        switch (unknown[i].parameter) {
            case Parameter::gamma:
                problem.lowest(k) = 1.0 / farthest, problem.highest(k) = farthest;
                break;
            case Parameter::offset:
                problem.lowest(k) = -problem.highest(k);
                break;
            case Parameter::efficiency_cavity:
            case Parameter::efficiency_pump:
            case Parameter::efficiency_side:
                problem.highest(k) = 1.0;
                break;
            default:
                break;
        }
    }
    return problem;
}

std::vector<std::string> JointProblem::names() const {
    std::vector<std::string> all{"theta"};
    for (const auto& one : unknown)
        all.emplace_back(name(one.parameter));
    return all;
}

Eigen::VectorXd JointProblem::critical_pump() const {
    Eigen::VectorXd wanted = Eigen::VectorXd::Zero(lowest.size());
    wanted(0) = -1.0;
    for (std::size_t i = 0; i < unknown.size(); ++i)
        if (unknown[i].parameter == Parameter::gamma) wanted(static_cast<Eigen::Index>(i) + 1) = 1.0;
    return wanted;
}

JointEstimate estimate_jointly(const JointLikelihood& likelihood, const JointProblem& problem,
                               const Eigen::VectorXd& start, bool profiles) {
    const auto size = problem.lowest.size();
    if (start.size() != size)
        throw InvalidInput("a start of " + std::to_string(start.size()) + " parameters (there are " +
                           std::to_string(size) + ") give one of each");
    const Climb climb(likelihood, problem);
    auto top = climb.look(start.cwiseMax(problem.lowest).cwiseMin(problem.highest));
    if (!top.possible())
        throw InvalidInput("a start at which the records cannot happen (nothing to climb) start elsewhere");
    JointEstimate result;
    result.parameters = problem.names();
    const Eigen::MatrixXd everywhere = Eigen::MatrixXd::Identity(size, size);
    constexpr int most_tries = 3;
    for (int attempt = 0; attempt < most_tries; ++attempt) {
        constexpr double fine = 4e-6, rough = 1e-4;  // standard errors squared
        top = climb.top(std::move(top), everywhere, profiles ? fine : rough, result.converged);
        result.value = top.at;
        result.log_likelihood = top.log_likelihood;
        result.at_end.clear();
        std::vector<Eigen::Index> free;
        const auto held = climb.held(top);
        for (Eigen::Index i = 0; i < size; ++i)
            if (std::find(held.begin(), held.end(), i) == held.end())
                free.push_back(i);
            else
                result.at_end.push_back(result.parameters[static_cast<std::size_t>(i)]);
        const auto whole = ScaledInverse::of(top.information);
        const auto predicted = ScaledInverse::of(top.information(free, free));
        std::vector<std::string> free_names;
        for (const auto i : free)
            free_names.push_back(result.parameters[static_cast<std::size_t>(i)]);
        result.singular = predicted.dark_directions(free_names);
        const Eigen::MatrixXd inner =
            profiles
                ? covariance_of(observed_information(climb, problem, top, whole, free)(free, free), predicted)
                : predicted.inverse;
        result.covariance = Eigen::MatrixXd::Zero(size, size);
        result.covariance(free, free) = inner;
        result.error = Eigen::VectorXd::Zero(size);
        const auto known = [&](const Eigen::VectorXd& wanted) {
            return predicted.variance(wanted(free)).has_value();
        };
        for (Eigen::Index i = 0; i < size; ++i)
            result.error(i) = known(everywhere.col(i)) ? std::sqrt(result.covariance(i, i)) : std::nan("");
        for (const auto i : held)
            result.error(i) = std::nan("");
        result.theta = result.critical_pump = {};
        if (!result.converged) return result;
        // Theta at its end has no maximum; its profile falls from there.
        const bool at_end = std::find(held.begin(), held.end(), 0) != held.end();
        const auto& judge = at_end ? whole : predicted;
        const auto& spread = at_end ? whole.inverse : result.covariance;
        std::optional<Place> higher;
        const auto profile = [&](const Eigen::VectorXd& wanted) -> std::optional<JointEstimate::Profile> {
            if (!judge.variance(at_end ? wanted : wanted(free))) return {};
            const double value = wanted.dot(top.at);
            JointEstimate::Profile found;
            if (!at_end) found.estimate = {value, std::sqrt(wanted.dot(spread * wanted))};
            if (!profiles) return found;
            ProfileWalk walk(climb, problem, top, spread, wanted);
            const auto interval = [&](double z) {
                return Interval{value - walk.reach(-1, z), value + walk.reach(1, z)};
            };
            found.interval68 = interval(z68);
            found.interval95 = interval(z95);
            if (walk.higher() && (!higher || walk.higher()->value > higher->value)) higher = walk.higher();
            return found;
        };
        result.theta = profile(everywhere.col(0));
        const auto critical = problem.critical_pump();
        if (critical.cwiseAbs().sum() > 1.5) {
            result.critical_pump = profile(critical);
        } else if (result.theta) {
            // gamma is known to be 1.
            const auto mirrored = [](const std::optional<Interval>& of) -> std::optional<Interval> {
                if (!of) return {};
                return Interval{1.0 - of->high, 1.0 - of->low};
            };
            result.critical_pump = JointEstimate::Profile{
                .estimate = {1.0 - result.theta->estimate.value, result.theta->estimate.error},
                .interval68 = mirrored(result.theta->interval68),
                .interval95 = mirrored(result.theta->interval95)};
        }
        if (!higher) break;
        top = *higher;
    }
    return result;
}

}  // namespace dickejump
