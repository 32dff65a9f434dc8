#include "dickejump/study/scan/exact_scan.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "dickejump/exact/hierarchy.hpp"
#include "dickejump/exact/local_equation.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/study/scan/protocol_keys.hpp"

namespace dickejump {

namespace {

constexpr std::int64_t most_atoms = 2'000'000;

/// 1/E N_down, what the J- jumps leave open of gamma, and the rest of the critical pump's variance.
std::optional<double> with_gamma_unknown(const ExactScanConfig& config,
                                         std::initializer_list<const exact::Solution*> legs) {
    double told = 0.0, down_jumps = 0.0;
    for (const auto* leg : legs) {
        if (!leg->record_information) return {};
        told += *leg->record_information;
        down_jumps += leg->up_jumps - (leg->jz_mean.back() - leg->jz_mean.front());
    }
    if (config.model.kind != Model::ladder || !(told > 0.0 && down_jumps > 0.0)) return {};
    return std::sqrt(1.0 / told + 1.0 / down_jumps);
}

ExactLeg solve_leg(const DickeLadder& ladder, const ExactScanConfig& config, Direction direction,
                   StopRequest stop) {
    const ScanLeg leg(ladder, config.protocol(), direction);
    ExactLeg result{};
    result.direction = direction;
    for (std::int64_t i = 0; i < config.points; ++i) {
        const double fraction = static_cast<double>(i) / static_cast<double>(config.points - 1);
        result.times.push_back(leg.duration() * fraction);
        const double s = config.half_width * (2.0 * fraction - 1.0);
        result.scaled_pumps.push_back(direction == Direction::up ? s : -s);
    }
    if (const auto local = config.model.local_rates()) {
        const LocalSpins spins(config.atoms, *local);
        auto found = exact::solve_local(
            spins, leg.pump(), leg.duration(),
            exact::symmetric_populations(spins, exact::start_populations(ladder, leg.start())), result.times,
            exact::Sensitivity::followed, stop);
        result.solution = std::move(found.solution);
        result.j2_mean = std::move(found.j2_mean);
        result.side_photons = found.side_photons;
    } else {
        result.solution =
            config.method == ExactMethod::hierarchy
                ? exact::solve_hierarchy(ladder, leg.pump(), leg.duration(), leg.start(), result.times, stop)
                      .solution
                : exact::solve(ladder, leg.pump(), leg.duration(),
                               exact::start_populations(ladder, leg.start()), result.times, stop);
    }
    if (result.solution.crossing) result.crossing = leg.scaled_pump(*result.solution.crossing);

    auto& bounds = result.bounds;
    bounds.steady_state = exact::steady_state_bound(ladder);
    if (config.method == ExactMethod::populations) {
        bounds.snapshot = 1.0 / std::sqrt(result.solution.snapshot_information.value);
        bounds.snapshot_scaled_pump = leg.scaled_pump(result.solution.snapshot_information.time);
    }
    if (result.solution.record_information)
        bounds.full_record = 1.0 / std::sqrt(*result.solution.record_information);
    bounds.full_record_gamma_unknown = with_gamma_unknown(config, {&result.solution});

    // theta in units of s is N theta / 2.
    const double per_width = 2.0 / static_cast<double>(ladder.atoms());
    result.area = {.offset = leg.area(result.solution.inversion_integral),
                   .slope = std::abs(leg.area(result.solution.inversion_integral_slope)) * per_width};
    return result;
}

Keys<ExactScanConfig> make_keys() {
    Keys<ExactScanConfig> keys;
    add_protocol_keys(keys);
    keys.number("points", &ExactScanConfig::points, "points of the curves (default 201)",
                Range::between(2.0, 1e7, "a curve has two ends, and at most 10^7 points"));
    keys.word("method", &ExactScanConfig::method,
              "populations (the master equation), or its hierarchy of moments, for any N (default auto)",
              {ExactMethod::populations, ExactMethod::hierarchy, ExactMethod::automatic});
    return keys;
}

}  // namespace

template <>
const Keys<ExactScanConfig>& keys<ExactScanConfig>() {
    static const auto all = make_keys();
    return all;
}

void check(const ExactScanConfig& config, Problems& problems) {
    check_atoms(config.atoms, problems);
    judge(config, problems,
          keys<ExactScanConfig>()
              .without({"atoms", "rate", "half_width"})
              .without(dickejump::keys<ModelConfig>()));
    check(config.model, config.atoms, problems);
    check(config.protocol(), config.atoms, problems);
    const auto method = resolved(config).method;
    problems.require(config.model.kind == Model::ladder || method != ExactMethod::hierarchy,
                     "`method` = hierarchy (its moments close for Eq. (1) alone) give `method` populations");
    problems.require(
        config.model.kind != Model::ladder || method == ExactMethod::hierarchy || config.atoms <= most_atoms,
        "`atoms` = " + std::to_string(config.atoms) + " (the master equation of more than " +
            std::to_string(most_atoms) + " levels takes hours and gigabytes) give `method` hierarchy");
}

const ExactLeg& ExactScan::leg(Direction direction) const {
    const auto found =
        std::find_if(legs.begin(), legs.end(), [&](const auto& leg) { return leg.direction == direction; });
    if (found == legs.end())
        throw InvalidInput("leg " + std::string(name(direction)) +
                           " (this scan does not have it) give `direction` both");
    return *found;
}

std::string_view name(ExactMethod method) {
    return method == ExactMethod::populations ? "populations"
           : method == ExactMethod::hierarchy ? "hierarchy"
                                              : "auto";
}

ExactScanConfig resolved(const ExactScanConfig& config) {
    constexpr std::int64_t quick = 20'000;
    auto all = config;
    if (config.method == ExactMethod::automatic)
        all.method = config.atoms <= quick || config.model.kind != Model::ladder ? ExactMethod::populations
                                                                                 : ExactMethod::hierarchy;
    return all;
}

ExactScan solve(const ExactScanConfig& config, const RunControl& control) {
    Problems problems;
    check(config, problems);
    problems.raise();
    control.stop().check();
    ExactScan result{};
    result.config = resolved(config);
    const auto ladder = config.model.ladder(config.atoms);
    auto up = solve_leg(ladder, result.config, Direction::up, control.stop()),
         down = solve_leg(ladder, result.config, Direction::down, control.stop());
    if (up.crossing && down.crossing) {
        result.width = *up.crossing - *down.crossing;
        const auto atoms = static_cast<double>(ladder.atoms());
        for (auto* leg : {&up, &down})
            leg->bounds.paper_heuristic = std::max(std::sqrt(12.0) / atoms, 2.0 / atoms * *result.width);
    }
    if (config.direction == Legs::both && up.solution.record_information && down.solution.record_information)
        result.loop_full_record =
            1.0 / std::sqrt(*up.solution.record_information + *down.solution.record_information);
    if (config.direction == Legs::both)
        result.loop_full_record_gamma_unknown =
            with_gamma_unknown(result.config, {&up.solution, &down.solution});
    if (config.direction != Legs::down) result.legs.push_back(std::move(up));
    if (config.direction != Legs::up) result.legs.push_back(std::move(down));
    return result;
}

}  // namespace dickejump
