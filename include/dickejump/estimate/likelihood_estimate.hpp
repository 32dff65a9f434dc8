#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "dickejump/estimate/likelihood_filter.hpp"
#include "dickejump/estimate/posterior.hpp"
#include "dickejump/estimate/visit_state.hpp"
#include "dickejump/model/pump_schedule.hpp"

namespace dickejump {

/// Why the likelihood of a record has no maximum inside the range of theta.
enum class NoMaximum {
    no_clicks,  ///< nothing was seen: the likelihood only falls, or is flat
    boundary,   ///< it grows all the way to where the pump touches 0, or to ever stronger pumps
    flat        ///< the record says nothing of the pump
};
/// "no clicks", "boundary", "flat".
std::string_view name(NoMaximum reason);

/// How many records have no maximum, by reason: a mergeable sum.
struct NoMaximumCounts {
    std::int64_t no_clicks = 0,  ///< records that saw nothing
        boundary = 0,            ///< that only push to an end of the range
        flat = 0;                ///< that do not depend on theta

    /// Counts one record without a maximum.
    void add(NoMaximum reason);
    /// Adds the counts of another part.
    void merge(const NoMaximumCounts& other);

    /// Its counts, for files and parts: see `IsOrConst`.
    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, NoMaximumCounts> {
        archive("no_clicks", self.no_clicks);
        archive("boundary", self.boundary);
        archive("flat", self.flat);
    }
};

/// Where theta, a shift of the pump [gamma], may lie.
struct ThetaRange {
    double lowest;   ///< at which the least pump of the run is 0: a boundary, where a maximum does not count
    Interval prior;  ///< where theta lies beforehand, everywhere equally likely; cut at `lowest`

    /// @param reach  the largest |theta| of the prior
    /// @throws InvalidInput unless duration and reach are positive
    static ThetaRange of(const PumpSchedule& pump, double duration, double reach);
};

/// What one record says of theta [gamma].
struct LikelihoodEstimate {
    /// The global maximum of the likelihood over theta >= lowest; NaN without one inside.
    double maximum = std::numeric_limits<double>::quiet_NaN();
    /// From the observed information, 1/sqrt(-d^2 log L/d theta^2), at the maximum.
    double standard_error = std::numeric_limits<double>::quiet_NaN();
    std::optional<NoMaximum> no_maximum = {};  ///< why there is none
    /// under the flat prior of the range; not `known` if the likelihood was not looked at
    Posterior posterior = {};

    double score = std::numeric_limits<double>::quiet_NaN();  ///< d log L/d theta at 0
    double information = 0.0;  ///< this record's contribution to the Fisher information at 0

    /// Whether there is a maximum inside the range.
    bool found() const;
    /// maximum -+ 1 standard error [gamma]; NaN without one.
    Interval confidence68() const;
    /// maximum -+ 1.96 standard errors [gamma]; NaN without one.
    Interval confidence95() const;
};

/// log-likelihoods of one record for eight thetas.
using Likelihood = std::function<LikelihoodFilter::Result(const LikelihoodFilter::Thetas&)>;

/// Finds the maximum of the likelihood of one record, and its posterior, from its values at eight thetas at a
/// time.
///
/// Most records tell so much that log L is nearly a parabola over the range that matters. Then the eight
/// thetas of one or two looks define a polynomial, and it is believed where it agrees with the one without
/// its outermost point. The likelihood of a weak record has a boundary, long tails or several maxima: it is
/// looked at from the boundary up to thirty times the decay rate, ever closer where its posterior or its
/// maximum wants it, and at last around the highest maximum. The maximum and its error are then right to 1e-3
/// of the error, as the likelihood's own values allow.
///
/// @param scale  the expected standard error, 1/sqrt(Fisher information) [gamma]: where looking begins
/// @throws InvalidInput unless the scale is finite and positive, lowest <= 0 and the prior holds more than a
///         point above it; if there is no likelihood, or one that is NaN or +infinity
LikelihoodEstimate estimate_likelihood(const Likelihood& likelihood, double scale, const ThetaRange& range);
/// The same for a record of time tags.
LikelihoodEstimate estimate_likelihood(const LikelihoodFilter& filter, std::span<const Photon> clicks,
                                       double scale, const ThetaRange& range);

}  // namespace dickejump
