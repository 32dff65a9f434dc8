#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "estimate/count_filter/count_law.hpp"
#include "estimate/count_filter/places.hpp"
#include "numeric/row.hpp"

namespace dickejump::count_filter {

/// A beginning and an end of a tick, and the law of the counts between them relative to the best pair's.
struct Pair {
    std::int32_t from, to;
    double constant, slope, bend;
    double weight;  ///< one over the root of the determinant
    bool polar;     ///< so near a pole that the azimuth hardly matters
};

/// Places first .. last - 1 of a list of them: where they are, and where the boost puts them.
struct Stretch {
    const double* x;
    const Place* boosted;
    std::size_t first, last;

    std::size_t size() const { return last - first; }
};

/// The pairs of ends of a tick that are worth while: those whose transition times likelihood is within e^-30
/// of the largest.
class Pairs {
public:
    /// Looks at all pairs at one theta, which stands for all: they differ by little in one tick.
    /// @param which  the index of theta in the rows
    void select(const CountLaw& law, const numeric::Row& theta, int which, const Stretch& from,
                const Stretch& to, double inverse_scale);

    /// Adds to the ends of the pairs mass x transition x likelihood relative to `log_scale`, by theta.
    void gather(const Place* from, const numeric::AlignedRow* mass, const Place* to,
                const numeric::Row& theta, double inverse_scale, numeric::AlignedRow* result) const;

    std::span<const Pair> list() const { return pairs_; }
    /// log of what `gather` leaves out of all likelihoods: that of the best pair.
    double log_scale() const { return log_scale_; }

private:
    /// Log-laws of the pairs that share their end, and `all`: with the transition, at one theta.
    struct Screened {
        std::vector<double> constant, slope, bend, determinant, all;

        void resize(std::size_t size);
    };
    static void screen(const CountLaw& law, double theta, const double* x, const double* y,
                       const double* radius, std::size_t blocks, double to_x, double to_y, double to_radius,
                       double inverse_scale, Screened& out);
    static void add_up(const Pair* pairs, std::size_t count, const Place* from,
                       const numeric::AlignedRow* mass, const Place* to, const numeric::Row& theta,
                       double inverse_scale, numeric::AlignedRow* result);

    std::vector<Pair> pairs_;
    double log_scale_ = 0.0;
    std::vector<double> determinants_, weights_;            ///< [pair]
    std::vector<double> begin_x_, begin_y_, begin_radius_;  ///< of the beginnings, in blocks of eight
    Screened screened_;
};

}  // namespace dickejump::count_filter
