#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "misuse/wrong_calls.hpp"

namespace dickejump::misuse {
namespace {

/// Clicks of a cavity as a file has them.
ClickData data_of(ClickFormat format) {
    ClickData data{.format = format};
    data.time_unit = 1e-6;
    data.gamma = 1e3;
    data.cavity = format == ClickFormat::text ? "cavity.txt" : "1";
    return data;
}

const Detector& cavity() {
    static const auto detector = detector_of({Channel::cavity});
    return detector;
}

const std::vector<std::vector<Photon>>& one_run() {
    static const std::vector<std::vector<Photon>> runs{{{0.25, Channel::cavity}, {0.5, Channel::cavity}}};
    return runs;
}

TEST_CASE("misuse: files of clicks") {
    for (const auto format : click_formats) {
        const auto named = [&](const std::string& entry) {
            return Entry(entry + " " + std::string(name(format)));
        };
        const auto data = data_of(format);
        for (const std::string bad : {"x", "\n", "\xff\xfe", "channel", "channel,time\n1", "0 0 0\n\n\n1,",
                                      "PQTTTR", "\x93NUMPY", "\x89HDF\r\n\x1a\n", "time,cavity\n0,\n"})
            if (format != ClickFormat::text || bad != "\n")
                named("parse_clicks").refuses("\"" + bad + "\"", [&] { parse_clicks("file", bad, format); });
        named("click_files")
            .refuses("duration", {nan, inf, 0.0, -1.0},
                     [&](double t) { click_files(one_run(), data, cavity(), t, 0.1); })
            .refuses("a click at", {nan, inf, -1.0, 1e300},
                     [&](double t) {
                         click_files({{{t, Channel::cavity}}}, data, cavity(), 1.0, 0.1);
                     })
            .refuses("a click of another channel",
                     [&] {
                         click_files({{{0.5, Channel::side}}}, data, cavity(), 1.0, 0.1);
                     })
            .refuses("a click of no channel", [&] {
                click_files({{{0.5, static_cast<Channel>(9)}}}, data, cavity(), 1.0, 0.1);
            });
        for (const double bad : {nan, inf, 0.0, -1.0, 1e-300}) {
            auto wrong = data;
            wrong.time_unit = bad;
            named("click_files").refuses("time_unit " + text(bad), [&] {
                click_files(one_run(), wrong, cavity(), 1.0, 0.1);
            });
            if (bad == 1e-300) continue;
            wrong = data;
            wrong.gamma = bad;
            named("click_files").refuses("gamma " + text(bad), [&] {
                click_files(one_run(), wrong, cavity(), 1.0, 0.1);
            });
        }
        if (format == ClickFormat::counts)
            named("click_files").refuses("bins of", {nan, inf, 0.0, -1.0, 1e-300}, [&](double bin) {
                click_files(one_run(), data, cavity(), 1.0, bin);
            });
        named("read_clicks")
            .refuses("no files", [&] { read_clicks({}, data, cavity(), 1.0); })
            .refuses("a file that is not there",
                     [&] { read_clicks({"/nowhere/clicks"}, data, cavity(), 1.0); })
            .refuses("a folder", [&] { read_clicks({"/"}, data, cavity(), 1.0); })
            .refuses("duration", {nan, inf, 0.0, -1.0},
                     [&](double t) { read_clicks({"/dev/null"}, data, cavity(), t); })
            .refuses("a detector of no channel", [&] { read_clicks({"/dev/null"}, data, Detector{}, 1.0); });
    }
    const auto checked = [&](const std::function<void(ClickData&)>& change) {
        return [change] {
            auto data = data_of(ClickFormat::csv);
            change(data);
            Problems problems;
            check(data, cavity(), problems);
            problems.raise();
        };
    };
    Entry("check(ClickData)")
        .refuses("no channel", checked([](ClickData& d) { d.cavity.clear(); }))
        .refuses("a channel that the detector lacks", checked([](ClickData& d) { d.pump = "2"; }))
        .refuses("a channel that is no number", checked([](ClickData& d) { d.cavity = "x"; }));
    for (const double bad : {nan, inf, 0.0, -1.0})
        Entry("check(ClickData)")
            .refuses("gamma " + text(bad), checked([bad](ClickData& d) { d.gamma = bad; }))
            .refuses("time_unit " + text(bad), checked([bad](ClickData& d) { d.time_unit = bad; }))
            .refuses("cycle " + text(bad), checked([bad](ClickData& d) { d.cycle = bad; }));
    for (const double bad : {nan, inf})
        Entry("check(ClickData)").refuses("start " + text(bad), checked([bad](ClickData& d) {
                                              d.start = bad;
                                          }));
    for (const std::int64_t bad : {0, -1})
        Entry("check(ClickData)").refuses("cycles " + std::to_string(bad), checked([bad](ClickData& d) {
                                              d.cycle = 1e5;
                                              d.cycles = bad;
                                          }));
}

TEST_CASE("misuse: checkpoints, results, folders") {
    Checkpoint checkpoint;
    checkpoint.study = "scan";
    checkpoint.ensemble.trajectories = 300;
    const auto bytes = to_bytes(checkpoint);
    for (std::size_t length = 0; length < bytes.size(); length += 7)
        Entry("checkpoint_in").refuses(std::to_string(length) + " bytes", [&] {
            checkpoint_in(std::string_view(bytes).substr(0, length), "file");
        });
    Entry("checkpoint_in").refuses("a byte too many", [&] { checkpoint_in(bytes + "x", "file"); });
    Entry("checkpoint_in").refuses("a turned bit", [&] {
        auto wrong = bytes;
        wrong[wrong.size() / 2] = static_cast<char>(wrong[wrong.size() / 2] ^ 1);
        checkpoint_in(wrong, "file");
    });
    for (const std::string bad : {"", "x", "\x89HDF\r\n\x1a\n", "dickejump"})
        Entry("checkpoint_in_hdf5").refuses("\"" + bad + "\"", [&] { checkpoint_in_hdf5(bad, "file"); });
    auto odd = checkpoint;
    odd.sums.nodes = {{70, 0, ""}};
    Entry("Checkpoint")
        .refuses("a node beyond all ensembles", [&] { static_cast<void>(odd.trajectories()); })
        .gives("a range that ends before it begins: nothing", 0.0, [&] {
            return static_cast<double>(checkpoint.missing({3, 1}).size());
        });
    Entry("content_of")
        .refuses("a file that is not there", [] { content_of("/nowhere/file"); })
        .refuses("a folder", [] { content_of("/"); })
        .refuses("no name", [] { content_of(""); });
    Entry("differences").gives("nonsense", 0.0, [] {
        return static_cast<double>(differences("[[\n[.\n= =", "]]]\n[[[[").size());
    });
    Entry("toml_string")
        .refuses("bytes that are not UTF-8", [] { toml_string("\xff"); })
        .refuses("a letter cut short", [] { toml_string("\xce"); })
        .refuses("a surrogate", [] { toml_string("\xed\xa0\x80"); });
    Entry("with_hertz")
        .refuses("gamma_hz", {nan, inf, 0.0, -1.0}, [](double g) { with_hertz("{}", g); })
        .refuses("no JSON", [] { with_hertz("{", 1.0); })
        .refuses("no object", [] { with_hertz("[1]", 1.0); });
}

TEST_CASE("misuse: reports of what nobody simulated") {
    const EstimateResult estimated{.config = {.detectors = {cavity()}}, .records = {PumpEstimate{}}};
    Entry("to_json(EstimateResult)")
        .refuses("as many records as were not read", [&] { to_json(estimated, {}, ClickData{}); })
        .refuses("no detector", [] { to_json(EstimateResult{}, ClickRecords{}, ClickData{}); });
    Entry("to_csv(EstimateResult)").refuses("as many records as were not read", [&] {
        to_csv(estimated, ClickRecords{});
    });
    Entry("to_json(ScanResult)").refuses("an empty one", [] { to_json(ScanResult{}); });
    Entry("to_json(LockResult)").refuses("an empty one", [] { to_json(LockResult{.config = {.atoms = 0}}); });
    Entry("to_json(SteadyResult)").refuses("an empty one", [] {
        SteadyResult nothing;
        nothing.config.atoms = 0;
        to_json(nothing);
    });
    auto scan = simulate(prepare(ScanConfig{.atoms = 10, .rate = 4.0, .half_width = 3.0, .trajectories = 2}));
    auto shorter = scan;
    shorter.exact.legs.front().solution.jz_mean.pop_back();
    auto other_leg = scan;
    other_leg.exact.legs.clear();
    Entry("to_csv(ScanResult)")
        .refuses("an exact solution of fewer points", [&] { to_csv(shorter); })
        .refuses("no exact solution", [&] { to_csv(other_leg); });
    Entry("to_json(ScanResult)")
        .refuses("an exact solution of fewer points", [&] { to_json(shorter); })
        .refuses("no exact solution", [&] { to_json(other_leg); });
    Entry("to_csv(ExactScan)").refuses("fewer points than times", [&] { to_csv(shorter.exact); });
    Entry("to_json(ExactScan)").refuses("fewer points than times", [&] { to_json(shorter.exact); });
    const EnsembleCurves curves{.times = {0.0, 1.0}, .observables = {{"jz", {1.0}, {}}}};
    Entry("to_csv(EnsembleCurves)").refuses("fewer means than times", [&] { to_csv(curves); });
    Entry("to_csv(EnsembleCurves)").refuses("fewer errors than means", [] {
        to_csv(EnsembleCurves{.times = {0.0, 1.0}, .observables = {{"jz", {1.0, 2.0}, {0.1}}}});
    });
    Entry("scaled_sensitivity").refuses_whole("atoms", {0, -1}, [](std::int64_t n) {
        static_cast<void>(scaled_sensitivity({.atoms = n}, Estimate{1.0, 0.1}));
    });
    Entry("scaled_sensitivity").refuses("duration", {nan, inf, 0.0, -1.0}, [](double t) {
        static_cast<void>(scaled_sensitivity({.atoms = 4, .duration = t}, Estimate{1.0, 0.1}));
    });
    for (const std::string bad : {"", "{", "[]", "{}", "nonsense", "{\"estimators\": 3}"})
        CHECK_THROWS_AS(ReportedPoint{bad}, std::exception);
}

}  // namespace
}  // namespace dickejump::misuse
