#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "dickejump/model/dicke_state.hpp"
#include "dickejump/model/ladder_channels.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/stop_request.hpp"
#include "dickejump/random/stream.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// How the light from the cavity is mixed with a local oscillator and seen.
struct CavityDetection {
    /// A local oscillator on resonance, or one far enough off that both quadratures are seen.
    enum class Kind { homodyne, heterodyne };

    Kind kind = Kind::homodyne;  ///< which of the two
    double phase = 0.0;          ///< phi of the local oscillator [rad]
    double efficiency = 1.0;     ///< eta, 0..1
    /// The longest step [1/gamma]; 0: a fiftieth of the shortest mean life of a level.
    double longest_step = 0.0;
};

/// A measured current, one entry a step. Homodyne: x is the integral over the step of
///   dY = sqrt(eta) <J- e^{-i phi} + J+ e^{i phi}> dt + dW = 2 sqrt(eta) (<J_x> cos phi - <J_y> sin phi) dt +
///   dW, in units of sqrt(gamma).
/// Heterodyne: x and y are those of phi and phi + pi/2, with eta/2 each.
struct Photocurrent {
    std::vector<double> time;  ///< the end of the step [1/gamma]
    std::vector<double> x;     ///< the record of the step, or its first quadrature
    std::vector<double> y;     ///< heterodyne only
};

/// Trajectories under continuous measurement of the cavity output at efficiency 1, with the photons of the
/// pump seen as jumps: the state stays pure.
///
/// A step is half a no-jump evolution, half the pump's jumps (0, 1 or 2), the measurement, and the halves
/// again. Its measurement operator is 1 + L y + L^2 (y^2 - dt)/2, L = J- e^{-i phi}, and y is drawn from the
/// very law that this operator gives. So the mean over trajectories is a symmetric splitting of the master
/// equation: positive, and wrong by O(dt^2) only. Steps divide what lies between the times evenly.
class DiffusiveSampler {
public:
    /// Called with the index of a time and the normalised amplitudes c_n, n = 0..N.
    using Show = std::function<void(std::size_t index, const Eigen::VectorXcd& state)>;

    /// @throws InvalidInput if state and channels are of different N, unless the efficiency is 1, and unless
    ///         the longest step is finite and not negative
    DiffusiveSampler(LadderChannels channels, PumpSchedule pump, DickeState start, CavityDetection detection);

    /// One trajectory over 0..times.back(), times ascending. Records the current and the pump's jumps (at the
    /// middle of the half step that they fall in), where there is something to record to.
    void operator()(Stream& random, std::span<const double> times, const Show& show,
                    Photocurrent* current = nullptr, std::vector<Jump>* pump_record = nullptr,
                    StopRequest stop = {}) const;
    /// The same from another start. @throws InvalidInput unless it has as many atoms
    void operator()(Stream& random, const DickeState& start, std::span<const double> times, const Show& show,
                    Photocurrent* current = nullptr, std::vector<Jump>* pump_record = nullptr,
                    StopRequest stop = {}) const;

    struct Parts;

private:
    std::shared_ptr<const Parts> parts_;
};

/// The state given the photocurrent alone, at any efficiency: the stochastic master equation, (N+1)^2 numbers
/// a step. The pump's photons and what the detector misses are averaged over. The same splitting, order and
/// current as `DiffusiveSampler`.
class ConditionalStateSampler {
public:
    /// Called with the index of a time and the density matrix rho_{nm}, of trace 1.
    using Show = std::function<void(std::size_t index, const Eigen::MatrixXcd& density_matrix)>;

    /// @throws InvalidInput if state and channels are of different N, unless 0 <= efficiency <= 1, and unless
    ///         the longest step is finite and not negative
    ConditionalStateSampler(LadderChannels channels, PumpSchedule pump, DickeState start,
                            CavityDetection detection);

    /// One trajectory over 0..times.back(), times ascending: shows rho at each, records the current. @throws
    /// InvalidInput unless the times are finite and ascend; Stopped
    void operator()(Stream& random, std::span<const double> times, const Show& show,
                    Photocurrent* current = nullptr, StopRequest stop = {}) const;

private:
    std::shared_ptr<const DiffusiveSampler::Parts> parts_;
};

}  // namespace dickejump
