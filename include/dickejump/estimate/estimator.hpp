#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace dickejump {

/// The single-run estimators of the critical pump, in nominal s. To add one: a name here, a row in the table
/// (estimator.cpp), and its computation where its kind of record is seen (README, "How to add an estimator").
enum class Estimator {
    first_crossing,      ///< where the run first arrives at J_z = 0
    last_crossing,       ///< where it leaves J_z = 0 for good
    mid_crossing,        ///< the mean of the two
    area,                ///< -(1/N) int J_z ds
    fit,                 ///< the shift of the exact mean curve that fits the record best
    maximum_likelihood,  ///< the maximum of the record's likelihood
    bayes,               ///< the mean of its posterior
    loop,                ///< of a pair of legs: the mean of the up and the down mid crossing
};

/// In the order of the table that a scan prints.
inline constexpr std::array all_estimators{
    Estimator::first_crossing, Estimator::last_crossing, Estimator::mid_crossing,
    Estimator::area,           Estimator::fit,           Estimator::maximum_likelihood,
    Estimator::bayes,          Estimator::loop};

/// What an estimator is made from, and how its answer to the pump is found.
struct EstimatorTraits {
    /// The part of a record that it is computed from.
    enum class From { crossings, integral, signal, likelihood, legs };
    /// Of the perfect record where there is a choice; of what a detector saw crossings, area and fit are
    /// calibrated by paired runs.
    enum class CalibratedBy { absorbing_levels, master_equation, paired_runs, score, its_legs };

    Estimator estimator;         ///< whose traits these are
    std::string_view name;       ///< as in flags, tables and files: "area"
    From from;                   ///< which part of the run's record
    CalibratedBy calibrated_by;  ///< what gives offset and slope of its mean
    bool of_perfect_record;      ///< every jump seen
    bool of_detector;            ///< what a detector saw
    bool gives_interval;         ///< and so has a coverage
};
/// Its place in `all_estimators`. @throws InvalidInput if it is none of them, as does all that follows
std::size_t index_of(Estimator estimator);
/// The row of the table that describes it.
const EstimatorTraits& traits(Estimator estimator);

/// As in flags and files: "first_crossing", .., "loop".
std::string_view name(Estimator estimator);
/// Empty if there is none of that name.
std::optional<Estimator> estimator_named(std::string_view name);

/// A value for every estimator.
template <class T>
class ByEstimator {
public:
    ByEstimator() = default;
    /// @param value  of every estimator to begin with
    explicit ByEstimator(const T& value) { values_.fill(value); }

    /// That of one estimator, to change.
    T& operator[](Estimator estimator) { return values_[index_of(estimator)]; }
    /// That of one estimator.
    const T& operator[](Estimator estimator) const { return values_[index_of(estimator)]; }

private:
    std::array<T, all_estimators.size()> values_{};
};

/// Some of the estimators.
class EstimatorSet {
public:
    /// Those of a list; of an empty list all.
    static EstimatorSet of(const std::vector<Estimator>& list);

    /// Whether it is one of them.
    bool contains(Estimator estimator) const { return members_[estimator]; }
    /// Whether any that is made from this is among them. `loop` is made from crossings.
    bool any_from(EstimatorTraits::From from) const;

private:
    ByEstimator<bool> members_;
};

}  // namespace dickejump
