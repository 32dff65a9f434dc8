#include "trajectory/uniformisation/segments.hpp"

#include <algorithm>
#include <cmath>

namespace dickejump::uniformisation {

std::int64_t unit_of(std::int64_t atoms) {
    return (65535 / (atoms + 1) - 1) | 1;
}
std::int64_t origin_of(std::int64_t atoms) {
    return unit_of(atoms) * (atoms + 1) / 2;
}

namespace {

/// The top of the parabolas A_n and B_n, and the square of a scaled level that is taken from it.
double highest_rate(std::int64_t atoms) {
    return 0.25 * static_cast<double>((atoms + 1) * (atoms + 1));
}
double highest_square(std::int64_t atoms) {
    return highest_rate(atoms) * static_cast<double>(unit_of(atoms) * unit_of(atoms));
}

/// Cells of rho, as a power of two: fifteen, or fewer if a factor would not fit sixteen bits.
int cell_bits(double least, std::int64_t atoms) {
    int bits = 15;
    while (std::ldexp(std::max(least, 1.0) / (1.0 + least), bits + 31) > 65535.0 * highest_square(atoms))
        --bits;
    return bits;
}

/// Set the thresholds of a segment whose least w and majorant are known, and the bound of A_n for its surplus
/// events. A jump takes `top` cells of rho at the highest rate, in general top (1 - b^2/highest square).
void set_thresholds(Segment& segment, std::int64_t atoms, int least_band) {
    const int bits = cell_bits(segment.least, atoms);
    const double cells = std::ldexp(1.0, bits), highest = highest_square(atoms);
    const double down = cells * highest_rate(atoms) / segment.majorant, up = segment.least * down,
                 surplus = std::min(cells - 4.0, 65535.0 * 0x1p-31 * highest);
    segment.highest_pumping = cells * highest_rate(atoms) / surplus;
    const auto one = unit_of(atoms);
    auto& t = segment.thresholds;
    t.one = static_cast<std::uint16_t>(one);
    t.inverse = 1;
    for (int i = 0; i < 4; ++i)  // Newton's iteration doubles the bits that are right
        t.inverse = static_cast<std::uint16_t>(t.inverse * (2u - static_cast<unsigned>(one) * t.inverse));
    t.origin = static_cast<std::uint16_t>(origin_of(atoms));
    t.used = static_cast<std::uint16_t>(1 << bits);
    t.split = static_cast<std::int16_t>(std::ceil(up) + 1.0);
    // A square is rounded to a multiple of 2^15, from a level that is half a unit off if the middle is not
    // one of the units. The factor and the product are cut off, which takes less than 1/2 and 1.
    const double off = 0.5 + (one * (atoms + 1) % 2 == 1 ? 1.0 + 0x1p-15 : 0.0);
    constexpr double rounding = 1e-6, widest = 32767.0;
    const double wider = std::min(least_band >> (16 - bits), 16383);
    const auto side = [&](double top, bool rising) {
        const double factor = top * 0x1p31 / highest, above = off * factor * 0x1p-16, below = above + 1.5;
        // At a distance of -1 there is no jump, from `band` on there is one, wherever in its cell rho lies.
        const double edge =
            rising ? std::min(std::ceil(top + above - 1.0 + rounding) + wider, widest)
                   : std::max(std::floor(cells - top - above - rounding) - wider, cells - 1.0 - widest);
        const double reach = rising ? edge - top + 1.0 : cells - top - edge;
        const double band = std::min(std::ceil(reach + below + rounding) + wider, widest);
        return Side{.factor = static_cast<std::uint16_t>(factor * (1.0 - 1e-14)),
                    .edge = static_cast<std::int16_t>(edge),
                    .band = static_cast<std::int16_t>(band)};
    };
    t.up = side(up, true), t.down = side(down, false), t.surplus = side(surplus, true);
}

}  // namespace

void Segments::next_tick(const std::function<void(const Segment&)>& act) {
    const double begin = grid_.time(tick_), end = grid_.time(tick_ + 1);
    ++tick_;
    bool first = true;
    for (double from = begin; from < end;) {
        while (pump_.pieces()[piece_].end <= from)
            ++piece_;
        const auto& piece = pump_.pieces()[piece_];
        const double to = std::min(end, piece.end);
        // Few surplus events: no more than one a trajectory, on average, in a segment.
        const double change = std::abs(piece.slope) * (to - from);
        const double parts =
            std::max(1.0, std::ceil(std::sqrt(0.5 * highest_rate(ladder_.atoms()) * change * (to - from))));
        for (double part = 0.0; part < parts; part += 1.0) {
            const double a = from + (to - from) * (part / parts),
                         b = part + 1.0 < parts ? from + (to - from) * ((part + 1.0) / parts) : to;
            auto segment = law(piece, a, b);
            segment.first = first;
            segment.last = part + 1.0 >= parts && to >= end;
            first = false;
            segment.events = PoissonTables::choose(segment.majorant * segment.length);
            segment.majorant = segment.events.mean / segment.length;
            set_thresholds(segment, ladder_.atoms(), least_band_);
            segment.surplus = 0.5 * segment.highest_pumping * change / parts * segment.length;
            act(segment);
        }
        from = to;
    }
}

Segment Segments::law(const PumpSchedule::Piece& piece, double begin, double end) {
    Segment segment{};
    segment.begin = begin, segment.end = end, segment.length = end - begin;
    segment.index = index_++;
    const double from = std::max(0.0, piece.at(begin)), to = std::max(0.0, piece.at(end));
    segment.least = std::min(from, to), segment.rising = from < to;
    // Both sides end on whole cells, which may take two cells more than they need.
    const double spare = std::ldexp(2.01, -cell_bits(segment.least, ladder_.atoms()));
    segment.majorant = (1.0 + segment.least) * highest_rate(ladder_.atoms()) / (1.0 - spare);
    return segment;
}

}  // namespace dickejump::uniformisation
