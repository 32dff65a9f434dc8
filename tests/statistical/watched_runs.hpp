#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "dickejump/record/record.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"
#include "support/pumping_integral.hpp"

namespace dickejump::test {

/// Runs of the ladder parked or along a scan, with what the perfect record says of each.
struct WatchedRun {
    std::vector<Photon> photons;
    double n_dt = 0.0, pumping_dt = 0.0;
    std::int64_t start = 0;
};
inline void each_run(const LadderSampler& sampler, std::int64_t trajectories, std::uint64_t seed,
                     double side_rate, const std::function<void(std::int64_t, const WatchedRun&)>& see) {
    for (std::int64_t first = 0; first < trajectories; first += 16) {
        PhotonRecords records(seed, first, Direction::up, side_rate);
        std::vector<WatchedRun> block(16);
        const Lanes lanes{.seed = seed,
                          .first_trajectory = first,
                          .count = static_cast<int>(std::min<std::int64_t>(16, trajectories - first)),
                          .purpose = Purpose::test};
        std::vector<std::vector<Jump>> jumps(16);
        sampler(lanes, Quantities::time_tags | Quantities::level_integral, [&](const Window& window) {
            records.observe(window);
            for (int lane = 0; lane < window.lanes; ++lane) {
                const auto i = static_cast<std::size_t>(lane);
                block[i].start = window.start[i];
                for (int t = 0; t < window.ticks; ++t)
                    block[i].n_dt += window.n_dt[window.at(t, lane)];
                jumps[i].insert(jumps[i].end(), window.tags[i].begin(), window.tags[i].end());
            }
        });
        for (int lane = 0; lane < lanes.count; ++lane) {
            auto& run = block[static_cast<std::size_t>(lane)];
            run.photons = records.photons[static_cast<std::size_t>(lane)];
            run.pumping_dt =
                pumping_integral(sampler.ladder(), run.start, jumps[static_cast<std::size_t>(lane)], 0.0,
                                 sampler.grid().duration);
            see(first + lane, run);
        }
    }
}

}  // namespace dickejump::test
