#include "dickejump/study/sensitivity/exponent_fit.hpp"

#include <algorithm>
#include <cmath>

namespace dickejump {

std::vector<Sensitivity> sensitivities(const ScanResult& result) {
    std::vector<Sensitivity> values;
    for (const auto& e : result.estimators)
        if (!e.detector)
            values.push_back({.atoms = result.config.atoms,
                              .rate = result.config.rate,
                              .estimator = e.estimator,
                              .direction = e.direction,
                              .delta_w = e.delta_w,
                              .missing = e.missing});
    return values;
}

double ExponentFit::finite_size_error() const {
    return law && corrected ? std::abs(corrected->exponent.value - law->exponent.value) : 0.0;
}

std::optional<Estimate> ExponentFit::exponent() const {
    if (!law) return {};
    const auto statistical = law->exponent_with_scatter();
    return Estimate{statistical.value, std::hypot(statistical.error, finite_size_error())};
}

std::vector<ExponentFit> fit_exponents(std::span<const Sensitivity> values) {
    std::vector<ExponentFit> fits;
    const auto same = [](const auto& a, const auto& b) {
        return a.estimator == b.estimator && a.direction == b.direction && a.rate == b.rate;
    };
    for (const auto& value : values)
        if (std::none_of(fits.begin(), fits.end(), [&](const auto& fit) { return same(fit, value); }))
            fits.push_back({value.estimator, value.direction, value.rate, {}, {}});
    for (auto& fit : fits) {
        std::vector<double> atoms;
        std::vector<Estimate> delta_w;
        for (const auto& value : values) {
            if (!same(fit, value) || value.atoms < fewest_atoms_fitted || !value.delta_w) continue;
            atoms.push_back(static_cast<double>(value.atoms));
            delta_w.push_back(*value.delta_w);
        }
        fit.law = fit_power_law(atoms, delta_w);
        // Without a degree of freedom the correction would only take out the scan with fewest atoms.
        if (fit.law && fit.law->points >= 4) fit.corrected = fit_power_law(atoms, delta_w, true);
    }
    return fits;
}

}  // namespace dickejump
