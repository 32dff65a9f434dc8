#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dickejump/ensemble/block.hpp"
#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/ensemble/state.hpp"

namespace dickejump {

/// The sums of some blocks as bytes, for a file or another process: the nodes of a Part, each with its state
/// (see state.hpp).
struct StoredSums {
    /// The folded sums of 2^level blocks.
    struct Node {
        int level = 0;           ///< of blocks [index 2^level, (index + 1) 2^level)
        std::int64_t index = 0;  ///< in units of its own size: see `level`
        std::string state;       ///< bytes of `state_of`

        /// The blocks that it is the sum of. @throws InvalidInput as `check_node`
        BlockRange blocks() const {
            check_node(level, index);
            return {index << level, (index + 1) << level};
        }
    };

    std::string layout;              ///< of every state, as text
    std::vector<Node> nodes;         ///< in order, disjoint
    std::optional<std::string> cut;  ///< state of the ensemble's last block, if that is cut short and there

    /// The whole blocks that are there, in order, neighbours joined. @throws InvalidInput as `check_node`
    std::vector<BlockRange> covered() const;
};

/// Little-endian, the same on every machine.
std::string to_bytes(const StoredSums& sums);
/// @throws InvalidInput if they are not such bytes
StoredSums stored_sums_in(std::string_view bytes);

/// What sums hold, as bytes. @param empty  sums of no runs
template <Mergeable R>
StoredSums stored(const Sums<R>& sums, const R& empty) {
    StoredSums result{.layout = layout_of(empty), .nodes = {}, .cut = {}};
    for (const auto& [begin, node] : sums.whole.nodes())
        result.nodes.push_back({node.level, begin >> node.level, state_of(node.sums)});
    if (sums.cut) result.cut = state_of(*sums.cut);
    return result;
}

/// The sums that were stored. @param empty  sums of no runs, of the same configuration
/// @throws InvalidInput if they are of another layout
template <Mergeable R>
Sums<R> restored(const StoredSums& from, const R& empty) {
    if (from.nodes.empty() && !from.cut) return {};
    if (from.layout != layout_of(empty))
        throw InvalidInput(
            "stored sums (this version of dickejump adds up other quantities) go on with the version that "
            "stored them");
    const auto one = [&](const std::string& state) {
        R sums = empty;
        restore(sums, state);
        return sums;
    };
    Sums<R> result;
    for (const auto& node : from.nodes)
        result.whole.put(node.level, node.index, one(node.state));
    if (from.cut) result.cut = one(*from.cut);
    return result;
}

}  // namespace dickejump
