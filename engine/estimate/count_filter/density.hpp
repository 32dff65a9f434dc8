#pragma once

#include <cstddef>
#include <vector>

#include "dickejump/estimate/count_filter.hpp"
#include "dickejump/model/start_state.hpp"
#include "estimate/count_filter/cells.hpp"
#include "estimate/count_filter/count_law.hpp"
#include "estimate/count_filter/pairs.hpp"
#include "estimate/count_filter/places.hpp"
#include "numeric/row.hpp"

namespace dickejump::count_filter {

/// The density of x given the record so far, for eight thetas at once, and the likelihood of that record.
///
/// Tested through tests/estimate/count_filter_test.cpp: what it does shows in likelihoods only.
class Density {
public:
    Density(const Cells& cells, double atoms, const StartState& start, const CountFilter::Thetas& thetas);

    /// Carry the density over a tick in which this was counted.
    void step(const Tick& tick, const CountLaw& law);
    /// The clicks of a bin are independent news only as a whole: their score is squared here.
    void end_bin();

    /// log-likelihoods, and the sum of squared scores of the bins.
    CountFilter::Result result() const;
    /// Mean and standard deviation of n, at the lower middle theta.
    void tell(double time, const CountFilter::Follow& follow) const;

private:
    /// Leave out the ends that no theta gives weight.
    void trim();

    const Cells& cells_;
    double levels_;  ///< N + 1
    numeric::Row theta_;
    // The density now: places (the cells, or the start level) and masses.
    std::vector<double> x_, sine_, angle_;
    std::vector<numeric::AlignedRow> mass_;
    std::size_t lo_ = 0, hi_ = 0;  ///< places with weight: lo .. hi - 1
    numeric::Row log_norm_{};
    double score_ = 0.0;  ///< of the bin so far
    double information_ = 0.0;
    std::vector<Place> from_, to_;
    std::vector<numeric::AlignedRow> sum_;
    Pairs pairs_;
};

}  // namespace dickejump::count_filter
