#pragma once

#include <cstdint>

#include "dickejump/model/stop_request.hpp"

namespace dickejump {

/// How many trajectories, from which seed. Trajectory k depends on the seed and k alone.
struct Ensemble {
    std::int64_t trajectories = 10'000;  ///< indices 0..trajectories - 1
    std::uint64_t seed = 1;              ///< key of every random stream of the ensemble
};

/// The unit of work and of folding: consecutive trajectories.
struct Block {
    static constexpr int size = 128;  ///< trajectories in a whole block

    std::int64_t index = 0;  ///< of the block: it begins with trajectory index * size
    std::uint64_t seed = 1;  ///< as of the ensemble
    int count = size;        ///< trajectories in it: `size`, or fewer in the last
    StopRequest stop = {};   ///< asked within long blocks, whose work is then lost

    /// Index of the trajectory in its first lane.
    std::int64_t first_trajectory() const { return index * size; }
};

/// Blocks begin, begin + 1, .., end - 1.
struct BlockRange {
    std::int64_t begin = 0,  ///< first block
        end = 0;             ///< one behind the last

    /// Number of blocks; 0 of an empty range.
    std::int64_t size() const { return end - begin; }
    /// Whether that block is one of these.
    bool contains(std::int64_t block) const { return begin <= block && block < end; }

    /// The same first block and the same end.
    friend bool operator==(const BlockRange&, const BlockRange&) = default;
};

/// The blocks of an ensemble; the last one may be cut short.
constexpr BlockRange blocks_of(const Ensemble& ensemble) {
    return {0, ensemble.trajectories / Block::size + (ensemble.trajectories % Block::size != 0)};
}
/// Trajectories in the first `blocks` blocks of an ensemble.
constexpr std::int64_t trajectories_in(const Ensemble& ensemble, std::int64_t blocks) {
    return blocks > ensemble.trajectories / Block::size ? ensemble.trajectories : blocks * Block::size;
}

}  // namespace dickejump
