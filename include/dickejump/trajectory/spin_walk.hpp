#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "dickejump/model/local_spins.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/trajectory/ladder_walk.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// One trajectory on |j, m> under way: `LadderWalk` with local processes.
///
/// Exact for every piecewise linear pump, by the same equation for the waiting time: local rates only add to
/// what does not depend on the pump. A waiting and a way are drawn when a state is entered, as on the ladder,
/// so that without local rates it is the ladder's walk, draw by draw and bit by bit.
template <DrawSource Draws>
class SpinWalk {
public:
    /// At |j, m> at t = 0. The pump's pieces must outlive the walk.
    /// @throws InvalidInput unless these atoms have the state
    SpinWalk(const LocalSpins& spins, const PumpSchedule& pump, const SpinState& start, Draws draws)
        : spins_(spins), pieces_(pump.pieces()), draws_(std::move(draws)), state_(start) {
        spins_.check_state(state_);
        enter_state();
        cross_knots(0.0);
    }

    /// Where it is now.
    const SpinState& state() const { return state_; }
    /// n = N/2 + m.
    std::int64_t n() const { return spins_.excited(state_); }
    /// What is left of its chance.
    const Draws& draws() const { return draws_; }
    /// Time of the first arrival at J_z = 0 so far [1/gamma]; NaN without one.
    double first_crossing() const { return first_crossing_; }
    /// Time of the last departure from it so far [1/gamma]; NaN without one.
    double last_crossing() const { return last_crossing_; }
    /// Time of the pending jump.
    double next() const { return next_; }

    /// Whether the pending jump happens by `time`.
    bool jumps_by(double time) const { return next_ <= time; }

    /// Make the pending jump and draw the next one. `wanted` decides at compile time what is recorded.
    template <Quantities wanted>
    void jump(std::vector<Jump>* tags) {
        integrate<wanted>(next_);
        const auto process = pass();
        if constexpr ((wanted & (Quantities::crossings_up | Quantities::crossings_down)) != Quantities::none)
            note_crossing<wanted>(level_change(process));
        if constexpr (contains(wanted, Quantities::time_tags)) tags->push_back({next_, process});

        enter_state();
        const auto& piece = pieces_[piece_];
        const double dt = waiting_time(next_pump_ * pumping_ + rest_, piece.slope * pumping_, hazard_);
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
        window.n[cell] = static_cast<std::int32_t>(n());
        if constexpr (contains(wanted, Quantities::level_integral)) {
            integrate<wanted>(end);
            window.n_dt[cell] = n_dt_;
            n_dt_ = 0.0;
        }
        if constexpr (contains(wanted, Quantities::jumps)) {
            window.jumps_up[cell] = up_;
            window.jumps_down[cell] = down_;
            up_ = down_ = 0;
        }
        if constexpr (contains(wanted, Quantities::spin)) {
            window.twice_j[cell] = static_cast<std::int32_t>(state_.twice_j);
            window.local_jumps[cell] = local_;
            local_ = 0;
        }
    }

private:
    void enter_state() {
        pumping_ = LocalSpins::collective_pumping(state_);
        emission_ = LocalSpins::collective_emission(state_);
        rest_ = emission_;
        if (spins_.rates().any()) rest_ += local_rate();
        hazard_ = draws_.exponential();
        const double u = draws_.uniform();
        for_up_ = (1.0 - u) * pumping_;
        for_rest_ = u * rest_;
    }

    /// All local ways together, each of which is needed only where one is taken.
    double local_rate() const {
        const auto& [emission, pumping, dephasing] = spins_.rates();
        const auto atoms = static_cast<double>(spins_.atoms()), up = static_cast<double>(n());
        double rate = emission * up + pumping * (atoms - up);
        if (dephasing > 0.0) {
            const auto exits = spins_.exits(state_);
            rate += exits[6].rate + exits[7].rate;
        }
        return rate;
    }

    /// The pending jump changes the state. @return which it was
    Process pass() {
        // Up if u (w A + rest) <= w A. What is left of u (w A + rest) beyond that is spread evenly over the
        // rest: collective emission first, then the local ways.
        const double up = next_pump_ * for_up_ - for_rest_;
        double left = -up - emission_;
        if (left <= 0.0 || rest_ == emission_) [[likely]] {
            // Taken as a sign, because a branch here would be mispredicted every other time.
            const double step = std::copysign(1.0, up);
            up_ += step > 0.0;
            down_ += step < 0.0;
            state_.twice_m += static_cast<std::int64_t>(2.0 * step);
            return collective(step);
        }
        ++local_;
        const auto exits = spins_.exits(state_);
        const LocalSpins::Exit* chosen = nullptr;
        for (const auto& exit : exits) {
            if (exit.rate == 0.0) continue;
            chosen = &exit;  // the last that there is, should rounding leave a little
            left -= exit.rate;
            if (left <= 0.0) break;
        }
        state_ = chosen->from(state_);
        return chosen->process;
    }

    /// At the end of a ramp to 0 the line can round to below it.
    double pump_at(const PumpSchedule::Piece& piece) const { return std::max(0.0, piece.at(next_)); }

    template <Quantities wanted>
    void integrate(double until) {
        if constexpr (contains(wanted, Quantities::level_integral)) {
            n_dt_ += static_cast<double>(n()) * (until - mark_);
            mark_ = until;
        }
    }

    /// As on the ladder: upwards arrival at 2n >= N from below and departure from 2n <= N.
    template <Quantities wanted>
    void note_crossing(int step) {
        constexpr int way = contains(wanted, Quantities::crossings_up) ? 1 : -1;
        if (step != way) return;
        const auto after = way * state_.twice_m, before = after - 2;
        if (before < 0 && after >= 0 && std::isnan(first_crossing_)) first_crossing_ = next_;
        if (before <= 0 && after > 0) last_crossing_ = next_;
    }

    /// Find the jump that uses up hazard_ from `time` on, over as many pieces as it takes.
    void cross_knots(double time) {
        for (;; ++piece_) {
            const auto& piece = pieces_[piece_];
            const double rate = piece.at(time) * pumping_ + rest_, growth = piece.slope * pumping_;
            next_ = time + waiting_time(rate, growth, hazard_);
            if (next_ <= piece.end) break;  // the last piece ends at infinity
            const double left = piece.end - time;
            hazard_ = std::max(0.0, hazard_ - left * (rate + 0.5 * growth * left));
            time = piece.end;
        }
        next_pump_ = std::isinf(next_) ? 0.0 : pump_at(pieces_[piece_]);  // none at a jump that never comes
    }

    LocalSpins spins_;
    std::span<const PumpSchedule::Piece> pieces_;
    Draws draws_;
    SpinState state_;
    double pumping_ = 0.0, emission_ = 0.0;  // collective, of unit rates
    double rest_ = 0.0;                      // emission_ and all that single atoms do
    double hazard_ = 0.0;                    // int of the rate from the state's entry to the next jump
    double for_up_ = 0.0, for_rest_ = 0.0;   // the next jump goes up if w for_up_ >= for_rest_
    double next_ = 0.0, next_pump_ = 0.0;    // time of the next jump and the pump there
    std::size_t piece_ = 0;                  // the piece of the schedule that holds it
    double mark_ = 0.0, n_dt_ = 0.0;         // int n dt of this tick, done up to mark_
    std::int64_t up_ = 0, down_ = 0;         // collective jumps of this tick
    std::int64_t local_ = 0;                 // local jumps of this tick
    double first_crossing_ = std::numeric_limits<double>::quiet_NaN();
    double last_crossing_ = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace dickejump
