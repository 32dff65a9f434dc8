#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/log.hpp"
#include "cli/stored.hpp"
#include "cli/verb.hpp"

namespace dickejump::cli {

namespace {

namespace fs = std::filesystem;

/// Whether a folder has a result that no interruption cut short.
bool has_result(const fs::path& folder) {
    const auto file = folder / "summary.json";
    if (!fs::exists(file)) return false;
    const auto summary = nlohmann::json::parse(content_of(file), nullptr, false);
    if (summary.is_discarded()) return false;
    return summary.value(nlohmann::json::json_pointer("/ensemble/stop_reason"), "completed") != "interrupted";
}

/// The number of trajectories among arguments that have been checked; `otherwise` if it is not there.
bool extends(const std::vector<std::string>& arguments, const Checkpoint& from) {
    for (std::size_t i = 0; i + 1 < arguments.size(); ++i)
        if (arguments[i] == "--trajectories")
            return integer_in<std::int64_t>(arguments[i + 1]) != from.ensemble.trajectories;
    return false;
}

}  // namespace

int resume(const std::vector<std::string>& arguments) {
    CLI::App app("Go on with the run whose folder it is, to the bytes of one that was never interrupted",
                 "resume");
    std::string folder, trajectories, threads, every, limit;
    bool json = false;
    app.add_option("folder", folder, "the --out folder of the run")->required()->type_name("DIR");
    app.add_option("--trajectories", trajectories, "extend it to so many")->type_name("INT");
    app.add_option("--threads", threads, "threads, 0 for all (default)")->type_name("INT");
    app.add_option("--checkpoint-every", every, "store what is done every so many seconds (default 60)")
        ->type_name("SECONDS");
    app.add_option("--time-limit", limit, "stop after so many seconds")->type_name("SECONDS");
    app.add_flag("--json", json, "print one JSON object instead of tables");
    if (!parsed(app, arguments)) return fine;

    const auto config = (fs::path(folder) / "config.toml").string();
    if (!fs::exists(config))
        throw InvalidInput(folder +
                           " (no run was begun there: it has no config.toml) give the --out folder of a run");
    const auto toml = content_of(config);
    std::vector<std::string> more{"--out", folder, "--force"};  // what is there is its own
    const auto add = [&](const char* flag, const std::string& value) {
        if (!value.empty()) more.insert(more.end(), {flag, value});
    };
    add("--trajectories", trajectories);
    if (const auto part = fs::path(folder) / "part"; fs::exists(part)) {
        auto text = content_of(part.string());
        add("--part", text.substr(0, text.find('\n')));
    }
    add("--threads", threads);
    add("--checkpoint-every", every);
    add("--time-limit", limit);
    if (json) more.push_back("--json");
    auto verb = verb_with(toml, config, more);

    bool complete = has_result(folder) && trajectories.empty();
    if (verb.pieces) {
        verb.pieces->from = {checkpoint_at(folder)};
        const auto& from = verb.pieces->from.front();
        Problems problems;
        for (const auto& difference :
             differences(from.config, toml, {"trajectories", "time_limit", "target_error"}))
            problems.add(config + " (the run was begun with another configuration: " + difference +
                         ") put it back, or begin another run in another folder");
        problems.raise();
        const bool whole = from.wanted == blocks_of(from.ensemble);
        complete = !extends(more, from) &&
                   (from.complete() ? has_result(folder) : !whole && from.missing(from.wanted).empty());
    }
    if (complete) {
        log_info(folder + " is complete");
        if (json && fs::exists(fs::path(folder) / "summary.json"))
            print(content_of(fs::path(folder) / "summary.json"));
        return fine;
    }
    return in_flags_of(*verb.options, [&] { return verb.run(); });
}

}  // namespace dickejump::cli
