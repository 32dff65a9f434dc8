#include "trajectory/sphere/crossing_times.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "dickejump/random/stream.hpp"

namespace dickejump::sphere {

double first_hit(double before, double after, double spread, SplitMix& random) {
    const double u = open_unit(random()), v = open_unit(random()), pick = open_unit(random());
    const double normal = std::sqrt(-2.0 * std::log(u)) * std::cos(6.283185307179586 * v);
    const double shape = before * before / spread, y = normal * normal;
    const double mean = std::abs(before / after);
    double z = shape / y;  // the limit of an infinite mean
    if (mean < 1e12) {
        const double w = 0.5 * mean * y / shape;
        z = mean / (1.0 + w + std::sqrt(w * (2.0 + w)));
        if (pick * (mean + z) > mean) z = mean * mean / z;
    }
    return std::isfinite(z) ? z / (1.0 + z) : 1.0;
}

void CrossingTimes::write(Window& window) {
    for (std::size_t lane = 0; lane < window.first_crossing.size(); ++lane) {
        auto& known = known_[lane];
        if (walks_.first.step[lane] != known.first_step) find_first(known, lane);
        if (walks_.last.step[lane] != known.last_step) find_last(known, lane);
        window.first_crossing[lane] = known.first;
        window.last_crossing[lane] = known.last;
    }
}

void CrossingTimes::find_first(Known& known, std::size_t lane) const {
    const double index = walks_.first.step[lane];
    const auto& step = steps_.steps[static_cast<std::size_t>(index)];
    auto random = generator(lane, index, 0);
    known.hit = first_hit(walks_.first.before[lane], walks_.first.after[lane], step.spread, random);
    known.first = step.begin + step.length * known.hit;
    known.first_step = index;
}

/// The same seen from the end; after a first crossing in the same step the bridge begins at it.
void CrossingTimes::find_last(Known& known, std::size_t lane) const {
    const double index = walks_.last.step[lane];
    const auto& step = steps_.steps[static_cast<std::size_t>(index)];
    const bool same_step = known.first_step == index;
    const double rest = same_step ? 1.0 - known.hit : 1.0;
    const double before = same_step ? 0.0 : walks_.last.before[lane];
    auto random = generator(lane, index, 1);
    const double back =
        first_hit(walks_.last.after[lane], before, std::max(rest, 1e-300) * step.spread, random);
    known.last = step.begin + step.length * (1.0 - rest * back);
    known.last_step = index;
}

SplitMix CrossingTimes::generator(std::size_t lane, double step, std::uint64_t which) const {
    SplitMix mix{walks_.keys[lane] ^ std::bit_cast<std::uint64_t>(2.0 * step + 1.0)};
    return {mix() + which};
}

}  // namespace dickejump::sphere
