#pragma once

#include <array>
#include <string_view>

namespace dickejump::cli {

/// A verb that takes a file or folders, and no configuration of its own.
struct PlainVerb {
    std::string_view name;
    std::string_view usage;    ///< what follows the name: "DIR"
    std::string_view summary;  ///< one line of help
    std::string_view flags;    ///< those of its --help, separated by spaces
};

inline constexpr std::array plain_verbs{
    PlainVerb{"run", "FILE.toml|DIR", "Do what a file says; flags after it override its keys", "--out"},
    PlainVerb{"resume", "DIR", "Go on with what was interrupted, to the same bytes",
              "--trajectories --threads --checkpoint-every --time-limit --json"},
    PlainVerb{"merge", "DIR..", "Put parts of a run together, to the same bytes",
              "--out --threads --allow-gaps --force --json"},
    PlainVerb{"inspect", "DIR|FILE", "What a result or checkpoint holds and lacks", "--json"},
    PlainVerb{"estimate", "FILE..", "The critical pump from a laboratory's own clicks",
              "--config --json --out --seed --fit-records --time-limit --threads"},
    PlainVerb{"simulate-clicks", "", "Files of clicks as a setup would make them",
              "--config --records --theta --seed --out"},
    PlainVerb{"report", "DIR", "Write report.html into a result: tables, pictures, where it is from", ""}};

}  // namespace dickejump::cli
