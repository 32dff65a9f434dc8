#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/tick_grid.hpp"
#include "dickejump/record/count_record.hpp"
#include "dickejump/record/detector.hpp"

namespace dickejump {

/// J_z from the counts of one run, tick by tick, unbiased in the mean: background and efficiency are taken
/// out.
///
/// From `side` clicks at once, n = rate/(e Gamma). From cavity or pump clicks through the balance of jumps,
/// dn/dt = w A_n - B_n with A_n = B_n + N - 2n, which makes n a linear functional of either record:
///   cavity:  dn/dt = (w - 1) B + w (N - 2n),   pump:  dn/dt = (1 - 1/w) wA + N - 2n,
/// weighted by efficiency where both are seen; if both are seen completely, n changes by the counts
/// themselves. Dead time is not taken out.
///
/// While the gate is closed nothing is known: the signal is NaN there.
class RecordSignal {
public:
    /// @param start_mean  <n> where the gate opens (t = 0 without one): an integration begins there
    /// @throws InvalidInput unless the grid has ticks, the start is finite, the detector sees a channel, with
    ///         finite efficiencies and backgrounds that are not negative, and the side with a positive side
    ///         rate. Efficiencies may be above 1: of that many runs added up.
    RecordSignal(const DickeLadder& ladder, const PumpSchedule& pump, const TickGrid& grid,
                 const Detector& detector, double side_rate, double start_mean);

    /// [tick] estimate of J_z over (side) or at the end of each tick, NaN outside of `open()`. @throws
    /// InvalidInput as `binned`
    std::vector<double> operator()(std::span<const Photon> clicks) const;
    /// The same from counts per bin, spread evenly over the ticks of a bin. @throws InvalidInput as `binned`
    std::vector<double> operator()(const CountRecord& record) const;

    /// The ticks of which the signal tells.
    const TickRange& open() const { return open_; }
    /// The channel whose clicks are used; for two, the one with more.
    Channel main_channel() const { return main_; }
    /// Mean arrivals in one count window per unit time half-way up the ladder: what smoothing has to work
    /// with.
    double typical_count_rate() const;

private:
    /// From the counts of every tick; empty for a channel that is not seen.
    std::vector<double> from_counts(const std::array<std::vector<std::int64_t>, 3>& counts) const;

    DickeLadder ladder_;
    PumpSchedule pump_;
    TickGrid grid_;
    Detector detector_;
    double side_rate_, start_mean_;
    Channel main_;
    TickRange open_;
};

/// How a noisy signal is smoothed before crossings are read off.
struct Smoothing {
    /// Equal weights over a centred window, or ones that fall off into the past.
    enum class Kind { boxcar, exponential };
    Kind kind = Kind::boxcar;  ///< shape of the window
    double width = 0.0;        ///< [1/gamma]; boxcar: full width, exponential: time constant

    /// A window of about 100 counts, but not longer than a quarter of the time the mean takes through the
    /// transition, (1 + sqrt r)/(4 r), and not shorter than a tick.
    /// @throws InvalidInput unless rate and tick are positive and the count rate is not negative
    static Smoothing by_default(double rate, double count_rate, double tick);
};
/// From KIND:WIDTH, such as boxcar:0.1 or exponential:0.05. @throws InvalidInput
Smoothing parse_smoothing(const std::string& text);
/// As `parse_smoothing` reads it.
std::string to_text(const Smoothing& smoothing);
/// A boxcar is centred, and cut at the ends of the signal.
/// @throws InvalidInput unless width and tick are finite and positive
std::vector<double> smoothed(std::span<const double> signal, const Smoothing& smoothing, double tick);

/// Times at which a smoothed signal crosses zero in the direction `sign` (+1: upwards), linear between ticks:
/// first and last; `missing` if it does not start on the near side or does not end on the far one.
/// @throws InvalidInput unless the grid has ticks, the signal has a value for each or is empty, and the sign
///         is +1 or -1
struct SignalCrossings {
    double first,  ///< [1/gamma], as of the perfect record
        last;      ///< NaN like the first where it is missing
};
/// See SignalCrossings.
SignalCrossings signal_crossings(std::span<const double> signal, double sign, const TickGrid& grid);

}  // namespace dickejump
