#include <fmt/core.h>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/log.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/scan_table.hpp"
#include "cli/verb.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/study/steady/steady_shots.hpp"

namespace dickejump::cli {

namespace {

using Json = nlohmann::ordered_json;

struct ShotOptions {
    std::int64_t atoms = 0;
    SteadyShots shots;
    Output output;
};

Json with_error(const std::optional<Estimate>& x) {
    return {{"value", x ? Json(x->value) : Json(nullptr)}, {"error", x ? Json(x->error) : Json(nullptr)}};
}

int run_shots(ShotOptions& o, const Options& options) {
    if (o.output.dump_config) {
        fmt::print("{}", options.toml("steady"));
        return fine;
    }
    const DickeLadder ladder(o.atoms);
    const auto folder = o.output.folder();
    const InterruptFlag interrupt;
    o.shots.interrupt = interrupt.flag();
    std::optional<ShotsResult> result;
    {
        ProgressBar bar;
        o.shots.show = [&](const Progress& progress) { bar(progress); };
        result = simulate_shots(ladder, o.shots);
    }
    const double bound = o.shots.pump / std::sqrt(exact::steady_inversion(ladder, o.shots.pump).variance);
    auto table = fmt::format(
        "N = {} atoms in the steady state at w = {} γ; bound on δw/γ of one shot {:.6g}\n  {:<19}{:>9}{:>10}"
        "{:>24}{:>24}{:>24}{:>11}\n",
        o.atoms, o.shots.pump, bound, "estimator", "shots", "pools", "mean of w/γ", "std",
        "std/bound (exact)", "unbounded");
    Json estimates = Json::array();
    for (const auto& pooled : result->estimates) {
        const auto& moments = pooled.estimates;
        const auto exact = exact_estimate(ladder, o.shots.pump, pooled.estimator, pooled.pool);
        const double least = bound / std::sqrt(static_cast<double>(pooled.pool));
        auto relative = moments.deviation();
        if (relative) relative = Estimate{relative->value / least, relative->error / least};
        table += fmt::format(
            "  {:<19}{:>9}{:>10}{:>24}{:>24}{:>24}{:>11}\n", name(pooled.estimator), pooled.pool,
            moments.count() + pooled.unbounded, rounded(moments.mean()), rounded(moments.deviation()),
            rounded(relative) + (exact ? fmt::format(" ({:.5g})", exact->deviation / least) : ""),
            pooled.unbounded);
        estimates.push_back({{"name", name(pooled.estimator)},
                             {"shots", pooled.pool},
                             {"pools", moments.count() + pooled.unbounded},
                             {"unbounded", pooled.unbounded},
                             {"mean", with_error(moments.mean())},
                             {"std", with_error(moments.deviation())},
                             {"rmse", with_error(moments.rmse(o.shots.pump))},
                             {"bound", least},
                             {"exact",
                              {{"mean", exact ? Json(exact->mean) : Json(nullptr)},
                               {"std", exact ? Json(exact->deviation) : Json(nullptr)},
                               {"unbounded", exact ? Json(exact->unbounded) : Json(nullptr)}}}});
    }
    const Json json = {
        {"model", {{"atoms", o.atoms}}},
        {"pump", o.shots.pump},
        {"ensemble",
         {{"shots", o.shots.ensemble.trajectories},
          {"seed", o.shots.ensemble.seed},
          {"stop_reason", name(result->stop_reason)},
          {"threads", o.shots.ensemble.threads},
          {"seconds", result->seconds}}},
        {"jz", {{"mean", with_error(result->jz.mean())}, {"variance", with_error(result->jz.variance())}}},
        {"bound", bound},
        {"estimators", std::move(estimates)}};
    o.output.deliver(folder, table, json.dump(), "", options.toml("steady"));
    if (result->stop_reason != StopReason::interrupted) return fine;
    log_warning("interrupted: the sizes of pools that were done, and a part of the next, are in the result");
    return interrupted;
}

}  // namespace

Verb steady_verb() {
    const auto o = std::make_shared<ShotOptions>();
    const auto options = std::make_shared<Options>();
    options->add("atoms", "number of atoms N", o->atoms).required = true;
    options->add("pump", "pumping rate w [gamma] (default 1, the transition)", o->shots.pump);
    options->add("shots", "measurements of J_z (default 100000)", o->shots.ensemble.trajectories);
    options->add("pools", "how many shots one estimate is made from (default 1)", o->shots.pools).hint =
        "K1,K2,..";
    options->add("seed", "seed of all random streams (default 1)", o->shots.ensemble.seed);
    options
        ->add("threads", "threads, 0 for all (default); does not change results", o->shots.ensemble.threads)
        .shapes_result = false;
    o->output.declare(*options);
    return {"steady", "Shots of J_z in the steady state, and how well they tell the pump (App. D)", options,
            [o](Problems& problems) {
                if (o->shots.pools.empty()) o->shots.pools = {1};
                check(o->shots, o->atoms, problems);
            },
            [o, options] { return run_shots(*o, *options); }};
}

}  // namespace dickejump::cli
