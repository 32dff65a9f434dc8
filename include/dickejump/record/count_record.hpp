#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "dickejump/model/direction.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/model/tick_grid.hpp"
#include "dickejump/record/detector.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// Photons of one run, tick by tick, from a sampler that knows no single ones.
struct PhotonCounts {
    std::vector<std::int64_t> cavity,  ///< [tick] J- jumps
        pump;                          ///< [tick] J+ jumps
    std::vector<double> n_dt;          ///< [tick] int n dt [1/gamma]: Gamma times it goes to the side
};

/// The photon counts of each run: an observer.
class CountedPhotons {
public:
    /// counts, and int n dt for those to the side
    static constexpr Quantities needs = Quantities::jumps | Quantities::level_integral;

    /// Appends a window's ticks to every lane's counts.
    /// @throws InvalidInput as `check_window`
    void observe(const Window& window);

    std::vector<PhotonCounts> runs;  ///< [lane]
};

/// What a detector without time tags reports of one run: clicks per bin, a bin being whole ticks.
struct CountRecord {
    std::int64_t ticks_per_bin = 1;  ///< all bins alike; the last may be cut by the end of the run
    std::array<std::vector<std::int64_t>, 3> counts;  ///< [channel][bin]; empty where the detector is blind

    /// [bin] clicks of a channel. @throws InvalidInput if there is no such channel
    const std::vector<std::int64_t>& operator[](Channel c) const { return counts[index_of(c)]; }
};

/// Adds what a detector asks for that counts per tick cannot give: jitter, and a dead time that swallows more
/// than a tenth of the clicks at their highest rate, for so many atoms and a pump of at most `pump`.
void check_counting(const Detector& detector, std::int64_t atoms, double pump, double side_rate,
                    Problems& problems);

/// Ticks in a bin of a detector: its width rounded to whole ticks, one tick if it names none.
/// @throws InvalidInput unless the grid has ticks in a positive duration, and bin and gate of the detector
/// can be
std::int64_t ticks_per_bin(const Detector& detector, const TickGrid& grid);

/// What a detector makes of photon counts. Efficiency and background as for single photons: binomial and
/// Poisson. Dead time d registers each of a arrivals in a tick of length t with probability 1/(1 + a d/t)
/// (paralysable: exp(-a d/t)), right in mean and variance to first order in a d/t. A gate that opens within a
/// tick cuts its counts in proportion. There is no jitter.
///
/// Its chance comes from the same streams of (seed, trajectory, leg, channel) as `detect` uses: one uniform a
/// tick and purpose, turned into a count by the inverse distribution function, so that a stronger detector
/// never counts less of the same run, and none depends on another.
/// @throws InvalidInput unless the photons are of every tick of the grid, finite and not fewer than none, the
///         side rate is finite and not negative, and as `check(detector)` says
CountRecord count(const Detector& detector, const PhotonCounts& photons, const TickGrid& grid,
                  double side_rate, std::uint64_t seed, std::int64_t trajectory, Direction leg);

/// The clicks per tick that `detect` reports of the same run, from how many photons each tick has: of
/// detectors that are memoryless and do not see the side, for which the times within a tick do not matter.
/// The same words decide on the same photons.
/// @throws InvalidInput of another detector, if the photons are not of every tick of the grid, and as
///         `check(detector)` says
CountRecord detected_counts(const Detector& detector, const PhotonCounts& photons, const TickGrid& grid,
                            std::uint64_t seed, std::int64_t trajectory, Direction leg);

/// The counts of time tags. @throws InvalidInput as `binned` and `check(detector)` say
CountRecord counted(const Detector& detector, std::span<const Photon> clicks, const TickGrid& grid);

/// Clicks of a channel in `bins` equal bins of a run of `ticks`, those of a bin of the record spread evenly
/// over it. @throws InvalidInput unless there are 1 to 10^9 bins, and the record is of a run of so many ticks
/// and has the channel
std::vector<std::int64_t> binned(const CountRecord& record, Channel channel, std::int64_t ticks,
                                 std::size_t bins);

/// Adds what is wrong with a record of a channel of a run of so many ticks: another number of bins, negative
/// counts.
void check_counts(const CountRecord& record, Channel channel, std::int64_t ticks, Problems& problems);

/// The ticks all through which a detector's gate is open, in whole bins where it names some. @throws
/// InvalidInput as `ticks_per_bin`
TickRange open_ticks(const Detector& detector, const TickGrid& grid);

/// The part of a tick, 0..ticks - 1, for which a detector's gate is open. @throws InvalidInput for another
/// tick, or as `ticks_per_bin`
double gate_share(const Detector& detector, const TickGrid& grid, std::int64_t tick);

}  // namespace dickejump
