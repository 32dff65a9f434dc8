#include "cli/parts.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "cli/pieces.hpp"
#include "dickejump/model/invalid_input.hpp"

namespace dickejump::cli {

namespace {

/// Blocks with the source that they are in, in order.
std::vector<std::pair<BlockRange, std::string>> blocks_of_all(const std::vector<Source>& sources) {
    std::vector<std::pair<BlockRange, std::string>> all;
    for (const auto& source : sources)
        for (const auto& range : source.stored.done())
            all.emplace_back(range, source.name);
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.first.begin < b.first.begin; });
    return all;
}

}  // namespace

std::vector<BlockRange> gaps(const std::vector<Source>& sources) {
    std::vector<BlockRange> gaps;
    Problems problems;
    const auto& first = sources.front();
    for (const auto& source : sources)
        for (const auto& difference : differences(first.stored.config, source.stored.config, {"time_limit"}))
            problems.add(source.name + " (not of the run that " + first.name + " is of: " + difference +
                         ") leave it out");
    problems.raise();
    std::int64_t end = 0;
    std::string before;
    for (const auto& [range, name] : blocks_of_all(sources)) {
        if (range.begin < end)
            problems.add(name + " (blocks " + in_words({{range.begin, std::min(range.end, end)}}) +
                         " are in " + before + " too, and would count twice) leave one of them out");
        if (range.begin > end) gaps.push_back({end, range.begin});
        if (range.end > end) {
            end = range.end;
            before = name;
        }
    }
    const auto total = blocks_of(first.stored.ensemble).end;
    if (end < total) gaps.push_back({end, total});
    problems.raise();
    return gaps;
}

Checkpoint joined(std::vector<Source> sources) {
    auto whole = std::move(sources.front().stored);
    for (auto source = sources.begin() + 1; source != sources.end(); ++source) {
        auto& sums = source->stored.sums;
        std::move(sums.nodes.begin(), sums.nodes.end(), std::back_inserter(whole.sums.nodes));
        if (sums.cut) whole.sums.cut = std::move(sums.cut);
        whole.seconds += source->stored.seconds;
    }
    std::sort(whole.sums.nodes.begin(), whole.sums.nodes.end(),
              [](const auto& a, const auto& b) { return a.blocks().begin < b.blocks().begin; });
    whole.wanted = blocks_of(whole.ensemble);
    return whole;
}

}  // namespace dickejump::cli
