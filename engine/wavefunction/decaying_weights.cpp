#include "wavefunction/decaying_weights.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "numeric/each_width.hpp"

namespace dickejump {

namespace {

// exp(x) = 2^k exp(r), |r| <= ln(2)/2: the Taylor series up to r^13 leaves 2e-17. Arithmetic only, so that a
// loop over levels runs on whatever vectors there are.
DICKEJUMP_EACH_WIDTH
void exponentials(const double* log_weights, const double* up, const double* down, double pump_time,
                  double time, double* q, std::size_t size) {
    constexpr double log2_e = 0x1.71547652b82fep0, ln2_high = 0x1.62e42fefa38p-1,
                     ln2_low = 0x1.ef35793c7673p-45;
    constexpr double shift = 0x1.8p52;  // adding it leaves the nearest integer in the low bits
    for (std::size_t i = 0; i < size; ++i) {
        const double exponent = log_weights[i] - up[i] * pump_time - down[i] * time;
        const double x = exponent > -700.0 ? exponent : -700.0;
        const double shifted = x * log2_e + shift;
        const double k = shifted - shift;
        const double r = (x - k * ln2_high) - k * ln2_low;
        double series = 1.0 / 6227020800.0;
        series = series * r + 1.0 / 479001600.0;
        series = series * r + 1.0 / 39916800.0;
        series = series * r + 1.0 / 3628800.0;
        series = series * r + 1.0 / 362880.0;
        series = series * r + 1.0 / 40320.0;
        series = series * r + 1.0 / 5040.0;
        series = series * r + 1.0 / 720.0;
        series = series * r + 1.0 / 120.0;
        series = series * r + 1.0 / 24.0;
        series = series * r + 1.0 / 6.0;
        series = series * r + 0.5;
        const double e = 1.0 + (r + r * r * series);
        q[i] = std::bit_cast<double>(std::bit_cast<std::uint64_t>(e) +
                                     (std::bit_cast<std::uint64_t>(shifted) << 52));
    }
}

}  // namespace

WeightSums decay(std::span<const double> log_weights, std::span<const double> up,
                 std::span<const double> down, double pump_time, double time, std::span<double> q) {
    exponentials(log_weights.data(), up.data(), down.data(), pump_time, time, q.data(), q.size());
    // Four partial sums each: they overlap in the processor, and their order is fixed here.
    constexpr std::size_t lanes = 4;
    std::array<double, lanes> norm{}, ups{}, downs{};
    std::size_t i = 0;
    for (; i + lanes <= q.size(); i += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const double weight = q[i + lane];
            norm[lane] += weight;
            ups[lane] += weight * up[i + lane];
            downs[lane] += weight * down[i + lane];
        }
    for (; i < q.size(); ++i) {
        norm[0] += q[i];
        ups[0] += q[i] * up[i];
        downs[0] += q[i] * down[i];
    }
    const auto total = [](const std::array<double, lanes>& x) { return (x[0] + x[1]) + (x[2] + x[3]); };
    return {total(norm), total(ups), total(downs)};
}

}  // namespace dickejump
