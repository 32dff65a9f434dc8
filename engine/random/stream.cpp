#include "dickejump/random/stream.hpp"

#include <Random123/philox.h>

#include "numeric/each_width.hpp"

namespace dickejump {

namespace {
inline Stream::Block philox(std::uint64_t seed, std::uint64_t trajectory, Purpose purpose,
                            std::uint64_t block) {
    const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
    const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
    const auto words =
        r123::Philox4x32_R<10>{}({{low(block), low(trajectory), high(trajectory),
                                   low(static_cast<std::uint64_t>(purpose) | high(block) << 16)}},
                                 {{low(seed), high(seed)}});
    return {words[0] | std::uint64_t{words[1]} << 32, words[2] | std::uint64_t{words[3]} << 32};
}
}  // namespace

Stream::Block Stream::block(std::uint64_t index) const {
    return philox(seed_, trajectory_, purpose_, index);
}

DICKEJUMP_EACH_WIDTH
void Stream::fill(std::span<Block> blocks) {
    used_ = words_.size();
    const auto seed = seed_, trajectory = trajectory_, first = next_block_;
    const auto purpose = purpose_;
    for (std::size_t i = 0; i < blocks.size(); ++i)
        blocks[i] = philox(seed, trajectory, purpose, first + i);
    next_block_ += blocks.size();
}

}  // namespace dickejump
