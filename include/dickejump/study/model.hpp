#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/local_spins.hpp"
#include "dickejump/study/keys/keys.hpp"

namespace dickejump {

/// Which equation a study is of.
enum class Model {
    ladder,       ///< Eq. (1): collective emission and pumping
    effective,    ///< App. B at finite detuning (B11, B12)
    three_level,  ///< Eq. (2)
    local         ///< Eq. (1), and atoms that emit, are pumped and dephase on their own
};
/// "ladder", "effective", "three-level", "local".
std::string_view name(Model model);

/// The equation of a study of populations. The pump w is always the ideal one, gamma_r (Omega/delta)^2, as
/// the drive sets it.
struct ModelConfig {
    Model kind = Model::ladder;  ///< ladder, effective or local
    double detuning = 0.0,       ///< effective: delta [gamma]
        gamma_r = 0.0;           ///< effective: gamma_r of the pumping transition [gamma]

    double emission = 0.0,  ///< local: D[sigma_-] per atom [gamma]
        pumping = 0.0,      ///< D[sigma_+]
        dephasing = 0.0;    ///< D[sigma_z/2]

    /// What single atoms do in the local model; empty in the others.
    std::optional<LocalRates> local_rates() const;
    /// Of the collective processes. @throws InvalidInput if there are not so many atoms
    DickeLadder ladder(std::int64_t atoms) const;
};
/// Flags, TOML and Python keywords of every study that has a choice of models.
template <>
const Keys<ModelConfig>& keys<ModelConfig>();
/// Adds what is wrong to `problems`: a detuning of 0 or no gamma_r, more atoms than an effective ladder is
/// summed over (2 10^6) or the local one is solved for (400), and what a model does not have.
void check(const ModelConfig& model, std::int64_t atoms, Problems& problems);

}  // namespace dickejump
