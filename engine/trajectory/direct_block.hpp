#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "dickejump/random/stream.hpp"
#include "dickejump/trajectory/ladder_setup.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump::direct {

/// A tick that a run has closed; sums are since its window began.
struct Row {
    double n_dt;
    std::int64_t jumps, n;
};

/// Stretches of constant slope of w, none longer than a tick: only where w has knots. A window ends with one
/// of no length that follows itself.
struct Segments {
    std::vector<double> length, slope;
    std::vector<double> pump, ceiling;  ///< w at its end, the highest w in it
    std::vector<double> rest;           ///< from its end to that of the window
    std::vector<std::int64_t> next;     ///< the segment after it
    std::vector<char> closes;           ///< whether a tick ends with it
};

/// A window under way. Runs work on two at a time, so that none waits at the end of a window for all others.
struct Stage {
    std::int64_t first_tick = 0;
    int ticks = 0;
    int done = 0;                                       ///< runs that have finished it
    double end = 0.0;                                   ///< its time [1/gamma]
    double pump = 0.0;                                  ///< w where its first tick ends
    std::int64_t segment = 0;                           ///< its first, if w has knots
    Row* rows = nullptr;                                ///< [run][tick]
    std::vector<std::int64_t> before;                   ///< [run] level where it begins
    std::vector<double> first_crossing, last_crossing;  ///< [run] so far, NaN if none
    std::vector<std::vector<Jump>> tags;                ///< [run]
};

/// One window of one run: what a lane does at a time.
struct Item {
    std::size_t run;
    Stage* stage;
    std::int64_t n;
    std::array<std::uint64_t, 4> random;  ///< state of a generator

    Row* rows() const { return stage->rows + run * static_cast<std::size_t>(stage->ticks); }
};

/// The runs of one call of the kernel: hands out their windows to lanes, and full windows to the sink.
class Block {
public:
    Block(const LadderSetup& setup, const Lanes& lanes, Quantities wanted, const WindowSink& sink);

    const LadderSetup& setup() const { return setup_; }
    Quantities wanted() const { return wanted_; }
    int lanes() const { return window_.lanes; }
    /// Whether w has no knots within the run: it is then `slope` everywhere.
    bool even() const { return even_; }
    double slope() const { return slope_; }
    const Segments& segments() const { return segments_; }

    /// Something to do, the earliest window first. False if there is nothing, now or for ever.
    bool next(Item& item);
    /// `item` is done, its rows and tags are written. `first` and `last`: crossings in this window, NaN if
    /// none.
    void finish(const Item& item, double first, double last);

private:
    struct Walk {
        Stream stream;
        std::int64_t n;
        double first, last;
    };
    void begin(std::int64_t first_tick, std::size_t parity);
    void show(Stage& stage);

    const LadderSetup& setup_;
    Quantities wanted_;
    const WindowSink& sink_;
    bool even_;
    double slope_;
    std::vector<Walk> walks_;
    Segments segments_;
    std::vector<Row> rows_;        ///< of both stages
    std::array<Stage, 2> stages_;  ///< windows, by turns
    std::size_t earliest_ = 0;     ///< the one of them that is to be shown next
    std::array<std::vector<std::size_t>, 3>
        ready_;                           ///< runs that wait for it, for the next, for the one after
    std::array<std::size_t, 3> taken_{};  ///< of those
    Window window_;
};

}  // namespace dickejump::direct
