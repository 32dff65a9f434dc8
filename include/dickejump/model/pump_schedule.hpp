#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace dickejump {

/// The pump w(t) >= 0 [gamma], continuous and piecewise linear in time [1/gamma] from t = 0 on.
/// After its last knot the pump stays where it is.
class PumpSchedule {
public:
    /// w(t) = pump + slope (t - begin) for begin <= t < end.
    struct Piece {
        double begin,  ///< [1/gamma]
            end;       ///< [1/gamma]; infinite for the last piece
        double pump,   ///< w at `begin` [gamma]
            slope;     ///< dw/dt [gamma^2]

        /// w at a time on the piece [gamma].
        double at(double time) const { return pump + slope * (time - begin); }
        /// int w dt over `length` [1/gamma] from the time `from` on, both on the piece: a number.
        double integral(double from, double length) const {
            return length * (at(from) + 0.5 * slope * length);
        }
    };

    /// The least and the greatest w of a run [gamma].
    struct Extremes {
        double lowest,  ///< [gamma]
            highest;    ///< [gamma]

        /// The largest |w - pump| [gamma].
        double farthest_from(double pump) const { return std::max(highest - pump, pump - lowest); }
    };

    /// @throws InvalidInput if the pump is negative or not finite.
    static PumpSchedule constant(double pump);
    /// From `first` at t = 0 to `last` at t = duration. @throws InvalidInput as above, or if duration <= 0.
    static PumpSchedule linear(double first, double last, double duration);
    /// From `first` to `turn` and back, each leg lasting `leg_duration`, `repeats` times over, 1 to 10^6.
    /// @throws InvalidInput as above, or for other `repeats`
    static PumpSchedule triangle(double first, double turn, double leg_duration, int repeats = 1);
    /// Straight lines between the points (times[i], pumps[i]); times ascend strictly from 0.
    /// @throws InvalidInput if they do not, if the pump is negative or not finite, or if it is too steep.
    static PumpSchedule piecewise_linear(std::span<const double> times, std::span<const double> pumps);
    /// The same from a text file with the columns `time,pump` in any order if its first line names
    /// them (# comments are allowed).
    /// @throws InvalidInput naming the file and line.
    static PumpSchedule from_csv(const std::string& file);

    /// w at a time [gamma]; before 0 it is that at 0. @throws InvalidInput if the time is NaN
    double at(double time) const;
    /// In order, covering [0, infinity): the last piece is constant.
    std::span<const Piece> pieces() const { return pieces_; }
    /// The time of the last knot: 0 for a constant pump.
    double duration() const { return pieces_.back().begin; }

    /// Over 0 <= t <= until, until >= 0 [1/gamma]; may be infinite. @throws InvalidInput if it is NaN or < 0
    Extremes extremes(double until) const;
    /// int_0^until w dt, a number; until >= 0 and finite [1/gamma]. @throws InvalidInput if it is not
    double integral(double until) const;

    /// The same up to `time` [1/gamma], and held there from then on. @throws InvalidInput unless time > 0.
    PumpSchedule held_from(double time) const;
    /// factor (w - about) + offset at every knot, and straight lines between the knots; all but `factor` in
    /// gamma. A knot that would be below 0 is put at 0, which makes the lines to it other ones: it only
    /// matters where w comes near 0. With `about` near w no digits are lost where factor w and offset nearly
    /// cancel. @throws InvalidInput if a number or the result is not finite.
    PumpSchedule affine(double factor, double offset, double about = 0.0) const;

private:
    explicit PumpSchedule(std::vector<Piece> pieces) : pieces_(std::move(pieces)) {}

    std::vector<Piece> pieces_;
};

}  // namespace dickejump
