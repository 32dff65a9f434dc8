#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "dickejump/model/local_spins.hpp"
#include "numeric/row.hpp"

namespace dickejump {

/// What passes over all |j, m> of a filter do. A row holds one state for eight sets of parameters.
///
/// States are cells of a table: line `lost` = N/2 - j, column n = N/2 + m, with a margin all around that
/// stays empty, so that no neighbour has to be asked whether it is there.
namespace spin_rows {

using numeric::Row, numeric::row_width;

/// Cells of lines first_line..last_line, as far as they are between these columns and on the ladder of their
/// j.
struct Box {
    std::int64_t first_line, last_line, first_n, last_n;
};

/// Rates out of and into every cell, at unit rates where a row multiplies them: what flows into a cell comes
/// from the neighbour that its name says, `above` and `below` in n, `from_more` of the line before (j higher
/// by 1), `from_less` of the line after.
class Cells {
public:
    explicit Cells(const LocalSpins& spins);

    std::int64_t atoms() const { return atoms_; }
    std::int64_t lines() const { return atoms_ / 2 + 1; }
    std::int64_t stride() const { return atoms_ + 3; }
    std::int64_t size() const { return stride() * (lines() + 2); }
    std::int64_t at(std::int64_t line, std::int64_t n) const { return (line + 1) * stride() + n + 1; }
    std::int64_t first_n(const Box& box, std::int64_t line) const { return std::max(box.first_n, line); }
    std::int64_t last_n(const Box& box, std::int64_t line) const {
        return std::min(box.last_n, atoms_ - line);
    }

    std::vector<double> number;                  ///< n
    std::vector<double> pumped, emitted;         ///< collective, out: per w, per gamma
    std::vector<double> alone;                   ///< out by single atoms, at their rates
    std::vector<double> from_below, from_above;  ///< collective pumping and emission, in
    struct Ways {
        std::vector<double> same, from_more, from_less;  ///< in, from the same j and from both others
    };
    Ways emission, pumping, dephasing;  ///< of single atoms, at their rates; of dephasing `same` is 0
    bool has_pumping, has_dephasing;

private:
    std::int64_t atoms_;
};

/// Of the powers of the generator, in units of the rate that the sum is made at.
struct Power {
    Row pump, pump_kept;             ///< w, and the part of its jumps that nobody sees
    double emission, emission_kept;  ///< gamma, likewise
    double alone, side_kept;         ///< 1, and the part of single emissions that nobody sees
    double weight;                   ///< of this power in the sum
};
/// next = (1 + M) p and sum += weight next, in a box around which `p` is 0 but for one cell.
void add_power(const Cells& cells, const Box& box, const Power& power, const Row* p, Row* next, Row* sum);

/// p at a click, in a box that has room for it.
struct Click {
    Row pump;         ///< e w: J+ is seen
    double emission;  ///< e gamma: J- is
    double side;      ///< e: an emission of a single atom is
    double background;
};
void click(const Cells& cells, const Box& box, const Click& click, const Row* p, Row* next);

/// Sums over a box: of p, n p, n^2 p, and of the rates of collective emission and pumping.
struct Sums {
    Row zeroth{}, first{}, second{}, emitted{}, pumped{};
};
Sums sums_of(const Cells& cells, const Box& box, const Row* p);

}  // namespace spin_rows
}  // namespace dickejump
