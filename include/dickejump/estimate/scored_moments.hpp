#pragma once

#include <cstdint>
#include <optional>

#include "dickejump/estimate/moments.hpp"
#include "dickejump/estimate/visit_state.hpp"

namespace dickejump {

/// Statistics of an estimate x of theta together with the score S of its run, S = d log L/d theta at 0 of a
/// record that x is a function of: mergeable sums.
///
/// E[x S] = d E[x]/d theta, so the same runs that give the spread of an estimate also say how its mean
/// answers to theta: no runs at another theta are needed.
class ScoredMoments {
public:
    /// One run: its estimate and the score of its record at theta = 0.
    /// If they are not finite (a click where the pump was off), neither is what follows from them.
    void add(double x, double score);
    /// Adds the runs of another part.
    void merge(const ScoredMoments& other);

    /// Runs added.
    std::int64_t count() const { return count_; }
    /// Mean of x with its standard error; empty without runs.
    std::optional<Estimate> mean() const;
    /// Standard deviation of x.
    std::optional<Estimate> deviation() const;
    /// d E[x]/d theta.
    std::optional<Estimate> slope() const;
    /// deviation/|slope|, the sensitivity of one run. Its error is that of both together (their errors are
    /// correlated), by linear propagation. Empty for fewer than two runs or a slope of 0.
    std::optional<Estimate> sensitivity() const;

    /// Its sums, for files and parts: see `IsOrConst`.
    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, ScoredMoments> {
        archive("count", self.count_);
        archive("x", self.x_);
        archive("s", self.s_);
        archive("x2", self.x2_);
        archive("xs", self.xs_);
        archive("s2", self.s2_);
        archive("x3", self.x3_);
        archive("x2s", self.x2s_);
        archive("xs2", self.xs2_);
        archive("x4", self.x4_);
        archive("x3s", self.x3s_);
        archive("x2s2", self.x2s2_);
    }

private:
    struct Central;
    Central central() const;

    std::int64_t count_ = 0;
    // Sums of products of powers; x and S are near 0 on their own scale, so nothing cancels.
    double x_ = 0.0, s_ = 0.0, x2_ = 0.0, xs_ = 0.0, s2_ = 0.0, x3_ = 0.0, x2s_ = 0.0, xs2_ = 0.0, x4_ = 0.0,
           x3s_ = 0.0, x2s2_ = 0.0;
};

}  // namespace dickejump
