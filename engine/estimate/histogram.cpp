#include "dickejump/estimate/histogram.hpp"

#include <algorithm>

namespace dickejump {

Histogram Histogram::trimmed(int bins) const {
    const auto occupied = [](std::int64_t count) { return count > 0; };
    const auto first = std::find_if(counts_.begin(), counts_.end(), occupied);
    if (first == counts_.end()) return *this;
    const auto begin = static_cast<std::size_t>(first - counts_.begin());
    const auto end =
        counts_.size() -
        static_cast<std::size_t>(std::find_if(counts_.rbegin(), counts_.rend(), occupied) - counts_.rbegin());
    const auto width = (end - begin + static_cast<std::size_t>(bins) - 1) / static_cast<std::size_t>(bins);
    const auto size = (end - begin + width - 1) / width;
    const double step = (high_ - low_) / static_cast<double>(counts_.size());
    Histogram result(edge(begin), edge(begin) + step * static_cast<double>(width * size),
                     static_cast<int>(size));
    for (auto i = begin; i < end; ++i)
        result.counts_[(i - begin) / width] += counts_[i];
    return result;
}

}  // namespace dickejump
