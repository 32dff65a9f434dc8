#pragma once

#include <array>
#include <vector>

#include "dickejump/record/detector.hpp"
#include "random/xoshiro.hpp"

namespace dickejump::loop {

/// What a detector with dead time or jitter reports of the clicks that arrive, tick by tick. What is dead at
/// the end of a tick stays so in the next one. Jitter moves the time that is reported: who acts on a click
/// hears of it in the tick of that time, or in the tick of its arrival if that is later.
class Registration {
public:
    explicit Registration(const Detector& detector);

    /// Whether anything is reported other than as it arrives.
    bool changes_clicks() const { return changes_clicks_; }
    /// Of a tick up to `end`, leaves the clicks in `clicks` from `first` on that are reported in it, in
    /// order.
    void operator()(Xoshiro& random, double end, std::size_t first, std::vector<Photon>& clicks);

private:
    std::array<ChannelDetector, 3> channel_{};
    std::array<double, 3> alive_{};  // registers again from here on
    std::vector<Photon> late_;       // to be reported in ticks to come
    bool changes_clicks_ = false;
};

}  // namespace dickejump::loop
