#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dickejump/ensemble/block.hpp"
#include "dickejump/io/checkpoint.hpp"
#include "dickejump/study/keys/keys.hpp"

namespace dickejump::cli {

/// How a verb that works in blocks stores and divides them.
struct Pieces {
    double checkpoint_every = 60.0;  ///< [s]
    std::string part;                ///< K/M; empty: all
    std::string blocks;              ///< A:B; empty: all

    // Not keys: what `resume` and `merge` found.
    std::vector<Checkpoint> from = {};  ///< what is there already
    bool allow_gaps = false;            ///< take what is there for the whole

    /// The blocks that this run is for. @throws InvalidInput
    BlockRange range(const Ensemble& ensemble) const;
    bool asks_for_part() const { return !part.empty() || !blocks.empty(); }
};

/// How a verb that works in points divides them.
struct Share {
    std::string part;  ///< K/M; empty: all

    // Not a key: what `merge` found.
    std::vector<std::string> from = {};  ///< folders that have the points

    /// (K, M), or nothing. @throws InvalidInput
    std::optional<std::pair<std::int64_t, std::int64_t>> numbers() const;
};

/// "0:47, 94:188".
std::string in_words(const std::vector<BlockRange>& ranges);

}  // namespace dickejump::cli

namespace dickejump {
template <>
const Keys<cli::Pieces>& keys<cli::Pieces>();
template <>
const Keys<cli::Share>& keys<cli::Share>();
}  // namespace dickejump
