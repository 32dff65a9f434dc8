#include "model/checks.hpp"

#include <unistd.h>

#include <cmath>
#include <string>

namespace dickejump {

void check_duration(double duration, Problems& problems) {
    problems.require(std::isfinite(duration) && duration > 0.0,
                     "duration = " + text(duration) + " (a run lasts some time) make it positive");
}

void check_grid(const TickGrid& grid, Problems& problems) {
    check_duration(grid.duration, problems);
    problems.require(grid.ticks >= 1,
                     "ticks = " + std::to_string(grid.ticks) + " (a run has at least one tick) give more");
}

void check_rate(std::string_view key, double rate, Problems& problems) {
    problems.require(std::isfinite(rate) && rate >= 0.0, std::string(key) + " = " + text(rate) +
                                                             " (a rate is finite and not negative) give `" +
                                                             std::string(key) + "` >= 0");
}

void check_start(const StartState& start, const DickeLadder& ladder, Problems& problems) {
    if (start.kind == StartState::Kind::steady)
        problems.require(std::isfinite(start.pump) && start.pump >= 0.0,
                         "start pump = " + text(start.pump) +
                             " (a rate is finite and not negative) give a steady state of w >= 0");
    else
        problems.require(start.n >= 0 && start.n <= ladder.atoms(),
                         "start level n = " + std::to_string(start.n) + " (the ladder has 0.." +
                             std::to_string(ladder.atoms()) + ") choose one of them");
}

void check_ideal(const DickeLadder& ladder, Problems& problems) {
    problems.require(ladder.is_ideal(), "linewidth = " + text(ladder.linewidth()) +
                                            " (this method is built on the rates of Eq. (1)) take 0, or an "
                                            "exact method of levels");
}

void check_populations(const Eigen::VectorXd& populations, const DickeLadder& ladder, Problems& problems) {
    if (populations.size() != ladder.atoms() + 1)
        problems.add("start populations of size " + std::to_string(populations.size()) +
                     " (the ladder has N + 1 = " + std::to_string(ladder.atoms() + 1) +
                     " levels) give one for each");
    else if (!populations.allFinite())
        problems.add(
            "start populations with an entry that is not finite (nothing follows from it) correct it");
    else if (populations.minCoeff() < -1e-9)
        problems.add("start population " + text(populations.minCoeff()) +
                     " (a probability is not negative) correct it");
    else if (std::abs(populations.sum() - 1.0) > 1e-6)
        problems.add("start populations with sum " + text(populations.sum()) +
                     " (probabilities add up to 1) divide them by that");
}

void check_amplitudes(const DickeState& start, const LadderChannels& channels, Problems& problems) {
    problems.require(start.atoms() == channels.atoms(),
                     "a state of " + std::to_string(start.atoms() + 1) + " amplitudes (the model has " +
                         std::to_string(channels.atoms() + 1) + " levels) give one for each n = 0..N");
}

void check_times_within(std::span<const double> times, double duration, Problems& problems) {
    for (const double time : times)
        problems.require(
            time >= 0.0 && time <= duration * (1.0 + 1e-12),
            "time = " + text(time) + " (outside the run, 0.." + text(duration) + ") ask within it");
}

void check_memory(std::string_view what, double bytes, Problems& problems) {
    const double memory =
        static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
    constexpr double giga = 1e9;
    problems.require(bytes <= 0.5 * memory, std::string(what) + " take " + text(std::ceil(bytes / giga)) +
                                                " GB, and this machine has " +
                                                text(std::round(memory / giga)) +
                                                ": half of it is the most) give fewer");
}

void check_states(const LocalSpins& spins, Problems& problems) {
    constexpr double bytes_a_state = 450.0;  // of the implicit scheme, mostly
    check_memory("atoms = " + std::to_string(spins.atoms()) + " (the N^2/4 states |j, m>",
                 bytes_a_state * static_cast<double>(spins.states()), problems);
}

}  // namespace dickejump
