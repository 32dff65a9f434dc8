#pragma once

#include <span>
#include <vector>

#include "dickejump/model/tick_grid.hpp"

namespace dickejump {

/// Least squares of one noisy signal on a known mean curve that may be shifted along the scan: the shift of
/// the critical pump in s that one record tells.
///
/// The curve is tabulated at 201 shifts; the sum of squares of a signal is computed at every fifth of them
/// (it is smooth on the scale of the transition), then around the best, and its lowest point is that of a
/// parabola there.
class CurveFit {
public:
    /// @param mean  [tick] the curve at theta = 0
    /// @param reach  largest shift that is tried, in s
    /// @param s_per_tick  by which s moves in a tick; negative on the way down
    /// @param seen  the ticks that a signal has
    /// @throws InvalidInput unless there are two ticks with finite means, reach > 0, s moves, and the ticks
    /// seen are some of them
    CurveFit(std::span<const double> mean, double reach, double s_per_tick, const TickRange& seen);
    /// Of signals that have every tick.
    CurveFit(std::span<const double> mean, double reach, double s_per_tick)
        : CurveFit(mean, reach, s_per_tick, {0, static_cast<std::int64_t>(mean.size())}) {}

    /// The shift in s; an end of the range where no shift within fits better.
    /// @param signal  [tick], of the ticks seen
    /// @throws InvalidInput unless it has a finite number for each
    double operator()(std::span<const double> signal) const;

private:
    std::size_t ticks_;
    std::vector<double> shifts_;
    std::vector<float> curves_;    ///< [shift][tick seen] the mean curve so shifted
    std::vector<double> squares_;  ///< [shift] its sum of squares
};

}  // namespace dickejump
