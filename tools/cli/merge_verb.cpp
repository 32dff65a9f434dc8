#include <filesystem>
#include <utility>

#include "cli/log.hpp"
#include "cli/parts.hpp"
#include "cli/stored.hpp"
#include "cli/study_index.hpp"
#include "cli/verb.hpp"
#include "dickejump/io/result_folder.hpp"

namespace dickejump::cli {

namespace {

namespace fs = std::filesystem;

/// Scans, by their blocks.
int merged_blocks(const std::vector<std::string>& folders, std::vector<std::string> more, bool allow_gaps) {
    std::vector<Source> sources;
    Problems problems;
    for (const auto& folder : folders)
        problems.collect([&] { sources.push_back({folder, checkpoint_at(folder)}); });
    problems.raise();
    const auto gaps = cli::gaps(sources);
    const bool target_reached = sources.size() == 1 && sources.front().stored.target_reached;
    if (!gaps.empty() && !target_reached) {
        const auto what = "blocks " + in_words(gaps) +
                          " of 0:" + std::to_string(blocks_of(sources.front().stored.ensemble).end);
        if (!allow_gaps)
            throw InvalidInput(what +
                               " (in none of the folders) add the parts that hold them, or say --allow-gaps");
        log_warning(what + " are missing: the result is of the others");
    }
    auto verb = verb_with(sources.front().stored.config, sources.front().name, more);
    if (!verb.pieces)
        throw InvalidInput(sources.front().name + " (" + verb.name +
                           " does not run in parts) give folders of scans, sweeps or studies");
    for (auto& source : sources)
        verb.pieces->from.push_back(std::move(source.stored));
    verb.pieces->allow_gaps = !gaps.empty();
    return in_flags_of(*verb.options, [&] { return verb.run(); });
}

/// What is neither a scan nor a sweep does not run in parts: the same result is in every folder, or in one.
int copied(const std::vector<std::string>& folders, const std::string& out) {
    std::vector<std::pair<std::string, std::string>> files;
    for (const auto& folder : folders) {
        if (!fs::exists(fs::path(folder) / "summary.json")) continue;
        // The summary last: it says that the set is whole.
        for (const char* name : {"config.toml", "summary.csv", "summary.json"})
            if (const auto file = fs::path(folder) / name; fs::exists(file))
                files.emplace_back(name, content_of(file.string()));
        break;
    }
    if (files.empty())
        throw InvalidInput(folders.front() +
                           " (no result is in it, nor in the same run of the other parts) "
                           "finish it with dickejump resume");
    ResultFolder(out).write_set(files, {});
    return fine;
}

int merged(const std::vector<std::string>& folders, const std::string& out,
           const std::vector<std::string>& more, bool allow_gaps);

/// Studies: run by run.
int merged_studies(const std::vector<std::string>& folders, const std::string& out,
                   const std::vector<std::string>& more, bool allow_gaps) {
    const auto names = runs_in_index(content_of((fs::path(folders.front()) / "index.csv").string()));
    Problems problems;
    for (const auto& folder : folders) {
        const auto index = fs::path(folder) / "index.csv";
        problems.require(fs::exists(index) && runs_in_index(content_of(index.string())) == names,
                         folder + " (not of the study that " + folders.front() +
                             " is of: it has other runs) leave it out");
    }
    problems.raise();
    for (const auto& name : names) {
        std::vector<std::string> runs;
        for (const auto& folder : folders)
            runs.push_back((fs::path(folder) / name).string());
        const int code = merged(runs, (fs::path(out) / name).string(), more, allow_gaps);
        if (code != fine) return code;
    }
    ResultFolder(out).write("index.csv", study_index(out, names));
    log_info("wrote " + (fs::path(out) / "index.csv").string());
    return fine;
}

int merged(const std::vector<std::string>& folders, const std::string& out,
           const std::vector<std::string>& more, bool allow_gaps) {
    const fs::path first = folders.front();
    if (fs::exists(first / "index.csv")) return merged_studies(folders, out, more, allow_gaps);
    auto all = more;
    all.insert(all.end(), {"--out", out});
    if (!fs::exists(first / "config.toml") || fs::exists(first / "checkpoint") ||
        fs::exists(first / "result.h5"))
        return merged_blocks(folders, all, allow_gaps);
    auto verb =
        verb_with(content_of((first / "config.toml").string()), (first / "config.toml").string(), all);
    if (!verb.share) return verb.pieces ? merged_blocks(folders, all, allow_gaps) : copied(folders, out);
    verb.share->from = folders;
    return in_flags_of(*verb.options, [&] { return verb.run(); });
}

}  // namespace

int merge(const std::vector<std::string>& arguments) {
    CLI::App app("Put the parts of one run together, to the bytes of the run in one piece", "merge");
    std::vector<std::string> folders;
    std::string out, threads;
    bool json = false, allow_gaps = false, force = false;
    app.add_option("folders", folders, "--out folders of the parts, in any order")
        ->required()
        ->type_name("DIR");
    app.add_option("-o,--out", out, "folder for the result")->required()->type_name("DIR");
    app.add_option("--threads", threads, "threads, 0 for all (default)")->type_name("INT");
    app.add_flag("--allow-gaps", allow_gaps, "take what is there, although blocks are missing");
    app.add_flag("--force", force, "overwrite the result of another configuration in --out");
    app.add_flag("--json", json, "print one JSON object instead of tables");
    if (!parsed(app, arguments)) return fine;

    std::vector<std::string> more;
    if (!threads.empty()) more.insert(more.end(), {"--threads", threads});
    if (json) more.push_back("--json");
    if (force) more.push_back("--force");
    return merged(folders, out, more, allow_gaps);
}

}  // namespace dickejump::cli
