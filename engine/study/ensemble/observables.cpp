#include "dickejump/study/ensemble/observables.hpp"

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

const ObservableCurve& EnsembleCurves::observable(std::string_view wanted) const {
    std::string known;
    for (const auto& curve : observables) {
        if (curve.name == wanted) return curve;
        known += (known.empty() ? "" : ", ") + curve.name;
    }
    throw InvalidInput("observable " + std::string(wanted) + " (there is none of that name) choose from " +
                       known);
}

}  // namespace dickejump
