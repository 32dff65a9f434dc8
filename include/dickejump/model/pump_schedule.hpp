#pragma once

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
        double begin, end;
        double pump, slope;

        double at(double time) const { return pump + slope * (time - begin); }
    };

    /// @throws InvalidInput if the pump is negative or not finite.
    static PumpSchedule constant(double pump);
    /// From `first` at t = 0 to `last` at t = duration. @throws InvalidInput as above, or if duration <= 0.
    static PumpSchedule linear(double first, double last, double duration);
    /// From `first` to `turn` and back, each leg lasting `leg_duration`, `repeats` times over.
    static PumpSchedule triangle(double first, double turn, double leg_duration, int repeats = 1);
    /// Straight lines between the points (times[i], pumps[i]); times ascend strictly from 0.
    /// @throws InvalidInput if they do not, if the pump is negative or not finite, or if it is too steep.
    static PumpSchedule piecewise_linear(std::span<const double> times, std::span<const double> pumps);
    /// The same from a text file with the columns `time,pump` (a header line and # comments are allowed).
    /// @throws InvalidInput naming the file and line.
    static PumpSchedule from_csv(const std::string& file);

    double at(double time) const;
    /// In order, covering [0, infinity): the last piece is constant.
    std::span<const Piece> pieces() const { return pieces_; }
    /// The time of the last knot: 0 for a constant pump.
    double duration() const { return pieces_.back().begin; }

private:
    explicit PumpSchedule(std::vector<Piece> pieces) : pieces_(std::move(pieces)) {}

    std::vector<Piece> pieces_;
};

}  // namespace dickejump
