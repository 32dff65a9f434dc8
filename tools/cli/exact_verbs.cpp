#include <fmt/core.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/verb.hpp"
#include "dickejump/exact/correlation.hpp"
#include "dickejump/exact/spectrum.hpp"
#include "dickejump/exact/steady_state.hpp"

namespace dickejump::cli {

namespace {

using Json = nlohmann::ordered_json;

struct ExactOptions {
    std::int64_t atoms = 0;
    double pump = 0.0;
    std::int64_t sector = 0;
    std::int64_t count = 5;
    std::vector<double> times;
    bool json = false;
    bool dump_config = false;
};

struct Setup {
    std::shared_ptr<ExactOptions> o = std::make_shared<ExactOptions>();
    std::shared_ptr<Options> options = std::make_shared<Options>();
};

/// The options that all of them have, around their own.
Setup setup(const std::function<void(Options&, ExactOptions&)>& own) {
    Setup s;
    s.options->add("atoms", "number of atoms N", s.o->atoms).required = true;
    s.options->add("pump", "pumping rate w [gamma]", s.o->pump).required = true;
    own(*s.options, *s.o);
    s.options->add("json", "print one JSON object", s.o->json).shapes_result = false;
    s.options->add("dump_config", "print the configuration as TOML and stop", s.o->dump_config)
        .shapes_result = false;
    return s;
}

Verb verb(const char* name, const char* summary, const Setup& s,
          std::function<void(const ExactOptions&)> run) {
    return {name, summary, s.options, [o = s.o](Problems& problems) { check_atoms(o->atoms, problems); },
            [o = s.o, options = s.options, run, name = std::string(name)] {
                if (o->dump_config)
                    fmt::print("{}", options->toml(name));
                else
                    run(*o);
                return static_cast<int>(fine);
            }};
}

}  // namespace

Verb exact_steady_verb() {
    return verb("exact steady", "Steady state at a constant pump: <J_z>, Var J_z, slowest relaxation",
                setup([](Options&, ExactOptions&) {}), [](const ExactOptions& o) {
                    const DickeLadder ladder(o.atoms);
                    const auto steady = exact::steady_inversion(ladder, o.pump);
                    const auto relaxation = exact::relaxation(ladder, o.pump);
                    if (o.json)
                        fmt::print(
                            "{}\n",
                            Json{{"jz", steady.mean},
                                 {"jz_variance", steady.variance},
                                 {"relaxation", {{"gap", relaxation.gap}, {"cumulant", relaxation.cumulant}}}}
                                .dump());
                    else
                        fmt::print(
                            "<J_z>                  {:.12g}\nVar J_z                {:.12g}\nslowest "
                            "relaxation     {:.12g} γ\n"
                            "its cumulant estimate  {:.12g} γ (Eq. 7)\n",
                            steady.mean, steady.variance, relaxation.gap, relaxation.cumulant);
                });
}

Verb exact_spectrum_verb() {
    return verb("exact spectrum", "Decay rates of one sector of the Liouvillian, slowest first",
                setup([](Options& options, ExactOptions& o) {
                    options.add("sector", "sector q, the coherences rho_{n,n+q} (default 0, the populations)",
                                o.sector);
                    options.add("count", "how many rates (default 5)", o.count);
                }),
                [](const ExactOptions& o) {
                    const auto rates = exact::decay_rates(DickeLadder(o.atoms), o.pump, o.sector, o.count);
                    if (o.json)
                        fmt::print("{}\n", Json{{"eigenvalues", rates}}.dump());
                    else
                        for (const double rate : rates)
                            fmt::print("{:.12g} γ\n", rate);
                });
}

Verb exact_correlation_verb() {
    return verb("exact correlation", "Steady-state correlation C_zz(tau) of J_z",
                setup([](Options& options, ExactOptions& o) {
                    options.add("times", "delays tau [1/gamma], separated by commas", o.times).required =
                        true;
                }),
                [](const ExactOptions& o) {
                    const auto czz = exact::inversion_correlation(DickeLadder(o.atoms), o.pump, o.times);
                    if (o.json)
                        fmt::print("{}\n", Json{{"times", o.times}, {"czz", czz}}.dump());
                    else
                        for (std::size_t i = 0; i < czz.size(); ++i)
                            fmt::print("{:>12g}  {:.12g}\n", o.times[i], czz[i]);
                });
}

}  // namespace dickejump::cli
