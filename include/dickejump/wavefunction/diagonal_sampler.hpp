#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "dickejump/model/dicke_state.hpp"
#include "dickejump/model/ladder_channels.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/stop_request.hpp"
#include "dickejump/random/stream.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// The amplitudes of a trajectory at one time, c_n for n = first, first + 1, ..; levels outside, and what is
/// below 1e-30 of the rest, are left out. Valid during the call that shows it.
struct LadderView {
    std::int64_t atoms = 0;           ///< N
    std::int64_t first = 0;           ///< n of the first entry
    std::span<const double> weights;  ///< |c_n|^2, summing to 1
    std::span<const double> phases;   ///< arg c_n

    /// sum_n |c_n|^2 f(n).
    template <class F>
    double mean(const F& f) const {
        double sum = 0.0;
        for (std::size_t i = 0; i < weights.size(); ++i)
            sum += weights[i] * f(first + static_cast<std::int64_t>(i));
        return sum;
    }
};

/// Expectation values of the collective spin.
struct SpinMoments {
    double jz = 0.0,    ///< <J_z>
        jz2 = 0.0;      ///< <J_z^2>
    double jx = 0.0,    ///< <J_x>
        jy = 0.0;       ///< <J_y>
    double jpjm = 0.0;  ///< <J+ J->: the rate of photons from the cavity [gamma]
};
/// @throws InvalidInput if the view has not as many phases as weights, or levels that are not on the ladder
SpinMoments spin_moments(const LadderView& state);

/// Quantum-jump sampler of a ladder model from any pure state (Monte Carlo wavefunction).
///
/// The no-jump evolution is diagonal, so |c_n|^2 decays as exp(-|K_n|^2 int w dt - E_n^2 t), and the next
/// jump comes where the norm has fallen to a uniform number: a monotone equation, solved by a safeguarded
/// Newton to rounding. No step, no tolerance. Amplitudes are kept as logarithms, so no N over- or underflows
/// them. From a Dicke state it is the chain of `LadderSampler`, at the same law (not the same numbers).
///
/// Cost of a jump: some three exponentials a level that counts; from a Dicke state one square root.
class DiagonalSampler {
public:
    /// Called with the index of a time and the state there.
    using Show = std::function<void(std::size_t index, const LadderView& state)>;

    /// @throws InvalidInput if state and channels are of different N.
    DiagonalSampler(LadderChannels channels, PumpSchedule pump, DickeState start);

    /// One trajectory over 0..times.back(): shows the state at every time (ascending, from 0 on), and appends
    /// every jump to `record`, if there is one. Draws two words a jump. The jumps do not depend on `times`
    /// but for where they end. @throws InvalidInput unless the times are finite and ascend; Stopped
    void operator()(Stream& random, std::span<const double> times, const Show& show,
                    std::vector<Jump>* record = nullptr, StopRequest stop = {}) const;
    /// The same from another start state of the same N.
    void operator()(Stream& random, const DickeState& start, std::span<const double> times, const Show& show,
                    std::vector<Jump>* record = nullptr, StopRequest stop = {}) const;

    /// The model's jumps and energies.
    const LadderChannels& channels() const { return channels_; }
    /// w(t) [gamma].
    const PumpSchedule& pump() const { return pump_; }

    /// What the no-jump evolution needs of every level n = 0..N.
    struct Levels {
        std::vector<double> up,      ///< |K_n|^2
            down;                    ///< E_n^2
        std::vector<double> log_up,  ///< ln |K_n|^2
            log_down;                ///< ln E_n^2
        std::vector<double> turn;    ///< arg K_n
        std::vector<double> energy;  ///< in units of w
        bool has_phases;             ///< whether turn or energy is ever other than 0
    };

private:
    LadderChannels channels_;
    PumpSchedule pump_;
    DickeState start_;
    Levels levels_;
};

}  // namespace dickejump
