#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "misuse/wrong_calls.hpp"

namespace dickejump::misuse {

inline constexpr auto least = std::numeric_limits<std::int64_t>::min(),
                      most = std::numeric_limits<std::int64_t>::max();

/// A configuration and what is wrong with it.
template <class Config>
using Wrong = std::vector<std::pair<std::string, Config>>;

/// Adds the configuration with a number of it changed to each of some values.
template <class Config, class Change>
void vary(Wrong<Config>& all, const Config& good, const std::string& what,
          std::initializer_list<double> values, const Change& change) {
    for (const double value : values) {
        auto config = good;
        change(config, value);
        all.emplace_back(what + " " + text(value), config);
    }
}
template <class Config, class Change>
void vary_whole(Wrong<Config>& all, const Config& good, const std::string& what,
                std::initializer_list<std::int64_t> values, const Change& change) {
    for (const auto value : values) {
        auto config = good;
        change(config, value);
        all.emplace_back(what + " " + std::to_string(value), config);
    }
}

/// What takes a whole configuration must refuse it; what judges it must say why.
template <class Config>
void refused_everywhere(const std::string& study, const Wrong<Config>& all) {
    for (const auto& [what, wrong] : all) {
        const auto& config = wrong;
        Entry("check(" + study + ")").refuses(what, [&] {
            Problems problems;
            check(config, problems);
            problems.raise();
        });
        Entry("prepare(" + study + ")").refuses(what, [&] { prepare(config); });
    }
}

/// A null plan, which nobody should have.
template <class Prepared>
void refuses_no_plan(const std::string& name) {
    Entry(name).refuses("no plan", [] { Prepared(nullptr); });
}

}  // namespace dickejump::misuse
