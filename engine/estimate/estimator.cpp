#include "dickejump/estimate/estimator.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace dickejump {

namespace {
constexpr std::array names{std::pair{Estimator::first_crossing, "first_crossing"},
                           std::pair{Estimator::last_crossing, "last_crossing"},
                           std::pair{Estimator::mid_crossing, "mid_crossing"},
                           std::pair{Estimator::area, "area"},
                           std::pair{Estimator::fit, "fit"},
                           std::pair{Estimator::maximum_likelihood, "maximum_likelihood"},
                           std::pair{Estimator::bayes, "bayes"},
                           std::pair{Estimator::loop, "loop"}};
}  // namespace

std::string_view name(Estimator estimator) {
    return std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.first == estimator; })
        ->second;
}

std::optional<Estimator> estimator_named(std::string_view wanted) {
    const auto found =
        std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.second == wanted; });
    return found == names.end() ? std::nullopt : std::optional(found->first);
}

}  // namespace dickejump
