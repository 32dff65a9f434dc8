#pragma once

#include <fmt/core.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/conclusion.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/pieces.hpp"
#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/io/toml.hpp"

namespace dickejump::cli {

enum ExitCode { fine = 0, failed = 1, bad_input = 2, interrupted = 130 };

/// One thing that the program does: its name, its help, its options and what it does with them, all in one
/// file.
struct Verb {
    std::string name;     ///< "scan", "exact scan"
    std::string summary;  ///< one line of help
    std::shared_ptr<Options> options;
    /// Adds what is wrong with the values as a whole.
    std::function<void(Problems&)> check;
    /// Does it, once the options are set and checked; the exit code.
    std::function<int()> run;
    /// Of a verb that works in pieces, else null: what of its work is there and what is wanted.
    std::shared_ptr<Pieces> pieces = {};
    /// Of a verb that works in points, else null: the same.
    std::shared_ptr<Share> share = {};
};

/// How a verb that simulates is run.
struct Control {
    int threads = 0;
};

/// What a verb is told.
template <class Config>
struct Told {
    Config config;
    Control control;
    Pieces pieces;
    Share share;
    Output output;
    Goal goal;
};

/// How a verb does its work: on threads that can be chosen, and in pieces or points that can be stored, or
/// not.
enum class Work { simulates, in_pieces, in_points, solves };

/// A verb whose configuration has keys.
/// @param describe  the configuration as config.toml has it, with what `auto` stands for put in
/// @param run  does it and returns the exit code; not called if only the configuration is asked for
/// @param fill  puts in what follows from what was given, before it is checked
template <class Config>
Verb make_verb(const std::string& name, const std::string& summary, Work work,
               std::function<void(const Config&, Problems&)> check,
               std::function<std::vector<Described>(const Config&)> describe,
               std::function<int(const Told<Config>&, const std::string& toml)> run,
               const Keys<Config>& its_keys = keys<Config>(),
               std::function<void(Told<Config>&, const Options&, Problems&)> fill = {}) {
    const auto told = std::make_shared<Told<Config>>();
    const auto options = std::make_shared<Options>();
    options->bind(told->config, its_keys);
    if (work != Work::solves) options->bind(told->control, keys<Control>(), false);
    if (work == Work::in_pieces) {
        options->bind(told->pieces, keys<Pieces>(), false);
        options->bind(told->goal, keys<Goal>(), false);
    }
    if (work == Work::in_points) options->bind(told->share, keys<Share>(), false);
    options->bind(told->output, keys<Output>(), false);
    const auto config_toml = [told, describe, name] {
        return to_toml(name, describe(told->config)) + told->output.units_toml();
    };
    return {name,
            summary,
            options,
            [told, options, check, config_toml, work, fill](Problems& problems) {
                if (fill) fill(*told, *options, problems);
                check(told->config, problems);
                // What is kept in points says itself whether they are of this study.
                if (problems.empty() && work != Work::in_points)
                    problems.collect([&] { told->output.spare_others(config_toml()); });
            },
            [told, config_toml, run] {
                const auto toml = config_toml();
                if (!told->output.dump_config) return run(*told, toml);
                print(toml);
                return static_cast<int>(fine);
            },
            work == Work::in_pieces ? std::shared_ptr<Pieces>(told, &told->pieces) : nullptr,
            work == Work::in_points ? std::shared_ptr<Share>(told, &told->share) : nullptr};
}

Verb scan_verb();
Verb exact_scan_verb();
Verb compare_scan_verb();
Verb sensitivity_verb();
Verb ensemble_verb();
Verb exact_ensemble_verb();
Verb compare_ensemble_verb();
Verb exact_steady_verb();
Verb exact_spectrum_verb();
Verb exact_correlation_verb();
Verb exact_g2_verb();
Verb exact_crossings_verb();
Verb steady_verb();
Verb calibrate_verb();
Verb homodyne_verb();
Verb experiment_verb();
Verb measure_verb();
Verb lock_verb();
Verb exact_lock_verb();
Verb exact_bound_verb();
Verb optimize_schedule_verb();

/// Runs `action`; what it finds wrong is said in flags.
template <class Action>
int in_flags_of(const Options& options, const Action& action) {
    try {
        return action();
    } catch (const InvalidInput& error) {
        std::vector<std::string> problems;
        for (const auto& problem : error.problems())
            problems.push_back(options.in_flags(problem));
        throw InvalidInput(problems);
    }
}

/// Every verb that reads options.
std::vector<Verb> verbs();

/// `resume DIR`, `merge DIR.. --out DIR`, `inspect DIR|FILE` and `report DIR`; `arguments` are what follows
/// the word.
int resume(const std::vector<std::string>& arguments);
int merge(const std::vector<std::string>& arguments);
int inspect(const std::vector<std::string>& arguments);
/// `estimate FILE.. --config SETUP.toml` and `simulate-clicks --config SETUP.toml --out DIR`, likewise.
int estimate(const std::vector<std::string>& arguments);
int simulate_clicks(const std::vector<std::string>& arguments);
int report(const std::vector<std::string>& arguments);

/// Takes flags into the verb's options, over what a file has said, and checks them; what is wrong goes to
/// `problems`.
/// @param readable  that what the file said could be read; else values are not checked against each other
/// @return false if help was asked for and printed
/// @throws InvalidInput if they are not flags at all
bool take_arguments(Verb& verb, const std::vector<std::string>& arguments, Problems& problems,
                    bool readable = true);

}  // namespace dickejump::cli

namespace dickejump {
template <>
const Keys<cli::Control>& keys<cli::Control>();
}  // namespace dickejump
