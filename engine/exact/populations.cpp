#include "exact/populations.hpp"

#include <algorithm>
#include <vector>

namespace dickejump::exact {

GeneratorParts generator(const DickeLadder& ladder, Levels levels, Equation equation) {
    const auto size = levels.size();
    GeneratorParts parts;
    for (auto* part : {&parts.pumping, &parts.emission})
        part->below = part->diagonal = part->above = Eigen::ArrayXd::Zero(size);
    for (Eigen::Index i = 0; i < size; ++i) {
        const auto n = levels.first + i;
        const double up = ladder.pumping_rate(n), down = static_cast<double>(ladder.emission(n));
        parts.pumping.diagonal(i) = -up;
        parts.emission.diagonal(i) = -down;
        if (equation == Equation::backward) {
            parts.pumping.above(i) = up;
            parts.emission.below(i) = down;
        } else {
            if (i + 1 < size) parts.pumping.below(i + 1) = up;
            if (i > 0) parts.emission.above(i - 1) = down;
        }
    }
    return parts;
}

PumpSchedule reversed(const PumpSchedule& pump, double duration) {
    std::vector<double> times{0.0}, pumps{pump.at(duration)};
    const auto pieces = pump.pieces();
    for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece)
        if (piece->begin < duration) {
            times.push_back(duration - piece->begin);
            pumps.push_back(piece->pump);
        }
    return PumpSchedule::piecewise_linear(times, pumps);
}

}  // namespace dickejump::exact
