#pragma once

#include <algorithm>
#include <array>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "dickejump/model/direction.hpp"
#include "dickejump/random/stream.hpp"
#include "dickejump/record/detector.hpp"
#include "record/thinning.hpp"

namespace dickejump {

/// A detector that looks at one run under way: it is shown the photons in order, in as many pieces as one
/// likes, and tells its clicks.
///
/// Its chance comes from streams of (seed, trajectory, leg, channel) and nothing else: the k-th photon of a
/// channel meets the same uniform in every detector.
class Detection {
public:
    /// @param detector  checked
    Detection(const Detector& detector, std::uint64_t seed, std::int64_t trajectory, Direction leg,
              double duration)
        : duration_(duration), open_(detector.gate_open), close_(detector.gate_close) {
        for (const auto c : channels) {
            auto& eye = eyes_[index_of(c)];
            const auto stream = [&](DetectorChance chance) {
                return Stream(seed, static_cast<std::uint64_t>(trajectory),
                              detector_purpose(leg, static_cast<unsigned>(c), chance));
            };
            eye.seen = detector[c].has_value();
            if (!eye.seen) continue;
            eye.channel = *detector[c];
            eye.complete = eye.channel.efficiency == 1.0;
            eye.thinning = Thinning(stream(DetectorChance::efficiency), eye.channel.efficiency);
            eye.background = stream(DetectorChance::background);
            eye.jitter = stream(DetectorChance::jitter);
            eye.next_background = eye.channel.background > 0.0 ? eye.gap() : never;
            thinned_ = thinned_ || !eye.complete;
            plain_ = plain_ && eye.channel.background == 0.0;
        }
        plain_ = plain_ && detector.is_memoryless(duration);
    }

    /// Whether photons are seen or not, and no more: clicks then come in the order of the photons.
    bool is_plain() const { return plain_; }

    /// Shows photons, after those that it was shown. Calls click({time, channel}, heard) in the order of each
    /// channel, but that jitter makes its own. Which channel has the next photon, and whether it arrives,
    /// nobody can guess: what is not heard is told too, so that nobody needs a branch on that.
    template <class Click>
    void see(std::span<const Photon> photons, const Click& click) {
        if (!plain_) {
            for (const auto& photon : photons) {
                auto& eye = eyes_[static_cast<std::size_t>(photon.channel)];
                if (!eye.seen || !(eye.complete || eye.thinning.next())) continue;
                background_until(eye, photon.channel, photon.time, click);
                arrive(eye, photon, click);
            }
            return;
        }
        // Words of channels that need none are read too, and not heeded.
        if (thinned_)
            for (const auto& photon : photons) {
                auto& eye = eyes_[static_cast<std::size_t>(photon.channel)];
                const bool arrives = eye.seen & (eye.thinning.next() | eye.complete);
                click(photon, arrives & (photon.time < duration_));
            }
        else
            for (const auto& photon : photons)
                click(photon,
                      eyes_[static_cast<std::size_t>(photon.channel)].seen & (photon.time < duration_));
    }

    /// After the last photon.
    template <class Click>
    void finish(const Click& click) {
        for (const auto c : channels)
            background_until(eyes_[index_of(c)], c, never, click);
    }

private:
    static constexpr double never = std::numeric_limits<double>::infinity();

    /// One channel.
    struct Eye {
        bool seen = false, complete = false;
        ChannelDetector channel = {};
        Thinning thinning = Thinning(Stream(0, 0, Purpose::loop), 0.0);
        Stream background = Stream(0, 0, Purpose::loop), jitter = Stream(0, 0, Purpose::loop);
        double next_background = never, alive = -1.0;  // registers again from there on

        double gap() { return -std::log(open_unit(background())) / channel.background; }
    };

    bool gated_out(double time) const { return time < open_ || time >= close_; }

    template <class Click>
    void background_until(Eye& eye, Channel c, double time, const Click& click) {
        while (eye.next_background < std::min(time, duration_)) {
            arrive(eye, {eye.next_background, c}, click);
            eye.next_background += eye.gap();
        }
    }

    /// Outside the gate the detector is off: what arrives there does not even make it dead.
    template <class Click>
    void arrive(Eye& eye, Photon photon, const Click& click) {
        if (gated_out(photon.time)) return;
        if (eye.channel.dead_time > 0.0) {
            const bool registered = photon.time >= eye.alive;
            if (registered || eye.channel.dead_time_kind == ChannelDetector::DeadTime::paralysable)
                eye.alive = photon.time + eye.channel.dead_time;
            if (!registered) return;
        }
        if (eye.channel.jitter > 0.0) {
            boost::random::normal_distribution<double> normal(0.0, eye.channel.jitter);
            photon.time += normal(eye.jitter);
        }
        // A click that jitter moves out of the run or the gate is lost, as it is to a laboratory.
        if (photon.time >= 0.0 && photon.time < duration_ && !gated_out(photon.time)) click(photon, true);
    }

    double duration_, open_, close_;
    bool plain_ = true, thinned_ = false;
    std::array<Eye, 3> eyes_{};
};

}  // namespace dickejump
