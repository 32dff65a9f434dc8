#include "wavefunction/decaying_weights.hpp"

#include <array>
#include <cstddef>

#include "numeric/each_width.hpp"
#include "numeric/exponential.hpp"

namespace dickejump {

namespace {

DICKEJUMP_EACH_WIDTH
void exponentials(const double* log_weights, const double* up, const double* down, double pump_time,
                  double time, double* q, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i)
        q[i] = numeric::exponential(log_weights[i] - up[i] * pump_time - down[i] * time);
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
