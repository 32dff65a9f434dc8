#pragma once

#include <toml++/toml.h>

#include <string>
#include <vector>

#include "cli/verb.hpp"

namespace dickejump::cli {

/// A TOML file that says what to run. Either one run,
///     verb = "scan"
///     atoms = 100
/// or several, each a table [[run]] with a `name`; keys above the first table hold for every run whose verb
/// has them:
///     out = "results/width"
///     atoms = 100
///     [[run]]
///     name = "exact"
///     verb = "exact scan"
///     rate = [0.1, 1.0, 10.0]        # a list where a single value is meant: one run for each,
///     half_width = [7.0, 12.0, 25.0]  # several such lists go together, element by element
/// The result of a run goes to the folder out/name, of a list to out/name/001 and so on.
class RunFile {
public:
    /// @throws InvalidInput with line and column if it cannot be read or is not TOML
    explicit RunFile(std::string path);
    /// From its content. @param name  for messages
    RunFile(const std::string& content, std::string name);

    /// Whether it says several runs.
    bool several() const { return table_.contains("run"); }
    /// The verb of a file that says one run, with the options that it gives. What is wrong with them goes to
    /// `problems`.
    Verb single(Problems& problems) const;
    /// Takes the values of one run's file; what is wrong with them goes to `problems`.
    void set(Options& options, Problems& problems) const { take(options, table_, 0, false, problems); }

    /// Does everything that the file says, once all of it is checked; flags override keys wherever a run has
    /// them. @return the first exit code other than `fine`; `interrupted` ends it
    /// @throws InvalidInput with everything that is wrong
    int execute(const std::vector<std::string>& arguments) const;

private:
    struct Run;
    std::vector<Run> runs(Problems& problems) const;
    std::string where(const toml::node& node) const;
    Verb verb_of(const toml::table& table) const;
    void take_units(Options& options, const toml::table& table, Problems& problems) const;
    void take(Options& options, const toml::table& table, std::size_t element, bool shared,
              Problems& problems) const;
    std::size_t length(Options& options, const toml::table& table, const std::string& name,
                       Problems& problems) const;

    std::string path_;
    toml::table table_;
};

}  // namespace dickejump::cli
