#include "dickejump/trajectory/ladder_sampler.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "dickejump/random/stream.hpp"
#include "dickejump/trajectory/ladder_walk.hpp"
#include "numeric/each_width.hpp"
#include "trajectory/run_setup.hpp"
#include "trajectory/stream_draws.hpp"
#include "trajectory/walk_in_turns.hpp"

namespace dickejump {

namespace {

using Walk = LadderWalk<StreamDraws>;

template <Quantities wanted>
void fill(Window& window, std::vector<Walk>& walks, SparseCheck& listen) {
    walk_in_turns<wanted>(window, walks, listen);
}
/// The same with the three-operand instructions of newer processors, which save a tenth; same bits.
template <Quantities wanted>
DICKEJUMP_V3 void fill_v3(Window& window, std::vector<Walk>& walks, SparseCheck& listen) {
    walk_in_turns<wanted>(window, walks, listen);
}

using Filler = void (*)(Window&, std::vector<Walk>&, SparseCheck&);

/// One specialised loop for every set of wanted columns, indexed by the set of the five flags.
template <unsigned... sets>
Filler filler_of(Quantities wanted, std::integer_sequence<unsigned, sets...>) {
    static constexpr std::array<Filler, sizeof...(sets)> plain{&fill<Quantities(sets)>...};
    static constexpr std::array<Filler, sizeof...(sets)> v3{&fill_v3<Quantities(sets)>...};
    return (DICKEJUMP_V3_RUNS_HERE ? v3 : plain)[static_cast<unsigned>(wanted) % sizeof...(sets)];
}

}  // namespace

LadderSampler::LadderSampler(DickeLadder ladder, PumpSchedule pump, TickGrid grid, StartState start)
    : setup_{ladder, std::move(pump), grid, start} {
    check_run(setup_);
}

void LadderSampler::operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const {
    check_call(provides, wanted, lanes, sink);
    auto window = make_window(setup_.grid, window_ticks, lanes.count, wanted);
    std::vector<Walk> walks;
    walks.reserve(window.start.size());
    for (std::size_t lane = 0; lane < window.start.size(); ++lane) {
        Stream stream(lanes.seed, static_cast<std::uint64_t>(lanes.first_trajectory) + lane, lanes.purpose);
        const bool drawn = setup_.start.kind == StartState::Kind::steady;
        const auto n = start_level(setup_, drawn ? open_unit(stream()) : 0.5);
        window.start[lane] = static_cast<std::int32_t>(n);
        walks.emplace_back(setup_.ladder, setup_.pump, n, StreamDraws(stream));
    }

    SparseCheck listen{lanes.stop, 1 << 14};
    const auto fill_window = filler_of(wanted, std::make_integer_sequence<unsigned, 1u << 5>{});
    for (std::int64_t tick = 0; tick < setup_.grid.ticks; tick += window_ticks) {
        window.first_tick = tick;
        window.ticks = static_cast<int>(std::min(window_ticks, setup_.grid.ticks - tick));
        for (auto& tags : window.tags)
            tags.clear();
        fill_window(window, walks, listen);
        sink(window);
    }
}

}  // namespace dickejump
