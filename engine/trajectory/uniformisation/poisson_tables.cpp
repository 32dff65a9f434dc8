#include "trajectory/uniformisation/poisson_tables.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace dickejump::uniformisation {

PoissonTable::PoissonTable(double mean) {
    // The values within nine standard deviations.
    const double reach = 9.0 * std::sqrt(mean) + 20.0;
    const auto first = static_cast<std::size_t>(std::max(0.0, mean - reach)),
               values = static_cast<std::size_t>(mean + reach) - first + 1,
               mode = static_cast<std::size_t>(mean) - first;
    int bits = 1;
    while ((std::size_t{1} << bits) < values)
        ++bits;
    const auto cells = std::size_t{1} << bits;
    shift_ = 64 - bits;
    std::vector<double> weights(cells, 0.0);
    weights[mode] = 1.0;
    for (auto k = mode; k > 0; --k)
        weights[k - 1] = weights[k] * static_cast<double>(k + first) / mean;
    for (auto k = mode; k + 1 < values; ++k)
        weights[k + 1] = weights[k] * mean / static_cast<double>(k + 1 + first);
    double sum = 0.0;
    for (const double weight : weights)
        sum += weight;
    for (auto& weight : weights)
        weight *= static_cast<double>(cells) / sum;
    // Cells short of their share are filled up by one that has too much (Vose, IEEE TSE 17, 972 (1991)).
    std::vector<std::size_t> poor, rich;
    for (std::size_t k = 0; k < cells; ++k)
        (weights[k] < 1.0 ? poor : rich).push_back(k);
    const auto value = [&](std::size_t k) { return static_cast<std::int32_t>(first + k); };
    cells_.resize(cells);
    for (std::size_t k = 0; k < cells; ++k)
        cells_[k] = {.share = 0, .values = {value(k), value(k)}};
    while (!poor.empty() && !rich.empty()) {
        const auto k = poor.back(), giver = rich.back();
        poor.pop_back();
        cells_[k].share = static_cast<std::uint64_t>(std::ldexp(weights[k], 64));
        cells_[k].values[0] = value(giver);
        weights[giver] -= 1.0 - weights[k];
        if (weights[giver] < 1.0) {
            rich.pop_back();
            poor.push_back(giver);
        }
    }
}

PoissonTables::Choice PoissonTables::choose(double mean) {
    constexpr double most = 16384.0, fineness = 100.0, least = 0.01;
    const double repeats = std::max(1.0, std::ceil(mean / most)), each = std::max(least, mean / repeats);
    // The margin covers what rounding takes from logarithm and exponential.
    const auto step = static_cast<int>(std::ceil(fineness * std::log(each) + 1e-9));
    return {repeats * std::exp(step / fineness), static_cast<std::int32_t>(repeats), step};
}

}  // namespace dickejump::uniformisation
