#include "cli/pieces.hpp"

#include <optional>
#include <utility>

namespace dickejump {

template <>
const Keys<cli::Pieces>& keys<cli::Pieces>() {
    static const auto all = [] {
        Keys<cli::Pieces> keys;
        keys.number("checkpoint_every", &cli::Pieces::checkpoint_every,
                    "with --out: store what is done every so many seconds (default 60), for `resume`",
                    Range::above(0.0, "a time between two checkpoints"))
            .hinted("SECONDS");
        keys.text("part", &cli::Pieces::part, "only the K-th of M parts, to be merged").hinted("K/M");
        keys.text("blocks", &cli::Pieces::blocks,
                  "only blocks A to B - 1 of 128 trajectories each, to be merged")
            .hinted("A:B");
        return keys;
    }();
    return all;
}

template <>
const Keys<cli::Share>& keys<cli::Share>() {
    static const auto all = [] {
        Keys<cli::Share> keys;
        keys.text("part", &cli::Share::part, "only the scans of the K-th of M parts, to be merged")
            .hinted("K/M");
        return keys;
    }();
    return all;
}

namespace cli {

namespace {

/// The two whole numbers around a sign.
std::optional<std::pair<std::int64_t, std::int64_t>> pair_in(const std::string& text, char sign) {
    const auto at = text.find(sign);
    if (at == std::string::npos) return {};
    const auto a = integer_in<std::int64_t>(text.substr(0, at)),
               b = integer_in<std::int64_t>(text.substr(at + 1));
    if (!a || !b) return {};
    return std::pair{*a, *b};
}

/// The K-th of M parts. @throws InvalidInput
std::pair<std::int64_t, std::int64_t> part_in(const std::string& text) {
    const auto numbers = pair_in(text, '/');
    if (!numbers || numbers->first < 1 || numbers->first > numbers->second)
        throw InvalidInput("`part` = " + text + " (the K-th of M parts, K = 1 to M) write it like 2/4");
    return *numbers;
}

}  // namespace

std::optional<std::pair<std::int64_t, std::int64_t>> Share::numbers() const {
    if (part.empty()) return {};
    return part_in(part);
}

BlockRange Pieces::range(const Ensemble& ensemble) const {
    const auto all = blocks_of(ensemble);
    if (!part.empty() && !blocks.empty())
        throw InvalidInput("`part` = " + part + " (`blocks` says it too) give one of them");
    if (!part.empty()) {
        const auto [k, parts] = part_in(part);
        const auto border = [&, m = parts](std::int64_t i) {
            return all.end / m * i + std::min(i, all.end % m);
        };
        return {border(k - 1), border(k)};
    }
    if (!blocks.empty()) {
        const auto numbers = pair_in(blocks, ':');
        if (!numbers || numbers->first < 0 || numbers->first >= numbers->second || numbers->second > all.end)
            throw InvalidInput("`blocks` = " + blocks + " (blocks A to B - 1 of 0:" +
                               std::to_string(all.end) + ") write a range among them as A:B");
        return {numbers->first, numbers->second};
    }
    return all;
}

std::string in_words(const std::vector<BlockRange>& ranges) {
    std::string text;
    for (const auto& range : ranges)
        text += (text.empty() ? "" : ", ") + std::to_string(range.begin) + ":" + std::to_string(range.end);
    return text.empty() ? "none" : text;
}

}  // namespace cli

}  // namespace dickejump
