#include "trajectory/uniformisation/tags.hpp"

#include "trajectory/uniformisation/event_times.hpp"

namespace dickejump::uniformisation {

void note_jumps(const SegmentTask& task, int events) {
    auto& pack = *task.pack;
    for (int k = 0; k < events; ++k)
        for (auto left = pack.up_lanes[k] | pack.down_lanes[k]; left != 0; left &= left - 1) {
            const auto lane = static_cast<std::size_t>(__builtin_ctzll(left));
            if (task.shown[lane] == nullptr) continue;
            auto& jumps = pack.lane_jumps[lane];
            jumps.event.push_back(task.done + k + 1);
            jumps.process.push_back(collective((pack.up_lanes[k] >> lane & 1) != 0 ? 1.0 : -1.0));
        }
}

void write_tags(const SegmentTask& task) {
    auto& pack = *task.pack;
    auto& times = pack.times;
    for (std::size_t lane = 0; lane < pack_size; ++lane) {
        auto& jumps = pack.lane_jumps[lane];
        auto* tags = task.shown[lane];
        if (tags == nullptr || jumps.event.empty()) continue;
        if (times.size() < jumps.event.size()) times.resize(2 * jumps.event.size());
        const auto place = place_of(task, static_cast<int>(lane), 0);
        EventTimes(pack.time_keys[lane], place)(jumps.event, times.data());
        for (std::size_t i = 0; i < jumps.event.size(); ++i)
            tags->push_back({.time = times[i], .process = jumps.process[i]});
        jumps.event.clear(), jumps.process.clear();
    }
}

}  // namespace dickejump::uniformisation
