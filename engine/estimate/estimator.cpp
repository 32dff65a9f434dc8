#include "dickejump/estimate/estimator.hpp"

#include <algorithm>
#include <string>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

namespace {

using From = EstimatorTraits::From;
using By = EstimatorTraits::CalibratedBy;

/// In the order of the enum.
constexpr std::array table{
    EstimatorTraits{.estimator = Estimator::first_crossing,
                    .name = "first_crossing",
                    .from = From::crossings,
                    .calibrated_by = By::absorbing_levels,
                    .of_perfect_record = true,
                    .of_detector = true,
                    .gives_interval = false},
    EstimatorTraits{.estimator = Estimator::last_crossing,
                    .name = "last_crossing",
                    .from = From::crossings,
                    .calibrated_by = By::absorbing_levels,
                    .of_perfect_record = true,
                    .of_detector = true,
                    .gives_interval = false},
    EstimatorTraits{.estimator = Estimator::mid_crossing,
                    .name = "mid_crossing",
                    .from = From::crossings,
                    .calibrated_by = By::absorbing_levels,
                    .of_perfect_record = true,
                    .of_detector = true,
                    .gives_interval = false},
    EstimatorTraits{.estimator = Estimator::area,
                    .name = "area",
                    .from = From::integral,
                    .calibrated_by = By::master_equation,
                    .of_perfect_record = true,
                    .of_detector = true,
                    .gives_interval = false},
    EstimatorTraits{.estimator = Estimator::fit,
                    .name = "fit",
                    .from = From::signal,
                    .calibrated_by = By::paired_runs,
                    .of_perfect_record = false,
                    .of_detector = true,
                    .gives_interval = false},
    EstimatorTraits{.estimator = Estimator::maximum_likelihood,
                    .name = "maximum_likelihood",
                    .from = From::likelihood,
                    .calibrated_by = By::score,
                    .of_perfect_record = false,
                    .of_detector = true,
                    .gives_interval = true},
    EstimatorTraits{.estimator = Estimator::bayes,
                    .name = "bayes",
                    .from = From::likelihood,
                    .calibrated_by = By::score,
                    .of_perfect_record = false,
                    .of_detector = true,
                    .gives_interval = true},
    EstimatorTraits{.estimator = Estimator::loop,
                    .name = "loop",
                    .from = From::legs,
                    .calibrated_by = By::its_legs,
                    .of_perfect_record = true,
                    .of_detector = true,
                    .gives_interval = false},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < table.size(); ++i)
        if (table[i].estimator != all_estimators[i] || static_cast<std::size_t>(table[i].estimator) != i)
            return false;
    return table.size() == all_estimators.size();
}
static_assert(in_order(), "a row for every estimator, in the order of the enum");

}  // namespace

std::size_t index_of(Estimator estimator) {
    const auto index = static_cast<std::size_t>(estimator);
    if (index >= table.size())
        throw InvalidInput("estimator " + std::to_string(index) + " (there are " +
                           std::to_string(table.size()) + ") choose one of the enum");
    return index;
}

const EstimatorTraits& traits(Estimator estimator) {
    return table[index_of(estimator)];
}

std::string_view name(Estimator estimator) {
    return traits(estimator).name;
}

std::optional<Estimator> estimator_named(std::string_view wanted) {
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.name == wanted; });
    return found == table.end() ? std::nullopt : std::optional(found->estimator);
}

EstimatorSet EstimatorSet::of(const std::vector<Estimator>& list) {
    EstimatorSet set;
    for (const auto estimator : all_estimators)
        set.members_[estimator] =
            list.empty() || std::find(list.begin(), list.end(), estimator) != list.end();
    return set;
}

bool EstimatorSet::any_from(EstimatorTraits::From from) const {
    return std::any_of(all_estimators.begin(), all_estimators.end(), [&](Estimator estimator) {
        const auto its = traits(estimator).from;
        return contains(estimator) && (its == from || (its == From::legs && from == From::crossings));
    });
}

}  // namespace dickejump
