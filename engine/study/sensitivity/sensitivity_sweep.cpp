#include "dickejump/study/sensitivity/sensitivity_sweep.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <mutex>
#include <numeric>
#include <set>
#include <string>

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

/// Some seconds, for the order of points and the bar: N^2 jumps a transit, or steps that do not know N, and
/// the exact means before them.
double foreseen_cost(const SweepPoint& point) {
    const auto n = static_cast<double>(point.atoms),
               runs = static_cast<double>(point.run.ensemble.trajectories);
    const double a_run = point.run.method == Method::sphere
                             ? 1e-6 * std::max(1.0, point.run.scan.half_width / point.run.scan.rate)
                             : 8e-8 * n * n / point.run.scan.rate;
    return 1.0 + runs * a_run;
}

template <class T>
void require_different(const std::vector<T>& values, const char* key, Problems& problems) {
    for (std::size_t i = 0; i < values.size(); ++i)
        if (std::find(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(i), values[i]) !=
            values.begin() + static_cast<std::ptrdiff_t>(i))
            problems.add(std::string(key) + " = " + text(static_cast<double>(values[i])) +
                         " (given twice) leave one out");
}

}  // namespace

double default_half_width(std::int64_t atoms, double rate) {
    return std::min(0.49 * static_cast<double>(atoms), 6.0 + 6.0 * std::sqrt(rate));
}

std::vector<SweepPoint> points(const SensitivitySweep& sweep) {
    std::vector<SweepPoint> result;
    for (const double rate : sweep.rates)
        for (const auto atoms : sweep.atoms) {
            SweepPoint point{.atoms = atoms, .run = {}};
            point.run.scan = {.rate = rate,
                              .half_width = sweep.half_width.value_or(default_half_width(atoms, rate)),
                              .legs = sweep.legs,
                              .initial = sweep.initial};
            point.run.ensemble = sweep.ensemble;
            point.run.ensemble.seed = point_seed(sweep.ensemble.seed, atoms, rate, point.run.scan.half_width);
            point.run.method = sweep.method.value_or(automatic_method(atoms, point.run.scan));
            point.run.bias_tolerance = sweep.bias_tolerance;
            point.run.points = 2;
            result.push_back(point);
        }
    return result;
}

void check(const SensitivitySweep& sweep, Problems& problems) {
    // One mistake may be wrong at every point.
    std::set<std::string> said;
    const auto add = [&](const std::vector<std::string>& found) {
        for (const auto& problem : found)
            if (said.insert(problem).second) problems.add(problem);
    };
    Problems own;
    own.require(!sweep.atoms.empty(), "atoms (a sweep has some) pass --atoms N1,N2,..");
    own.require(!sweep.rates.empty(), "rates (a sweep has some) pass --rates r1,r2,..");
    const auto fine = [](double rate) { return std::isfinite(rate) && rate > 0.0; };
    for (const double rate : sweep.rates)
        own.require(fine(rate), "rates = " + text(rate) +
                                    " (a scan moves at a positive, finite rate; direction is separate) pass "
                                    "--rates r1,r2,.. above 0");
    require_different(sweep.atoms, "atoms", own);
    require_different(sweep.rates, "rates", own);
    own.require(sweep.ensemble.trajectories != 1,
                "trajectories = 1 (one run has no spread) pass --trajectories M with M >= 2");
    try {
        own.raise();
    } catch (const InvalidInput& error) {
        add(error.problems());
    }
    SensitivitySweep runnable = sweep;
    std::erase_if(runnable.rates, [&](double rate) { return !fine(rate); });
    if (runnable.rates.empty()) runnable.rates = {1.0};
    for (const auto& point : points(runnable)) {
        Problems found;
        check_atoms(point.atoms, found);
        if (found.empty()) check(point.run, point.atoms, found);
        try {
            found.raise();
        } catch (const InvalidInput& error) {
            add(error.problems());
        }
    }
}

StopReason simulate_points(std::span<const SweepPoint> points, int threads, const SweepWatch& watch) {
    const double start = detail::seconds_now();
    std::vector<double> costs;
    for (const auto& point : points)
        costs.push_back(foreseen_cost(point));
    const double all_costs = std::accumulate(costs.begin(), costs.end(), 0.0);
    std::vector<std::size_t> order(points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    // The longest last would leave one thread alone with what it cannot share.
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return costs[a] > costs[b]; });

    std::mutex one_at_a_time;
    std::vector<double> parts(points.size(), 0.0);
    std::size_t done = 0;
    const auto show = [&](std::size_t index, double part) {
        parts[index] = part;
        if (watch.show)
            watch.show({done, points.size(),
                        std::inner_product(parts.begin(), parts.end(), costs.begin(), 0.0) / all_costs,
                        detail::seconds_now() - start});
    };
    const auto interrupted = [&] { return watch.interrupt && watch.interrupt->load(); };

    const auto work = [&](std::int64_t i) -> std::shared_ptr<void> {
        const auto index = order[static_cast<std::size_t>(i)];
        if (interrupted()) return nullptr;
        SimulatedPoint simulated{.point = points[index], .exact = {}, .result = {}};
        auto& run = simulated.point.run;
        const DickeLadder ladder(simulated.point.atoms);
        simulated.exact = solve_scan(ladder, run.scan, run.points);
        run.ensemble.threads = threads;
        run.interrupt = watch.interrupt;
        run.show = [&](const Progress& progress) {
            const std::lock_guard lock(one_at_a_time);
            show(index, static_cast<double>(progress.done) / static_cast<double>(progress.wanted));
        };
        if (interrupted()) return nullptr;
        simulated.result = simulate_scan(ladder, run, simulated.exact);
        run.show = {};
        run.interrupt = nullptr;
        if (simulated.result.stop_reason != StopReason::completed) return nullptr;
        const std::lock_guard lock(one_at_a_time);
        ++done;
        watch.finished(index, std::move(simulated));
        show(index, 1.0);
        return nullptr;
    };
    detail::in_order(static_cast<std::int64_t>(points.size()), threads, work,
                     [&](std::int64_t, const std::shared_ptr<void>&) { return !interrupted(); });
    return done == points.size() ? StopReason::completed : StopReason::interrupted;
}

std::vector<Sensitivity> sensitivities(const SimulatedPoint& point) {
    std::vector<Sensitivity> values;
    for (const auto& e : point.result.estimators)
        if (!e.detector)
            values.push_back({.atoms = point.point.atoms,
                              .rate = point.point.run.scan.rate,
                              .estimator = e.estimator,
                              .direction = e.direction,
                              .delta_w = e.delta_w(point.point.atoms),
                              .missing = e.missing});
    return values;
}

double ExponentFit::finite_size_error() const {
    return law && corrected ? std::abs(corrected->exponent.value - law->exponent.value) : 0.0;
}

std::optional<Estimate> ExponentFit::exponent() const {
    if (!law) return {};
    const auto statistical = law->exponent_with_scatter();
    return Estimate{statistical.value, std::hypot(statistical.error, finite_size_error())};
}

std::vector<ExponentFit> fit_exponents(std::span<const Sensitivity> values) {
    std::vector<ExponentFit> fits;
    const auto same = [](const auto& a, const auto& b) {
        return a.estimator == b.estimator && a.direction == b.direction && a.rate == b.rate;
    };
    for (const auto& value : values)
        if (std::none_of(fits.begin(), fits.end(), [&](const auto& fit) { return same(fit, value); }))
            fits.push_back({value.estimator, value.direction, value.rate, {}, {}});
    for (auto& fit : fits) {
        std::vector<double> atoms;
        std::vector<Estimate> delta_w;
        for (const auto& value : values) {
            if (!same(fit, value) || value.atoms < fewest_atoms_fitted || !value.delta_w) continue;
            atoms.push_back(static_cast<double>(value.atoms));
            delta_w.push_back(*value.delta_w);
        }
        fit.law = fit_power_law(atoms, delta_w);
        // Without a degree of freedom the correction would only take out the scan with fewest atoms.
        if (fit.law && fit.law->points >= 4) fit.corrected = fit_power_law(atoms, delta_w, true);
    }
    return fits;
}

}  // namespace dickejump
