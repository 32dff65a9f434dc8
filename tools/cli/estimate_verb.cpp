#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "cli/clicks.hpp"
#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/setup_file.hpp"
#include "dickejump/io/estimate_report.hpp"

namespace dickejump {

template <>
const Keys<cli::ClickVerb>& keys<cli::ClickVerb>() {
    static const auto all = [] {
        Keys<cli::ClickVerb> keys;
        keys.number("records", &cli::ClickVerb::records, "number of runs K (default 1)",
                    Range::between(1.0, 1e6, "a number of runs"));
        keys.number("theta", &cli::ClickVerb::theta, "true pump above the nominal one [gamma] (default 0)",
                    Range::finite("a shift of the pump"));
        return keys;
    }();
    return all;
}

namespace cli {

std::string ClickVerb::setup() const {
    auto described = describe(config);
    const auto of_data = describe(data);
    described.insert(described.end(), of_data.begin(), of_data.end());
    return to_toml("estimate", described);
}

bool take_clicks(ClickVerb& told, const std::string& name, const std::string& summary, bool simulates,
                 const std::vector<std::string>& arguments) {
    CLI::App app(summary, name);
    std::string setup;
    app.add_option("--config", setup, "the setup: atoms, scan or schedule, detector, [data] (required)")
        ->type_name("SETUP.toml");
    if (!simulates)
        app.add_option("files", told.files, "files of clicks, in the format that the setup says")
            ->type_name("FILE..");
    Options options;
    options.bind(told.config, keys<EstimateConfig>());
    if (simulates) options.bind(told, keys<ClickVerb>(), false);
    options.bind(told.control, keys<Control>(), false);
    options.bind(told.output, keys<Output>(), false);
    options.declare(app);
    if (!parsed(app, arguments)) return false;

    Problems problems;
    if (setup.empty())
        problems.add(
            "--config (not given: clicks mean nothing without their setup) give a TOML file, as in " +
            std::string("dickejump ") + name + " --help");
    else
        read_setup(setup, options, told.data, problems);
    const bool readable = problems.empty();
    options.take(app, problems);
    if (options.complete(problems) && options.readable() && readable) {
        check(told.config, problems);
        if (problems.empty()) check(told.data, told.config.detector(), problems);
    }
    options.judge(problems, false);
    if (!simulates && told.files.empty()) problems.add("files (none given) name those that hold the clicks");
    problems.raise();
    return true;
}

int estimate(const std::vector<std::string>& arguments) {
    ClickVerb told;
    if (!take_clicks(told, "estimate", "The critical pump, with intervals, from a laboratory's own clicks",
                     false, arguments))
        return fine;
    const auto toml = told.setup();
    if (told.output.dump_config) {
        print(toml);
        return fine;
    }
    const auto read = read_clicks(told.files, told.data, told.config.detector(), told.config.run_duration());
    if (read.outside > 0)
        log_warning(fmt::format("{} clicks lie outside of the runs and are not used", read.outside));
    const auto folder = told.output.folder();
    const Session session(told.control.threads);
    std::vector<std::vector<Photon>> clicks;
    for (const auto& record : read.records)
        clicks.push_back(record.clicks);
    const auto result = estimate(prepare(told.config), clicks, read.bin, session.control());
    told.output.deliver(folder, {.table = estimate_table(result, read, told.data),
                                 .json = to_json(result, read, told.data),
                                 .csv = to_csv(result, read),
                                 .config = toml});
    if (result.stop_reason == StopReason::completed) return fine;
    log_warning("stopped (" + std::string(name(result.stop_reason)) +
                "): the estimates are there, and whether the setup fits is not known");
    return result.stop_reason == StopReason::interrupted ? interrupted : fine;
}

int simulate_clicks(const std::vector<std::string>& arguments) {
    ClickVerb told;
    if (!take_clicks(told, "simulate-clicks",
                     "Files of clicks as a setup would make them: to try it, and to plan", true, arguments))
        return fine;
    const auto toml = told.setup();
    if (told.output.dump_config) {
        print(toml);
        return fine;
    }
    if (told.output.out.empty())
        throw InvalidInput("--out (not given: the clicks are files) give the folder for them");
    const auto folder = told.output.folder();
    const Session session(told.control.threads);
    const auto runs = simulate_clicks(prepare(told.config), told.records, told.theta, session.control());
    auto files = click_files(runs, told.data, told.config.detector(), told.config.run_duration(), told.bin());
    nlohmann::ordered_json json{{"theta", told.theta},
                                {"critical_pump", 1.0 - told.theta},
                                {"seed", told.config.seed},
                                {"files", nlohmann::ordered_json::array()},
                                {"records", nlohmann::ordered_json::array()}};
    std::string table =
        fmt::format("{} runs with theta = {} gamma, seed {}\n\n", runs.size(), told.theta, told.config.seed);
    for (const auto& file : files) {
        json["files"].push_back(file.first);
        table += "  " + (folder->path() / file.first).string() + "\n";
    }
    for (const auto& run : runs) {
        nlohmann::ordered_json counts;
        for (const auto c : channels)
            if (told.config.detector()[c])
                counts[std::string(name(c))] =
                    std::count_if(run.begin(), run.end(), [&](const Photon& p) { return p.channel == c; });
        json["records"].push_back({{"clicks", counts}});
    }
    std::string words;
    for (const auto& file : files)
        words += " " + (folder->path() / file.first).string();
    table += fmt::format("\nwhat they tell:  dickejump estimate{} --config {}\n",
                         files.size() > 3 ? " FILE.." : words, (folder->path() / "setup.toml").string());
    files.emplace_back("setup.toml", toml);
    files.emplace_back("summary.json", json.dump() + "\n");
    told.output.give(
        [&] {
            folder->write_set(files, {});
            log_info("wrote " + folder->path().string());
        },
        {.table = table, .json = json.dump(), .config = toml});
    return fine;
}

}  // namespace cli

}  // namespace dickejump
