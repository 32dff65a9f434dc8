#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dickejump/estimate/visit_state.hpp"

namespace dickejump {

/// Counts in equal bins of [low, high]; values beyond go to the end bins. Mergeable.
class Histogram {
public:
    /// @throws InvalidInput unless low < high, both finite, and there are 1 to 10^7 bins
    Histogram(double low, double high, int bins);

    /// @throws InvalidInput if x is not a number
    void add(double x);
    /// @throws InvalidInput if the other has other bins
    void merge(const Histogram& other);

    /// Left edge of the first bin.
    double low() const { return low_; }
    /// Right edge of the last bin.
    double high() const { return high_; }
    /// Left edge of bin i, or the right end for i = number of bins.
    double edge(std::size_t i) const {
        return low_ + (high_ - low_) * static_cast<double>(i) / static_cast<double>(counts_.size());
    }
    /// [bin]; their sum is the number of values.
    const std::vector<std::int64_t>& counts() const { return counts_; }

    /// The same counts over the occupied stretch only, in at most `bins` wider bins.
    /// @throws InvalidInput unless there are 1 to 10^7 bins
    Histogram trimmed(int bins) const;

    /// Its counts, for files and parts: see `IsOrConst`.
    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, Histogram> {
        archive("counts", self.counts_);
    }

private:
    double low_, high_;
    std::vector<std::int64_t> counts_;
};

}  // namespace dickejump
