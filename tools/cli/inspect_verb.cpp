#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "cli/stored.hpp"
#include "cli/verb.hpp"

namespace dickejump::cli {

int inspect(const std::vector<std::string>& arguments) {
    CLI::App app("What a folder, checkpoint or result file holds, how far it is, and what is missing",
                 "inspect");
    std::string path;
    bool json = false;
    app.add_option("path", path, "folder or file")->required()->type_name("DIR|FILE");
    app.add_flag("--json", json, "print one JSON object instead of lines");
    if (!parsed(app, arguments)) return fine;
    const auto stored = checkpoint_at(path);
    if (json) {
        print(to_json(stored) + "\n");
        return fine;
    }
    print(
        fmt::format("{}: {} by dickejump {} ({}), configuration {:016x}\n"
                    "  blocks of 128 trajectories  {}\n  there    {}\n  missing  {}\n"
                    "  trajectories  {} of {}\n  {}\n",
                    path, stored.study, stored.provenance.version, stored.provenance.git, stored.config_hash,
                    in_words({blocks_of(stored.ensemble)}), in_words(stored.done()),
                    in_words(stored.missing()), stored.trajectories(), stored.ensemble.trajectories,
                    stored.complete()                       ? "complete"
                    : stored.missing(stored.wanted).empty() ? "a finished part"
                                                            : "not complete"));
    return fine;
}

}  // namespace dickejump::cli
