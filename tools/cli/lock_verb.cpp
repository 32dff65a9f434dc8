#include <fmt/core.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/scan_table.hpp"
#include "cli/verb.hpp"
#include "dickejump/exact/local_steady.hpp"
#include "dickejump/exact/master_equation.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/io/lock_report.hpp"

namespace dickejump::cli {

namespace {

std::string title(const LockConfig& config) {
    const auto grid = config.grid();
    return fmt::format("Lock: N = {} atoms for {}/γ, servo {} with gain {}, {} ticks of {:.4g}/γ\n",
                       config.atoms, config.duration, name(config.servo), config.gain, grid.ticks,
                       grid.tick());
}

std::string table_of(const LockResult& result) {
    const auto& config = result.config;
    auto table = title(config);
    table += fmt::format(
        "{} runs, {:.2g} quantum jumps in {:.2f} s ({}), seed {}\n\n", result.trajectories,
        result.jumps.mean() ? result.jumps.mean()->value * static_cast<double>(result.trajectories) : 0.0,
        result.seconds, name(result.stop_reason), config.seed);
    const auto line = [&](const char* what, const std::string& value) {
        table += fmt::format("  {:<44}{:>22}\n", what, value);
    };
    line("<J_z> at the end", rounded(result.jz.mean()));
    line("Var J_z at the end", rounded(result.jz.variance()));
    if (config.model.kind == Model::local)
        line("<J²> at the end (N/2 (N/2 + 1) at the start)", rounded(result.j2.mean()));
    line("mean of x² = (2J_z/N)² at tick starts", rounded(result.square_error.mean()));
    if (!result.spectrum.empty()) {
        const auto& slow = result.spectrum.front();
        line(fmt::format("spectrum of w at {:.3g} γ [γ]", slow.frequency).c_str(),
             rounded(slow.power.mean()));
    }
    line("pumping jumps of a run", rounded(result.up_jumps.mean()));
    line("runs with |x| > 0.9 at the end", std::to_string(result.lost));
    line("first within |x| <= 0.1 at a time of [1/γ]", rounded(result.time_to_lock.mean()));
    const double unit = static_cast<double>(config.atoms) * std::sqrt(config.duration);
    const auto scaled = [&](std::optional<Estimate> x) {
        if (x) x = Estimate{x->value * unit, x->error * unit};
        return rounded(x);
    };
    table += fmt::format("\n  {:<20}{:<20}{:>22}{:>22}{:>10}{:>24}\n", "estimate of theta", "record",
                         "mean [γ]", "std [γ]", "missing", "N δw sqrt(T)");
    for (const auto& one : result.estimators)
        table += fmt::format("  {:<20}{:<20}{:>22}{:>22}{:>10}{:>24}\n", name(one.estimator),
                             one.detector.value_or("every jump"), rounded(one.runs.mean()),
                             rounded(one.runs.deviation()), one.missing, scaled(one.runs.sensitivity()));
    table += fmt::format("\n  {:<44}{:>22}\n", "lower bound", "N δw sqrt(T)");
    line("every jump of this loop seen",
         rounded(scaled_sensitivity(config, result.shift_information.mean())));
    if (result.squared_score)
        line("what the detector sees", rounded(scaled_sensitivity(config, result.squared_score->mean())));
    line("no protocol, of a relative shift", fmt::format("{:.5g}", result.limit * unit));
    return table;
}

int run_lock(const Told<LockConfig>& told, const std::string& toml) {
    const auto folder = told.output.folder();
    const auto prepared = prepare(told.config);
    const double levels = static_cast<double>(told.config.atoms) + 1.0;
    // Near J_z = 0, where the servo holds them.
    warn_of_jumps("this loop", 0.5 * levels * levels * told.config.duration *
                                   static_cast<double>(told.config.trajectories));
    const Session session(told.control.threads);
    const auto result = simulate(prepared, session.control());
    told.output.deliver(folder, {.table = table_of(result), .json = to_json(result), .config = toml});
    if (result.stop_reason != StopReason::interrupted) return fine;
    log_warning("interrupted: the runs that were done are in the result");
    return interrupted;
}

int run_exact_lock(const Told<LockConfig>& told, const std::string& toml) {
    const auto folder = told.output.folder();
    const Session session(told.control.threads);
    const auto exact = solve(told.config, session.control());
    const auto& law = exact.law;
    const double unit = static_cast<double>(told.config.atoms) * std::sqrt(told.config.duration);
    auto table = title(exact.config);
    const auto line = [&](const char* what, double value) {
        table += fmt::format("  {:<44}{:>18.10g}\n", what, value);
    };
    line("<J_z> at the end", law.jz_mean);
    line("Var J_z at the end", law.jz_variance);
    line("mean of x² = (2J_z/N)² at tick starts", law.mean_square_error);
    line("pumping jumps of a run", law.up_jumps);
    if (law.shift_information)
        line("N δw sqrt(T), every jump seen", unit / std::sqrt(*law.shift_information));
    line("the same of a relative shift", unit / std::sqrt(law.up_jumps));
    line("  no protocol has less than", unit * exact.limit);
    told.output.deliver(folder, {.table = table, .json = to_json(exact), .config = toml});
    return fine;
}

/// What `exact bound` is told.
struct BoundQuestion {
    std::int64_t atoms = 1;
    ModelConfig model = {};
    double pump = 1.0;
    double duration = 1.0;
    std::string access = "all";
};

Keys<BoundQuestion> bound_keys() {
    Keys<BoundQuestion> keys;
    keys.number(
            "atoms", &BoundQuestion::atoms, "number of atoms N",
            Range::between(1.0, static_cast<double>(DickeLadder::max_atoms), "a ladder has that many atoms"))
        .as_required();
    keys.part(&BoundQuestion::model, dickejump::keys<ModelConfig>());
    keys.number("pump", &BoundQuestion::pump, "w [gamma], constant (default 1)",
                Range::above(0.0, "without a pump nothing tells of it"));
    keys.number("duration", &BoundQuestion::duration, "T [1/gamma]", Range::above(0.0, "light takes time"))
        .as_required();
    keys.text("access", &BoundQuestion::access, "what is seen: all light and the atoms (default all)")
        .hinted("all");
    return keys;
}

int run_bound(const Told<BoundQuestion>& told, const std::string& toml) {
    const auto& q = told.config;
    const auto folder = told.output.folder();
    const auto ladder = q.model.ladder(q.atoms);
    const Session session(0);
    // In the steady state <A> stays: of a shift int <A>/w dt, of a relative one int w <A> dt.
    double pumping = 0.0;
    if (const auto local = q.model.local_rates()) {
        const auto steady =
            exact::local_steady_state(LocalSpins(q.atoms, *local), q.pump, session.control().stop());
        const auto& [mean, variance] = steady.inversion;
        pumping = steady.j2 - (variance + mean * mean) - mean;
    } else {
        const Eigen::VectorXd p = exact::steady_state(ladder, q.pump);
        for (Eigen::Index n = 0; n < p.size(); ++n)
            pumping += p(n) * ladder.pumping_rate(n);
    }
    const double shift = q.duration * pumping / q.pump, relative = q.duration * pumping * q.pump,
                 limit = exact::protocol_limit(ladder, q.duration, q.model.emission);
    told.output.deliver(
        folder, {.table = fmt::format(
                     "information on a shift of w      {:.12g}\ninformation on ln w              {:.12g}\n"
                     "delta w of the shift             {:.12g} γ\nno protocol, of a relative shift {:.12g}\n",
                     shift, relative, 1.0 / std::sqrt(shift), limit),
                 .json = nlohmann::ordered_json{{"information", {{"shift", shift}, {"relative", relative}}},
                                                {"limit", limit}}
                             .dump(),
                 .config = toml});
    return fine;
}

}  // namespace

Verb lock_verb() {
    return make_verb<LockConfig>(
        "lock", "A servo that holds J_z = 0, and how well such a run tells the pump", Work::simulates,
        [](const LockConfig& config, Problems& problems) { check(config, problems); },
        [](const LockConfig& config) { return describe(resolved(config)); }, run_lock);
}

Verb exact_lock_verb() {
    return make_verb<LockConfig>(
        "exact lock", "The same by an exact chain, for a perfect servo", Work::solves,
        [](const LockConfig& config, Problems& problems) { check(config, problems); },
        [](const LockConfig& config) { return describe(resolved(config)); }, run_exact_lock);
}

Verb exact_bound_verb() {
    static const auto keys = bound_keys();
    return make_verb<BoundQuestion>(
        "exact bound", "What all light and the atoms together tell of the pump in the steady state",
        Work::solves,
        [](const BoundQuestion& q, Problems& problems) {
            judge(q, problems, keys);
            problems.require(
                q.access == "all",
                "`access` = " + q.access +
                    " (single channels of light without the atoms are an open question here; see "
                    "`lock` and `scan` for what detectors see) give all");
            if (problems.empty()) check(q.model, q.atoms, problems);
        },
        [](const BoundQuestion& q) { return describe(q, keys); }, run_bound, keys);
}

}  // namespace dickejump::cli
