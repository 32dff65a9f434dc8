#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/tick_grid.hpp"
#include "trajectory/uniformisation/poisson_tables.hpp"

namespace dickejump::uniformisation {

/// One way to jump in integers: of the `used` cells of rho, a jump takes those farther from `edge` than
/// factor/2^16 times the square of the level (one higher for a jump up), itself in units of 2^15.
struct Side {
    std::uint16_t factor;
    std::int16_t edge;
    std::int16_t band;  ///< cells beyond that distance in which doubles must decide
};

/// The law of a segment in integers. A level n stands as one n - origin, about the middle of the ladder.
struct Thresholds {
    std::uint16_t one, inverse;  ///< odd, and its inverse modulo 2^16
    std::uint16_t origin;
    std::uint16_t used;  ///< cells of rho, 2^15 or a lower power of two
    std::int16_t split;  ///< of these up
    Side up, down, surplus;
};

/// A tick, or a part of one, in which w is linear.
struct Segment {
    double begin, length, end;
    double least;                  ///< the smaller w of its ends
    double majorant;               ///< Lambda
    double highest_pumping;        ///< no A_n is above it
    double surplus;                ///< mean number of surplus events of a trajectory
    bool rising;                   ///< whether w is least at the begin
    bool first, last;              ///< of its tick
    std::uint64_t index;           ///< in the run
    PoissonTables::Choice events;  ///< their number
    Thresholds thresholds;
};

/// Levels are kept as large as sixteen bits allow: n as one n - origin.
std::int64_t unit_of(std::int64_t atoms);
std::int64_t origin_of(std::int64_t atoms);

/// The segments of a run, tick by tick.
class Segments {
public:
    Segments(const DickeLadder& ladder, const PumpSchedule& pump, const TickGrid& grid, int least_band)
        : ladder_(ladder), pump_(pump), grid_(grid), least_band_(least_band) {}

    /// act(segment) for those of the next tick.
    void next_tick(const std::function<void(const Segment&)>& act);

private:
    Segment law(const PumpSchedule::Piece& piece, double begin, double end);

    const DickeLadder& ladder_;
    const PumpSchedule& pump_;
    const TickGrid& grid_;
    int least_band_;
    std::int64_t tick_ = 0;
    std::size_t piece_ = 0;
    std::uint64_t index_ = 0;
};

}  // namespace dickejump::uniformisation
