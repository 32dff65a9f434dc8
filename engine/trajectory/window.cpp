#include "dickejump/trajectory/window.hpp"

#include <string>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

void check_window(const Window& window, Quantities needs) {
    const auto& w = window;
    if (w.lanes < 0 || w.ticks < 0 || w.first_tick < 0 || w.first_tick > w.grid.ticks - w.ticks)
        throw InvalidInput("a window of " + std::to_string(w.lanes) + " lanes and " +
                           std::to_string(w.ticks) + " ticks from " + std::to_string(w.first_tick) +
                           " on (the run has " + std::to_string(w.grid.ticks) + " ticks) give one within it");
    const auto lanes = static_cast<std::size_t>(w.lanes), cells = static_cast<std::size_t>(w.ticks) * lanes;
    const auto demand = [&](std::size_t has, std::size_t wanted, const char* what) {
        if (has < wanted)
            throw InvalidInput("a window with " + std::to_string(has) + " " + what + " (it shows " +
                               std::to_string(wanted) + ") ask the sampler for them");
    };
    demand(w.start.size(), lanes, "starts");
    demand(w.n.size(), cells, "levels");
    if (contains(needs, Quantities::jumps)) {
        demand(w.jumps_up.size(), cells, "numbers of jumps up");
        demand(w.jumps_down.size(), cells, "numbers of jumps down");
    }
    if (contains(needs, Quantities::level_integral)) demand(w.n_dt.size(), cells, "integrals of n");
    if (contains(needs, Quantities::crossings_up) || contains(needs, Quantities::crossings_down)) {
        demand(w.first_crossing.size(), lanes, "first crossings");
        demand(w.last_crossing.size(), lanes, "last crossings");
    }
    if (contains(needs, Quantities::time_tags)) demand(w.tags.size(), lanes, "lists of jumps");
    if (contains(needs, Quantities::spin)) {
        demand(w.twice_j.size(), cells, "spins");
        demand(w.local_jumps.size(), cells, "numbers of local jumps");
    }
}

void check_window(const Window& window, Quantities needs, std::size_t lanes) {
    check_window(window, needs);
    if (window.first_tick > 0 && lanes != static_cast<std::size_t>(window.lanes))
        throw InvalidInput("a window of " + std::to_string(window.lanes) + " lanes from tick " +
                           std::to_string(window.first_tick) + " on (the run so far has " +
                           std::to_string(lanes) + ") show all windows of a block in order");
}

}  // namespace dickejump
