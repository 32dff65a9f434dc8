#pragma once

#include <Eigen/Core>
#include <memory>
#include <span>

#include "dickejump/estimate/likelihood_filter.hpp"
#include "dickejump/model/local_spins.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/stop_request.hpp"
#include "dickejump/record/detector.hpp"

namespace dickejump {

/// The likelihood of a record of clicks of atoms that also act one by one, for several shifts theta of the
/// pump at once: as `LikelihoodFilter`, on the populations of |j, m> (see `LocalSpins`).
///
/// A side click is the emission of a single atom, p -> (e_side J_emission + background) p over its three ways
/// to other j and m: it acts back on the atoms. Pumping and dephasing of single atoms nobody sees.
///
/// Steps: exp(h M) as a Poisson sum of powers (uniformisation), in which every term is positive, to 1e-12 of
/// the norm, on the levels and the spins that still have weight; of the fourth order in the change of the
/// pump. Differences of log-likelihoods are right to some 1e-5. Cost: some 30 us a click for N = 30 and 150
/// us for N = 60, at an efficiency of one half.
class SpinFilter {
public:
    static constexpr int theta_count = LikelihoodFilter::theta_count;  ///< thetas that one pass takes along
    /// As of LikelihoodFilter.
    using Thetas = LikelihoodFilter::Thetas;
    /// As of LikelihoodFilter.
    using Result = LikelihoodFilter::Result;
    /// As of LikelihoodFilter.
    using Follow = LikelihoodFilter::Follow;
    /// N above which a filter would keep more than it is fast for.
    static constexpr std::int64_t max_atoms = 100;

    /// @param start  populations at t = 0, n = 0..N, of j = N/2
    /// @param step_scale  multiplies every limit on the steps: for tests of convergence
    /// @throws InvalidInput if the start has another N or is no distribution, the duration or the scale is
    /// not
    ///         positive, there are more than max_atoms, or as `check(detector)` says
    SpinFilter(const LocalSpins& spins, const PumpSchedule& pump, double duration,
               const Eigen::VectorXd& start, const Detector& detector, double step_scale = 1.0);
    ~SpinFilter();
    /// The setup moves along; what is left behind can only be destroyed.
    SpinFilter(SpinFilter&&) noexcept;

    /// As LikelihoodFilter. @throws InvalidInput, Stopped likewise
    Result operator()(std::span<const Photon> clicks, const Thetas& thetas, const Follow& follow = {},
                      StopRequest stop = {}) const;

private:
    struct Setup;
    std::unique_ptr<const Setup> setup_;
};

}  // namespace dickejump
