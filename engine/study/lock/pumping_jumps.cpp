#include "study/lock/pumping_jumps.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "numeric/newton.hpp"

namespace dickejump {

void PumpingJumps::grow() {
    pump_.resize(2 * pump_.size());
    ups_.resize(pump_.size());
}

std::optional<double> PumpingJumps::likeliest_shift() {
    if (count_ == 0 || pumping_ == 0.0) return {};
    const auto last = static_cast<std::ptrdiff_t>(count_);
    const double lowest = *std::min_element(pump_.begin(), pump_.begin() + last),
                 ups = std::accumulate(ups_.begin(), ups_.begin() + last, 0.0);
    // What fills the last lot counts for nothing.
    std::fill_n(pump_.begin() + last, lot, std::numeric_limits<double>::infinity());
    std::fill_n(ups_.begin() + last, lot, 0.0);
    const auto excess = [&](double theta) {
        std::array<double, lot> value{}, slope{};
        for (std::size_t i = 0; i < count_; i += lot)
            for (std::size_t k = 0; k < lot; ++k) {
                const double inverse = 1.0 / (pump_[i + k] + theta), part = ups_[i + k] * inverse;
                value[k] += part, slope[k] += part * inverse;
            }
        return numeric::ValueAndSlope{.value = pumping_ - (value[0] + value[1] + value[2] + value[3]),
                                      .slope = slope[0] + slope[1] + slope[2] + slope[3]};
    };
    const numeric::Bracket bracket{-lowest, ups / pumping_ - lowest};
    const double guess = std::clamp(0.0, bracket.low + 0.5 * (bracket.high - bracket.low), bracket.high);
    return numeric::bracketed_newton(excess, bracket, guess, 1e-13, 1e-13);
}

}  // namespace dickejump
