#include <fmt/core.h>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/progress.hpp"
#include "cli/verb.hpp"
#include "dickejump/exact/correlation.hpp"
#include "dickejump/exact/crossing_law.hpp"
#include "dickejump/exact/local_steady.hpp"
#include "dickejump/exact/spectrum.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/study/scan/protocol_keys.hpp"
#include "dickejump/study/scan/scan_protocol.hpp"

namespace dickejump::cli {

namespace {

using Json = nlohmann::ordered_json;

/// What a verb of the steady state is told.
struct SteadyQuestion {
    std::int64_t atoms = 1;
    ModelConfig model = {};
    std::vector<double> pumps = {};
    std::int64_t sector = 0;
    std::int64_t count = 5;
    std::vector<double> times = {};
    Channel channel = Channel::cavity;
};

/// What `exact crossings` is told.
struct CrossingsQuestion {
    std::int64_t atoms = 1;
    ModelConfig model = {};
    double rate = 1.0;
    double half_width = 10.0;
    Legs direction = Legs::both;
    Initial initial = Initial::steady;
    std::int64_t points = 201;

    ScanProtocol protocol() const {
        return {.rate = rate, .half_width = half_width, .legs = direction, .initial = initial};
    }
};

template <class Question>
void add_atoms(Keys<Question>& keys) {
    keys.number(
            "atoms", &Question::atoms, "number of atoms N",
            Range::between(1.0, static_cast<double>(DickeLadder::max_atoms), "a ladder has that many atoms"))
        .as_required();
}

Keys<SteadyQuestion> steady_keys(const char* pump_help) {
    Keys<SteadyQuestion> keys;
    add_atoms(keys);
    keys.numbers("pump", &SteadyQuestion::pumps, pump_help,
                 Range::from(0.0, "a rate is finite and not negative"))
        .as_required()
        .hinted("W1,W2,..");
    return keys;
}

void check_model(const ModelConfig& model, std::int64_t atoms, Problems& problems) {
    if (problems.empty()) check(model, atoms, problems);
}

/// A verb that answers without runs.
template <class Question>
Verb question(const char* name, const char* summary, const Keys<Question>& its_keys,
              std::function<void(const Question&, Problems&)> check,
              std::function<Answer(const Question&, StopRequest)> solve) {
    return make_verb<Question>(
        name, summary, Work::solves,
        [its_keys, check](const Question& q, Problems& problems) {
            judge(q, problems, its_keys);
            check(q, problems);
        },
        [its_keys](const Question& q) { return describe(q, its_keys); },
        [solve](const Told<Question>& told, const std::string& toml) {
            const auto folder = told.output.folder();
            const Session session(0);
            auto answer = solve(told.config, session.control().stop());
            answer.config = toml;
            told.output.deliver(folder, answer);
            return static_cast<int>(fine);
        },
        its_keys);
}

void some_pumps(const SteadyQuestion& q, Problems& problems) {
    problems.require(!q.pumps.empty(), "`pump` (none: nothing to solve) give `pump` w");
}

void one_pump(const SteadyQuestion& q, Problems& problems) {
    problems.require(q.pumps.size() == 1, "`pump` (" + std::to_string(q.pumps.size()) +
                                              " values, where one is meant) give `pump` w");
}

/// Where single atoms act too.
Answer local_steady(const SteadyQuestion& o, const LocalRates& rates, StopRequest stop) {
    const LocalSpins spins(o.atoms, rates);
    std::vector<double> jz, variance, j2, gap, bound;
    Answer answer{.table = fmt::format("{:>16} {:>16} {:>16} {:>16} {:>16} {:>16}\n", "w [γ]", "<J_z>",
                                       "Var J_z", "<J^2>", "slowest [γ]", "δw of a shot [γ]"),
                  .json = ""};
    for (const double pump : o.pumps) {
        const auto state = exact::local_steady_state(spins, pump, stop);
        jz.push_back(state.inversion.mean), variance.push_back(state.inversion.variance);
        j2.push_back(state.j2), gap.push_back(state.gap);
        bound.push_back(1.0 / std::sqrt(state.information()));
        answer.table += fmt::format("{:>16.10g} {:>16.10g} {:>16.10g} {:>16.10g} {:>16.10g} {:>16.10g}\n",
                                    pump, jz.back(), variance.back(), j2.back(), gap.back(), bound.back());
    }
    const bool one = o.pumps.size() == 1;
    const auto values = [&](const std::vector<double>& all) { return one ? Json(all[0]) : Json(all); };
    Json json;
    if (!one) json["pump"] = o.pumps;
    json["jz"] = values(jz), json["jz_variance"] = values(variance), json["j2"] = values(j2);
    // Eq. (7) is of collective processes.
    json["relaxation"] = {{"gap", values(gap)},
                          {"cumulant", one ? Json(nullptr) : Json(std::vector<Json>(jz.size()))}};
    json["bound"] = values(bound);
    json["model"] = {{"name", dickejump::name(o.model.kind)},
                     {"atoms", o.atoms},
                     {"emission", rates.emission},
                     {"pumping", rates.pumping},
                     {"dephasing", rates.dephasing}};
    answer.json = json.dump();
    return answer;
}

/// One pump gives numbers, several give lists beside the list of pumps.
Answer steady(const SteadyQuestion& o, StopRequest stop) {
    if (const auto rates = o.model.local_rates()) return local_steady(o, *rates, stop);
    const auto ladder = o.model.ladder(o.atoms);
    std::vector<double> jz, variance, gap;
    Json cumulant = Json::array();  // null with a linewidth
    for (const double pump : o.pumps) {
        const auto inversion = exact::steady_inversion(ladder, pump);
        const auto relaxation = exact::relaxation(ladder, pump, stop);
        jz.push_back(inversion.mean);
        variance.push_back(inversion.variance);
        gap.push_back(relaxation.gap);
        cumulant.push_back(relaxation.cumulant ? Json(*relaxation.cumulant) : Json(nullptr));
    }
    const bool ideal = ladder.is_ideal();
    Answer answer;
    Json json;
    if (o.pumps.size() == 1) {
        answer.table = fmt::format(
            "<J_z>                  {:.12g}\nVar J_z                {:.12g}\n"
            "slowest relaxation     {:.12g} γ\n",
            jz[0], variance[0], gap[0]);
        if (ideal)
            answer.table +=
                fmt::format("its cumulant estimate  {:.12g} γ (Eq. 7)\n", cumulant[0].get<double>());
        json = {{"jz", jz[0]},
                {"jz_variance", variance[0]},
                {"relaxation", {{"gap", gap[0]}, {"cumulant", cumulant[0]}}}};
    } else {
        answer.table = fmt::format("{:>16} {:>16} {:>16} {:>16}{}\n", "w [γ]", "<J_z>", "Var J_z",
                                   "slowest [γ]", ideal ? fmt::format(" {:>16}", "Eq. 7 [γ]") : "");
        for (std::size_t i = 0; i < jz.size(); ++i)
            answer.table +=
                fmt::format("{:>16.10g} {:>16.10g} {:>16.10g} {:>16.10g}{}\n", o.pumps[i], jz[i], variance[i],
                            gap[i], ideal ? fmt::format(" {:>16.10g}", cumulant[i].get<double>()) : "");
        json = {{"pump", o.pumps},
                {"jz", jz},
                {"jz_variance", variance},
                {"relaxation", {{"gap", gap}, {"cumulant", cumulant}}}};
    }
    if (!ideal) {
        const auto transition = exact::steady_transition(ladder);
        answer.table +=
            fmt::format("transition             s = {:.10g}, {:.10g} times as wide as in Eq. (1)\n",
                        transition.scaled_pump, transition.width);
        const double bound = exact::steady_state_bound(ladder);
        answer.table += fmt::format("best bound of one shot  {:.10g} (δw/γ)\n", bound);
        json["bound"] = bound;
        json["model"] = {
            {"name", dickejump::name(o.model.kind)},
            {"atoms", o.atoms},
            {"detuning", o.model.detuning},
            {"gamma_r", o.model.gamma_r},
            {"transition", {{"scaled_pump", transition.scaled_pump}, {"width", transition.width}}}};
    }
    answer.json = json.dump();
    return answer;
}

Answer spectrum(const SteadyQuestion& o, StopRequest stop) {
    Answer answer;
    Json eigenvalues = Json::array();
    for (const double pump : o.pumps) {
        const auto rates = exact::decay_rates(DickeLadder(o.atoms), pump, o.sector, o.count, stop);
        if (o.pumps.size() > 1) answer.table += fmt::format("w = {:g} γ\n", pump);
        for (const double rate : rates)
            answer.table += fmt::format("{:.12g} γ\n", rate);
        eigenvalues.push_back(rates);
    }
    if (o.pumps.size() == 1)
        answer.json = Json{{"eigenvalues", eigenvalues[0]}}.dump();
    else
        answer.json = Json{{"pump", o.pumps}, {"eigenvalues", std::move(eigenvalues)}}.dump();
    return answer;
}

Answer correlation(const SteadyQuestion& o, StopRequest stop) {
    const auto rates = o.model.local_rates();
    const auto czz =
        rates ? exact::inversion_correlation(LocalSpins(o.atoms, *rates), o.pumps[0], o.times, stop)
              : exact::inversion_correlation(o.model.ladder(o.atoms), o.pumps[0], o.times, stop);
    Answer answer{.table = "", .json = Json{{"times", o.times}, {"czz", czz}}.dump()};
    for (std::size_t i = 0; i < czz.size(); ++i)
        answer.table += fmt::format("{:>12g}  {:.12g}\n", o.times[i], czz[i]);
    return answer;
}

Answer clicks_correlation(const SteadyQuestion& o, StopRequest stop) {
    const auto rates = o.model.local_rates();
    const auto g2 =
        rates
            ? exact::intensity_correlation(LocalSpins(o.atoms, *rates), o.pumps[0], o.channel, o.times, stop)
            : exact::intensity_correlation(o.model.ladder(o.atoms), o.pumps[0], o.channel, o.times, stop);
    Answer answer{.table = fmt::format("{:>12}  g2 of the {}\n", "tau [1/γ]", dickejump::name(o.channel)),
                  .json = Json{{"times", o.times}, {"g2", g2}}.dump()};
    for (std::size_t i = 0; i < g2.size(); ++i)
        answer.table += fmt::format("{:>12g}  {:.12g}\n", o.times[i], g2[i]);
    return answer;
}

/// When single runs of a scan cross J_z = 0: probability, mean, spread and distribution, in s.
Answer crossings(const CrossingsQuestion& o, StopRequest stop) {
    const auto ladder = o.model.ladder(o.atoms);
    Answer answer{.table = fmt::format("{:<5} {:<15} {:>14} {:>14} {:>14} {:>14}\n", "leg", "crossing",
                                       "probability", "mean s", "std s", "slope"),
                  .json = ""};
    Json list = Json::array();
    for (const auto direction : o.protocol().directions()) {
        const ScanLeg leg(ladder, o.protocol(), direction);
        std::vector<double> times, pumps;
        for (std::int64_t i = 0; i < o.points; ++i) {
            times.push_back(leg.duration() * static_cast<double>(i) / static_cast<double>(o.points - 1));
            pumps.push_back(leg.scaled_pump(times.back()));
        }
        const auto laws =
            exact::crossing_laws(ladder, leg.pump(), leg.duration(),
                                 exact::start_populations(ladder, leg.start()), direction, times, stop);
        const auto add = [&](const char* name, const exact::CrossingLaw& law) {
            const auto known = [&](double x) { return law.probability > 0.0 ? Json(x) : Json(nullptr); };
            const double mean = leg.scaled_pump(law.mean), std = std::abs(leg.speed()) * law.deviation,
                         slope = std::abs(leg.speed() * law.slope) * 2.0 / static_cast<double>(o.atoms);
            answer.table +=
                law.probability > 0.0
                    ? fmt::format("{:<5} {:<15} {:>14.10g} {:>14.10g} {:>14.10g} {:>14.10g}\n",
                                  dickejump::name(direction), name, law.probability, mean, std, slope)
                    : fmt::format("{:<5} {:<15} {:>14}\n", dickejump::name(direction), name, 0);
            list.push_back({{"name", name},
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
    answer.json = Json{{"crossings", std::move(list)}}.dump();
    return answer;
}

}  // namespace

Verb exact_steady_verb() {
    auto keys = steady_keys("pumping rate w [gamma], or several of them");
    keys.part(&SteadyQuestion::model, dickejump::keys<ModelConfig>());
    return question<SteadyQuestion>(
        "exact steady", "Steady state at a constant pump: <J_z>, Var J_z, slowest relaxation", keys,
        [](const SteadyQuestion& q, Problems& problems) {
            some_pumps(q, problems);
            check_model(q.model, q.atoms, problems);
        },
        steady);
}

Verb exact_spectrum_verb() {
    auto keys = steady_keys("pumping rate w [gamma], or several of them");
    keys.number("sector", &SteadyQuestion::sector,
                "sector q, the coherences rho_{n,n+q} (default 0, the populations)",
                Range::from(0.0, "a sector is not negative"));
    keys.number("count", &SteadyQuestion::count, "how many rates (default 5)",
                Range::from(1.0, "a number of rates"));
    return question<SteadyQuestion>("exact spectrum",
                                    "Decay rates of one sector of the Liouvillian, slowest first", keys,
                                    some_pumps, spectrum);
}

Verb exact_correlation_verb() {
    auto keys = steady_keys("pumping rate w [gamma]");
    keys.part(&SteadyQuestion::model, dickejump::keys<ModelConfig>());
    keys.numbers("times", &SteadyQuestion::times, "delays tau [1/gamma], separated by commas",
                 Range::from(0.0, "a delay is not negative"))
        .as_required();
    return question<SteadyQuestion>(
        "exact correlation", "Steady-state correlation C_zz(tau) of J_z", keys,
        [](const SteadyQuestion& q, Problems& problems) {
            one_pump(q, problems);
            check_model(q.model, q.atoms, problems);
        },
        correlation);
}

Verb exact_g2_verb() {
    auto keys = steady_keys("pumping rate w [gamma]");
    keys.part(&SteadyQuestion::model, dickejump::keys<ModelConfig>());
    keys.word("channel", &SteadyQuestion::channel, "which clicks (default cavity)",
              {Channel::cavity, Channel::pump, Channel::side});
    keys.numbers("times", &SteadyQuestion::times, "delays tau [1/gamma], separated by commas, or as a:b:n",
                 Range::from(0.0, "a delay is not negative"))
        .as_required();
    return question<SteadyQuestion>(
        "exact g2", "Steady-state correlation g2(tau) of the clicks of a channel", keys,
        [](const SteadyQuestion& q, Problems& problems) {
            one_pump(q, problems);
            check_model(q.model, q.atoms, problems);
        },
        clicks_correlation);
}

Verb exact_crossings_verb() {
    Keys<CrossingsQuestion> keys;
    add_protocol_keys(keys);
    keys.number("points", &CrossingsQuestion::points, "points of the distributions (default 201)",
                Range::between(2.0, 1e7, "a distribution has two ends, and at most 10^7 points"));
    return question<CrossingsQuestion>(
        "exact crossings",
        "Where single runs of a scan first and last cross J_z = 0: mean, spread, distribution", keys,
        [](const CrossingsQuestion& q, Problems& problems) {
            check_model(q.model, q.atoms, problems);
            problems.require(q.model.kind != Model::local,
                             "`model` = local (laws of crossings are solved level by level of the collective "
                             "models) give `model` ladder or effective, or run `scan`");
            if (problems.empty()) check(q.protocol(), q.atoms, problems);
        },
        crossings);
}

}  // namespace dickejump::cli
