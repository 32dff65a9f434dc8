#pragma once

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "dickejump/estimate/likelihood_filter.hpp"
#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/record/detector.hpp"

namespace dickejump {

/// The state of knowledge in a closed loop, tick by tick: populations given the clicks so far, for eight
/// shifts theta of the pump at once, from a known level. What the controller has set is known, so feedback
/// changes nothing in the likelihood of a record.
///
/// Between clicks p' = (L - what would have been seen) p under the constant pump w + theta (not below 0) of a
/// tick, summed by uniformisation: all terms are positive, and no tail goes wrong. At a click
/// p -> (e_c J_c + background_c) p. The detector has efficiencies and backgrounds alone.
class LoopFilter {
public:
    /// Shifts of the pump [gamma].
    using Thetas = LikelihoodFilter::Thetas;

    /// @param start  n at t = 0
    /// @param side_rate  Gamma [gamma]
    /// @throws InvalidInput if the start is not on the ladder, the side rate is no rate, a theta is not
    /// finite,
    ///         or as `check_loop(detector)` says
    LoopFilter(const DickeLadder& ladder, const Detector& detector, double side_rate, std::int64_t start,
               const Thetas& thetas);

    /// Takes one tick into account.
    /// @param pump  w that was set [gamma]
    /// @param clicks  within the tick, ascending
    /// @throws InvalidInput if they are not, or of a channel that the detector does not see; unless pump and
    ///         times are finite, the pump not negative, and begin <= end. Then nothing has changed. Stopped
    void advance(double pump, double begin, double end, std::span<const Photon> clicks,
                 StopRequest stop = {});

    /// <n> given the record so far, at the lower middle theta.
    double mean() const;
    /// By theta; -infinity where the record cannot happen.
    const Thetas& log_likelihood() const { return log_likelihood_; }

private:
    static constexpr int width = LikelihoodFilter::theta_count;
    using Row = Eigen::Array<double, 1, width>;
    using Table = Eigen::Array<double, Eigen::Dynamic, width, Eigen::RowMajor>;

    void wait(const Row& pump, double length, StopRequest stop);
    void see(Channel channel, const Row& pump);

    DickeLadder ladder_;
    std::array<double, channels.size()> efficiency_{}, background_{};
    std::array<bool, channels.size()> sees_{};
    double side_rate_;
    Thetas thetas_;
    Eigen::ArrayXd pumping_, emission_;  // A_n, B_n
    Table p_, next_, sum_;
    Thetas log_likelihood_{};
};

}  // namespace dickejump
