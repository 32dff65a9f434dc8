#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "dickejump/random/exponential.hpp"
#include "dickejump/random/stream.hpp"

namespace dickejump {

/// Draws in bulk: words and logarithms of a batch of jumps pipeline far better than one by one between jumps.
/// The blocks of a batch hold first the directions, then the waiting times.
class StreamDraws {
public:
    explicit StreamDraws(Stream stream) : stream_(stream) {}

    double exponential() {
        if (next_ == batch) refill();
        return exponentials_[next_++];
    }
    double uniform() { return open_unit(words_[(next_ - 1) / 2][(next_ - 1) % 2]); }

private:
    static constexpr std::size_t batch = 32;

    void refill() {
        stream_.fill(words_);
        negative_logarithms(std::span(words_).subspan(batch / 2), exponentials_);
        next_ = 0;
    }

    Stream stream_;
    std::array<Stream::Block, batch> words_;
    std::array<double, batch> exponentials_;
    std::size_t next_ = batch;
};

}  // namespace dickejump
