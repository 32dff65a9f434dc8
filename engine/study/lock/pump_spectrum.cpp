#include "study/lock/pump_spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <unsupported/Eigen/FFT>

namespace dickejump {

namespace {

constexpr std::size_t longest = 4096, shortest = 32, most_segments = 4;

}  // namespace

PumpSpectrum::PumpSpectrum(const TickGrid& grid) : tick_(grid.tick()) {
    const auto half = static_cast<std::size_t>(grid.ticks / 2);
    if (half < shortest) return;
    segment_ = longest;
    while (segment_ > half)
        segment_ /= 2;
    segments_ = std::min(most_segments, half / segment_);
    for (std::size_t i = 0; i < segment_; ++i)
        window_.push_back(
            std::pow(std::sin(std::numbers::pi * static_cast<double>(i) / static_cast<double>(segment_)), 2));
    // The window spreads the mean over lines 0 and 1.
    for (std::size_t line = 2; line <= segment_ / 2;) {
        first_lines_.push_back(line);
        const auto next = std::min(segment_ / 2 + 1,
                                   std::max(line + 1, static_cast<std::size_t>(std::llround(
                                                          static_cast<double>(line) * std::pow(2.0, 0.25)))));
        frequencies_.push_back(0.5 * static_cast<double>(line + next - 1) /
                               (static_cast<double>(segment_) * tick_));
        line = next;
    }
    first_lines_.push_back(segment_ / 2 + 1);
}

std::vector<double> PumpSpectrum::operator()(std::span<const double> pumps) const {
    std::vector<double> power(frequencies_.size(), 0.0), windowed(segment_);
    std::vector<std::complex<double>> lines;
    Eigen::FFT<double> transform;
    transform.SetFlag(Eigen::FFT<double>::HalfSpectrum);
    double weight = 0.0;
    for (const double h : window_)
        weight += h * h;
    for (std::size_t segment = 0; segment < segments_; ++segment) {
        for (std::size_t i = 0; i < segment_; ++i)
            windowed[i] = window_[i] * pumps[segment * segment_ + i];
        transform.fwd(lines, windowed);
        for (std::size_t band = 0; band < power.size(); ++band) {
            double sum = 0.0;
            for (auto line = first_lines_[band]; line < first_lines_[band + 1]; ++line)
                sum += std::norm(lines[line]);
            power[band] += sum / static_cast<double>(first_lines_[band + 1] - first_lines_[band]);
        }
    }
    for (double& density : power)
        density *= 2.0 * tick_ / (weight * static_cast<double>(segments_));
    return power;
}

}  // namespace dickejump
