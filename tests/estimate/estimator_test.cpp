#include "dickejump/estimate/estimator.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace dickejump;

TEST_CASE("every estimator has a name of its own, by which it is found again") {
    std::set<std::string> names;
    for (const auto estimator :
         {Estimator::first_crossing, Estimator::last_crossing, Estimator::mid_crossing, Estimator::area,
          Estimator::fit, Estimator::maximum_likelihood, Estimator::bayes, Estimator::loop}) {
        CHECK(estimator_named(name(estimator)) == estimator);
        names.insert(std::string(name(estimator)));
    }
    CHECK(names.size() == 8);
    for (const auto* stranger : {"", "Area", "first", "first_crossing "})
        CHECK_FALSE(estimator_named(stranger).has_value());
}
