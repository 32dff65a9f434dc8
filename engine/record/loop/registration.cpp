#include "record/loop/registration.hpp"

#include <algorithm>
#include <boost/random/normal_distribution.hpp>

namespace dickejump::loop {

Registration::Registration(const Detector& detector) {
    for (const auto c : channels)
        if (const auto& seen = detector[c]) {
            channel_[index_of(c)] = *seen;
            changes_clicks_ = changes_clicks_ || seen->dead_time > 0.0 || seen->jitter > 0.0;
        }
}

void Registration::operator()(Xoshiro& random, double end, std::size_t first, std::vector<Photon>& clicks) {
    auto kept = first;
    const auto arrived = clicks.size();
    for (auto i = first; i < arrived; ++i) {
        auto click = clicks[i];
        const auto c = index_of(click.channel);
        const auto& channel = channel_[c];
        const bool registered = click.time >= alive_[c];
        if (registered || channel.dead_time_kind == ChannelDetector::DeadTime::paralysable)
            alive_[c] = click.time + channel.dead_time;
        if (!registered) continue;
        if (channel.jitter > 0.0)
            click.time += boost::random::normal_distribution<double>(0.0, channel.jitter)(random);
        if (click.time > end)
            late_.push_back(click);
        else if (click.time >= 0.0)  // as open records lose it, and those after the run
            clicks[kept++] = click;
    }
    clicks.resize(kept);
    const auto due = std::stable_partition(late_.begin(), late_.end(),
                                           [&](const Photon& click) { return click.time > end; });
    clicks.insert(clicks.end(), due, late_.end());
    late_.erase(due, late_.end());
    std::stable_sort(clicks.begin() + static_cast<std::ptrdiff_t>(first), clicks.end(),
                     [](const Photon& a, const Photon& b) { return a.time < b.time; });
}

}  // namespace dickejump::loop
