#include "dickejump/study/ensemble/prepared_ensemble.hpp"

#include <limits>

#include "study/ensemble/ensemble_plan.hpp"

namespace dickejump {

const EnsembleConfig& PreparedEnsemble::config() const {
    return plan_->config;
}
const std::vector<std::string>& PreparedEnsemble::observables() const {
    return plan_->observables;
}

ObservedEnsemble observed(const PreparedEnsemble::Plan& plan, const Outcome<detail::ObservedTally>& outcome) {
    const auto& config = plan.config;
    using Kind = InitialState::Kind;
    const auto pump = config.pump_of_time();
    const auto kind = config.initial.kind;
    const bool mixed = kind == Kind::steady && pump.at(0.0) > 0.0,
               dark = kind == Kind::ground || (kind == Kind::dicke && config.initial.n == 0) ||
                      (kind == Kind::steady && !mixed);
    const auto level = [&](std::size_t t, std::size_t o, const Moments& values) {
        const double time = config.times[t];
        const bool chance = mixed || (time > 0.0 && !(dark && pump.extremes(time).highest == 0.0));
        // J_z^2 of one atom is 1/4; what a symmetry keeps at 0 has no chance either.
        const bool fixed = (o == 1 && config.atoms == 1 && config.model != Model::three_level) ||
                           (o >= 2 && values.mean()->value == 0.0 && values.carriers() == 0.0);
        if (!chance || fixed) return 0.0;
        // Events move J_z by a level; what they do to the others is not known, but they are the same events.
        const auto& jz = outcome.result->moments[t * plan.observables.size()];
        if (o == 0) return 1.0;
        return jz.spread_is_known(1.0) && values.carriers() > 0.0 ? 0.0
                                                                  : std::numeric_limits<double>::infinity();
    };
    return detail::observed(plan.observables, config.times, outcome, level);
}

PreparedEnsemble prepare(const EnsembleConfig& asked, const RunControl& control) {
    const auto config = resolved(asked);
    control.stop().check();
    return PreparedEnsemble(std::make_shared<const PreparedEnsemble::Plan>(PreparedEnsemble::Plan{
        .config = config, .observables = observables_of(config.model), .numbers = numbers_of(config)}));
}

EnsembleResult simulate(const PreparedEnsemble& ensemble, const RunControl& control) {
    const auto& [config, names, numbers] = ensemble.plan();
    EnsembleResult result{
        .config = config, .observed = {}, .threads = control.threads, .provenance = Provenance::now()};
    const auto outcome = detail::simulate_numbers(config.ensemble(), config.times.size() * names.size(),
                                                  numbers, {}, config.time_limit, control);
    result.observed = observed(ensemble.plan(), outcome);
    return result;
}

}  // namespace dickejump
