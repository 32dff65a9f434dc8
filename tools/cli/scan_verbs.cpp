#include <algorithm>
#include <cmath>
#include <thread>

#include "cli/host.hpp"
#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/proportion.hpp"
#include "cli/ranks.hpp"
#include "cli/scan_store.hpp"
#include "cli/scan_table.hpp"
#include "cli/verb.hpp"
#include "cli/what_pays.hpp"
#include "dickejump/io/hertz.hpp"
#include "dickejump/io/result_file.hpp"
#include "dickejump/io/scan_report.hpp"
#include "dickejump/study/scan/prepared_scan.hpp"
#include "dickejump/study/sensitivity/sensitivity.hpp"

namespace dickejump::cli {

namespace {

/// What `compare scan` is told.
struct ScanComparisonConfig {
    ScanConfig scan;
    double alpha = 1e-6;
};

Keys<ScanComparisonConfig> comparison_keys() {
    Keys<ScanComparisonConfig> all;
    all.part(
        &ScanComparisonConfig::scan,
        keys<ScanConfig>().without({"points", "estimators", "detector", "side_rate", "smoothing", "signals",
                                    "keep_records", "keep_estimates", "target_error", "steps_per_tick"}));
    all.number("alpha", &ScanComparisonConfig::alpha, "smallest p-value that passes (default 1e-6)",
               Range::between(0.0, 1.0, "a probability"));
    return all;
}

void say_method(const ScanConfig& asked, const ScanConfig& config) {
    if (asked.method != Method::automatic || config.method != Method::sphere) return;
    const auto atoms = static_cast<double>(config.atoms);
    log_info(fmt::format("method = sphere: {} atoms make about {:.1g} jumps a unit of time", config.atoms,
                         0.5 * atoms * atoms));
}

void warn_if_long(const PreparedScan& scan, int threads) {
    const auto& config = scan.config();
    const double jumps = scan.mean_jumps() * static_cast<double>(config.trajectories);
    constexpr double many = 1e12, seconds_a_jump = 2e-8;
    if (config.method == Method::sphere) return;
    const unsigned all =
        threads > 0 ? static_cast<unsigned>(threads) : std::max(1u, std::thread::hardware_concurrency());
    // Of jumps in vector lanes; what detectors add is not foreseen.
    constexpr double long_run = 60.0, in_lanes = 1.5e-9;  // [s]
    if (const double seconds = jumps * in_lanes / all; jumps < many && seconds > long_run)
        log_info(fmt::format(
            "{:.2g} quantum jumps, some {:.0f} minutes on {} threads: --time-limit ends it earlier", jumps,
            std::ceil(seconds / 60.0), all));
    if (jumps < many) return;
    log_warning(fmt::format("this run makes about {:.2g} quantum jumps, about {:.3g} hours on {} threads",
                            jumps, jumps * seconds_a_jump / all / 3600.0, all));
}

/// Where the model leaves out what an experiment would show.
void warn_of_physics(const ScanConfig& config) {
    const double scattered = config.side_rate * 2.0 * config.half_width / config.rate;
    if (scattered > 0.1)
        log_warning(fmt::format(
            "every excited atom scatters {:.2g} photons to the side in a leg, and what that does "
            "to the atoms is left out (individual decay would take them out of j = N/2): the side "
            "record is an ideal one; take --side-rate well below r/(2 S) = {:.2g} for a real one",
            scattered, 0.5 * config.rate / config.half_width));
}

/// A bias should not be seen beside the statistical error.
void warn_of_bias(const ScanResult& result) {
    for (const auto& leg : result.biases)
        for (const auto& curve : result.curves)
            if (curve.direction == leg.direction && curve.crossing &&
                std::abs(leg.crossing) > 0.1 * curve.crossing->error)
                log_warning(fmt::format(
                    "the sphere's bias of the {} crossing, {:.2g} in s, is more than a tenth of its error, "
                    "{:.2g}: lower --bias-tolerance, or use --method exact",
                    name(leg.direction), leg.crossing, curve.crossing->error));
    for (const auto& leg : result.biases)
        for (const auto& bias : leg.estimators)
            for (const auto& entry : result.estimators) {
                if (entry.estimator != bias.estimator || entry.direction != leg.direction || entry.detector)
                    continue;
                const auto warn = [&](std::string_view what, double size, double error) {
                    if (size > 0.1 * error)
                        log_warning(
                            fmt::format("the sphere's bias of the {} of {} ({}) may be up to {:.2g}, more "
                                        "than a tenth of its error, {:.2g}: lower --bias-tolerance, or "
                                        "use --method exact",
                                        what, name(bias.estimator), name(leg.direction), size, error));
                };
                if (const auto mean = entry.runs.mean()) warn("mean", bias.mean, mean->error);
                if (const auto std = entry.runs.deviation()) warn("std", bias.deviation, std->error);
                if (entry.calibration && entry.calibration->slope_error > 0.0)
                    warn("slope", bias.slope, entry.calibration->slope_error);
            }
}

/// The scan's sums, run as far as they go, and why they ended.
StopReason run_blocks(ScanPart& part, ScanStore& store, RunControl control, double checkpoint_every) {
    if (store.only_delivers()) {
        store.write(part);
        return StopReason::completed;
    }
    control.checkpoint = [&] { store.try_to_write(part); };
    control.checkpoint_every = checkpoint_every;
    const auto wanted = store.wanted();
    const auto reason =
        wanted.size() > 0 ? simulate_over_ranks(part, wanted, control) : StopReason::completed;
    if (reason == StopReason::target_error) store.target_reached();
    store.write(part);
    return reason;
}

/// What is said of a part, whose results are in its checkpoint.
int report_part(const Told<ScanConfig>& told, Checkpoint state, const ScanPart& part, StopReason reason) {
    state.sums = part.store();
    state.seconds = part.seconds();
    if (const auto* receiver = host()) {
        receiver->deliver(
            {.table = fmt::format("blocks {} of {}\n", in_words(state.done()), blocks_of(state.ensemble).end),
             .json = to_json(state),
             .config = state.config,
             .more = {{"checkpoint", to_bytes(state)}}});
        return reason == StopReason::interrupted ? interrupted : fine;
    }
    const auto left = state.missing(state.wanted);
    print(told.output.json
              ? to_json(state) + "\n"
              : fmt::format("blocks {} of {} are in {}; {} of them missing\n", in_words({state.wanted}),
                            blocks_of(state.ensemble).end, told.output.out, in_words(left)));
    if (reason != StopReason::interrupted) return fine;
    log_warning("interrupted: dickejump resume " + told.output.out + " goes on");
    return interrupted;
}

int run_scan(const Told<ScanConfig>& told, const std::string& toml) {
    const auto folder = told.output.folder();
    ScanStore store(folder.get(), told, toml);
    const Session session(told.control.threads);
    say_method(told.config, resolved(told.config));
    warn_of_physics(told.config);
    const auto scan = store.prepare(session.control());
    warn_of_background(scan.config(), scan.exact());
    warn_if_long(scan, told.control.threads);
    warn_of_binding(told.control.threads);
    auto part = store.restored(scan);
    const auto reason = run_blocks(part, store, session.control(), told.pieces.checkpoint_every);
    if (store.partial()) return report_part(told, store.state(), part, reason);
    const auto result = told.pieces.allow_gaps ? part.result_of_all() : part.result();
    Answer answer{
        .table = scan_table(result), .json = to_json(result), .csv = to_csv(result), .config = toml};
    if (!told.output.json) {
        const auto& hz = told.output.gamma_hz;
        const auto json = hz ? with_hertz(answer.json, *hz) : answer.json;
        const auto parsed = nlohmann::ordered_json::parse(json);
        auto sentences =
            conclusions(told.goal.what_pays ? without_improvements(parsed) : parsed, told.goal.goal);
        if (told.goal.what_pays)
            for (auto& sentence : what_pays(parsed))
                sentences.push_back(std::move(sentence));
        if (!sentences.empty()) answer.table = in_lines(sentences) + "\n" + answer.table;
    }
    for (std::size_t i = 0; i < result.records.size(); ++i)
        if (result.records[i].time_tags)
            answer.more.emplace_back(fmt::format("record-{}.csv", i + 1), to_csv(result.records[i]));
    auto state = store.state();
    state.sums = part.store();
    state.seconds = part.seconds();
    answer.unfinished = !state.complete();
    if (folder || host()) answer.more.emplace_back("result.h5", to_hdf5(result, std::move(state)));
    told.output.deliver(folder, answer);
    warn_of_bias(result);
    if (reason != StopReason::interrupted && reason != StopReason::target_error) warn_of_targets(result);
    if (reason != StopReason::interrupted) return fine;
    log_warning(fmt::format("interrupted: {} of {} runs are in the result{}", result.trajectories,
                            told.config.trajectories,
                            folder ? "; dickejump resume " + told.output.out + " goes on" : ""));
    return interrupted;
}

int run_exact_scan(const Told<ExactScanConfig>& told, const std::string& toml) {
    const auto folder = told.output.folder();
    const Session session(0);
    const auto exact = solve(told.config, session.control());
    told.output.deliver(
        folder,
        {.table = exact_scan_table(exact), .json = to_json(exact), .csv = to_csv(exact), .config = toml});
    return fine;
}

int run_compare_scan(const Told<ScanComparisonConfig>& told, const std::string& toml) {
    const auto folder = told.output.folder();
    const Session session(told.control.threads);
    const auto comparison = compare(told.config.scan, told.config.alpha, session.control());
    told.output.deliver(folder,
                        {.table = comparison_table(comparison), .json = to_json(comparison), .config = toml});
    if (comparison.result.stop_reason == StopReason::interrupted) return interrupted;
    return comparison.agrees().value_or(true) ? fine : failed;
}

/// A half-width that nobody gives is wide enough for the loop and its lags. Atoms and rates that cannot be
/// are left to the check.
template <class Config>
void fill_half_width(Config& config, const Options& options) {
    const bool given = std::any_of(options.all().begin(), options.all().end(), [](const Option& option) {
        return option.info.key == "half_width" && option.was_set;
    });
    if (given || !(config.rate > 0.0)) return;
    Problems unsaid;
    unsaid.collect(
        [&] { config.half_width = default_half_width(config.model.ladder(config.atoms), config.rate); });
}

/// The verb without the need for a half-width.
Verb with_half_width(Verb verb) {
    auto& info = verb.options->find("half_width")->info;
    info.required = false;
    info.help = "the scan runs between s = -S and S, S <= N/2 (default 6 + 6 sqrt(r), at most 0.98 N/2)";
    return verb;
}

}  // namespace

Verb scan_verb() {
    return with_half_width(make_verb<ScanConfig>(
        "scan", "Scan the pump through the transition: trajectories, single-run estimates, bounds",
        Work::in_pieces, [](const ScanConfig& config, Problems& problems) { check(config, problems); },
        [](const ScanConfig& config) { return describe(resolved(config)); }, run_scan, keys<ScanConfig>(),
        [](Told<ScanConfig>& told, const Options& options, Problems& problems) {
            fill_half_width(told.config, options);
            if (!told.goal.what_pays) return;
            problems.require(!told.config.detectors.empty(),
                             "`what_pays` (there is no detector to change) give a `detector`");
            add_improvements(told.config.detectors);
        }));
}

Verb exact_scan_verb() {
    return with_half_width(make_verb<ExactScanConfig>(
        "exact scan", "The same scan from the master equation: means, variances, crossings, bounds",
        Work::solves, [](const ExactScanConfig& config, Problems& problems) { check(config, problems); },
        [](const ExactScanConfig& config) { return describe(config); }, run_exact_scan,
        keys<ExactScanConfig>(),
        [](Told<ExactScanConfig>& told, const Options& options, Problems&) {
            fill_half_width(told.config, options);
        }));
}

Verb compare_scan_verb() {
    static const auto all = comparison_keys();
    return with_half_width(make_verb<ScanComparisonConfig>(
        "compare scan", "Test a scan's trajectories against the master equation; exit 1 if they disagree",
        Work::simulates,
        [](const ScanComparisonConfig& config, Problems& problems) {
            check_comparison(config.scan, config.alpha, problems);
        },
        [](const ScanComparisonConfig& config) {
            return describe(ScanComparisonConfig{resolved(config.scan), config.alpha}, all);
        },
        run_compare_scan, all,
        [](Told<ScanComparisonConfig>& told, const Options& options, Problems&) {
            fill_half_width(told.config.scan, options);
        }));
}

}  // namespace dickejump::cli
