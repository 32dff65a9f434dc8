#include <pybind11/numpy.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "bindings/bindings.hpp"
#include "bindings/job.hpp"
#include "bindings/values.hpp"
#include "dickejump/ensemble/executor.hpp"
#include "dickejump/study/scan/scan_config.hpp"
#include "dickejump/trajectory/method.hpp"

namespace dickejump::python {

namespace {

/// What `sample` is told: a scan, without what is made of its runs, and how many threads.
struct Question {
    ScanConfig scan;
    int threads = 0;
};

/// Fewer runs than a scan has by default: every tick of every one is kept.
constexpr std::int64_t default_trajectories = 128;

const Keys<Question>& question_keys() {
    static const auto all = [] {
        Keys<Question> keys;
        keys.part(&Question::scan,
                  dickejump::keys<ScanConfig>().without(
                      {"points", "estimators", "detector", "side_rate", "smoothing", "signals",
                       "keep_records", "keep_estimates", "target_error", "time_limit", "bias_tolerance"}));
        keys.number("threads", &Question::threads, "threads, 0 for all (default); does not change results",
                    Range::from(0.0, "a number of threads; 0 means all"));
        return keys;
    }();
    return all;
}

/// Columns [tick][lane] of all runs, which Python owns: row t of the states is at the tick's time, row 0 the
/// start; row t of the others is of the tick after that time.
struct Columns {
    py::array_t<std::int32_t> n, twice_j;
    py::array_t<std::int64_t> jumps_up, jumps_down, local_jumps;
    py::array_t<double> n_dt, first_crossing, last_crossing;

    /// @param spins  whether there are those of single atoms: else they are empty
    Columns(std::int64_t ticks, std::int64_t lanes, bool spins)
        : n({ticks + 1, lanes}),
          twice_j({spins ? ticks : 0, lanes}),
          jumps_up({ticks, lanes}),
          jumps_down({ticks, lanes}),
          local_jumps({spins ? ticks : 0, lanes}),
          n_dt({ticks, lanes}),
          first_crossing(lanes),
          last_crossing(lanes) {}
};

/// Where the engine writes: the same memory without the interpreter.
struct Targets {
    std::int64_t lanes;
    std::int32_t *n, *twice_j;
    std::int64_t *jumps_up, *jumps_down, *local_jumps;
    double *n_dt, *first_crossing, *last_crossing;

    Targets(Columns& columns, std::int64_t all_lanes)
        : lanes(all_lanes),
          n(columns.n.mutable_data()),
          twice_j(columns.twice_j.mutable_data()),
          jumps_up(columns.jumps_up.mutable_data()),
          jumps_down(columns.jumps_down.mutable_data()),
          local_jumps(columns.local_jumps.mutable_data()),
          n_dt(columns.n_dt.mutable_data()),
          first_crossing(columns.first_crossing.mutable_data()),
          last_crossing(columns.last_crossing.mutable_data()) {}

    void take(const Window& window, std::int64_t first_lane) const {
        const auto put = [&](const auto& column, auto* target, std::int64_t row) {
            std::copy_n(column.data() + static_cast<std::ptrdiff_t>(window.at(static_cast<int>(row), 0)),
                        window.lanes, target);
        };
        if (window.first_tick == 0) put(window.start, n + first_lane, 0);
        for (int tick = 0; tick < window.ticks; ++tick) {
            const auto row = (window.first_tick + tick) * lanes + first_lane;
            put(window.n, n + row + lanes, tick);
            put(window.jumps_up, jumps_up + row, tick);
            put(window.jumps_down, jumps_down + row, tick);
            put(window.n_dt, n_dt + row, tick);
            if (window.twice_j.empty()) continue;
            put(window.twice_j, twice_j + row, tick);
            put(window.local_jumps, local_jumps + row, tick);
        }
        if (!window.last()) return;
        put(window.first_crossing, first_crossing + first_lane, 0);
        put(window.last_crossing, last_crossing + first_lane, 0);
    }
};

py::dict sample_leg(const ScanConfig& config, int threads, Direction direction, const py::object& progress) {
    const ScanLeg leg(config.model.ladder(config.atoms), config.protocol(), direction);
    const auto ticks = leg.grid().ticks, lanes = config.trajectories;
    const bool spins = config.model.kind == Model::local;
    auto columns = std::make_shared<Columns>(ticks, lanes, spins);
    const Targets targets(*columns, lanes);
    const auto wanted = Quantities::jumps | Quantities::level_integral |
                        (spins ? Quantities::spin : Quantities::none) |
                        (direction == Direction::up ? Quantities::crossings_up : Quantities::crossings_down);
    run_job(
        // The arrays stay until the thread is done with them, whatever happens to whoever waits.
        [=, owner = columns](const cli::Host& host) {
            const auto sampler =
                make_sampler(config.method, leg.setup(), config.steps_per_tick, config.model.local_rates());
            const RunControl control{.threads = threads, .interrupt = host.interrupt};
            const auto blocks = blocks_of(config.ensemble());
            std::int64_t finished = 0;
            control.executor().in_order(
                blocks.end,
                [&](std::int64_t block) {
                    const auto first = block * Block::size;
                    const Lanes some{
                        .seed = config.seed,
                        .first_trajectory = first,
                        .count = static_cast<int>(std::min<std::int64_t>(Block::size, lanes - first)),
                        .purpose = leg.purpose(),
                        .stop = control.stop()};
                    sampler(some, wanted, [&](const Window& window) { targets.take(window, first); });
                },
                [&](std::int64_t block) {
                    finished = std::min(lanes, (block + 1) * Block::size);
                    host.progress({.done = finished, .wanted = lanes});
                    return true;
                });
        },
        progress);
    py::array_t<double> time(ticks + 1), scaled_pump(ticks + 1);
    for (std::int64_t tick = 0; tick <= ticks; ++tick) {
        time.mutable_at(tick) = leg.grid().time(tick);
        scaled_pump.mutable_at(tick) = leg.scaled_pump(leg.grid().time(tick));
    }
    py::dict result;
    result["time"] = time;
    result["scaled_pump"] = scaled_pump;
    result["n"] = columns->n;
    result["jumps_up"] = columns->jumps_up;
    result["jumps_down"] = columns->jumps_down;
    if (spins) {
        result["twice_j"] = columns->twice_j;
        result["local_jumps"] = columns->local_jumps;
    }
    result["n_dt"] = columns->n_dt;
    result["first_crossing"] = columns->first_crossing;
    result["last_crossing"] = columns->last_crossing;
    return result;
}

/// Without what scans solve for besides: runs of single atoms need no rate equation, and there may be many
/// atoms.
/// @throws InvalidInput
ScanConfig resolved_runs(const ScanConfig& asked) {
    if (asked.model.kind != Model::local) return resolved(asked);
    auto config = asked;
    config.model = {};
    Problems problems;
    problems.require(asked.atoms <= LocalSpins::max_atoms,
                     "`atoms` = " + std::to_string(asked.atoms) + " (the chain of |j, m> is for at most " +
                         std::to_string(LocalSpins::max_atoms) + ") give fewer");
    check(*asked.model.local_rates(), problems);
    check(config, problems);
    problems.raise();
    config = resolved(config);
    config.model = asked.model;
    return config;
}

py::dict sample(const Values& values, const py::object& progress) {
    Question question;
    question.scan.trajectories = default_trajectories;
    cli::Options options;
    options.bind(question, question_keys());
    Problems problems;
    if (!take(options, values, problems) || !problems.empty()) options.judge(problems, true);
    problems.raise();
    const auto config = resolved_runs(question.scan);
    py::dict legs;
    for (const auto direction : config.protocol().directions())
        legs[py::str(std::string(name(direction)))] =
            sample_leg(config, question.threads, direction, progress);
    py::dict result;
    result["atoms"] = config.atoms;
    result["legs"] = legs;
    return result;
}

py::list sample_keys() {
    Question question;
    cli::Options options;
    options.bind(question, question_keys());
    return described(options);
}

}  // namespace

void add_samples(py::module_& module) {
    module.def("sample", sample, py::arg("values"), py::arg("progress") = py::none());
    module.def("sample_keys", sample_keys);
}

}  // namespace dickejump::python
