#pragma once

#include <Eigen/Core>
#include <optional>

#include "dickejump/estimate/covariance.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// Where the mean of J_z over trajectories crosses zero, with an error that is right for a noisy curve whose
/// points are correlated: each trajectory is projected on a cubic over the ticks around the crossing (least
/// squares, four numbers a trajectory, whose covariance is kept), and the zero is that of the mean cubic.
/// Looking for a sign change of the mean curve instead would find the first wiggle.
class MeanCrossing {
public:
    static constexpr Quantities needs = Quantities::none;  ///< n at the end of a tick is always there

    /// Fits over the ticks within `reach` of `centre` [1/gamma], cut at the ends of the grid; at least 8
    /// ticks, if the grid has them.
    /// @throws InvalidInput unless the grid has ticks, the centre is within, and `reach` is finite and not
    ///         negative, with memory for its ticks; and unless there are atoms
    MeanCrossing(std::int64_t atoms, const TickGrid& grid, double centre, double reach);

    /// Projects the ticks of the stretch; the coefficients of a run are complete with its last window.
    /// @throws InvalidInput if the window is of a run with another number of ticks, or as `check_window`
    void observe(const Window& window);
    /// @throws InvalidInput if the other fits another stretch
    void merge(const MeanCrossing& other);

    /// Time of the crossing with its error; empty if the fitted mean does not cross within the fitted
    /// stretch.
    std::optional<Estimate> time() const;

    /// Its sums, for files and parts: see `IsOrConst`.
    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, MeanCrossing> {
        archive("coefficients", self.coefficients_);
    }

private:
    double half_atoms_;
    double middle_, reach_;    // the fitted stretch [1/gamma]
    std::int64_t first_ = 0;   // its first tick
    Eigen::MatrixXd weights_;  // [power][tick - first]: least-squares coefficients from values
    Eigen::MatrixXd sums_;     // [power][lane] of the block under way
    Covariance coefficients_{4};
};

}  // namespace dickejump
