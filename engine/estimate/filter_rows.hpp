#pragma once

#include <cstdint>
#include <vector>

#include "numeric/row.hpp"

namespace dickejump {

/// What passes over all levels of a filter do, in vector lanes. A row holds one level for eight sets of
/// parameters; lanes never mix, so that processors with shorter vectors give the same bits in several passes.
namespace filter_rows {

using numeric::Row, numeric::row_width;

/// Sums of p, d p and d^2 p over the levels, d = n - origin.
struct Sums {
    std::int64_t origin = 0;
    Row zeroth{}, first{}, second{};
};

/// Levels lo <= n <= hi.
struct Stretch {
    std::int64_t lo, hi;
};

/// A step of length h of p' = (L - what would have been seen + shift) p. All rates are times h.
struct Step {
    Row pumped;        ///< h w: loss per A_n
    Row pumped_kept;   ///< the part of it that is not seen: gain of the level above
    Row emitted;       ///< h gamma: loss per B_n
    Row emitted_kept;  ///< the part of it that is not seen: gain of the level below
    Row side;          ///< loss per excited atom
    Row shift;         ///< added to the generator
};

/// The order of the approximant of exp, by its pairs of poles: one, (1,2); two, (3,4); three, (5,6).
inline constexpr int most_poles = 3;
/// Rows per level that `propagate` needs to work in.
inline constexpr std::int64_t work_rows = 4 * most_poles;

/// Numbers by level of some atoms, n = -1..N+1: n itself, and A_n = (N - n)(n + 1), so that B_n = A_{n-1}.
class Levels {
public:
    explicit Levels(std::int64_t atoms);
    std::int64_t atoms() const { return atoms_; }
    const double* number() const { return number_.data() + 1; }
    const double* up() const { return up_.data() + 1; }

private:
    std::int64_t atoms_;
    std::vector<double> number_, up_;
};

/// p -> exp(z) p, z the generator of the step, by a Pade approximant (2k-1, 2k) in partial fractions: k
/// complex tridiagonal solutions, eliminated from both ends at once, so that 2k recursions fill the pipeline.
/// It is L-stable: what a click or the edge of the stretch makes rough is damped.
/// @param poles k, 1..most_poles
/// @param p     [n], row n of it is level n
/// @param work  work_rows rows a level, for levels 0..atoms
void propagate(const Levels& levels, Stretch stretch, const Step& step, int poles, Row* p, Row* work,
               Sums& sums);

/// p_n -> (down A_n p_{n+1} + background p_n), B_{n+1} = A_n: an emission is seen. Above hi there is nothing.
void lower(const Levels& levels, Stretch stretch, const Row& down, const Row& background, Row* p, Sums& sums);
/// p_n -> (up A_{n-1} p_{n-1} + background p_n): a pumping is seen. Below lo there is nothing.
void raise(const Levels& levels, Stretch stretch, const Row& up, const Row& background, Row* p, Sums& sums);
/// p_n -> (side n + background) p_n.
void weigh(const Levels& levels, Stretch stretch, const Row& side, const Row& background, Row* p, Sums& sums);

}  // namespace filter_rows
}  // namespace dickejump
