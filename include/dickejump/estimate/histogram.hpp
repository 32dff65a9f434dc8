#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dickejump/estimate/visit_state.hpp"

namespace dickejump {

/// Counts in equal bins of [low, high]; values beyond go to the end bins. Mergeable.
class Histogram {
public:
    Histogram(double low, double high, int bins)
        : low_(low), high_(high), counts_(static_cast<std::size_t>(bins), 0) {}

    void add(double x) {
        const double bin = std::floor((x - low_) / (high_ - low_) * static_cast<double>(counts_.size()));
        const double last = static_cast<double>(counts_.size() - 1);
        ++counts_[static_cast<std::size_t>(bin < 0.0 ? 0.0 : bin > last ? last : bin)];
    }
    void merge(const Histogram& other) {
        for (std::size_t i = 0; i < counts_.size(); ++i)
            counts_[i] += other.counts_[i];
    }

    double low() const { return low_; }
    double high() const { return high_; }
    double edge(std::size_t i) const {
        return low_ + (high_ - low_) * static_cast<double>(i) / static_cast<double>(counts_.size());
    }
    const std::vector<std::int64_t>& counts() const { return counts_; }

    /// The same counts over the occupied stretch only, in at most `bins` wider bins.
    Histogram trimmed(int bins) const;

    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, Histogram> {
        archive("counts", self.counts_);
    }

private:
    double low_, high_;
    std::vector<std::int64_t> counts_;
};

}  // namespace dickejump
