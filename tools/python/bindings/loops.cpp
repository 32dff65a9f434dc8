#include <pybind11/numpy.h>

#include <memory>
#include <string>
#include <vector>

#include "bindings/bindings.hpp"
#include "bindings/job.hpp"
#include "bindings/values.hpp"
#include "dickejump/record/loop_kernel.hpp"
#include "dickejump/study/lock/lock_config.hpp"

namespace dickejump::python {

namespace {

/// A closed loop without its servo, which is Python's.
const Keys<LockConfig>& loop_keys() {
    static const auto all =
        keys<LockConfig>().without({"gain", "servo", "memory", "dither", "estimators", "time_limit"});
    return all;
}

/// Tables of all runs, which Python owns.
struct Tables {
    py::array_t<double> pumps, pumping;
    py::array_t<std::int64_t> n;
    py::array_t<std::int32_t> ups, downs;
    std::vector<std::vector<Photon>> clicks;

    Tables(std::int64_t runs, std::int64_t ticks)
        : pumps({runs, ticks}),
          pumping({runs, ticks}),
          n({runs, ticks + 1}),
          ups({runs, ticks}),
          downs({runs, ticks}) {}
};

/// Where a run's row is to go, found while the interpreter is held.
struct Rows {
    double *pumps, *pumping;
    std::int64_t* n;
    std::int32_t *ups, *downs;

    void take(const LoopRun& run, std::int64_t index) const {
        const auto ticks = static_cast<std::int64_t>(run.ticks.size());
        for (std::int64_t k = 0; k < ticks; ++k) {
            const auto& tick = run.ticks[static_cast<std::size_t>(k)];
            const auto cell = index * ticks + k;
            pumps[cell] = tick.pump, pumping[cell] = tick.pumping;
            ups[cell] = tick.ups, downs[cell] = tick.downs;
            n[cell + index] = tick.n;
        }
        n[(index + 1) * (ticks + 1) - 1] = run.end;
    }
};

py::tuple clicks_of(const std::vector<Photon>& clicks) {
    py::array_t<double> times(static_cast<py::ssize_t>(clicks.size()));
    py::list channels;
    for (std::size_t i = 0; i < clicks.size(); ++i) {
        times.mutable_at(static_cast<py::ssize_t>(i)) = clicks[i].time;
        channels.append(std::string(name(clicks[i].channel)));
    }
    return py::make_tuple(times, channels);
}

py::dict loop(const Values& values, const py::object& controller, double theta, const py::object& progress) {
    LockConfig config;
    cli::Options options;
    options.bind(config, loop_keys());
    Problems problems;
    const bool readable = take(options, values, problems);
    if (!config.detectors.empty()) config.servo = Servo::filter;  // any that may have one: it is not asked
    if (readable && problems.empty())
        check(config, problems);
    else
        options.judge(problems, true);
    problems.raise();
    config = resolved(config);
    const auto grid = config.grid();
    const auto tables = std::make_shared<Tables>(config.trajectories, grid.ticks);
    tables->clicks.resize(static_cast<std::size_t>(config.trajectories));
    const Rows rows{tables->pumps.mutable_data(), tables->pumping.mutable_data(), tables->n.mutable_data(),
                    tables->ups.mutable_data(), tables->downs.mutable_data()};
    const auto asked = std::make_shared<py::object>(controller);
    run_job(
        [=](const cli::Host& host) {
            const LoopKernel kernel(
                config.model.ladder(config.atoms), grid,
                config.detectors.empty() ? std::nullopt : std::optional(config.detectors.front()),
                config.side_rate);
            const StopRequest stop(host.interrupt, StopRequest::Clock::time_point::max());
            const Controller ask = [&](const LoopTick& tick) {
                stop.check();
                const py::gil_scoped_acquire held;
                return py::cast<double>((*asked)(tick.index, tick.time, tick.n,
                                                 clicks_of({tick.clicks.begin(), tick.clicks.end()})));
            };
            const LoopKernel::Task task{.servo = ControllerMaker([&](std::int64_t) { return ask; }),
                                        .start = config.initial,
                                        .theta = theta};
            // One at a time: a controller of Python's may remember what it has seen of a run.
            for (std::int64_t run = 0; run < config.trajectories; ++run) {
                kernel({.seed = config.seed, .first_trajectory = run, .count = 1, .stop = stop}, task,
                       [&](std::int64_t, LoopRun& done) {
                           rows.take(done, run);
                           tables->clicks[static_cast<std::size_t>(run)] = std::move(done.clicks);
                       });
                host.progress({.done = run + 1, .wanted = config.trajectories});
            }
        },
        progress);
    py::array_t<double> time(grid.ticks + 1);
    for (std::int64_t tick = 0; tick <= grid.ticks; ++tick)
        time.mutable_at(tick) = grid.time(tick);
    py::list clicks;
    for (const auto& run : tables->clicks)
        clicks.append(clicks_of(run));
    py::dict result;
    result["atoms"] = config.atoms;
    result["time"] = time;
    result["pump"] = tables->pumps;
    result["pumping"] = tables->pumping;
    result["n"] = tables->n;
    result["jumps_up"] = tables->ups;
    result["jumps_down"] = tables->downs;
    result["clicks"] = clicks;
    return result;
}

py::list loop_keys_described() {
    LockConfig config;
    cli::Options options;
    options.bind(config, loop_keys());
    return described(options);
}

}  // namespace

void add_loops(py::module_& module) {
    module.def("loop", loop, py::arg("values"), py::arg("controller"), py::arg("theta") = 0.0,
               py::arg("progress") = py::none());
    module.def("loop_keys", loop_keys_described);
}

}  // namespace dickejump::python
