#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump::cli {

/// One thing that can be said about a run, as a flag (--half-width 14) or as a TOML key (half_width = 14).
struct Option {
    enum class Kind { flag, value, list };

    std::string key;   ///< snake_case, as in TOML
    std::string hint;  ///< what a value looks like, for the help
    std::string help;
    Kind kind = Kind::value;
    bool required = false;
    bool shapes_result =
        true;  ///< belongs into config.toml; false for where and how it is run (out, threads, ..)
    /// Takes one value as text; what is wrong with it, or nothing.
    std::function<std::optional<std::string>(const std::string&)> set;
    /// The present value as TOML; empty if there is nothing to say.
    std::function<std::string()> toml;
    /// For keys that may also be an array of tables: takes one, flattened to dotted keys and scalars as text.
    std::function<void(const std::vector<std::pair<std::string, std::string>>&)> set_table = {};
    /// The present value as TOML tables, which go to the end of a file.
    std::function<std::string()> toml_tables = {};
    /// For lists: forgets what a file said, before the command line says otherwise.
    std::function<void()> clear = {};
    bool was_set = false;

    std::string flag() const;  ///< "--half-width"
};

/// The options of a verb: one table from which command line, TOML, help and config.toml are made.
class Options {
public:
    /// A TOML table, flattened: cavity.efficiency = "0.5".
    using Table = std::vector<std::pair<std::string, std::string>>;

    Option& add(std::string key, std::string help, std::int64_t& target);
    Option& add(std::string key, std::string help, std::uint64_t& target);
    Option& add(std::string key, std::string help, int& target);
    Option& add(std::string key, std::string help, double& target);
    Option& add(std::string key, std::string help, std::string& target);
    Option& add(std::string key, std::string help, bool& target);
    Option& add(std::string key, std::string help, std::vector<std::string>& target);
    Option& add(std::string key, std::string help, std::vector<double>& target);
    Option& add(std::string key, std::string help, std::vector<std::int64_t>& target);
    /// One of several words.
    template <class Enum>
    Option& add(std::string key, std::string help, Enum& target,
                std::vector<std::pair<std::string, Enum>> words);

    /// Declare every option on a CLI11 command.
    void declare(CLI::App& app);
    /// Take what CLI11 has parsed. Problems with values and unknown arguments are added to `problems`.
    void take(const CLI::App& app, Problems& problems);
    /// Null if there is none.
    Option* find(const std::string& key);
    Option* find_flag(const std::string& flag);
    /// The key that a mistaken one may have meant; empty if none is near.
    std::string nearest(const std::string& key) const;
    /// Adds a problem for every required option that was not given; false if there was one.
    bool complete(Problems& problems) const;

    /// The options that shape the result, as a TOML file that `dickejump run` accepts.
    std::string toml(const std::string& verb) const;

private:
    Option& add(Option option);

    std::list<Option> options_;  // addresses stay valid
    std::vector<std::pair<Option*, std::vector<std::string>>> given_;
};

/// The word among `words` that takes the fewest edits from `wrong`; empty if none is near.
std::string nearest_word(const std::string& wrong, const std::vector<std::string>& words);
std::string toml_string(const std::string& text);

template <class Enum>
Option& Options::add(std::string key, std::string help, Enum& target,
                     std::vector<std::pair<std::string, Enum>> words) {
    std::string hint;
    for (const auto& [word, value] : words)
        hint += (hint.empty() ? "" : "|") + word;
    const auto set = [&target, words, key, hint](const std::string& text) -> std::optional<std::string> {
        for (const auto& [word, value] : words)
            if (word == text) {
                target = value;
                return {};
            }
        return key + " = " + text + " (not one of its words) choose from " + hint;
    };
    const auto toml = [&target, words] {
        for (const auto& [word, value] : words)
            if (value == target) return toml_string(word);
        return std::string();
    };
    return add(
        Option{.key = std::move(key), .hint = hint, .help = std::move(help), .set = set, .toml = toml});
}

}  // namespace dickejump::cli
