#include "dickejump/model/start_state.hpp"

#include <algorithm>
#include <cmath>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

std::int64_t steady_state_quantile(const DickeLadder& ladder, double pump, double u) {
    if (!(pump >= 0.0) || !(u > 0.0 && u < 1.0))
        throw InvalidInput("pump = " + text(pump) + ", u = " + text(u) +
                           " (a rate is not negative, a quantile is within 0..1) give such numbers");
    const double levels = static_cast<double>(ladder.atoms()) + 1.0;
    if (pump == 0.0) return 0;
    // For w > gamma the geometric law decays from n = N: count from there.
    const bool inverted = pump > 1.0;
    const double log_ratio = inverted ? -std::log(pump) : std::log(pump);
    if (inverted) u = 1.0 - u;  // so that n rises with u for every pump
    // P(k' < k) = (1 - q^k) / (1 - q^levels) = u, and k/levels = u in the limit q -> 1.
    const double total = -std::expm1(levels * log_ratio);
    const double level = total > 0.0 ? std::log1p(-u * total) / log_ratio : u * levels;
    const auto k = std::clamp<std::int64_t>(static_cast<std::int64_t>(level), 0, ladder.atoms());
    return inverted ? ladder.atoms() - k : k;
}

}  // namespace dickejump
