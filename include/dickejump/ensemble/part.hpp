#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dickejump/ensemble/block.hpp"
#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

/// Anything that can absorb another of its kind: `a.merge(b)` with b the later part.
template <class R>
concept Mergeable = std::copyable<R> && requires(R& a, const R& b) {
    a.merge(b);
};

/// What a node of level and index can be: blocks of an ensemble of 64-bit trajectories.
/// @throws InvalidInput if it lies outside of every ensemble
inline void check_node(int level, std::int64_t index) {
    constexpr int most_levels = 56;  // in blocks of 128
    if (level < 0 || level > most_levels || index < 0 || index >= std::int64_t{1} << (most_levels - level))
        throw InvalidInput("node " + std::to_string(index) + " of level " + std::to_string(level) +
                           " (outside of every ensemble) give one within");
}

/// The sums of some blocks of an ensemble, whoever computed them and in whatever order.
///
/// A node (level, index) holds the sums of blocks [index 2^level, (index + 1) 2^level), always folded as left
/// half . merge(right half). So rounding is a function of the blocks alone, and the total of an ensemble is
/// the same to the last bit however its blocks were divided among threads, processes, or interrupted runs. A
/// contiguous part keeps some 2 log2(blocks) nodes.
template <Mergeable R>
class Part {
public:
    /// Folded sums of 2^level blocks, of which the key in `nodes` is the first.
    struct Node {
        int level;  ///< log2 of the number of blocks
        R sums;     ///< of all of them
    };

    /// Adds the sums of blocks [index 2^level, (index + 1) 2^level).
    /// @throws InvalidInput if one of them is there already, or as `check_node`; then nothing has changed
    void put(int level, std::int64_t index, R sums) {
        check_node(level, index);
        auto begin = index << level;
        const auto end = (index + 1) << level;
        if (const auto taken = first_covered({begin, end}))
            throw InvalidInput("block " + std::to_string(*taken) +
                               " (it is in both parts, and would count twice) leave one of them out");
        while (level < 56) {
            const auto sibling = (index ^ 1) << level;
            const auto found = nodes_.find(sibling);
            if (found == nodes_.end() || found->second.level != level) break;
            if (sibling < begin) {
                found->second.sums.merge(sums);
                sums = std::move(found->second.sums);
            } else {
                sums.merge(found->second.sums);
            }
            nodes_.erase(found);
            index >>= 1;
            begin = index << ++level;
        }
        nodes_.insert_or_assign(begin, Node{level, std::move(sums)});
    }

    /// Adds all that another part holds. @throws InvalidInput if they overlap; then nothing has changed
    void merge(const Part& other) {
        for (const auto& [begin, node] : other.nodes_)
            if (const auto taken = first_covered({begin, begin + (std::int64_t{1} << node.level)}))
                throw InvalidInput("block " + std::to_string(*taken) +
                                   " (it is in both parts, and would count twice) leave one of them out");
        for (const auto& [begin, node] : other.nodes_)
            put(node.level, begin >> node.level, node.sums);
    }

    /// Whether no block was put yet.
    bool empty() const { return nodes_.empty(); }
    /// By the first block of each; disjoint.
    const std::map<std::int64_t, Node>& nodes() const { return nodes_; }

    /// What is there, in order, neighbours joined.
    std::vector<BlockRange> covered() const {
        std::vector<BlockRange> ranges;
        for (const auto& [begin, node] : nodes_) {
            const auto end = begin + (std::int64_t{1} << node.level);
            if (!ranges.empty() && ranges.back().end == begin)
                ranges.back().end = end;
            else
                ranges.push_back({begin, end});
        }
        return ranges;
    }
    /// What of `wanted` is not there, in order.
    std::vector<BlockRange> missing(BlockRange wanted) const {
        std::vector<BlockRange> gaps;
        auto next = wanted.begin;
        for (const auto& range : covered()) {
            if (range.end <= next) continue;
            if (range.begin >= wanted.end) break;
            if (range.begin > next) gaps.push_back({next, range.begin});
            next = range.end;
        }
        if (next < wanted.end) gaps.push_back({next, wanted.end});
        return gaps;
    }

    /// Blocks 0..blocks - 1 as one, folded from right to left over the binary digits of their number; empty
    /// if there are none.
    /// @param last  stands for block blocks - 1, if given: a last block that is cut short is never a node
    /// @throws InvalidInput naming the first block that is not there
    std::optional<R> total(std::int64_t blocks, const R* last = nullptr) const {
        std::optional<R> sum;
        const auto tail = last ? blocks - 1 : blocks;
        for (auto rest = blocks; rest > 0; rest &= rest - 1) {
            const int level = trailing_zeros(rest);
            auto left = collect(level, (rest >> level) - 1, tail, last);
            if (sum) left.merge(*sum);
            sum = std::move(left);
        }
        return sum;
    }

private:
    static int trailing_zeros(std::int64_t x) {
        int zeros = 0;
        for (; (x & 1) == 0; x >>= 1)
            ++zeros;
        return zeros;
    }

    std::optional<std::int64_t> first_covered(BlockRange range) const {
        auto after = nodes_.upper_bound(range.begin);
        if (after != nodes_.begin()) {
            const auto before = std::prev(after);
            if (before->first + (std::int64_t{1} << before->second.level) > range.begin) return range.begin;
        }
        if (after != nodes_.end() && after->first < range.end) return after->first;
        return {};
    }

    /// Blocks [index 2^level, (index + 1) 2^level), `last` standing for block `tail`.
    R collect(int level, std::int64_t index, std::int64_t tail, const R* last) const {
        const auto begin = index << level;
        const bool holds_tail = last && begin <= tail && tail < begin + (std::int64_t{1} << level);
        if (level == 0 && holds_tail) return *last;
        const auto found = nodes_.find(begin);
        if (!holds_tail && found != nodes_.end() && found->second.level == level) return found->second.sums;
        if (level == 0)
            throw InvalidInput("block " + std::to_string(begin) +
                               " (it is in none of the parts) add the part that holds it");
        auto sums = collect(level - 1, 2 * index, tail, last);
        sums.merge(collect(level - 1, 2 * index + 1, tail, last));
        return sums;
    }

    std::map<std::int64_t, Node> nodes_;  // by first block
};

}  // namespace dickejump
