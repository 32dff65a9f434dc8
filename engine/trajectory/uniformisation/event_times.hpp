#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "random/split_mix.hpp"

namespace dickejump::uniformisation {

/// One event of a segment: all that its time is a function of.
struct EventPlace {
    std::uint64_t segment = 0;
    std::int32_t events = 0, event = 0;  ///< of the lane in the segment; which of them, from 1
    double begin = 0.0, length = 0.0, end = 0.0;
};

/// The times of all events of a segment in one lane: order statistics of uniform times, any of which can be
/// had without the others, as a function of the lane's key and the event. An event between two known ones
/// halves their distance (in number) and is a Beta share of it, down to stretches that are shared out by
/// exponential spacings. Every stretch has a generator of its own.
class EventTimes {
public:
    EventTimes(std::uint64_t key, const EventPlace& place)
        : key_(SplitMix{key ^ SplitMix{place.segment}()}()), place_(place) {}

    double operator()(std::int32_t event) const;

    /// The times of several, in order, to `times`.
    void operator()(std::span<const std::int32_t> events, double* times) const {
        all(whole(), events, times);
    }

private:
    /// Events strictly between two that are known.
    struct Stretch {
        std::int32_t before, after;
        double from, to;
        bool small() const;
    };

    double at(double unit) const;
    Stretch whole() const { return {0, place_.events + 1, 0.0, 1.0}; }
    SplitMix generator(std::int32_t event, bool leaf) const;
    std::pair<Stretch, Stretch> halves(const Stretch& s) const;
    void all(const Stretch& s, std::span<const std::int32_t> events, double* times) const;
    void share_out(const Stretch& s, std::span<const std::int32_t> events, double* times) const;

    std::uint64_t key_;
    const EventPlace& place_;
};

}  // namespace dickejump::uniformisation
