#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dickejump/estimate/covariance.hpp"
#include "dickejump/estimate/visit_state.hpp"

namespace dickejump {

/// Several numbers of every run, for a test of their means: their covariance over all runs, and the numbers
/// themselves of some, which show on how many runs a spread rests. Mergeable.
class RunSamples {
public:
    static constexpr std::int64_t most_kept = 20'000;  ///< runs whose numbers are kept one by one

    /// @throws InvalidInput if the dimension is negative
    explicit RunSamples(Eigen::Index dimension);

    /// @throws InvalidInput if x is of another dimension
    void add(const Eigen::VectorXd& x);
    /// @throws InvalidInput if the other is of another dimension
    void merge(const RunSamples& other);

    /// Mean and covariance over every run.
    const Covariance& all() const { return all_; }
    /// How many of the runs the spread of `direction` . x rests on, as `Moments::carriers`: that of the kept
    /// runs, scaled to all. @throws InvalidInput if the direction is of another dimension
    double carriers(const Eigen::VectorXd& direction) const;

    /// Its sums, for files and parts: see `IsOrConst`.
    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, RunSamples> {
        archive("all", self.all_);
        archive("kept", self.kept_);
    }

private:
    Covariance all_;
    std::vector<double> kept_;  // [run][number] of the first `most_kept` runs of what was merged
};

/// What is known of numbers whose means are tested, [number] each.
struct KnownMeans {
    Eigen::VectorXd mean;      ///< the means expected
    Eigen::VectorXd low,       ///< least value in any run
        high;                  ///< greatest value in any run
    Eigen::VectorXd variance;  ///< of one run's, or an upper bound; infinite: what the limits allow
    /// The least variance of the runs that is a basis for judging; 0: any.
    Eigen::VectorXd least;
    /// The number whose runs must be a basis as well: of J_x, say, J_z at that time. Its own: none.
    std::vector<Eigen::Index> leader;

    /// @param d  how many numbers: means and limits 0, variances without a bound, until they are set
    /// @throws InvalidInput if d < 0
    explicit KnownMeans(Eigen::Index d);
};

/// Whether means of runs are those expected.
struct MeansVerdict {
    std::optional<double> p_value;     ///< empty: too few events to judge by
    std::vector<Eigen::Index> judged;  ///< the numbers that the p-value is about
};

/// Hotelling's T^2 test that the means are those expected, of what the runs support: numbers and, among their
/// correlations, directions whose spread rests on at least a hundred runs. A spread that a handful of runs
/// makes knows neither its own size nor a tail, and is left out. p-values are uniform.
///
/// What is left out, and all else, is held against a bound that needs no events (Bennett, JASA 57, 33
/// (1962)): the probability of a mean so far from expectation, of numbers with that variance within these
/// limits. It speaks only below `alpha`, and then it is the p-value.
/// @throws InvalidInput if sizes differ, a leader is none of the numbers, means or limits are not finite, or
/// alpha is no probability
MeansVerdict judge_means(const RunSamples& samples, const KnownMeans& expected, double alpha);

/// Why there is no verdict of so many runs where so many are needed; empty if there are enough.
std::string too_few_runs(std::int64_t runs, std::int64_t needed);
/// Why `judge_means` gives none.
inline constexpr const char* too_few_events =
    "too few events to judge by: at no point does the spread rest on a hundred runs";

}  // namespace dickejump
