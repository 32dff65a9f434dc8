#include "dickejump/study/model.hpp"

#include <cmath>
#include <initializer_list>
#include <string>
#include <utility>

namespace dickejump {

namespace {

Keys<ModelConfig> make_keys() {
    Keys<ModelConfig> keys;
    keys.word(
            "model", &ModelConfig::kind,
            "Eq. (1), App. B at finite detuning, or Eq. (1) with processes of single atoms (default ladder)",
            {Model::ladder, Model::effective, Model::local})
        .known_since("0.2.0");
    keys.number("detuning", &ModelConfig::detuning, "delta of the pumping transition [gamma], effective",
                Range::finite("a frequency is finite"))
        .known_since("0.2.0");
    keys.number("gamma_r", &ModelConfig::gamma_r, "decay of the upper level [gamma], effective",
                Range::from(0.0, "a rate is finite and not negative"))
        .known_since("0.2.0");
    const auto rate = Range::from(0.0, "a rate is finite and not negative");
    keys.number("emission", &ModelConfig::emission, "emission of every atom on its own [gamma], local", rate)
        .known_since("0.2.0");
    keys.number("pumping", &ModelConfig::pumping, "pumping of every atom on its own [gamma], local", rate)
        .known_since("0.2.0");
    keys.number("dephasing", &ModelConfig::dephasing, "dephasing of every atom, D[sigma_z/2] [gamma], local",
                rate)
        .known_since("0.2.0");
    return keys;
}

/// What is given of another model.
void check_absent(std::initializer_list<std::pair<std::string_view, double>> values, const char* why,
                  Problems& problems) {
    for (const auto& [key, value] : values)
        problems.require(value == 0.0 || !std::isfinite(value),
                         "`" + std::string(key) + "` = " + text(value) + " " + why);
}

}  // namespace

template <>
const Keys<ModelConfig>& keys<ModelConfig>() {
    static const auto all = make_keys();
    return all;
}

std::string_view name(Model model) {
    switch (model) {
        case Model::effective:
            return "effective";
        case Model::three_level:
            return "three-level";
        case Model::local:
            return "local";
        default:
            return "ladder";
    }
}

std::optional<LocalRates> ModelConfig::local_rates() const {
    if (kind != Model::local) return {};
    return LocalRates{.emission = emission, .pumping = pumping, .dephasing = dephasing};
}

DickeLadder ModelConfig::ladder(std::int64_t atoms) const {
    return kind == Model::effective ? DickeLadder(atoms, std::abs(0.5 * gamma_r / detuning))
                                    : DickeLadder(atoms);
}

void check(const ModelConfig& model, std::int64_t atoms, Problems& problems) {
    judge(model, problems);
    if (model.kind != Model::effective)
        check_absent({{"detuning", model.detuning}, {"gamma_r", model.gamma_r}},
                     "(Eq. (1) has none) give `model` effective, or leave it out", problems);
    if (model.kind != Model::local)
        check_absent(
            {{"emission", model.emission}, {"pumping", model.pumping}, {"dephasing", model.dephasing}},
            "(single atoms do nothing in this model) give `model` local, or leave it out", problems);
    if (model.kind == Model::local) {
        constexpr std::int64_t most_spins = 400;
        problems.require(atoms <= most_spins,
                         "`atoms` = " + std::to_string(atoms) +
                             " (calibrations and bounds solve for every |j, m>, which is done up to " +
                             std::to_string(most_spins) + " atoms) give fewer, or `model` ladder");
    }
    if (model.kind != Model::effective) return;
    problems.require(model.detuning != 0.0,
                     "`detuning` = 0 (the upper level is eliminated by a detuning) give `detuning` delta");
    problems.require(model.gamma_r != 0.0, "`gamma_r` = 0 (without it no atom is pumped) give `gamma_r` > 0");
    constexpr std::int64_t most_atoms = 2'000'000;
    problems.require(atoms <= most_atoms, "`atoms` = " + std::to_string(atoms) +
                                              " (the effective model is solved level by level, up to " +
                                              std::to_string(most_atoms) + ") give fewer, or `model` ladder");
}

}  // namespace dickejump
