#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace dickejump {

/// Anything that can absorb another of its kind: `a.merge(b)` with b the later part.
template <class R>
concept Mergeable = requires(R& a, const R& b) {
    a.merge(b);
};

/// Folds results 0, 1, 2, .. along the binary tree over their index, whatever computed them, so that rounding
/// is a function of the indices alone. Only the roots of finished subtrees are kept: log2(blocks) results.
template <Mergeable R>
class BinaryFold {
public:
    void push(R result) {
        // Like adding 1 to a binary counter: equal subtrees join.
        for (auto index = count_++; index & 1; index >>= 1) {
            auto earlier = std::move(subtrees_.back());
            subtrees_.pop_back();
            earlier.merge(result);
            result = std::move(earlier);
        }
        subtrees_.push_back(std::move(result));
    }

    std::int64_t count() const { return count_; }

    /// All results so far as one; empty before the first.
    std::optional<R> total() const {
        if (subtrees_.empty()) return {};
        R sum = subtrees_.back();
        for (auto it = std::next(subtrees_.rbegin()); it != subtrees_.rend(); ++it) {
            R left = *it;
            left.merge(sum);
            sum = std::move(left);
        }
        return sum;
    }

private:
    std::int64_t count_ = 0;
    std::vector<R> subtrees_;
};

}  // namespace dickejump
