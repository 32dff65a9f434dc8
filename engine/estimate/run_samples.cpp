#include "dickejump/estimate/run_samples.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

namespace {

using Eigen::Index;

constexpr double enough = 100.0;  // runs that a spread must rest on

/// ln of Bennett's bound on the probability that the mean of n numbers is `off` above its expectation, which
/// is `reach` below their limit.
double log_bound(double n, double off, double reach, double variance) {
    if (off <= 0.0) return 0.0;
    if (off > reach) return -std::numeric_limits<double>::infinity();
    const double u = reach * off / variance;
    // (1 + u) ln(1 + u) - u, without cancellation at small u.
    const double h = u < 1e-4 ? 0.5 * u * u * (1.0 - u / 3.0) : (1.0 + u) * std::log1p(u) - u;
    return -n * variance / (reach * reach) * h;
}

/// The same of all numbers, the factor for having looked at so many included.
double bound_on_p(const Covariance& all, const KnownMeans& expected) {
    const auto n = static_cast<double>(all.count());
    double least = 0.0;
    for (Index i = 0; i < expected.mean.size(); ++i) {
        const double range = expected.high(i) - expected.low(i);
        // What the expected mean, and the mean of the runs, are known to.
        const double mean = std::clamp(expected.mean(i), expected.low(i), expected.high(i));
        const double off = all.mean()(i) - mean, far = std::abs(off) - 1e-8 * range;
        const double reach = off > 0.0 ? expected.high(i) - mean : mean - expected.low(i);
        const double most = (expected.high(i) - mean) * (mean - expected.low(i));
        const double variance = std::min(expected.variance(i), most) + 1e-10 * range * range;
        least = std::min(least, log_bound(n, far, reach + 1e-8 * range, variance));
    }
    return std::min(1.0, 2.0 * static_cast<double>(expected.mean.size()) * std::exp(least));
}

}  // namespace

RunSamples::RunSamples(Index dimension) : all_(dimension) {}

void RunSamples::add(const Eigen::VectorXd& x) {
    all_.add(x);
    if (all_.count() <= most_kept) kept_.insert(kept_.end(), x.begin(), x.end());
}

void RunSamples::merge(const RunSamples& other) {
    all_.merge(other.all_);
    const auto room = static_cast<std::size_t>(most_kept * all_.mean().size()) - kept_.size();
    const auto more = std::min(room, other.kept_.size());
    kept_.insert(kept_.end(), other.kept_.begin(), other.kept_.begin() + static_cast<std::ptrdiff_t>(more));
}

double RunSamples::carriers(const Eigen::VectorXd& direction) const {
    const auto d = all_.mean().size();
    if (direction.size() != d)
        throw InvalidInput("a direction of " + std::to_string(direction.size()) + " numbers (runs have " +
                           std::to_string(d) + ") give as many");
    if (d == 0 || kept_.empty()) return 0.0;
    const auto runs = static_cast<Index>(kept_.size()) / d;
    const Eigen::Map<const Eigen::MatrixXd> x(kept_.data(), d, runs);
    const Eigen::ArrayXd off = (direction.transpose() * (x.colwise() - all_.mean())).transpose().array();
    const double second = off.square().sum(), fourth = off.square().square().sum();
    return fourth > 0.0
               ? second * second / fourth * static_cast<double>(all_.count()) / static_cast<double>(runs)
               : 0.0;
}

namespace {
Index checked(Index d) {
    if (d < 0)
        throw InvalidInput("dimension = " + std::to_string(d) +
                           " (a number of numbers is not negative) give 0 or more");
    return d;
}
}  // namespace

KnownMeans::KnownMeans(Index d)
    : mean(Eigen::VectorXd::Zero(checked(d))),
      low(mean),
      high(mean),
      variance(Eigen::VectorXd::Constant(d, std::numeric_limits<double>::infinity())),
      least(mean) {
    for (Index i = 0; i < d; ++i)
        leader.push_back(i);
}

MeansVerdict judge_means(const RunSamples& samples, const KnownMeans& expected, double alpha) {
    const auto& all = samples.all();
    const auto d = all.mean().size();
    for (const auto size :
         {expected.mean.size(), expected.low.size(), expected.high.size(), expected.variance.size(),
          expected.least.size(), static_cast<Index>(expected.leader.size())})
        if (size != d)
            throw InvalidInput(std::to_string(size) + " expected numbers (runs have " + std::to_string(d) +
                               ") give as many");
    if (!expected.mean.allFinite() || !expected.low.allFinite() || !expected.high.allFinite() ||
        expected.variance.hasNaN() || expected.least.hasNaN())
        throw InvalidInput("an expected number that is not one (nothing can be compared with it) correct it");
    if (!(alpha >= 0.0 && alpha <= 1.0))
        throw InvalidInput("alpha = " + text(alpha) + " (a probability) give it between 0 and 1");
    MeansVerdict verdict;
    const auto n = static_cast<double>(all.count());
    const Eigen::MatrixXd covariance = all.covariance();
    const auto a_basis = [&](Index i) {
        const double variance = covariance(i, i),
                     size = std::abs(all.mean()(i)) + expected.high(i) - expected.low(i);
        return variance > 1e-16 * size * size && variance >= expected.least(i) &&
               samples.carriers(Eigen::VectorXd::Unit(d, i)) >= enough;
    };
    std::vector<bool> basis;
    for (Index i = 0; i < d; ++i)
        basis.push_back(a_basis(i));
    for (Index i = 0; i < d; ++i) {
        const auto leader = expected.leader[static_cast<std::size_t>(i)];
        if (leader < 0 || leader >= d)
            throw InvalidInput("number " + std::to_string(leader) + " (there are 0.." +
                               std::to_string(d - 1) + ") choose a leader among them");
        if (basis[static_cast<std::size_t>(i)] && basis[static_cast<std::size_t>(leader)])
            verdict.judged.push_back(i);
    }
    // Directions of their correlations: what follows from the others (J_y where it follows J_x) has none of
    // its own.
    const auto kept = static_cast<Index>(verdict.judged.size());
    if (kept > 0) {
        Eigen::VectorXd scale(kept), off(kept);
        Eigen::MatrixXd correlations(kept, kept);
        for (Index a = 0; a < kept; ++a) {
            const auto i = verdict.judged[static_cast<std::size_t>(a)];
            scale(a) = 1.0 / std::sqrt(covariance(i, i));
            off(a) = scale(a) * (all.mean()(i) - expected.mean(i));
        }
        for (Index a = 0; a < kept; ++a)
            for (Index b = 0; b < kept; ++b)
                correlations(a, b) = scale(a) * scale(b) *
                                     covariance(verdict.judged[static_cast<std::size_t>(a)],
                                                verdict.judged[static_cast<std::size_t>(b)]);
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> axes(correlations);
        double t2 = 0.0;
        Index directions = 0;
        for (Index k = 0; k < kept; ++k) {
            if (!(axes.eigenvalues()(k) > 1e-6)) continue;
            Eigen::VectorXd direction = Eigen::VectorXd::Zero(d);
            for (Index a = 0; a < kept; ++a)
                direction(verdict.judged[static_cast<std::size_t>(a)]) = scale(a) * axes.eigenvectors()(a, k);
            if (samples.carriers(direction) < enough) continue;
            const double along = axes.eigenvectors().col(k).dot(off);
            t2 += n * along * along / axes.eigenvalues()(k);
            ++directions;
        }
        if (directions > 0 && all.count() > directions)
            verdict.p_value = p_of_t2(t2, directions, all.count());
    }
    if (const double bound = bound_on_p(all, expected); bound < alpha)
        verdict.p_value = std::min(bound, verdict.p_value.value_or(1.0));
    return verdict;
}

std::string too_few_runs(std::int64_t runs, std::int64_t needed) {
    return runs >= needed ? std::string()
                          : "too few runs to judge by: " + std::to_string(runs) + ", of " +
                                std::to_string(needed) + " that the test needs";
}

}  // namespace dickejump
