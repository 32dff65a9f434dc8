#include "estimate/spin_rows.hpp"

#include "numeric/each_width.hpp"

namespace dickejump::spin_rows {

Cells::Cells(const LocalSpins& spins)
    : has_pumping(spins.rates().pumping > 0.0),
      has_dephasing(spins.rates().dephasing > 0.0),
      atoms_(spins.atoms()) {
    const auto blank = std::vector<double>(static_cast<std::size_t>(size()), 0.0);
    for (auto* table : {&number, &pumped, &emitted, &alone, &from_below, &from_above})
        *table = blank;
    for (auto* ways : {&emission, &pumping, &dephasing})
        ways->same = ways->from_more = ways->from_less = blank;
    const auto cell = [&](const SpinState& state) {
        return static_cast<std::size_t>(at((atoms_ - state.twice_j) / 2, spins.excited(state)));
    };
    for (std::int64_t twice_j = atoms_; twice_j >= 0; twice_j -= 2)
        for (std::int64_t twice_m = -twice_j; twice_m <= twice_j; twice_m += 2) {
            const SpinState state{twice_j, twice_m};
            const auto here = cell(state);
            number[here] = static_cast<double>(spins.excited(state));
            pumped[here] = LocalSpins::collective_pumping(state);
            emitted[here] = LocalSpins::collective_emission(state);
            if (pumped[here] > 0.0) from_below[cell({twice_j, twice_m + 2})] = pumped[here];
            if (emitted[here] > 0.0) from_above[cell({twice_j, twice_m - 2})] = emitted[here];
            for (const auto& exit : spins.exits(state)) {
                if (exit.rate == 0.0) continue;
                alone[here] += exit.rate;
                auto& ways = exit.process == Process::emission  ? emission
                             : exit.process == Process::pumping ? pumping
                                                                : dephasing;
                // A way to less j is one that comes from more.
                auto& table = exit.twice_dj == 0  ? ways.same
                              : exit.twice_dj < 0 ? ways.from_more
                                                  : ways.from_less;
                table[cell(exit.from(state))] = exit.rate;
            }
        }
}

namespace {

template <bool with_pumping, bool with_dephasing>
DICKEJUMP_INLINE void power_of(const Cells& cells, const Box& box, const Power& power, const Row* p,
                               Row* next, Row* sum) {
    const auto stride = cells.stride();
    const Row pump = power.pump, pump_kept = power.pump_kept;
    const double emission = power.emission, kept = power.emission_kept, alone = power.alone,
                 side = power.side_kept, weight = power.weight;
    for (auto line = box.first_line; line <= box.last_line; ++line) {
        const auto first = cells.at(line, cells.first_n(box, line)),
                   last = cells.at(line, cells.last_n(box, line));
        for (auto i = first; i <= last; ++i) {
            const auto k = static_cast<std::size_t>(i);
            Row x = p[i] *
                    ((1.0 - (emission * cells.emitted[k] + alone * cells.alone[k])) - pump * cells.pumped[k]);
            x += (pump_kept * cells.from_below[k]) * p[i - 1];
            x += p[i + 1] * (kept * cells.from_above[k] + side * cells.emission.same[k]);
            x += p[i + 1 - stride] * (side * cells.emission.from_more[k]);
            x += p[i + 1 + stride] * (side * cells.emission.from_less[k]);
            if constexpr (with_pumping) {
                x += p[i - 1] * (alone * cells.pumping.same[k]);
                x += p[i - 1 - stride] * (alone * cells.pumping.from_more[k]);
                x += p[i - 1 + stride] * (alone * cells.pumping.from_less[k]);
            }
            if constexpr (with_dephasing) {
                x += p[i - stride] * (alone * cells.dephasing.from_more[k]);
                x += p[i + stride] * (alone * cells.dephasing.from_less[k]);
            }
            next[i] = x;
            sum[i] += weight * x;
        }
    }
}

}  // namespace

DICKEJUMP_EACH_WIDTH
void add_power(const Cells& cells, const Box& box, const Power& power, const Row* p, Row* next, Row* sum) {
    if (cells.has_pumping)
        cells.has_dephasing ? power_of<true, true>(cells, box, power, p, next, sum)
                            : power_of<true, false>(cells, box, power, p, next, sum);
    else
        cells.has_dephasing ? power_of<false, true>(cells, box, power, p, next, sum)
                            : power_of<false, false>(cells, box, power, p, next, sum);
}

DICKEJUMP_EACH_WIDTH
void click(const Cells& cells, const Box& box, const Click& click, const Row* p, Row* next) {
    const auto stride = cells.stride();
    const Row pump = click.pump;
    for (auto line = box.first_line; line <= box.last_line; ++line) {
        const auto first = cells.at(line, cells.first_n(box, line)),
                   last = cells.at(line, cells.last_n(box, line));
        for (auto i = first; i <= last; ++i) {
            const auto k = static_cast<std::size_t>(i);
            next[i] =
                click.background * p[i] + (pump * cells.from_below[k]) * p[i - 1] +
                p[i + 1] * (click.emission * cells.from_above[k] + click.side * cells.emission.same[k]) +
                p[i + 1 - stride] * (click.side * cells.emission.from_more[k]) +
                p[i + 1 + stride] * (click.side * cells.emission.from_less[k]);
        }
    }
}

DICKEJUMP_EACH_WIDTH
void add_sums(const Cells& cells, const Box& box, const Row* p, Sums& sums) {
    Row zeroth{}, first{}, second{}, emitted{}, pumped{};
    for (auto line = box.first_line; line <= box.last_line; ++line) {
        const auto begin = cells.at(line, cells.first_n(box, line)),
                   last = cells.at(line, cells.last_n(box, line));
        for (auto i = begin; i <= last; ++i) {
            const auto k = static_cast<std::size_t>(i);
            const Row x = p[i], once = x * cells.number[k];
            zeroth += x, first += once, second += once * cells.number[k];
            emitted += x * cells.emitted[k], pumped += x * cells.pumped[k];
        }
    }
    sums = {zeroth, first, second, emitted, pumped};
}

Sums sums_of(const Cells& cells, const Box& box, const Row* p) {
    Sums sums;
    add_sums(cells, box, p, sums);
    return sums;
}

}  // namespace dickejump::spin_rows
