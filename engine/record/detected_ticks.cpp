#include "record/detected_ticks.hpp"

#include <algorithm>

namespace dickejump {

DetectedTicks::DetectedTicks(std::span<const Detector* const> detectors, std::uint64_t seed,
                             std::int64_t first_trajectory, Direction leg, double side_rate)
    : detectors_(detectors.begin(), detectors.end()),
      seed_(seed),
      first_trajectory_(first_trajectory),
      leg_(leg),
      photons_(seed, first_trajectory, leg, side_rate) {}

void DetectedTicks::begin(const Window& window) {
    const auto ticks = static_cast<std::size_t>(window.grid.ticks);
    records.clear(), detections_.clear();
    for (const auto* detector : detectors_) {
        CountRecord blank;
        for (const auto c : channels)
            if ((*detector)[c]) blank.counts[index_of(c)].assign(ticks, 0);
        records.emplace_back(static_cast<std::size_t>(window.lanes), blank);
        auto& its = detections_.emplace_back();
        for (int lane = 0; lane < window.lanes; ++lane)
            its.emplace_back(*detector, seed_, first_trajectory_ + lane, leg_, window.grid.duration);
    }
}

void DetectedTicks::observe(const Window& window) {
    if (window.first_tick == 0) begin(window);
    photons_.observe(window);
    const bool over = window.first_tick + window.ticks == window.grid.ticks;
    const double tick = window.grid.tick();
    const auto last = static_cast<double>(window.grid.ticks - 1);
    for (std::size_t lane = 0; lane < photons_.photons.size(); ++lane) {
        auto& photons = photons_.photons[lane];
        for (std::size_t d = 0; d < detectors_.size(); ++d) {
            auto& counts = records[d][lane].counts;
            // A blind channel has no counts to add to, and is not heard.
            std::int64_t nowhere = 0;
            std::array<std::int64_t*, 3> of;
            for (std::size_t c = 0; c < 3; ++c)
                of[c] = counts[c].empty() ? nullptr : counts[c].data();
            const auto click = [&](const Photon& photon, bool heard) {
                auto* const bins = of[static_cast<std::size_t>(photon.channel)];
                const auto bin = static_cast<std::size_t>(std::min(last, photon.time / tick));
                *(bins ? bins + bin : &nowhere) += static_cast<std::int64_t>(heard);
            };
            detections_[d][lane].see(photons, click);
            if (over) detections_[d][lane].finish(click);
        }
        photons.clear();
    }
}

}  // namespace dickejump
