#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "dickejump/random/stream.hpp"

namespace dickejump {

/// Which photons of a channel arrive at its detector: the next word of a stream decides on the next photon.
class Thinning {
public:
    /// @param efficiency  probability to arrive
    Thinning(Stream stream, double efficiency) : stream_(stream), efficiency_(efficiency) {}

    /// Whether the next photon arrives.
    bool next() {
        if (used_ == words) refill();
        return arrives(used_++);
    }

    /// How many of the next photons arrive.
    std::int64_t of(std::int64_t photons) {
        std::int64_t arrived = 0;
        while (photons > 0) {
            if (used_ == words) refill();
            const auto end =
                used_ + static_cast<std::size_t>(std::min(photons, static_cast<std::int64_t>(words - used_)));
            photons -= static_cast<std::int64_t>(end - used_);
            for (; used_ < end; ++used_)
                arrived += arrives(used_);
        }
        return arrived;
    }

private:
    static constexpr std::size_t blocks = 64, words = 2 * blocks;

    bool arrives(std::size_t word) const { return open_unit(words_[word / 2][word % 2]) < efficiency_; }
    void refill() {
        stream_.fill(words_);
        used_ = 0;
    }

    Stream stream_;
    double efficiency_;
    std::array<Stream::Block, blocks> words_{};
    std::size_t used_ = words;
};

}  // namespace dickejump
