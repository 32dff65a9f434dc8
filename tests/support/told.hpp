#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "dickejump/trajectory/window.hpp"

namespace dickejump::test {

/// What a block told: columns [tick][lane], copied.
struct Told {
    std::vector<std::int32_t> start, n;
    std::vector<std::int64_t> up, down;
    std::vector<double> n_dt, first, last;
    std::vector<std::int32_t> twice_j;
    std::vector<std::int64_t> local;
    std::vector<std::vector<Jump>> tags;                  ///< [lane]
    std::vector<double> first_at_window, last_at_window;  ///< [window][lane]
    std::vector<double> window_ends;

    std::vector<std::int32_t> of_lane(const std::vector<std::int32_t>& column, std::size_t lane) const {
        std::vector<std::int32_t> result;
        for (std::size_t i = lane; i < column.size(); i += start.size())
            result.push_back(column[i]);
        return result;
    }
};

template <class T>
bool same_bytes(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}
inline bool same_bytes(const Told& a, const Told& b) {
    return same_bytes(a.start, b.start) && same_bytes(a.n, b.n) && same_bytes(a.up, b.up) &&
           same_bytes(a.down, b.down) && same_bytes(a.n_dt, b.n_dt) && same_bytes(a.first, b.first) &&
           same_bytes(a.last, b.last) && same_bytes(a.twice_j, b.twice_j) && same_bytes(a.local, b.local) &&
           a.tags == b.tags;
}

template <class Kernel>
Told tell(const Kernel& kernel, const Lanes& lanes, Quantities wanted) {
    Told told;
    std::int64_t next = 0;
    kernel(lanes, wanted, [&](const Window& window) {
        REQUIRE(window.first_tick == next);
        next += window.ticks;
        REQUIRE(window.lanes == lanes.count);
        const auto cells = static_cast<std::ptrdiff_t>(window.at(window.ticks, 0));
        const auto append = [&](auto& to, const auto& from) {
            if (!from.empty()) to.insert(to.end(), from.begin(), from.begin() + cells);
        };
        told.start = window.start;
        append(told.n, window.n);
        append(told.up, window.jumps_up), append(told.down, window.jumps_down);
        append(told.n_dt, window.n_dt);
        append(told.twice_j, window.twice_j), append(told.local, window.local_jumps);
        told.first = window.first_crossing, told.last = window.last_crossing;
        told.first_at_window.insert(told.first_at_window.end(), told.first.begin(), told.first.end());
        told.last_at_window.insert(told.last_at_window.end(), told.last.begin(), told.last.end());
        told.window_ends.push_back(window.grid.time(window.first_tick + window.ticks));
        told.tags.resize(window.tags.size());
        for (std::size_t lane = 0; lane < window.tags.size(); ++lane)
            told.tags[lane].insert(told.tags[lane].end(), window.tags[lane].begin(), window.tags[lane].end());
    });
    REQUIRE(next == kernel.grid().ticks);
    return told;
}

}  // namespace dickejump::test
