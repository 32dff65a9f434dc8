#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "dickejump/random/stream.hpp"
#include "dickejump/trajectory/ladder_walk.hpp"

// Walks of the ladder with chance that tests know.

namespace dickejump::test {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
inline constexpr double almost_one = 1.0 - 0x1p-53;

/// Chance from a list. After its end no jump comes in any time that a test looks at.
struct Script {
    std::vector<double> exponentials, uniforms;
    std::size_t next = 0;

    double exponential() const { return next < exponentials.size() ? exponentials[next] : 1e200; }
    double uniform() {
        const double u = next < uniforms.size() ? uniforms[next] : 0.5;
        ++next;
        return u;
    }
};

/// Independent chance that counts what is asked of it, in order.
struct Counting {
    Stream stream;
    std::int64_t exponentials = 0, uniforms = 0;
    bool in_turn = true;

    explicit Counting(std::uint64_t trajectory) : stream(42, trajectory, Purpose::test) {}
    double exponential() {
        in_turn = in_turn && exponentials == uniforms;
        ++exponentials;
        return -std::log(open_unit(stream()));
    }
    double uniform() {
        ++uniforms;
        in_turn = in_turn && exponentials == uniforms;
        return open_unit(stream());
    }
};

/// All that a walk can tell but crossings.
inline constexpr auto whole_story = Quantities::jumps | Quantities::level_integral | Quantities::time_tags;

/// The whole run of one walk in one window.
template <Quantities wanted, DrawSource Draws>
Window walked(LadderWalk<Draws>& walk, const TickGrid& grid) {
    Window window;
    window.grid = grid;
    window.ticks = static_cast<int>(grid.ticks);
    window.lanes = 1;
    const auto cells = static_cast<std::size_t>(grid.ticks);
    window.start = {static_cast<std::int32_t>(walk.n())};
    window.n.resize(cells);
    window.jumps_up.resize(cells);
    window.jumps_down.resize(cells);
    window.n_dt.resize(cells);
    window.tags.resize(1);
    for (int tick = 0; tick < window.ticks; ++tick) {
        const double time = grid.time(tick + 1);
        while (walk.jumps_by(time))
            walk.template jump<wanted>(&window.tags[0]);
        walk.template close_tick<wanted>(window, window.at(tick, 0), time);
    }
    window.first_crossing = {walk.first_crossing()};
    window.last_crossing = {walk.last_crossing()};
    return window;
}

/// The jumps of a scripted walk up to `until`.
inline std::vector<Jump> tags_of(std::int64_t atoms, const PumpSchedule& pump, std::int64_t n, Script script,
                                 double until) {
    const DickeLadder ladder(atoms);
    LadderWalk walk(ladder, pump, n, std::move(script));
    return walked<whole_story>(walk, {.duration = until, .ticks = 1}).tags[0];
}

struct CrossingTimes {
    double first = not_a_number, last = not_a_number;
};

/// PHYSICS of a crossing, word by word: the first jump that arrives at 2n >= N from below, the last jump that
/// ends a visit to 2n <= N; downwards with n -> N - n.
inline CrossingTimes brute_crossings(std::int64_t atoms, std::int64_t n, const std::vector<Jump>& tags,
                                     bool up) {
    CrossingTimes found;
    if (!up) n = atoms - n;
    for (const auto& tag : tags) {
        const auto before = n;
        n += up ? tag.dn() : -tag.dn();
        if (2 * before < atoms && 2 * n >= atoms && std::isnan(found.first)) found.first = tag.time;
        if (2 * before <= atoms && 2 * n > atoms) found.last = tag.time;
    }
    return found;
}

inline bool same(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}
inline bool same_or_both_missing(double a, double b) {
    return a == b || (std::isnan(a) && std::isnan(b));
}

/// Uniform in the logarithm.
inline double logarithmic(Stream& random, double from, double to) {
    return from * std::pow(to / from, open_unit(random()));
}

}  // namespace dickejump::test
