#include "dickejump/study/ensemble/prepared_ensemble.hpp"

#include "study/ensemble/ensemble_plan.hpp"

namespace dickejump {

const EnsembleConfig& PreparedEnsemble::config() const {
    return plan_->config;
}
const std::vector<std::string>& PreparedEnsemble::observables() const {
    return plan_->observables;
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
    result.observed = detail::observed(names, config.times, outcome);
    return result;
}

}  // namespace dickejump
