#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dickejump {

/// One value of a configuration as text, and what kind of text it is: enough to write it as TOML, JSON or a
/// flag.
struct Setting {
    /// How a text is to be written where types differ: TOML, JSON.
    enum class Type {
        flag,
        integer,
        real,
        text,
        range  ///< several real numbers, as a:b:n
    };

    Type type = Type::text;  ///< of the text
    std::string text;        ///< "true", "100", "0.5" (shortest that reads back the same), or free text

    /// The same text of the same type.
    friend bool operator==(const Setting&, const Setting&) = default;
};

/// A table of values under dotted keys, such as cavity.efficiency of a detector.
using SettingTable = std::vector<std::pair<std::string, Setting>>;

/// All that is known of a key but its value.
struct KeyInfo {
    /// How many values it takes, and of what kind.
    enum class Kind {
        flag,   ///< a switch
        value,  ///< one value
        list,   ///< several values, separated by commas or given repeatedly
        tables  ///< several tables; on the command line a short form of each
    };
    /// What a key decides.
    enum class Role {
        result,   ///< what is simulated: part of the configuration's hash
        extent,   ///< how much of it: trajectories, stop rules
        picture,  ///< what is shown of it, without changing a number: points of a curve
    };

    std::string key;                   ///< snake_case, as in TOML; --kebab-case on the command line
    std::string help;                  ///< one line, with its unit in square brackets
    std::string hint;                  ///< what a value looks like: "REAL", "up|down|both"
    Kind kind = Kind::value;           ///< one value unless it says otherwise
    Role role = Role::result;          ///< whether it enters the hash
    bool required = false;             ///< whether a configuration without it is refused
    std::string range = {};            ///< of a number: "> 0", "0 to 1"; empty: none
    std::string_view since = "0.1.0";  ///< version that first knew it

    std::string flag() const;  ///< "--half-width"
};

/// A key with the values that a configuration has for it.
struct Described {
    KeyInfo info;                      ///< of the key
    std::vector<Setting> values;       ///< empty: not given
    std::vector<SettingTable> tables;  ///< of kind tables
    bool is_default = false;           ///< a configuration without a word about it has the same
};

/// The word among `words` that takes the fewest edits from `wrong`; empty if none is near.
std::string nearest_word(std::string_view wrong, const std::vector<std::string>& words);

/// The whole of `text` as a number, a sign allowed; empty if it is none. Infinity is spelt inf.
std::optional<double> real_in(std::string_view text);
/// The whole of `text` as a whole number, which may be written like 1e6; empty if it is none, or out of
/// range.
template <class Integer>
std::optional<Integer> integer_in(std::string_view text);

/// Numbers separated by commas, each a number or a range a:b:n, n >= 2 of them evenly from a to b (or one,
/// where a = b). @throws InvalidInput naming `key` and the part that is wrong; more than 10^7 numbers are
std::vector<double> numbers_in(std::string_view key, std::string_view text);
/// The range a:b:n that reads back as these very numbers; empty if there is none, or fewer than three of
/// them.
std::string as_range(const std::vector<double>& numbers);

}  // namespace dickejump
