#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "dickejump/model/quantum_system.hpp"
#include "dickejump/model/stop_request.hpp"
#include "dickejump/random/stream.hpp"
#include "dickejump/wavefunction/channel_jump.hpp"

namespace dickejump {

/// Called with the index of a time and the normalised state there, which is valid during the call.
using ShowState = std::function<void(std::size_t index, const Eigen::VectorXcd& state)>;

/// Monte Carlo wavefunctions of any system, constant or not (`mcsolve`): dense-output Dormand-Prince 5(4) for
/// the no-jump evolution under H - (i/2) sum L+L, a jump where the norm has fallen to a uniform number.
///
/// The jump time is a root of the step's interpolant, to 1e-10 of the waiting time, whatever the rates: there
/// is no absolute tolerance to miss. The error of the states is that of the integrator, `tolerance` a step.
class WavefunctionSampler {
public:
    /// Of the integrator.
    struct Options {
        double tolerance = 1e-8;  ///< of a step: its error over the norm of the state
        double longest_step = 0;  ///< for factors that come and go unseen; 0: no limit
    };

    /// @throws InvalidInput as `check(system)`, and unless the tolerance is positive and the longest step not
    ///         negative
    explicit WavefunctionSampler(const QuantumSystem& system) : WavefunctionSampler(system, Options{}) {}
    /// The same with options. @throws InvalidInput as above
    WavefunctionSampler(const QuantumSystem& system, Options options);

    /// One trajectory from `start` over 0..times.back(): shows the state at every time (ascending, from 0 on)
    /// and appends every jump to `record`, if there is one. Draws two words a jump.
    /// @throws InvalidInput if start or times do not fit, or a factor is not finite; std::runtime_error if
    /// the step shrinks to nothing
    void operator()(Stream& random, const Eigen::VectorXcd& start, std::span<const double> times,
                    const ShowState& show, std::vector<ChannelJump>* record = nullptr,
                    StopRequest stop = {}) const;

    struct Parts;

private:
    std::shared_ptr<const Parts> parts_;
};

}  // namespace dickejump
