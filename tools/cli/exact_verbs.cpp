#include <fmt/core.h>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/output.hpp"
#include "cli/verb.hpp"
#include "dickejump/exact/correlation.hpp"
#include "dickejump/exact/crossing_law.hpp"
#include "dickejump/exact/spectrum.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/study/scan/protocol.hpp"

namespace dickejump::cli {

namespace {

using Json = nlohmann::ordered_json;

struct ExactOptions {
    std::int64_t atoms = 0;
    std::vector<double> pumps;
    std::int64_t sector = 0;
    std::int64_t count = 5;
    std::vector<double> times;
    Scan scan;
    std::int64_t points = 201;
    Output output;
};

/// A result in both forms.
struct Answer {
    std::string table;
    Json json;
};

struct Setup {
    std::shared_ptr<ExactOptions> o = std::make_shared<ExactOptions>();
    std::shared_ptr<Options> options = std::make_shared<Options>();
};

void add_atoms(Options& options, ExactOptions& o) {
    options.add("atoms", "number of atoms N", o.atoms).required = true;
}

void add_pumps(Options& options, ExactOptions& o, const char* help) {
    auto& pumps = options.add("pump", help, o.pumps);
    pumps.required = true;
    pumps.hint = "W1,W2,..";
}

Verb verb(const char* name, const char* summary, Setup s,
          const std::function<void(const ExactOptions&, Problems&)>& check,
          const std::function<Answer(const ExactOptions&)>& solve) {
    s.o->output.declare(*s.options);
    return {name, summary, s.options,
            [o = s.o, check](Problems& problems) {
                check_atoms(o->atoms, problems);
                check(*o, problems);
            },
            [o = s.o, options = s.options, solve, name = std::string(name)] {
                if (o->output.dump_config) {
                    fmt::print("{}", options->toml(name));
                    return static_cast<int>(fine);
                }
                const auto folder = o->output.folder();
                const auto answer = solve(*o);
                o->output.deliver(folder, answer.table, answer.json.dump(), "", options->toml(name));
                return static_cast<int>(fine);
            }};
}

void nothing_more(const ExactOptions&, Problems&) {}

void one_pump(const ExactOptions& o, Problems& problems) {
    problems.require(o.pumps.size() == 1, "pump (several, where one is meant) pass --pump w");
}

/// One pump gives numbers, several give lists beside the list of pumps.
Answer steady(const ExactOptions& o) {
    const DickeLadder ladder(o.atoms);
    Answer answer;
    std::vector<double> jz, variance, gap, cumulant;
    for (const double pump : o.pumps) {
        const auto inversion = exact::steady_inversion(ladder, pump);
        const auto relaxation = exact::relaxation(ladder, pump);
        jz.push_back(inversion.mean);
        variance.push_back(inversion.variance);
        gap.push_back(relaxation.gap);
        cumulant.push_back(relaxation.cumulant);
    }
    if (o.pumps.size() == 1)
        return {fmt::format("<J_z>                  {:.12g}\nVar J_z                {:.12g}\nslowest "
                            "relaxation     {:.12g} γ\n"
                            "its cumulant estimate  {:.12g} γ (Eq. 7)\n",
                            jz[0], variance[0], gap[0], cumulant[0]),
                {{"jz", jz[0]},
                 {"jz_variance", variance[0]},
                 {"relaxation", {{"gap", gap[0]}, {"cumulant", cumulant[0]}}}}};
    answer.table = fmt::format("{:>16} {:>16} {:>16} {:>16} {:>16}\n", "w [γ]", "<J_z>", "Var J_z",
                               "slowest [γ]", "Eq. 7 [γ]");
    for (std::size_t i = 0; i < jz.size(); ++i)
        answer.table += fmt::format("{:>16.10g} {:>16.10g} {:>16.10g} {:>16.10g} {:>16.10g}\n", o.pumps[i],
                                    jz[i], variance[i], gap[i], cumulant[i]);
    answer.json = {{"pump", o.pumps},
                   {"jz", jz},
                   {"jz_variance", variance},
                   {"relaxation", {{"gap", gap}, {"cumulant", cumulant}}}};
    return answer;
}

Answer spectrum(const ExactOptions& o) {
    Answer answer;
    Json eigenvalues = Json::array();
    for (const double pump : o.pumps) {
        const auto rates = exact::decay_rates(DickeLadder(o.atoms), pump, o.sector, o.count);
        if (o.pumps.size() > 1) answer.table += fmt::format("w = {:g} γ\n", pump);
        for (const double rate : rates)
            answer.table += fmt::format("{:.12g} γ\n", rate);
        eigenvalues.push_back(rates);
    }
    if (o.pumps.size() == 1)
        answer.json = {{"eigenvalues", eigenvalues[0]}};
    else
        answer.json = {{"pump", o.pumps}, {"eigenvalues", std::move(eigenvalues)}};
    return answer;
}

Answer correlation(const ExactOptions& o) {
    const auto czz = exact::inversion_correlation(DickeLadder(o.atoms), o.pumps[0], o.times);
    Answer answer{"", {{"times", o.times}, {"czz", czz}}};
    for (std::size_t i = 0; i < czz.size(); ++i)
        answer.table += fmt::format("{:>12g}  {:.12g}\n", o.times[i], czz[i]);
    return answer;
}

/// When single runs of a scan cross J_z = 0: probability, mean, spread and distribution, in s.
Answer crossings(const ExactOptions& o) {
    const DickeLadder ladder(o.atoms);
    Answer answer{fmt::format("{:<5} {:<15} {:>14} {:>14} {:>14} {:>14}\n", "leg", "crossing", "probability",
                              "mean s", "std s", "slope"),
                  {{"crossings", Json::array()}}};
    for (const auto direction : o.scan.directions()) {
        const ScanLeg leg(ladder, o.scan, direction);
        std::vector<double> times, pumps;
        for (std::int64_t i = 0; i < o.points; ++i) {
            times.push_back(leg.duration() * static_cast<double>(i) / static_cast<double>(o.points - 1));
            pumps.push_back(leg.scaled_pump(times.back()));
        }
        const auto laws = exact::crossing_laws(ladder, leg.pump(), leg.duration(), leg.start_populations(),
                                               direction, times);
        const auto add = [&](const char* name, const exact::CrossingLaw& law) {
            const auto known = [&](double x) { return law.probability > 0.0 ? Json(x) : Json(nullptr); };
            const double mean = leg.scaled_pump(law.mean), std = std::abs(leg.speed()) * law.deviation,
                         slope = std::abs(leg.speed() * law.slope) * 2.0 / static_cast<double>(o.atoms);
            answer.table +=
                law.probability > 0.0
                    ? fmt::format("{:<5} {:<15} {:>14.10g} {:>14.10g} {:>14.10g} {:>14.10g}\n",
                                  dickejump::name(direction), name, law.probability, mean, std, slope)
                    : fmt::format("{:<5} {:<15} {:>14}\n", dickejump::name(direction), name, 0);
            answer.json["crossings"].push_back(
                {{"name", name},
                 {"direction", dickejump::name(direction)},
                 {"probability", law.probability},
                 {"mean", known(mean)},
                 {"std", known(std)},
                 {"slope", known(slope)},
                 {"distribution", {{"scaled_pump", pumps}, {"probability", law.distribution}}}});
        };
        add("first_crossing", laws.first);
        add("last_crossing", laws.last);
    }
    return answer;
}

}  // namespace

Verb exact_steady_verb() {
    Setup s;
    add_atoms(*s.options, *s.o);
    add_pumps(*s.options, *s.o, "pumping rate w [gamma], or several of them");
    return verb("exact steady", "Steady state at a constant pump: <J_z>, Var J_z, slowest relaxation", s,
                nothing_more, steady);
}

Verb exact_spectrum_verb() {
    Setup s;
    add_atoms(*s.options, *s.o);
    add_pumps(*s.options, *s.o, "pumping rate w [gamma], or several of them");
    s.options->add("sector", "sector q, the coherences rho_{n,n+q} (default 0, the populations)",
                   s.o->sector);
    s.options->add("count", "how many rates (default 5)", s.o->count);
    return verb("exact spectrum", "Decay rates of one sector of the Liouvillian, slowest first", s,
                nothing_more, spectrum);
}

Verb exact_correlation_verb() {
    Setup s;
    add_atoms(*s.options, *s.o);
    add_pumps(*s.options, *s.o, "pumping rate w [gamma]");
    s.options->add("times", "delays tau [1/gamma], separated by commas", s.o->times).required = true;
    return verb("exact correlation", "Steady-state correlation C_zz(tau) of J_z", s, one_pump, correlation);
}

Verb exact_crossings_verb() {
    Setup s;
    add_atoms(*s.options, *s.o);
    s.options->add("rate", "scan rate r, transition widths per 1/gamma", s.o->scan.rate).required = true;
    s.options->add("half_width", "the scan runs between s = -S and S, S <= N/2", s.o->scan.half_width)
        .required = true;
    using Legs = Scan::Legs;
    s.options->add<Legs>("direction", "legs to run (default both)", s.o->scan.legs,
                         {{"up", Legs::up}, {"down", Legs::down}, {"both", Legs::both}});
    using Initial = Scan::Initial;
    s.options->add<Initial>(
        "initial", "start of each leg: its steady state, or n = 0 (up) and n = N (down); default steady",
        s.o->scan.initial, {{"steady", Initial::steady}, {"ground", Initial::ground}});
    s.options->add("points", "points of the distributions (default 201)", s.o->points);
    return verb(
        "exact crossings",
        "Where single runs of a scan first and last cross J_z = 0: mean, spread, distribution", s,
        [](const ExactOptions& o, Problems& problems) {
            check(o.scan, o.atoms, problems);
            problems.require(o.points >= 2, "points = " + std::to_string(o.points) +
                                                " (a distribution has two ends) pass --points 2 or more");
        },
        crossings);
}

}  // namespace dickejump::cli
