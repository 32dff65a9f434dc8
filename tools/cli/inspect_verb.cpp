#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/run_file.hpp"
#include "cli/stored.hpp"
#include "cli/study_index.hpp"
#include "cli/verb.hpp"
#include "dickejump/io/sensitivity_report.hpp"
#include "dickejump/study/protocols/protocols.hpp"

namespace dickejump::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// What is there, for programs and for people.
struct Inspected {
    Json json;
    std::string lines;
    std::string state;  ///< "complete", "a finished part", "not complete"
};

Inspected inspected_sums(const std::string& path) {
    const auto stored = checkpoint_at(path);
    const std::string state = stored.complete()                       ? "complete"
                              : stored.missing(stored.wanted).empty() ? "a finished part"
                                                                      : "not complete";
    return {
        Json::parse(to_json(stored)),
        fmt::format("{}: {} by dickejump {} ({}), configuration {:016x}\n"
                    "  blocks of 128 trajectories  {}\n  there    {}\n  missing  {}\n"
                    "  trajectories  {} of {}\n  {}\n",
                    path, stored.study, stored.provenance.version, stored.provenance.git, stored.config_hash,
                    in_words({blocks_of(stored.ensemble)}), in_words(stored.done()),
                    in_words(stored.missing()), stored.trajectories(), stored.ensemble.trajectories, state),
        state};
}

/// A sweep, by its scans: a file for each that is done.
Inspected inspected_sweep(const fs::path& folder, const ProtocolsConfig& config) {
    const auto points = prepare(config.scans).points;
    Json done = Json::array(), missing = Json::array();
    std::string lines;
    std::vector<bool> there;
    for (const auto& point : points) {
        const auto file = point_file(point);
        there.push_back(fs::exists(folder / "points" / file));
        (there.back() ? done : missing).push_back(file);
        if (!there.back()) lines += "  missing  " + file + "\n";
    }
    const bool complete = missing.empty() && fs::exists(folder / "summary.json");
    std::string state = complete ? "complete" : "not complete";
    if (const auto part = folder / "part"; !complete && fs::exists(part)) {
        auto said = content_of(part);
        while (said.ends_with('\n'))
            said.pop_back();
        if (const auto numbers = Share{.part = said}.numbers()) {
            const auto mine = scans_of_part(points, numbers->first, numbers->second);
            if (std::all_of(mine.begin(), mine.end(), [&](std::size_t i) { return there[i]; }))
                state = "a finished part";
        }
    }
    return {{{"format", "dickejump sweep"},
             {"points", {{"total", points.size()}, {"done", done}, {"missing", missing}}},
             {"complete", complete}},
            fmt::format("{}: sensitivity\n  scans    {} of {}\n{}  {}\n", folder.string(), done.size(),
                        points.size(), lines, state),
            state};
}

Inspected inspected(const fs::path& path);

/// A study, run by run.
Inspected inspected_study(const fs::path& folder) {
    Json runs = Json::array();
    std::string lines = folder.string() + ": a study\n";
    bool complete = true;
    for (const auto& name : runs_in_index(content_of(folder / "index.csv"))) {
        Json entry{{"run", name}};
        std::string state = "not begun";
        if (fs::exists(folder / name / "config.toml")) {
            const auto run = inspected(folder / name);
            entry.update(run.json);
            state = run.state;
        } else {
            entry["complete"] = false;
        }
        complete = complete && state == "complete";
        lines += fmt::format("  {:<20} {}\n", name, state);
        runs.push_back(std::move(entry));
    }
    return {{{"format", "dickejump study"}, {"runs", std::move(runs)}, {"complete", complete}},
            std::move(lines),
            complete ? "complete" : "not complete"};
}

/// What is kept as one result, or not at all.
Inspected inspected_result(const fs::path& folder, const std::string& verb) {
    const bool complete = fs::exists(folder / "summary.json");
    const std::string state = complete ? "complete" : "not complete";
    return {{{"format", "dickejump result"}, {"verb", verb}, {"complete", complete}},
            folder.string() + ": " + verb + "\n  " + state + "\n",
            state};
}

Inspected inspected(const fs::path& path) {
    const auto has = [&](const char* name) { return fs::exists(path / name); };
    if (!fs::is_directory(path) || has("checkpoint") || has("result.h5"))
        return inspected_sums(path.string());
    if (has("index.csv")) return inspected_study(path);
    if (!has("config.toml")) return inspected_sums(path.string());  // or the reason why not
    const RunFile file((path / "config.toml").string());
    Problems problems;
    const auto verb = file.single(problems);
    problems.raise();
    if (verb.share) {
        ProtocolsConfig config;
        Options options;
        options.bind(config);
        file.set(options, problems);
        problems.raise();
        if (config.protocols.empty()) return inspected_sweep(path, config);
    }
    return inspected_result(path, verb.name);
}

}  // namespace

int inspect(const std::vector<std::string>& arguments) {
    CLI::App app("What a folder, checkpoint or result file holds, how far it is, and what is missing",
                 "inspect");
    std::string path;
    bool json = false;
    app.add_option("path", path, "folder or file")->required()->type_name("DIR|FILE");
    app.add_flag("--json", json, "print one JSON object instead of lines");
    if (!parsed(app, arguments)) return fine;
    const auto found = inspected(path);
    print(json ? found.json.dump() + "\n" : found.lines);
    return fine;
}

}  // namespace dickejump::cli
