#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dickejump/ensemble/block.hpp"
#include "dickejump/model/dicke_state.hpp"
#include "dickejump/model/ladder_channels.hpp"
#include "dickejump/model/local_spins.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/study/keys/keys.hpp"
#include "dickejump/study/model.hpp"

namespace dickejump {

/// The state at t = 0; of three-level atoms one of |g> and |e> alone, but for `steady`. Of the local model
/// j = N/2 unless it says otherwise, and `steady` is the steady state without local processes: atoms freshly
/// prepared.
struct InitialState {
    /// What the state is; each has its own of the numbers below.
    enum class Kind {
        ground,    ///< n = 0
        steady,    ///< the model's steady state at the pump w(0)
        dicke,     ///< |n>
        coherent,  ///< <J> = (N/2)(sin theta cos phi, sin theta sin phi, cos theta)
        ghz,       ///< (|0> + |N>)/sqrt 2
        file,      ///< N + 1 amplitudes, see `DickeState::from_csv`
        spin,      ///< |j, m>; local model only
        thermal,   ///< every atom excited with a probability, independently; local model only
        dephased,  ///< a coherent state whose phase is lost: n binomial at j = N/2; local model only
    };

    Kind kind = Kind::ground;  ///< which of them
    std::int64_t n = 0;        ///< dicke: atoms excited
    double theta = 0.0,        ///< coherent, dephased: 0 has all atoms excited [rad]
        phi = 0.0;             ///< coherent: about z [rad]
    std::string file = {};     ///< file: path of the amplitudes
    SpinState spin = {};       ///< spin: j and m
    double excited = 0.0;      ///< thermal: probability of |e>

    /// Whether it is a mixture that the local model alone has.
    bool is_mixed_spin() const {
        return kind == Kind::spin || kind == Kind::thermal || kind == Kind::dephased;
    }
    /// Whether it is a mixture of Dicke states, from which the ladder model never leaves them.
    bool is_diagonal() const { return kind == Kind::ground || kind == Kind::steady || kind == Kind::dicke; }
};
/// From `ground`, `steady`, `dicke:n`, `coherent:theta,phi`, `ghz`, `file:PATH`, `spin:j,m`, `thermal:p` or
/// `dephased:theta`.
/// @throws InvalidInput
InitialState parse_initial_state(const std::string& text);
/// As `parse_initial_state` reads it.
std::string to_text(const InitialState& initial);

/// Trajectories of a model from an initial state, seen at some times: everything that shapes the result.
struct EnsembleConfig {
    Model model = Model::ladder;  ///< the equation that is unravelled
    std::int64_t atoms = 1;       ///< N
    InitialState initial = {};    ///< at times.front() = 0
    /// w(t) [gamma]: a constant, a file with the columns time, pump, or a schedule. Of effective and
    /// three-level atoms all may be empty: then it is constant at gamma_r (drive/detuning)^2; if given, it is
    /// the drive that follows it.
    std::optional<double> pump = {};
    std::string schedule = {};                       ///< file of w(t); empty: none
    std::optional<PumpSchedule> pump_schedule = {};  ///< w(t) as such; from C++ and Python only
    std::vector<double> times = {};                  ///< ascending, from 0 on [1/gamma]
    double detuning = 0.0,                           ///< delta; effective and three-level only [gamma]
        drive = 0.0,                                 ///< Omega; likewise
        gamma_r = 0.0;                               ///< likewise
    double emission = 0.0,                           ///< D[sigma_-] per atom; local only [gamma]
        pumping = 0.0,                               ///< D[sigma_+]; likewise
        dephasing = 0.0;                             ///< D[sigma_z/2]; likewise
    std::int64_t trajectories = 10'000;              ///< to run
    std::uint64_t seed = 1;                          ///< trajectory k depends on it and k alone
    double time_limit = std::numeric_limits<double>::infinity();  ///< [s]

    /// For tests of the tests: simulated pump rates are this times the nominal ones. Exact means do not know.
    double simulated_pump_factor = 1.0;

    /// Number and seed of the trajectories as one.
    Ensemble ensemble() const { return {trajectories, seed}; }
    /// Detuning, drive and gamma_r with the number of atoms.
    ThreeLevelAtoms three_level_atoms() const {
        return {.atoms = atoms, .detuning = detuning, .drive = drive, .gamma_r = gamma_r};
    }
    /// What single atoms do, of the local model.
    LocalRates local_rates() const {
        return {.emission = emission, .pumping = pumping, .dephasing = dephasing};
    }
    /// w(t), from whatever says it. @throws InvalidInput, also naming file and line
    PumpSchedule pump_of_time() const;
    /// Whether w(t) is given, and not taken from the drive.
    bool has_pump() const { return pump || !schedule.empty() || pump_schedule; }
    /// The pure initial state; of those that are none it is n = 0. @throws InvalidInput
    DickeState pure_state() const;
};

/// Flags, TOML and Python keywords of `ensemble`.
template <>
const Keys<EnsembleConfig>& keys<EnsembleConfig>();

/// Adds what is wrong with a configuration to `problems`, everything at once; files are read.
void check(const EnsembleConfig& config, Problems& problems);

/// The same with files by their whole paths, so that it can be run from anywhere.
EnsembleConfig resolved(const EnsembleConfig& config);

/// As of a scan. Files enter with what they say, not with their names.
std::uint64_t hash(const EnsembleConfig& config);

}  // namespace dickejump
