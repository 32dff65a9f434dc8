#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dickejump/study/keys/keys.hpp"

namespace dickejump::cli {

/// A key of a configuration that is bound to one: what can be said as a flag (--half-width 14) or in TOML
/// (half_width = 14).
struct Option {
    KeyInfo info;
    bool in_config =
        true;  ///< belongs into config.toml; not what says where and how it is run (out, threads, ..)
    /// Takes one value as text. @throws InvalidInput
    std::function<void(const std::string&)> set;
    /// For keys of tables: takes one.
    std::function<void(const SettingTable&, Problems&)> set_table = {};
    /// For lists and tables: forgets what a file said, before the command line says otherwise.
    std::function<void()> clear = {};
    /// Adds what is wrong with the value as such.
    std::function<void(Problems&)> judge = {};
    bool was_set = false;
    bool was_read = true;  ///< false once a value could not be

    bool is_list() const { return info.kind == KeyInfo::Kind::list || info.kind == KeyInfo::Kind::tables; }
};

/// The options of a verb: the keys of its configurations, from which command line and help are made.
class Options {
public:
    /// Binds keys to a configuration, which must outlive this.
    template <class Config>
    void bind(Config& config, const Keys<Config>& all = keys<Config>(), bool in_config = true);

    const std::list<Option>& all() const { return options_; }
    /// Declare every option on a CLI11 command.
    void declare(CLI::App& app);
    /// Take what CLI11 has parsed. Problems with values and unknown arguments are added to `problems`.
    void take(const CLI::App& app, Problems& problems);
    /// Gives an option a value as it was written, with a physical unit maybe. Problems go to `problems`.
    void give(Option& option, const std::string& value, Problems& problems);
    /// Gives one a table, of a detector.
    void give(Option& option, SettingTable table, Problems& problems);
    /// Null if there is none.
    Option* find(const std::string& key);
    Option* find_flag(const std::string& flag);
    /// The key that a mistaken one may have meant; empty if none is near.
    std::string nearest(const std::string& key) const;
    /// Adds a problem for every required option that was not given; false if there was one.
    bool complete(Problems& problems) const;
    /// Whether every value of the configuration could be read.
    bool readable() const;

    /// Adds what is wrong with single values that were given and read.
    /// @param of_config  those of the configuration, or those of how it is run
    void judge(Problems& problems, bool of_config) const;

    /// A message of the library, which names keys in backticks, in the words of the command line:
    /// `half_width` becomes --half-width.
    std::string in_flags(const std::string& message) const;

private:
    std::list<Option> options_;  // addresses stay valid
    std::vector<std::pair<Option*, std::vector<std::string>>> given_;
    std::optional<double> gamma_hz_;  // what values with units are read with
};

/// A message of the library without backticks about keys, for those who read it beside a file.
std::string in_keys(const std::string& message);

template <class Config>
void Options::bind(Config& config, const Keys<Config>& all, bool in_config) {
    for (const auto& key : all) {
        auto& option = options_.emplace_back();
        option.info = key;
        option.in_config = in_config;
        option.set = [&config, take = key.take](const std::string& text) { take(config, text); };
        if (key.take_table)
            option.set_table = [&config, take = key.take_table](const SettingTable& table,
                                                                Problems& problems) {
                take(config, table, problems);
            };
        if (key.judge)
            option.judge = [&config, judge = key.judge](Problems& problems) { judge(config, problems); };
        if (key.clear) option.clear = [&config, clear = key.clear] { clear(config); };
    }
}

/// Lets CLI11 read arguments; false if help was asked for and printed. @throws InvalidInput
bool parsed(CLI::App& app, const std::vector<std::string>& arguments);

}  // namespace dickejump::cli
