#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dickejump/model/tick_grid.hpp"

namespace dickejump {

/// The power spectrum of what a servo sets in the second half of a run, when it has long forgotten the start:
/// the mean periodogram of up to four segments at its end, each under a Hann window, in bands of a quarter of
/// an octave. The mean of w is in none of them.
class PumpSpectrum {
public:
    /// @param grid  of the loop; under 64 ticks there are no bands
    explicit PumpSpectrum(const TickGrid& grid);

    /// [band] mean frequency [gamma], cycles in 1/gamma, ascending.
    const std::vector<double>& frequencies() const { return frequencies_; }
    /// Ticks at the end of a run that it looks at.
    std::size_t ticks() const { return segment_ * segments_; }
    /// @param pumps  [tick] w of the last `ticks()` ticks of a run [gamma]
    /// @return [band] one-sided power density: variance of w for each unit of frequency [gamma]
    std::vector<double> operator()(std::span<const double> pumps) const;

private:
    double tick_;
    std::size_t segment_ = 0, segments_ = 0;  // ticks; how many
    std::vector<double> window_;              // [tick]
    std::vector<std::size_t> first_lines_;    // [band] and the end of the last
    std::vector<double> frequencies_;
};

}  // namespace dickejump
