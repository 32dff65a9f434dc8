#include "dickejump/estimate/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

namespace {
void check_bins(int bins) {
    constexpr int most = 10'000'000;
    if (bins < 1 || bins > most)
        throw InvalidInput(
            "bins = " + std::to_string(bins) +
            " (counts need a bin to be in, and nobody looks at more than 10^7) give 1 to 10^7");
}
}  // namespace

Histogram::Histogram(double low, double high, int bins) : low_(low), high_(high) {
    if (!(low < high) || !std::isfinite(high - low))
        throw InvalidInput("a histogram from " + text(low) + " to " + text(high) +
                           " (it spans finite numbers, in order) correct its ends");
    check_bins(bins);
    counts_.resize(static_cast<std::size_t>(bins), 0);
}

void Histogram::add(double x) {
    if (std::isnan(x)) throw InvalidInput("nan (it is in no bin) leave it out");
    const double bin = std::floor((x - low_) / (high_ - low_) * static_cast<double>(counts_.size()));
    const double last = static_cast<double>(counts_.size() - 1);
    ++counts_[static_cast<std::size_t>(bin < 0.0 ? 0.0 : bin > last ? last : bin)];
}

void Histogram::merge(const Histogram& other) {
    if (other.low_ != low_ || other.high_ != high_ || other.counts_.size() != counts_.size())
        throw InvalidInput("a histogram of " + std::to_string(other.counts_.size()) + " bins from " +
                           text(other.low_) + " to " + text(other.high_) + " (this one has " +
                           std::to_string(counts_.size()) + " from " + text(low_) + " to " + text(high_) +
                           ") merge those with equal bins");
    for (std::size_t i = 0; i < counts_.size(); ++i)
        counts_[i] += other.counts_[i];
}

Histogram Histogram::trimmed(int bins) const {
    check_bins(bins);
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
