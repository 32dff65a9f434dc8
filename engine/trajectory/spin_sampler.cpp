#include "dickejump/trajectory/spin_sampler.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "dickejump/trajectory/spin_walk.hpp"
#include "trajectory/run_setup.hpp"
#include "trajectory/stream_draws.hpp"
#include "trajectory/walk_in_turns.hpp"

namespace dickejump {

namespace {

using Walk = SpinWalk<StreamDraws>;

template <Quantities wanted>
void fill(Window& window, std::vector<Walk>& walks, SparseCheck& listen) {
    walk_in_turns<wanted>(window, walks, listen);
}

using Filler = void (*)(Window&, std::vector<Walk>&, SparseCheck&);

/// One specialised loop for every set of the six flags.
template <unsigned... sets>
Filler filler_of(Quantities wanted, std::integer_sequence<unsigned, sets...>) {
    static constexpr std::array<Filler, sizeof...(sets)> all{&fill<Quantities(sets)>...};
    return all[static_cast<unsigned>(wanted) % sizeof...(sets)];
}

}  // namespace

SpinSampler::SpinSampler(LocalSpins spins, PumpSchedule pump, TickGrid grid, StartState start)
    : spins_(std::move(spins)), pump_(std::move(pump)), grid_(grid), start_(start) {
    check_run({DickeLadder(spins_.atoms()), pump_, grid_, start_});
}

void SpinSampler::operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const {
    check_call(provides, wanted, lanes, sink);
    const LadderSetup setup{DickeLadder(spins_.atoms()), pump_, grid_, start_};
    auto window = make_window(grid_, window_ticks, lanes.count, wanted);
    std::vector<Walk> walks;
    walks.reserve(window.start.size());
    for (std::size_t lane = 0; lane < window.start.size(); ++lane) {
        Stream stream(lanes.seed, static_cast<std::uint64_t>(lanes.first_trajectory) + lane, lanes.purpose);
        const bool drawn = start_.kind == StartState::Kind::steady;
        const auto n = start_level(setup, drawn ? open_unit(stream()) : 0.5);
        window.start[lane] = static_cast<std::int32_t>(n);
        walks.emplace_back(spins_, pump_, spins_.symmetric(n), StreamDraws(stream));
    }

    SparseCheck listen{lanes.stop, 1 << 14};
    const auto fill_window = filler_of(wanted, std::make_integer_sequence<unsigned, 1u << 6>{});
    for (std::int64_t tick = 0; tick < grid_.ticks; tick += window_ticks) {
        window.first_tick = tick;
        window.ticks = static_cast<int>(std::min(window_ticks, grid_.ticks - tick));
        for (auto& tags : window.tags)
            tags.clear();
        fill_window(window, walks, listen);
        sink(window);
    }
}

}  // namespace dickejump
