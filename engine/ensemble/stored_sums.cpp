#include "dickejump/ensemble/stored_sums.hpp"

#include "ensemble/bytes.hpp"

namespace dickejump {

std::vector<BlockRange> StoredSums::covered() const {
    std::vector<BlockRange> ranges;
    for (const auto& node : nodes) {
        const auto blocks = node.blocks();
        if (!ranges.empty() && ranges.back().end == blocks.begin)
            ranges.back().end = blocks.end;
        else
            ranges.push_back(blocks);
    }
    return ranges;
}

std::string to_bytes(const StoredSums& sums) {
    ByteWriter out;
    out.text(sums.layout);
    out.number(sums.nodes.size());
    for (const auto& node : sums.nodes) {
        out.whole(node.level);
        out.whole(node.index);
        out.text(node.state);
    }
    out.number(sums.cut ? 1 : 0);
    if (sums.cut) out.text(*sums.cut);
    return out.take();
}

StoredSums stored_sums_in(std::string_view bytes) {
    const auto refuse = [](const std::string& why) {
        throw InvalidInput("stored sums (" + why + ") they are of another version, or damaged");
    };
    ByteReader in(bytes);
    StoredSums sums;
    sums.layout = in.text();
    const auto count = in.count();
    std::int64_t end = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto level = in.whole(), index = in.whole();
        if (level < 0 || level > 64) refuse("a node is outside of every ensemble");
        check_node(static_cast<int>(level), index);
        sums.nodes.push_back({static_cast<int>(level), index, in.text()});
        const auto blocks = sums.nodes.back().blocks();
        if (blocks.begin < end) refuse("their nodes are out of order");
        end = blocks.end;
    }
    if (in.number() != 0) sums.cut = in.text();
    in.end();
    return sums;
}

}  // namespace dickejump
