#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dickejump/ensemble/ensemble.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/model/ladder_channels.hpp"
#include "dickejump/model/pump_schedule.hpp"

namespace dickejump {

/// Which equation an ensemble is of: Eq. (1), App. B at finite detuning (B11, B12), or Eq. (2).
enum class Model { ladder, effective, three_level };
std::string_view name(Model model);
/// Empty if there is none of that name; `three-level` is spelt with a hyphen.
std::optional<Model> model_named(std::string_view name);

/// The state at t = 0; of three-level atoms one of |g> and |e> alone, but for `steady`.
struct InitialState {
    enum class Kind {
        ground,    ///< n = 0
        steady,    ///< the model's steady state at the pump w(0)
        dicke,     ///< |n>
        coherent,  ///< <J> = (N/2)(sin theta cos phi, sin theta sin phi, cos theta)
        ghz,       ///< (|0> + |N>)/sqrt 2
        file,      ///< N + 1 amplitudes, see `DickeState::from_csv`
    };

    Kind kind = Kind::ground;
    std::int64_t n = 0;
    double theta = 0.0, phi = 0.0;  ///< [rad]
    std::string file = {};
};
/// From `ground`, `steady`, `dicke:n`, `coherent:theta,phi`, `ghz` or `file:PATH`. @throws InvalidInput
InitialState initial_state(std::string_view text);
/// The times of `a:b:n`: n >= 2 from a to b, or one with a = b. @throws InvalidInput
std::vector<double> times_of(std::string_view text);

/// Trajectories of a model from an initial state, seen at some times. Everything but `threads`, `interrupt`
/// and `show` shapes the result.
struct EnsembleRun {
    Model model = Model::ladder;
    std::int64_t atoms = 1;
    /// w(t) [gamma]. Of the other models it may be empty: then it is constant at gamma_r (drive/detuning)^2;
    /// if given, it is the drive that follows it.
    std::optional<PumpSchedule> pump;
    /// Effective and three-level only [gamma].
    double detuning = 0.0, drive = 0.0, gamma_r = 0.0;
    InitialState initial;
    std::vector<double> times;  ///< ascending, from 0 on [1/gamma]

    Ensemble ensemble;
    double time_limit = std::numeric_limits<double>::infinity();  ///< [s]
    const std::atomic<bool>* interrupt = nullptr;
    std::function<void(const Progress&)> show;
    /// For tests of the tests: simulated pump rates are this times the nominal ones. Exact means do not know.
    double simulated_pump_factor = 1.0;
};

/// A mean at every time; without errors if it is exact.
struct ObservableCurve {
    std::string name;
    std::vector<double> mean;
    std::vector<double> error;
};

/// `jz`, `jz2`, `jx`, `jy` of every model, with J_z = (J_ee - J_gg)/2 and J_+ = J_eg of three-level atoms,
/// and their `nr` = <J_rr>.
struct EnsembleCurves {
    std::vector<double> times;
    std::vector<ObservableCurve> observables;

    /// @throws InvalidInput if there is none of that name
    const ObservableCurve& observable(std::string_view name) const;
};

struct EnsembleResult {
    EnsembleCurves curves;
    std::int64_t trajectories = 0;
    std::int64_t jumps = 0;  ///< of all kinds and trajectories
    StopReason stop_reason = StopReason::completed;
    double seconds = 0.0;
};

/// @throws InvalidInput with everything that is wrong with the run; files of states are read
void check(const EnsembleRun& run);

/// Simulates: trajectory k is a function of (seed, k, model, pump, initial state) alone, and the result the
/// same to the last bit on any number of threads.
/// @throws InvalidInput with everything that is wrong with the run
EnsembleResult simulate_ensemble(const EnsembleRun& run);

/// The same means from the master equation: sectors 0 and 1 of the ladder models, the Lindblad equation of
/// the three-level atoms. `ensemble` is not looked at.
EnsembleCurves solve_ensemble(const EnsembleRun& run);

/// Monte Carlo against the master equation, as one number.
struct EnsembleComparison {
    struct Point {
        std::string observable;
        double time;
        double z;  ///< (mean - exact) / error
    };
    std::vector<Point> points;
    double p_value;  ///< Hotelling's T^2 over all points, correlations included
    EnsembleResult result;
};

/// How many trajectories `compare_ensemble` needs for its p-value to be trusted.
std::int64_t trajectories_for_comparison(const EnsembleRun& run);

/// Compares at up to five of the times, where the observables have spread.
/// @throws InvalidInput also if there are too few trajectories for the test, or nothing that fluctuates
EnsembleComparison compare_ensemble(const EnsembleRun& run);

}  // namespace dickejump
