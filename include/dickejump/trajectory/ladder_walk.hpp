#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <span>
#include <string>
#include <utility>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// Where a walk gets its chance from: `exponential()` ~ Exp(1), then `uniform()` in (0, 1), the waiting and
/// the way of the next jump, drawn when a state is entered.
template <class D>
concept DrawSource = requires(D& draws) {
    { draws.exponential() } -> std::same_as<double>;
    { draws.uniform() } -> std::same_as<double>;
};

/// The smallest dt >= 0 with rate dt + growth dt^2/2 = hazard, infinity if there is none.
/// In this form of the root nothing cancels.
inline double waiting_time(double rate, double growth, double hazard) {
    const double discriminant = rate * rate + 2.0 * growth * hazard;
    // A falling pump may run dry before the hazard is used up; a rate of 0 for ever divides by zero, rightly,
    // unless there is nothing to wait for.
    if (discriminant < 0.0) [[unlikely]]
        return std::numeric_limits<double>::infinity();
    if (hazard == 0.0) [[unlikely]]
        return 0.0;
    return 2.0 * hazard / (rate + std::sqrt(discriminant));
}

/// One trajectory of the ladder under way.
///
/// Level n is kept as a double: exact (N < 2^31), and the rates are doubles anyway. The next jump is always
/// drawn ahead, so a tick that sees no jump costs nothing.
template <DrawSource Draws>
class LadderWalk {
public:
    /// At level n at t = 0. The pump's pieces must outlive the walk.
    /// @throws InvalidInput unless n is on the ladder
    LadderWalk(const DickeLadder& ladder, const PumpSchedule& pump, std::int64_t n, Draws draws)
        : atoms_(static_cast<double>(ladder.atoms())),
          linewidth_(ladder.linewidth()),
          pieces_(pump.pieces()),
          draws_(std::move(draws)),
          n_(static_cast<double>(n)),
          n_at_tick_(n_) {
        if (n < 0 || n > ladder.atoms())
            throw InvalidInput("start level n = " + std::to_string(n) + " (the ladder has 0.." +
                               std::to_string(ladder.atoms()) + ") choose one of them");
        enter_state();
        cross_knots(0.0);
    }

    /// The level, a whole number.
    double n() const { return n_; }
    /// What is left of its chance.
    const Draws& draws() const { return draws_; }
    /// Time of the first arrival at J_z = 0 so far [1/gamma]; NaN without one.
    double first_crossing() const { return first_crossing_; }
    /// Time of the last departure from it so far [1/gamma]; NaN without one.
    double last_crossing() const { return last_crossing_; }

    /// Whether the pending jump happens by `time`.
    bool jumps_by(double time) const { return next_ <= time; }

    /// Make the pending jump and draw the next one. `wanted` decides at compile time what is recorded.
    template <Quantities wanted>
    void jump(std::vector<Jump>* tags) {
        integrate<wanted>(next_);
        ++jumps_;
        // Up if u (w A + B) <= w A; all but w is known long before the jump. Taken as a sign, because a
        // branch here would be mispredicted every other time.
        const double step = std::copysign(1.0, next_pump_ * for_up_ - for_down_);
        n_ += step;
        if constexpr ((wanted & (Quantities::crossings_up | Quantities::crossings_down)) != Quantities::none)
            note_crossing<wanted>(step);
        if constexpr (contains(wanted, Quantities::time_tags)) tags->push_back({next_, collective(step)});

        enter_state();
        const auto& piece = pieces_[piece_];
        const double dt = waiting_time(next_pump_ * pumping_ + emission_, piece.slope * pumping_, hazard_);
        if (next_ + dt <= piece.end) [[likely]] {
            next_ += dt;
            next_pump_ = pump_at(piece);
        } else {
            cross_knots(next_);
        }
    }

    /// Write row `cell` of the window for the tick that ends at `end`, and begin the next tick.
    template <Quantities wanted>
    void close_tick(Window& window, std::size_t cell, double end) {
        window.n[cell] = static_cast<std::int32_t>(n_);
        if constexpr (contains(wanted, Quantities::level_integral)) {
            integrate<wanted>(end);
            window.n_dt[cell] = n_dt_;
            n_dt_ = 0.0;
        }
        if constexpr (contains(wanted, Quantities::jumps)) {
            const auto net = static_cast<std::int64_t>(n_ - n_at_tick_);
            window.jumps_up[cell] = (jumps_ + net) / 2;
            window.jumps_down[cell] = (jumps_ - net) / 2;
            jumps_ = 0;
            n_at_tick_ = n_;
        }
    }

private:
    void enter_state() {
        pumping_ = (atoms_ - n_) * (n_ + 1.0);
        if (linewidth_ != 0.0) [[unlikely]] {
            const double relative = linewidth_ * (n_ + 1.0);
            pumping_ /= 1.0 + relative * relative;
        }
        emission_ = n_ * (atoms_ - n_ + 1.0);
        hazard_ = draws_.exponential();
        const double u = draws_.uniform();
        for_up_ = (1.0 - u) * pumping_;
        for_down_ = u * emission_;
    }

    /// At the end of a ramp to 0 the line can round to below it.
    double pump_at(const PumpSchedule::Piece& piece) const { return std::max(0.0, piece.at(next_)); }

    template <Quantities wanted>
    void integrate(double until) {
        if constexpr (contains(wanted, Quantities::level_integral)) {
            n_dt_ += n_ * (until - mark_);
            mark_ = until;
        }
    }

    /// Upwards: arrival at ceil(N/2) from below, departure from floor(N/2). Downwards: the other way round.
    template <Quantities wanted>
    void note_crossing(double step) {
        constexpr bool up = contains(wanted, Quantities::crossings_up);
        const double above = std::ceil(0.5 * atoms_), below = std::floor(0.5 * atoms_);
        const double arrived = up ? above : below, departed = up ? below + 1.0 : above - 1.0;
        if (n_ == arrived && step == (up ? 1.0 : -1.0) && std::isnan(first_crossing_))
            first_crossing_ = next_;
        if (n_ == departed && step == (up ? 1.0 : -1.0)) last_crossing_ = next_;
    }

    /// Find the jump that uses up hazard_ from `time` on, over as many pieces as it takes.
    void cross_knots(double time) {
        for (;; ++piece_) {
            const auto& piece = pieces_[piece_];
            const double rate = piece.at(time) * pumping_ + emission_, growth = piece.slope * pumping_;
            next_ = time + waiting_time(rate, growth, hazard_);
            if (next_ <= piece.end) break;  // the last piece ends at infinity
            const double left = piece.end - time;
            hazard_ = std::max(0.0, hazard_ - left * (rate + 0.5 * growth * left));
            time = piece.end;
        }
        next_pump_ = std::isinf(next_) ? 0.0 : pump_at(pieces_[piece_]);  // none at a jump that never comes
    }

    double atoms_, linewidth_;
    std::span<const PumpSchedule::Piece> pieces_;
    Draws draws_;
    double n_;
    double n_at_tick_;                       // n when the tick began
    double pumping_ = 0.0, emission_ = 0.0;  // A_n, B_n
    double hazard_ = 0.0;                    // int of the rate from n_'s entry to the next jump
    double for_up_ = 0.0, for_down_ = 0.0;   // the next jump goes up if w for_up_ >= for_down_
    double next_ = 0.0, next_pump_ = 0.0;    // time of the next jump and the pump there
    std::size_t piece_ = 0;                  // the piece of the schedule that holds it
    double mark_ = 0.0, n_dt_ = 0.0;         // int n dt of this tick, done up to mark_
    std::int64_t jumps_ = 0;                 // jumps of this tick
    double first_crossing_ = std::numeric_limits<double>::quiet_NaN();
    double last_crossing_ = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace dickejump
