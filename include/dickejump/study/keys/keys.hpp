#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/study/keys/setting.hpp"

namespace dickejump {

/// The numbers that a key takes. NaN is never among them.
struct Range {
    double low = -std::numeric_limits<double>::infinity(),  ///< lower end
        high = std::numeric_limits<double>::infinity();     ///< upper end
    bool low_is_in = true,                                  ///< whether `low` itself may be
        high_is_in = true;                                  ///< whether `high` may
    std::string why;              ///< a number outside cannot be: "a rate is not negative"
    bool takes_infinity = false;  ///< where an end is infinite: whether inf itself may be

    /// Greater than `low`.
    static Range above(double low, std::string why) {
        return {.low = low, .low_is_in = false, .why = std::move(why)};
    }
    /// At least `low`.
    static Range from(double low, std::string why) { return {.low = low, .why = std::move(why)}; }
    /// Both ends allowed.
    static Range between(double low, double high, std::string why) {
        return {.low = low, .high = high, .why = std::move(why)};
    }
    static Range finite(std::string why) { return {.why = std::move(why)}; }  ///< any number but infinities

    /// Whether a key takes x.
    bool contains(double x) const {
        if (std::isnan(x) || (std::isinf(x) && !takes_infinity)) return false;
        return (x > low || (low_is_in && x == low)) && (x < high || (high_is_in && x == high));
    }
    std::string text() const;  ///< "> 0", "0 to 1", "finite"
};

/// A key of a configuration: how its value is read, told and judged.
template <class Config>
struct Key : KeyInfo {
    /// Takes one value. @throws InvalidInput if it cannot be read
    std::function<void(Config&, const std::string&)> take;
    std::function<std::vector<Setting>(const Config&)> tell;  ///< the values as they are; empty: not given
    std::function<void(Config&)> clear = {};                  ///< for lists: forgets what there was
    /// For kind tables: takes one table, problems and all; and tells all of them.
    std::function<void(Config&, const SettingTable&, Problems&)> take_table = {};
    std::function<std::vector<SettingTable>(const Config&)> tell_tables = {};  ///< see `take_table`
    /// Adds what is wrong with the value as such, whatever the others are.
    std::function<void(const Config&, Problems&)> judge = {};

    /// A configuration must have it. @return itself
    Key& as_required() {
        required = true;
        return *this;
    }
    /// What it decides, if not the result. @return itself
    Key& as(Role what) {
        role = what;
        return *this;
    }
    /// What a value looks like in the help, if not its type. @return itself
    Key& hinted(std::string like) {
        hint = std::move(like);
        return *this;
    }
    /// The version that brought it, if not the first. @return itself
    Key& known_since(std::string_view version) {
        since = version;
        return *this;
    }
};

/// What a number, a word, .. of some type is as a Setting, and how it is read.
Setting setting_of(double value);
Setting setting_of(std::int64_t value);   ///< without a point or an exponent
Setting setting_of(std::uint64_t value);  ///< without a sign
Setting setting_of(int value);            ///< as of wider integers
/// Reads a value; whole numbers may be written 1e6. @throws InvalidInput naming `key` if the text is none
void read_setting(std::string_view key, const std::string& text, double& value);
void read_setting(std::string_view key, const std::string& text, std::int64_t& value);   ///< whole
void read_setting(std::string_view key, const std::string& text, std::uint64_t& value);  ///< and no sign
void read_setting(std::string_view key, const std::string& text, int& value);            ///< of 32 bits

/// `key` = value (why) give `key` range.
std::string out_of_range(std::string_view key, const std::string& value, const Range& range);

/// The keys of one configuration struct, in the order in which they are written: the one description from
/// which command line, help, TOML, JSON, result files, hash and Python keywords are made.
template <class Config>
class Keys {
public:
    using Member = Key<Config>;  ///< what is known of one key of Config

    auto begin() const { return keys_.begin(); }  ///< in the order in which they are written
    auto end() const { return keys_.end(); }      ///< behind the last key

    /// Null if there is none.
    const Member* find(std::string_view key) const {
        const auto found = std::find_if(begin(), end(), [&](const auto& k) { return k.key == key; });
        return found == end() ? nullptr : &*found;
    }
    /// All but some.
    Keys without(std::initializer_list<std::string_view> names) const {
        Keys rest;
        for (const auto& key : keys_)
            if (std::find(names.begin(), names.end(), key.key) == names.end()) rest.keys_.push_back(key);
        return rest;
    }

    /// All but those of a part, which is judged by itself.
    template <class Part>
    Keys without(const Keys<Part>& part) const {
        Keys rest;
        for (const auto& key : keys_)
            if (!part.find(key.key)) rest.keys_.push_back(key);
        return rest;
    }

    /// A number.
    template <class Number>
    requires std::integral<Number> || std::floating_point<Number> Member& number(std::string key,
                                                                                 Number Config::*member,
                                                                                 std::string help,
                                                                                 Range range) {
        auto& added =
            add(std::move(key), std::move(help), std::is_integral_v<Number> ? "INT" : "REAL", range);
        added.take = [member, name = added.key](Config& config, const std::string& text) {
            read_setting(name, text, config.*member);
        };
        added.tell = [member](const Config& config) -> std::vector<Setting> {
            if constexpr (std::floating_point<Number>)
                if (std::isinf(config.*member)) return {};  // how an absent limit is kept
            return {setting_of(config.*member)};
        };
        added.judge = [member, range, name = added.key](const Config& config, Problems& problems) {
            if (!range.contains(static_cast<double>(config.*member)))
                problems.add(out_of_range(name, setting_of(config.*member).text, range));
        };
        return added;
    }
    /// A number that need not be given.
    template <class Number>
    Member& number(std::string key, std::optional<Number> Config::*member, std::string help, Range range) {
        auto& added =
            add(std::move(key), std::move(help), std::is_integral_v<Number> ? "INT" : "REAL", range);
        added.take = [member, name = added.key](Config& config, const std::string& text) {
            Number value{};
            read_setting(name, text, value);
            config.*member = value;
        };
        added.tell = [member](const Config& config) -> std::vector<Setting> {
            if (!(config.*member)) return {};
            return {setting_of(*(config.*member))};
        };
        added.judge = [member, range, name = added.key](const Config& config, Problems& problems) {
            if (const auto& value = config.*member; value && !range.contains(static_cast<double>(*value)))
                problems.add(out_of_range(name, setting_of(*value).text, range));
        };
        return added;
    }
    /// Numbers; of floating point also as ranges a:b:n.
    template <class Number>
    requires std::integral<Number> || std::floating_point<Number> Member& numbers(
        std::string key, std::vector<Number> Config::*member, std::string help, Range range) {
        auto& added = add(std::move(key), std::move(help),
                          std::is_integral_v<Number> ? "N1,N2,.." : "X1,X2,..|a:b:n", range);
        added.kind = KeyInfo::Kind::list;
        added.take = [member, name = added.key](Config& config, const std::string& text) {
            auto& list = config.*member;
            if constexpr (std::floating_point<Number>) {
                const auto items = numbers_in(name, text);
                list.insert(list.end(), items.begin(), items.end());
            } else {
                for (const auto& item : items_of(text)) {
                    Number value{};
                    read_setting(name, item, value);
                    list.push_back(value);
                }
            }
        };
        added.tell = [member](const Config& config) {
            if constexpr (std::floating_point<Number>)
                if (auto range_text = as_range(config.*member); !range_text.empty())
                    return std::vector<Setting>{{Setting::Type::range, std::move(range_text)}};
            std::vector<Setting> all;
            for (const auto value : config.*member)
                all.push_back(setting_of(value));
            return all;
        };
        added.clear = [member](Config& config) { (config.*member).clear(); };
        added.judge = [member, range, name = added.key](const Config& config, Problems& problems) {
            for (const auto value : config.*member)
                if (!range.contains(static_cast<double>(value)))
                    return problems.add(out_of_range(name, setting_of(value).text, range));
        };
        return added;
    }
    /// A switch.
    Member& flag(std::string key, bool Config::*member, std::string help) {
        auto& added = add(std::move(key), std::move(help), "", {});
        added.kind = KeyInfo::Kind::flag;
        added.take = [member, name = added.key](Config& config, const std::string& text) {
            if (text != "true" && text != "false")
                throw InvalidInput("`" + name + "` = " + text + " (a switch) write true or false");
            config.*member = text == "true";
        };
        added.tell = [member](const Config& config) -> std::vector<Setting> {
            return {{Setting::Type::flag, config.*member ? "true" : "false"}};
        };
        return added;
    }
    /// Free text.
    Member& text(std::string key, std::string Config::*member, std::string help) {
        auto& added = add(std::move(key), std::move(help), "TEXT", {});
        added.take = [member](Config& config, const std::string& text) { config.*member = text; };
        added.tell = [member](const Config& config) -> std::vector<Setting> {
            if ((config.*member).empty()) return {};
            return {{Setting::Type::text, config.*member}};
        };
        return added;
    }
    /// One of several words, name(value) of each.
    template <class Enum>
    Member& word(std::string key, Enum Config::*member, std::string help, std::initializer_list<Enum> words) {
        auto& added = add(std::move(key), std::move(help), joined(words, "|"), {});
        added.take = [member, all = std::vector<Enum>(words), k = added.key](Config& config,
                                                                             const std::string& text) {
            config.*member = word_in<Enum>(k, text, all);
        };
        added.tell = [member](const Config& config) -> std::vector<Setting> {
            return {{Setting::Type::text, std::string(name(config.*member))}};
        };
        return added;
    }
    /// Any of several words.
    template <class Enum>
    Member& words(std::string key, std::vector<Enum> Config::*member, std::string help,
                  const std::vector<Enum>& words) {
        auto& added = add(std::move(key), std::move(help), "NAME1,NAME2,..", {});
        added.kind = KeyInfo::Kind::list;
        added.take = [member, words, k = added.key](Config& config, const std::string& text) {
            for (const auto& item : items_of(text))
                (config.*member).push_back(word_in<Enum>(k, item, words));
        };
        added.tell = [member](const Config& config) {
            std::vector<Setting> all;
            for (const auto value : config.*member)
                all.push_back({Setting::Type::text, std::string(name(value))});
            return all;
        };
        added.clear = [member](Config& config) { (config.*member).clear(); };
        return added;
    }
    /// A value with a text form of its own.
    /// @param read   text -> value; throws InvalidInput
    /// @param write  value -> text; empty: not given
    template <class Value>
    Member& special(std::string key, Value Config::*member, std::string help,
                    std::type_identity_t<std::function<Value(const std::string&)>> read,
                    std::type_identity_t<std::function<std::string(const Value&)>> write) {
        auto& added = add(std::move(key), std::move(help), "TEXT", {});
        added.take = [member, read](Config& config, const std::string& text) { config.*member = read(text); };
        added.tell = [member, write](const Config& config) -> std::vector<Setting> {
            auto text = write(config.*member);
            if (text.empty()) return {};
            return {{Setting::Type::text, std::move(text)}};
        };
        return added;
    }
    /// A list of values with a text form of their own, which may hold commas.
    template <class Value>
    Member& specials(std::string key, std::vector<Value> Config::*member, std::string help,
                     std::type_identity_t<std::function<Value(const std::string&)>> read,
                     std::type_identity_t<std::function<std::string(const Value&)>> write) {
        auto& added = add(std::move(key), std::move(help), "TEXT", {});
        added.kind = KeyInfo::Kind::list;
        added.take = [member, read](Config& config, const std::string& text) {
            (config.*member).push_back(read(text));
        };
        added.tell = [member, write](const Config& config) {
            std::vector<Setting> all;
            for (const auto& value : config.*member)
                all.push_back({Setting::Type::text, write(value)});
            return all;
        };
        added.clear = [member](Config& config) { (config.*member).clear(); };
        return added;
    }
    /// The keys of a part, as keys of the whole.
    template <class Part>
    void part(Part Config::*member, const Keys<Part>& keys_of_part) {
        for (const auto& inner : keys_of_part) {
            auto& key = keys_.emplace_back();
            static_cast<KeyInfo&>(key) = inner;
            key.take = [member, take = inner.take](Config& config, const std::string& text) {
                take(config.*member, text);
            };
            key.tell = [member, tell = inner.tell](const Config& config) { return tell(config.*member); };
            if (inner.clear)
                key.clear = [member, clear = inner.clear](Config& config) { clear(config.*member); };
            if (inner.take_table)
                key.take_table = [member, take = inner.take_table](Config& config, const SettingTable& table,
                                                                   Problems& problems) {
                    take(config.*member, table, problems);
                };
            if (inner.tell_tables)
                key.tell_tables = [member, tell = inner.tell_tables](const Config& config) {
                    return tell(config.*member);
                };
            if (inner.judge)
                key.judge = [member, judge = inner.judge](const Config& config, Problems& problems) {
                    judge(config.*member, problems);
                };
        }
    }
    /// A key that the functions above do not fit; the caller fills in the rest.
    Member& custom(std::string key, std::string help) {
        return add(std::move(key), std::move(help), "TEXT", {});
    }

private:
    Member& add(std::string key, std::string help, std::string hint, const Range& range) {
        auto& added = keys_.emplace_back();
        added.key = std::move(key);
        added.help = std::move(help);
        added.hint = std::move(hint);
        added.range = range.why.empty() ? "" : range.text();
        return added;
    }
    static std::vector<std::string> items_of(const std::string& text) {
        std::vector<std::string> items;
        for (std::size_t begin = 0; begin <= text.size();) {
            const auto end = std::min(text.find(',', begin), text.size());
            items.push_back(text.substr(begin, end - begin));
            begin = end + 1;
        }
        return items;
    }
    template <class Words>
    static std::string joined(const Words& words, const char* between) {
        std::string all;
        for (const auto word : words)
            all += (all.empty() ? "" : between) + std::string(name(word));
        return all;
    }
    template <class Enum>
    static Enum word_in(const std::string& key, const std::string& text, const std::vector<Enum>& words) {
        for (const auto word : words)
            if (name(word) == text) return word;
        throw InvalidInput("`" + key + "` = " + text + " (not one of its words) choose from " +
                           joined(words, ", "));
    }

    std::vector<Member> keys_;
};

/// The keys of a configuration struct: specialised beside each.
template <class Config>
const Keys<Config>& keys();

/// A configuration's keys with their values.
template <class Config>
std::vector<Described> describe(const Config& config, const Keys<Config>& all = keys<Config>()) {
    static const Config untouched{};
    std::vector<Described> result;
    for (const auto& key : all) {
        Described one{.info = key, .values = key.tell(config), .tables = {}};
        if (key.tell_tables) one.tables = key.tell_tables(config);
        one.is_default = one.values == key.tell(untouched) && one.tables.empty();
        result.push_back(std::move(one));
    }
    return result;
}

/// Adds what is wrong with single values: numbers out of their range. What hangs together is the study's to
/// check.
template <class Config>
void judge(const Config& config, Problems& problems, const Keys<Config>& all = keys<Config>()) {
    for (const auto& key : all)
        if (key.judge) key.judge(config, problems);
}

/// A 64-bit hash of what is simulated: of every key with the role `result` whose value is not the default, in
/// the order of the keys. Defaults are left out, so that new keys leave old hashes alone.
std::uint64_t hash_of(std::string_view study, const std::vector<Described>& described);

}  // namespace dickejump
