#include "trajectory/uniformisation/crossings.hpp"

#include "trajectory/uniformisation/event_times.hpp"

namespace dickejump::uniformisation {

void note_crossings(const SegmentTask& task, int events) {
    auto& pack = *task.pack;
    LaneBits lanes = 0;
    for (int k = 0; k < events; ++k)
        lanes |= pack.arrivals[k] | pack.departures[k];
    if (lanes == 0) return;
    for (int k = 0; k < events; ++k) {
        const auto place = [&](int lane) { return place_of(task, lane, task.done + k + 1); };
        for (auto left = pack.arrivals[k]; left != 0; left &= left - 1) {
            const int lane = __builtin_ctzll(left);
            if (pack.arrived[lane]) continue;
            pack.first[lane] = place(lane);
            pack.arrived[lane] = pack.first_is_new[lane] = true;
        }
        for (auto left = pack.departures[k]; left != 0; left &= left - 1) {
            const int lane = __builtin_ctzll(left);
            pack.last[lane] = place(lane);
            pack.last_is_new[lane] = true;
        }
    }
}

void write_crossings(Pack& pack, const ShownLanes& shown, Window& window) {
    for (int lane = shown.begin; lane < shown.end; ++lane) {
        const auto time = [&](const EventPlace& place) {
            return EventTimes(pack.time_keys[lane], place)(place.event);
        };
        if (pack.first_is_new[lane]) pack.first_time[lane] = time(pack.first[lane]);
        if (pack.last_is_new[lane]) pack.last_time[lane] = time(pack.last[lane]);
        pack.first_is_new[lane] = pack.last_is_new[lane] = false;
        const auto at = static_cast<std::size_t>(shown.in_window(lane));
        window.first_crossing[at] = pack.first_time[lane];
        window.last_crossing[at] = pack.last_time[lane];
    }
}

}  // namespace dickejump::uniformisation
