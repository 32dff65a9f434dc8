#include "dickejump/study/model.hpp"

#include <cmath>
#include <string>

namespace dickejump {

namespace {

Keys<ModelConfig> make_keys() {
    Keys<ModelConfig> keys;
    keys.word("model", &ModelConfig::kind, "Eq. (1), or App. B at finite detuning (default ladder)",
              {Model::ladder, Model::effective})
        .known_since("0.3.0");
    keys.number("detuning", &ModelConfig::detuning, "delta of the pumping transition [gamma], effective",
                Range::finite("a frequency is finite"))
        .known_since("0.3.0");
    keys.number("gamma_r", &ModelConfig::gamma_r, "decay of the upper level [gamma], effective",
                Range::from(0.0, "a rate is finite and not negative"))
        .known_since("0.3.0");
    return keys;
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

DickeLadder ModelConfig::ladder(std::int64_t atoms) const {
    return kind == Model::effective ? DickeLadder(atoms, std::abs(0.5 * gamma_r / detuning))
                                    : DickeLadder(atoms);
}

void check(const ModelConfig& model, std::int64_t atoms, Problems& problems) {
    judge(model, problems);
    if (model.kind == Model::ladder) {
        for (const auto& [key, value] : {std::pair{"detuning", model.detuning}, {"gamma_r", model.gamma_r}})
            problems.require(value == 0.0, "`" + std::string(key) + "` = " + text(value) +
                                               " (Eq. (1) has none) give `model` effective, or leave it out");
        return;
    }
    problems.require(model.detuning != 0.0,
                     "`detuning` = 0 (the upper level is eliminated by a detuning) give `detuning` delta");
    problems.require(model.gamma_r != 0.0, "`gamma_r` = 0 (without it no atom is pumped) give `gamma_r` > 0");
    constexpr std::int64_t most_atoms = 2'000'000;
    problems.require(atoms <= most_atoms, "`atoms` = " + std::to_string(atoms) +
                                              " (the effective model is solved level by level, up to " +
                                              std::to_string(most_atoms) + ") give fewer, or `model` ladder");
}

}  // namespace dickejump
