#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dickejump/model/direction.hpp"
#include "dickejump/record/detector.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// Every photon of each run, in order of time: an observer that turns jumps into cavity and pump photons and
/// lets the atoms emit to the side at rate Gamma n. The side photons have a stream of their own, so that they
/// and whatever a detector makes of them leave the trajectory alone. Where single atoms emit as part of the
/// trajectory, those jumps are the side photons, with their back-action: the side rate is then 0.
class PhotonRecords {
public:
    static constexpr Quantities needs = Quantities::time_tags;  ///< the time of every jump

    /// Runs first_trajectory, first_trajectory + 1, .. of a leg.
    /// @throws InvalidInput unless the side rate is finite and not negative, and first_trajectory >= 0
    PhotonRecords(std::uint64_t seed, std::int64_t first_trajectory, Direction leg, double side_rate);

    /// Appends the photons of a window; those to the side are drawn here.
    /// @throws InvalidInput as `check_window`
    void observe(const Window& window);

    std::vector<std::vector<Photon>> photons;  ///< [lane], ascending in time

private:
    struct Side;
    std::uint64_t seed_;
    std::int64_t first_trajectory_;
    Direction leg_;
    double side_rate_;
    std::vector<std::shared_ptr<Side>> sides_;  // [lane] emission under way; empty without a side rate
};

/// What a detector reports of the photons of one run: thinned by efficiency, joined by background, cut by
/// dead time and gate, jittered; in order of reported time.
///
/// Its chance comes from streams of (seed, trajectory, leg, channel) and nothing else: the k-th photon of a
/// channel meets the same uniform in every detector, so that detectors see nested records and none depends on
/// another.
/// @param photons  ascending, within [0, duration]
/// @throws InvalidInput if they are not, or as `check(detector)` says
std::vector<Photon> detect(const Detector& detector, std::span<const Photon> photons, std::uint64_t seed,
                           std::int64_t trajectory, Direction leg, double duration);

/// Clicks of one channel per bin; what comes after the last bin counts in it.
/// @throws InvalidInput unless there are 1 to 10^9 bins of a positive width, and no click before 0
std::vector<std::int64_t> binned(std::span<const Photon> clicks, Channel channel, double bin_width,
                                 std::size_t bins);

/// The record of a detector that keeps no time tags: the clicks of every bin, spread evenly over it.
/// @throws InvalidInput unless width and duration are positive and make no more than 10^9 bins
std::vector<Photon> spread_over_bins(std::span<const Photon> clicks, double bin_width, double duration);

}  // namespace dickejump
