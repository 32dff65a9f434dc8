#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "dickejump/model/stop_request.hpp"
#include "dickejump/wavefunction/wavefunction_sampler.hpp"

namespace dickejump {

/// Monte Carlo wavefunctions of a system without time dependence, whose no-jump evolution is an exponential:
/// no step is taken, and a jump costs the same however fast the Hamiltonian turns.
///
/// The no-jump generator splits into blocks that do not mix (for the atoms of Eq. (2) those of one n_e, of at
/// most N + 1 states), found from the matrices. Small blocks are diagonalised once; with a block too large or
/// too close to defective for that (more than seven digits lost), states go through Krylov spaces of 30
/// instead, to 1e-12 each; there `WavefunctionSampler`, less exact, may be the faster one. The jump time is a
/// safeguarded Newton on the norm, to 1e-12 of itself.
class PropagatorSampler {
public:
    /// How exp(-i H_eff t) is had: by eigenvectors, in Krylov spaces, or by what is better for each block.
    enum class Method { automatic, eigen, krylov };

    /// @param largest_block  `automatic` diagonalises blocks up to this dimension
    /// @throws InvalidInput as `check(system)`, if the system depends on time, or largest_block < 1; with
    /// Method::eigen also if a block cannot be diagonalised
    explicit PropagatorSampler(const QuantumSystem& system, Method method = Method::automatic,
                               Eigen::Index largest_block = 400);

    /// As `WavefunctionSampler`.
    void operator()(Stream& random, const Eigen::VectorXcd& start, std::span<const double> times,
                    const ShowState& show, std::vector<ChannelJump>* record = nullptr,
                    StopRequest stop = {}) const;

    /// What `automatic` came to.
    Method method() const;

    struct Parts;

private:
    std::shared_ptr<const Parts> parts_;
};

}  // namespace dickejump
