#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "dickejump/model/local_spins.hpp"
#include "dickejump/random/stream.hpp"
#include "dickejump/trajectory/ladder_setup.hpp"
#include "dickejump/trajectory/window.hpp"
#include "trajectory/direct/linear_parts.hpp"

namespace dickejump::direct {

/// A run at the end of a tick.
struct TickRow {
    double n_dt;         ///< int n dt since the window began [1/gamma]
    std::int64_t jumps;  ///< since the window began
    std::int64_t n;
};

/// Its spin, where single atoms act.
struct SpinRow {
    std::int64_t twice_j = 0;       ///< 2j
    std::int64_t local_jumps = 0;   ///< since the window began
    std::int64_t local_change = 0;  ///< of n by them
};

/// A window that runs are working on.
struct OpenWindow {
    std::int64_t first_tick = 0;
    int ticks = 0;
    int done = 0;                                       ///< runs that have finished it
    double end = 0.0;                                   ///< its time [1/gamma]
    double pump = 0.0;                                  ///< w where its first tick ends, if w has one slope
    std::int64_t first_part = 0;                        ///< row of `LinearParts`, if w has knots
    TickRow* rows = nullptr;                            ///< [run][tick]
    SpinRow* spin_rows = nullptr;                       ///< [run][tick], where single atoms act
    std::vector<std::int64_t> before;                   ///< [run] level where it begins
    std::vector<double> first_crossing, last_crossing;  ///< [run] so far, NaN if none
    std::vector<std::vector<Jump>> tags;                ///< [run]
};

/// One window of one run: what a lane is given to do.
struct Assignment {
    std::size_t run;
    OpenWindow* window;
    std::int64_t n, twice_j;              ///< where it begins
    std::array<std::uint64_t, 4> random;  ///< state of a generator

    TickRow* rows() const { return window->rows + run * static_cast<std::size_t>(window->ticks); }
    SpinRow* spin_rows() const { return window->spin_rows + run * static_cast<std::size_t>(window->ticks); }
};

/// The runs of one call of the kernel. Gives their windows to lanes that are free, and full windows to the
/// sink. Runs work on two windows at a time, so that none waits at the end of one for all others.
class RunQueue {
public:
    /// `setup`, `sink` and `spins` must outlive the queue.
    /// @param spins  where single atoms act; runs start at j = N/2
    RunQueue(const LadderSetup& setup, const Lanes& lanes, Quantities wanted, const WindowSink& sink,
             const LocalSpins* spins = nullptr);

    const LadderSetup& setup() const { return setup_; }
    const LocalSpins* spins() const { return spins_; }
    Quantities wanted() const { return wanted_; }
    int runs() const { return window_.lanes; }
    StopRequest stop() const { return stop_; }
    /// Whether w is taken to have no knots within the run: its slope is then `slope` everywhere.
    bool one_slope() const { return one_slope_; }
    double slope() const { return slope_; }
    const LinearParts& parts() const { return parts_; }

    /// Something to do, of the earliest window first. False if there is nothing: at the end, or until
    /// another window is full.
    bool assign(Assignment& assignment);
    /// `assignment` is done, its rows and tags are written. `first` and `last`: crossings in this window, NaN
    /// if none.
    void finish(const Assignment& assignment, double first, double last);

private:
    struct Run {
        Stream stream;
        std::int64_t n, twice_j;
        double first, last;  ///< crossings so far, NaN if none
    };
    void open(std::int64_t first_tick, std::size_t parity);
    void pass_on(OpenWindow& full);
    template <bool spins>
    void fill_columns(const OpenWindow& full);

    const LadderSetup& setup_;
    const LocalSpins* spins_;
    Quantities wanted_;
    StopRequest stop_;
    const WindowSink& sink_;
    bool one_slope_;
    double slope_;
    std::vector<Run> runs_;
    LinearParts parts_;               ///< of both windows
    std::vector<TickRow> rows_;       ///< of both windows
    std::vector<SpinRow> spin_rows_;  ///< likewise
    std::array<OpenWindow, 2> open_;  ///< windows, by turns
    std::size_t earliest_ = 0;        ///< the one of them that is to be passed on next
    std::array<std::vector<std::size_t>, 3>
        ready_;                           ///< runs that wait for it, for the next, for the one after
    std::array<std::size_t, 3> taken_{};  ///< of those
    Window window_;                       ///< what the sink sees
};

}  // namespace dickejump::direct
