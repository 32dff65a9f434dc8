#include "dickejump/study/sensitivity/sensitivity.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <mutex>
#include <numeric>
#include <set>
#include <string>

#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "random/split_mix.hpp"

namespace dickejump {

namespace {

std::uint64_t point_seed(std::uint64_t seed, std::int64_t atoms, double rate, double half_width) {
    SplitMix mix{seed};
    for (const auto word : {static_cast<std::uint64_t>(atoms), std::bit_cast<std::uint64_t>(rate),
                            std::bit_cast<std::uint64_t>(half_width)})
        mix.state = mix() ^ word;
    return mix();
}

/// Some seconds, for the order of scans and the bar: N^2 jumps a transit, or steps that do not know N, and
/// the exact means before them.
double foreseen_seconds(const ScanConfig& scan) {
    const auto n = static_cast<double>(scan.atoms), runs = static_cast<double>(scan.trajectories);
    const double a_run = resolved(scan).method == Method::sphere
                             ? 1e-6 * std::max(1.0, scan.half_width / scan.rate)
                             : 8e-8 * n * n / scan.rate;
    return 1.0 + runs * a_run;
}

std::vector<double> costs_of(std::span<const ScanConfig> points) {
    std::vector<double> costs;
    for (const auto& point : points)
        costs.push_back(foreseen_seconds(point));
    return costs;
}

std::vector<std::size_t> longest_first(const std::vector<double>& costs) {
    std::vector<std::size_t> order(costs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return costs[a] > costs[b]; });
    return order;
}

template <class T>
void require_different(const std::vector<T>& values, const char* key, Problems& problems) {
    for (std::size_t i = 0; i < values.size(); ++i)
        if (std::find(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(i), values[i]) !=
            values.begin() + static_cast<std::ptrdiff_t>(i))
            problems.add("`" + std::string(key) + "` = " + text(static_cast<double>(values[i])) +
                         " (given twice) leave one out");
}

Keys<SensitivityConfig> make_keys() {
    Keys<SensitivityConfig> keys;
    keys.numbers(
        "atoms", &SensitivityConfig::atoms, "numbers of atoms N, such as 10,100,1e6",
        Range::between(1.0, static_cast<double>(DickeLadder::max_atoms), "a ladder has that many atoms"));
    keys.part(&SensitivityConfig::model, dickejump::keys<ModelConfig>());
    keys.numbers("rates", &SensitivityConfig::rates,
                 "scan rates r, transition widths per 1/gamma, such as 1,16",
                 Range::above(0.0, "a scan moves at a positive, finite rate; its direction is separate"))
        .hinted("r1,r2,..");
    keys.number("half_width", &SensitivityConfig::half_width,
                "scans run between s = -S and S (default: 6 + 6 sqrt(r), at most 0.98 N/2)",
                Range::above(0.0, "a scan has a positive, finite extent"));
    keys.word("direction", &SensitivityConfig::direction, "legs to run (default both)",
              {Legs::up, Legs::down, Legs::both});
    keys.word("initial", &SensitivityConfig::initial,
              "start of each leg: its steady state, or n = 0 (up) and n = N (down); default steady",
              {Initial::steady, Initial::ground});
    keys.word("method", &SensitivityConfig::method,
              "trajectories: every jump, or the sphere of many atoms; auto (default) chooses by N and S",
              {Method::exact, Method::sphere, Method::automatic});
    keys.number("bias_tolerance", &SensitivityConfig::bias_tolerance,
                "sphere: largest error of 2<J_z>/(N+1) by its finite steps (default 2e-4)",
                Range::above(0.0, "a largest error is positive"));
    keys.number("trajectories", &SensitivityConfig::trajectories,
                "number of runs M of every scan (default 10000)", Range::from(2.0, "one run has no spread"))
        .as(KeyInfo::Role::extent);
    keys.number("seed", &SensitivityConfig::seed,
                "seed of the study, from which every scan has its own (default 1)", {});
    return keys;
}

}  // namespace

template <>
const Keys<SensitivityConfig>& keys<SensitivityConfig>() {
    static const auto all = make_keys();
    return all;
}

double default_half_width(const DickeLadder& ladder, double rate) {
    if (!(rate > 0.0) || std::isinf(rate))
        throw InvalidInput("`rate` = " + text(rate) +
                           " (a scan moves at a positive, finite rate) give `rate` > 0");
    const auto transition =
        ladder.is_ideal() ? exact::Transition{0.0, 1.0} : exact::steady_transition(ladder);
    return std::min(0.49 * static_cast<double>(ladder.atoms()),
                    std::abs(transition.scaled_pump) + transition.width * (6.0 + 6.0 * std::sqrt(rate)));
}

std::vector<ScanConfig> points(const SensitivityConfig& config) {
    std::vector<ScanConfig> result;
    for (const double rate : config.rates)
        for (const auto atoms : config.atoms) {
            const double half_width =
                config.half_width ? *config.half_width : default_half_width(config.model.ladder(atoms), rate);
            result.push_back({.atoms = atoms,
                              .model = config.model,
                              .rate = rate,
                              .half_width = half_width,
                              .direction = config.direction,
                              .initial = config.initial,
                              .method = config.method,
                              .bias_tolerance = config.bias_tolerance,
                              .trajectories = config.trajectories,
                              .seed = point_seed(config.seed, atoms, rate, half_width),
                              .points = 2});
        }
    return result;
}

void check(const SensitivityConfig& config, Problems& problems) {
    Problems own, of_model;
    judge(config, own, keys<SensitivityConfig>().without(keys<ModelConfig>()));
    own.require(!config.atoms.empty(), "`atoms` (none: nothing to scan) give `atoms` as N1,N2,..");
    own.require(!config.rates.empty(), "`rates` (none: nothing to scan) give `rates` as r1,r2,..");
    require_different(config.atoms, "atoms", own);
    require_different(config.rates, "rates", own);
    auto sound = config;
    std::erase_if(sound.atoms,
                  [](std::int64_t atoms) { return atoms < 1 || atoms > DickeLadder::max_atoms; });
    for (const auto atoms : sound.atoms)
        check(config.model, atoms, of_model);
    // One mistake may be wrong at every point.
    std::set<std::string> said;
    for (const auto* found : {&own, &of_model})
        for (const auto& problem : found->list())
            if (said.insert(problem).second) problems.add(problem);
    if (!of_model.empty()) return;  // without a ladder there are no points
    std::erase_if(sound.rates,
                  [](double rate) { return !(rate > 0.0) || std::isinf(rate); });  // has been said
    for (auto point : points(sound)) {
        point.trajectories = std::max<std::int64_t>(2, point.trajectories);  // likewise
        Problems found;
        check(point, found);
        for (const auto& problem : found.list())
            if (said.insert(problem).second) problems.add(problem);
    }
}

std::uint64_t hash(const SensitivityConfig& config) {
    return hash_of("sensitivity", describe(prepare(config).config));
}

PreparedSensitivity prepare(const SensitivityConfig& config) {
    Problems problems;
    check(config, problems);
    problems.raise();
    return {config, points(config)};
}

std::vector<std::size_t> scans_of_part(std::span<const ScanConfig> points, std::int64_t part,
                                       std::int64_t parts) {
    if (part < 1 || part > parts)
        throw InvalidInput("part " + std::to_string(part) + " of " + std::to_string(parts) +
                           " (parts are 1 to their number) choose one of them");
    std::vector<std::size_t> mine;
    // Beyond one a scan, parts are empty.
    std::vector<double> load(std::min(static_cast<std::size_t>(parts), points.size()), 0.0);
    const auto costs = costs_of(points);
    for (const auto i : longest_first(costs)) {
        const auto least = std::min_element(load.begin(), load.end());
        *least += costs[i];
        if (least - load.begin() == part - 1) mine.push_back(i);
    }
    std::sort(mine.begin(), mine.end());
    return mine;
}

StopReason simulate_points(std::span<const ScanConfig> points, const RunControl& control,
                           const std::function<void(std::size_t, ScanResult)>& finished,
                           const ScanRunner& run) {
    if (!finished)
        throw InvalidInput("nobody to take the scans (each is shown once) pass a function that does");
    const auto start = StopRequest::Clock::now();
    const auto costs = costs_of(points);
    const double all_costs = std::accumulate(costs.begin(), costs.end(), 0.0);
    // The longest last would leave one thread alone with what it cannot share.
    const auto order = longest_first(costs);

    std::mutex one_at_a_time;
    std::vector<double> parts(points.size(), 0.0);
    std::size_t done = 0;
    const auto show = [&](std::size_t index, double part) {
        parts[index] = part;
        if (!control.progress) return;
        const double all = std::inner_product(parts.begin(), parts.end(), costs.begin(), 0.0) / all_costs;
        control.progress({.done = static_cast<std::int64_t>(done),
                          .wanted = static_cast<std::int64_t>(points.size()),
                          .seconds = seconds_since(start),
                          .unit = "scans",
                          .part = all});
    };
    const auto stop = control.stop();
    std::optional<StopReason> stopped;
    const auto stop_with = [&](StopReason why) {
        const std::lock_guard lock(one_at_a_time);
        if (!stopped) stopped = why;
    };
    const auto work = [&](std::int64_t i) {
        const auto index = order[static_cast<std::size_t>(i)];
        if (const auto why = stop.reason()) return stop_with(*why);
        auto own = control;
        own.progress = [&](const Progress& progress) {
            const std::lock_guard lock(one_at_a_time);
            show(index, static_cast<double>(progress.done) / static_cast<double>(progress.wanted));
        };
        try {
            auto silent = own;
            silent.progress = {};
            const auto prepared = prepare(points[index], silent);
            auto result = run ? run(prepared, own) : simulate(prepared, own);
            if (result.stop_reason != StopReason::completed) return stop_with(result.stop_reason);
            const std::lock_guard lock(one_at_a_time);
            ++done;
            finished(index, std::move(result));
            show(index, 1.0);
        } catch (const Stopped& why) {
            stop_with(why.reason());
        }
    };
    const auto count = static_cast<std::int64_t>(points.size());
    if (run)
        for (std::int64_t i = 0; i < count && !stop.reason(); ++i)
            work(i);
    else
        control.executor().in_order(count, work, [&](std::int64_t) { return !stop.reason(); });
    if (done == points.size()) return StopReason::completed;
    return stopped.value_or(stop.reason().value_or(StopReason::interrupted));
}

SensitivityResult simulate(const PreparedSensitivity& study, const RunControl& control) {
    const auto start = StopRequest::Clock::now();
    SensitivityResult result{
        .config = study.config, .threads = control.threads, .provenance = Provenance::now()};
    std::vector<std::optional<ScanResult>> done(study.points.size());
    result.stop_reason = simulate_points(
        study.points, control, [&](std::size_t i, ScanResult point) { done[i] = std::move(point); });
    for (auto& point : done)
        if (point) result.points.push_back(std::move(*point));
    result.seconds = seconds_since(start);
    return result;
}

}  // namespace dickejump
