#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dickejump/estimate/moments.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// Moments of J_z over trajectories at every `stride`-th tick, from tick 0 on: an observer and its mergeable
/// sums. Sums of n - N/2 and its square are exact integers (in halves), whatever the order of merging.
class CurveMoments {
public:
    static constexpr Quantities needs = Quantities::none;  ///< n at the end of a tick is always there

    /// @throws InvalidInput unless the grid has ticks in a positive duration and `stride` divides their
    /// number, and there are atoms and memory for the points
    CurveMoments(std::int64_t atoms, const TickGrid& grid, std::int64_t stride);

    /// @throws InvalidInput if the window is of a run with another number of ticks, or as `check_window`
    void observe(const Window& window);
    /// @throws InvalidInput if the other has another N, other points or other ticks
    void merge(const CurveMoments& other);

    /// Number of points: ticks/stride + 1.
    std::size_t points() const { return sums_.size(); }
    /// Trajectories added.
    std::int64_t count() const { return count_; }
    /// Moments of J_z at point i, the tick i * stride. @throws InvalidInput if there is no such point
    Moments at(std::size_t i) const;

    /// Its sums, for files and parts: see `IsOrConst`.
    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, CurveMoments> {
        archive("count", self.count_);
        archive("sums", self.sums_);
    }

private:
    __extension__ using Wide = __int128;
    struct PowerSums {
        Wide first = 0, second = 0;  // of k = 2n - N
        double third = 0.0, fourth = 0.0;

        template <class Self, class Archive>
        friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, PowerSums> {
            archive("first", self.first);
            archive("second", self.second);
            archive("third", self.third);
            archive("fourth", self.fourth);
        }
    };
    void add(PowerSums& sums, std::span<const std::int32_t> levels) const;
    std::int64_t ticks() const { return stride_ * (static_cast<std::int64_t>(sums_.size()) - 1); }

    std::int64_t atoms_;
    std::int64_t stride_;
    std::int64_t count_ = 0;
    std::vector<PowerSums> sums_;
};

}  // namespace dickejump
