#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dickejump/ensemble/block.hpp"
#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

/// A mean at every time; without errors if it is exact. Of trajectories an error is NaN where it is not
/// known: of a single one, and where so few of them differ that rarer events may have been missed.
struct ObservableCurve {
    std::string name;           ///< as in tables and files: "jz"
    std::vector<double> mean;   ///< [time]
    std::vector<double> error;  ///< [time] standard error over trajectories; empty if exact
};

/// Named means against time [1/gamma, or units of the system].
struct EnsembleCurves {
    std::vector<double> times;                 ///< ascending, from 0 on
    std::vector<ObservableCurve> observables;  ///< each with a mean at every time

    /// @throws InvalidInput naming those that there are, if there is none of that name
    const ObservableCurve& observable(std::string_view name) const;
};

/// What an ensemble of trajectories showed.
struct ObservedEnsemble {
    EnsembleCurves curves;                           ///< one for every observable
    std::int64_t trajectories = 0;                   ///< that the means are over
    std::int64_t jumps = 0;                          ///< of all kinds and trajectories
    StopReason stop_reason = StopReason::completed;  ///< `completed` only with all of them
    double seconds = 0.0;                            ///< wall time of the trajectories
};

/// A named real number of a state.
template <class State>
struct Observable {
    std::string name;                           ///< as in the result
    std::function<double(const State&)> value;  ///< real, of a normalised state
};

/// Several named numbers of a state: a list of observables, or one function for all of them where they share
/// work. @throws InvalidInput if one has no function
template <class State>
struct Observables {
    std::vector<std::string> names;  ///< as in the result, in the order of `values`
    std::function<void(const State&, std::span<double>)> values;  ///< writes all of them into the span

    /// Observables that are computed one by one.
    Observables(std::initializer_list<Observable<State>> list)
        : Observables(std::vector<Observable<State>>(list)) {}
    /// The same of a list that is made elsewhere.
    explicit Observables(std::vector<Observable<State>> list) {
        for (const auto& one : list) {
            if (!one.value)
                throw InvalidInput("observable " + one.name +
                                   " (it has no value) give a function of the state");
            names.push_back(one.name);
        }
        values = [all = std::move(list)](const State& state, std::span<double> to) {
            for (std::size_t i = 0; i < all.size(); ++i)
                to[i] = all[i].value(state);
        };
    }
    /// Numbers that one function computes together. @param all  writes as many as there are names
    Observables(std::vector<std::string> all_names, std::function<void(const State&, std::span<double>)> all)
        : names(std::move(all_names)), values(std::move(all)) {}
};

}  // namespace dickejump
