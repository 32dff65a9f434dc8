#include "trajectory/uniformisation/surplus_events.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "dickejump/random/stream.hpp"

namespace dickejump::uniformisation {

namespace {

/// A Poisson number by inversion, adding up the law: the mean is below `pack_size`, and small as a rule.
int poisson(double mean, double u) {
    int count = 0;
    double weight = std::exp(-mean);
    for (double sum = weight; sum <= u && (count < mean || weight > 1e-18); sum += weight)
        weight *= mean / ++count;
    return count;
}

/// 0 .. bound - 1, each as likely but for 2^-32.
std::int32_t below(std::int32_t bound, SplitMix& chance) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::int32_t>((Wide{chance()} * static_cast<std::uint32_t>(bound)) >> 64);
}

}  // namespace

void SurplusEvents::place(const Segment& segment, SplitMix& chance, std::int32_t (&events)[pack_size]) {
    placed_.clear();
    next_ = 0;
    if (segment.surplus <= 0.0) return;
    const int count = poisson(pack_size * segment.surplus, open_unit(chance()));
    for (int i = 0; i < count; ++i) {
        const auto lane = static_cast<std::uint16_t>(below(pack_size, chance));
        events[lane] += 2;
        auto early = 1 + below(events[lane], chance), late = 1 + below(events[lane] - 1, chance);
        if (late >= early)
            ++late;
        else
            std::swap(early, late);
        for (auto& other : placed_)
            if (other.lane == lane) {
                if (other.event >= early) ++other.event;
                if (other.event >= late) ++other.event;
            }
        placed_.push_back({early, lane, !segment.rising});
        placed_.push_back({late, lane, segment.rising});
    }
    if (placed_.size() > short_list)
        std::sort(placed_.begin(), placed_.end(),
                  [](const Placed& a, const Placed& b) { return a.event < b.event; });
}

std::uint64_t SurplusEvents::mark(std::int32_t done, int size, LaneBits* surplus, LaneBits* companion) {
    std::uint64_t special = 0;
    const bool sorted = placed_.size() > short_list;
    for (auto i = next_; i < placed_.size(); ++i) {
        const auto& placed = placed_[i];
        const auto k = placed.event - 1 - done;
        if (k >= 0 && k < size) {
            (placed.surplus ? surplus : companion)[k] |= LaneBits{1} << placed.lane;
            special |= std::uint64_t{1} << k;
        }
        if (sorted && k >= size) break;
        if (sorted) next_ = i + 1;
    }
    return special;
}

}  // namespace dickejump::uniformisation
