#include <utility>

#include "cli/log.hpp"
#include "cli/parts.hpp"
#include "cli/stored.hpp"
#include "cli/verb.hpp"

namespace dickejump::cli {

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
    std::vector<std::string> more{"--out", out};
    if (!threads.empty()) more.insert(more.end(), {"--threads", threads});
    if (json) more.push_back("--json");
    if (force) more.push_back("--force");
    auto verb = verb_with(sources.front().stored.config, sources.front().name, more);
    if (!verb.pieces)
        throw InvalidInput(sources.front().name + " (" + verb.name +
                           " does not run in parts) give folders of scans");
    for (auto& source : sources)
        verb.pieces->from.push_back(std::move(source.stored));
    verb.pieces->allow_gaps = !gaps.empty();
    return in_flags_of(*verb.options, [&] { return verb.run(); });
}

}  // namespace dickejump::cli
