#include "cli/options.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace dickejump::cli {

namespace {

std::optional<double> parse_double(const std::string& text) {
    double value = 0.0;
    const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
    const auto [end, error] = std::from_chars(begin, text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

/// A number, or n >= 2 of them from a to b, written a:b:n.
bool append_numbers(const std::string& text, std::vector<double>& target) {
    const auto first = text.find(':');
    if (first == std::string::npos) {
        const auto value = parse_double(text);
        if (value) target.push_back(*value);
        return value.has_value();
    }
    const auto second = std::min(text.find(':', first + 1), text.size() - 1);
    const auto a = parse_double(text.substr(0, first)),
               b = parse_double(text.substr(first + 1, second - first - 1)),
               n = parse_double(text.substr(second + 1));
    constexpr double most = 1e6;
    if (!a || !b || !n || !(*n >= 2.0 && *n <= most && *n == std::floor(*n))) return false;
    for (double i = 0.0; i < *n; ++i)
        target.push_back(*a + (*b - *a) * (i / (*n - 1.0)));
    return true;
}

/// Digits, or a float that is a whole number, such as 1e6.
template <class Integer>
std::optional<Integer> parse_integer(const std::string& text) {
    Integer value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && end == text.data() + text.size()) return value;
    const auto real = parse_double(text);
    constexpr double exact = 9007199254740992.0;  // 2^53
    if (!real || *real != std::floor(*real) || std::abs(*real) > exact) return {};
    if (*real < static_cast<double>(std::numeric_limits<Integer>::min()) ||
        *real > static_cast<double>(std::numeric_limits<Integer>::max()))
        return {};
    return static_cast<Integer>(*real);
}

/// Takes a value that may itself be a list, as in --times 0,0.5,1. `append` takes one item, or says that it
/// cannot.
template <class Append>
std::optional<std::string> take_list(const std::string& text, const Append& append,
                                     const std::string& problem) {
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(',', begin), text.size());
        if (!append(text.substr(begin, end - begin))) return problem;
        begin = end + 1;
    }
    return {};
}

template <class Integer>
Option integer_option(std::string key, std::string help, Integer& target) {
    const auto set = [&target, key](const std::string& text) -> std::optional<std::string> {
        const auto value = parse_integer<Integer>(text);
        if (!value)
            return key + " = " + text + " (not " + (std::is_unsigned_v<Integer> ? "a non-negative" : "a") +
                   " whole number in range) write it in digits, or like 1e6";
        target = *value;
        return {};
    };
    return {.key = std::move(key), .hint = "INT", .help = std::move(help), .set = set, .toml = [&target] {
                const auto digits = std::to_string(target);
                // TOML integers end at 2^63 - 1; text is read just as well.
                return std::in_range<std::int64_t>(target) ? digits : toml_string(digits);
            }};
}

std::string toml_number(double value) {
    if (!std::isfinite(value)) return {};
    auto written = text(value);
    // TOML tells integers from floats by the point.
    if (written.find_first_of(".e") == std::string::npos) written += ".0";
    return written;
}

template <class Item, class Write>
std::string toml_list(const std::vector<Item>& items, const Write& write) {
    if (items.empty()) return {};
    std::string list;
    for (const auto& item : items)
        list += (list.empty() ? "" : ", ") + write(item);
    return "[" + list + "]";
}

std::size_t edits(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row.back();
}

}  // namespace

std::string toml_string(const std::string& text) {
    std::string result = "\"";
    for (const char c : text)
        result += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    return result + '"';
}

std::string nearest_word(const std::string& wrong, const std::vector<std::string>& words) {
    const auto nearest = std::min_element(words.begin(), words.end(), [&](const auto& a, const auto& b) {
        return edits(wrong, a) < edits(wrong, b);
    });
    return nearest != words.end() && edits(wrong, *nearest) <= std::max<std::size_t>(2, wrong.size() / 2)
               ? *nearest
               : "";
}

std::string Option::flag() const {
    std::string flag = "--" + key;
    std::replace(flag.begin(), flag.end(), '_', '-');
    return flag;
}

Option& Options::add(Option option) {
    return options_.emplace_back(std::move(option));
}

Option& Options::add(std::string key, std::string help, std::int64_t& target) {
    return add(integer_option(std::move(key), std::move(help), target));
}
Option& Options::add(std::string key, std::string help, std::uint64_t& target) {
    return add(integer_option(std::move(key), std::move(help), target));
}
Option& Options::add(std::string key, std::string help, int& target) {
    return add(integer_option(std::move(key), std::move(help), target));
}

Option& Options::add(std::string key, std::string help, double& target) {
    const auto set = [&target, key](const std::string& text) -> std::optional<std::string> {
        const auto value = parse_double(text);
        if (!value) return key + " = " + text + " (not a number) write it like 0.5 or 1e-3";
        target = *value;
        return {};
    };
    return add(
        Option{.key = std::move(key), .hint = "REAL", .help = std::move(help), .set = set, .toml = [&target] {
                   return toml_number(target);
               }});
}

Option& Options::add(std::string key, std::string help, std::string& target) {
    const auto set = [&target](const std::string& text) -> std::optional<std::string> {
        target = text;
        return {};
    };
    const auto toml = [&target] { return target.empty() ? std::string() : toml_string(target); };
    return add(
        Option{.key = std::move(key), .hint = "TEXT", .help = std::move(help), .set = set, .toml = toml});
}

Option& Options::add(std::string key, std::string help, bool& target) {
    const auto set = [&target, key](const std::string& text) -> std::optional<std::string> {
        if (text != "true" && text != "false") return key + " = " + text + " (a switch) write true or false";
        target = text == "true";
        return {};
    };
    const auto toml = [&target] { return target ? std::string("true") : std::string(); };
    return add(Option{.key = std::move(key),
                      .hint = "",
                      .help = std::move(help),
                      .kind = Option::Kind::flag,
                      .set = set,
                      .toml = toml});
}

Option& Options::add(std::string key, std::string help, std::vector<std::string>& target) {
    const auto set = [&target](const std::string& text) -> std::optional<std::string> {
        target.push_back(text);
        return {};
    };
    const auto toml = [&target] { return toml_list(target, toml_string); };
    return add(Option{.key = std::move(key),
                      .hint = "TEXT",
                      .help = std::move(help),
                      .kind = Option::Kind::list,
                      .set = set,
                      .toml = toml});
}

Option& Options::add(std::string key, std::string help, std::vector<double>& target) {
    const auto set = [&target, key](const std::string& text) {
        return take_list(
            text, [&](const std::string& item) { return append_numbers(item, target); },
            key + " = " + text + " (not numbers) write them like 0,0.5,1 or 0:1:3");
    };
    const auto toml = [&target] { return toml_list(target, toml_number); };
    return add(Option{.key = std::move(key),
                      .hint = "T1,T2,..",
                      .help = std::move(help),
                      .kind = Option::Kind::list,
                      .set = set,
                      .toml = toml,
                      .clear = [&target] { target.clear(); }});
}

Option& Options::add(std::string key, std::string help, std::vector<std::int64_t>& target) {
    const auto set = [&target, key](const std::string& text) {
        const auto append = [&](const std::string& item) {
            const auto value = parse_integer<std::int64_t>(item);
            if (value) target.push_back(*value);
            return value.has_value();
        };
        return take_list(text, append,
                         key + " = " + text + " (not whole numbers in range) write them like 10,100,1e6");
    };
    const auto toml = [&target] {
        return toml_list(target, [](std::int64_t item) { return std::to_string(item); });
    };
    return add(Option{.key = std::move(key),
                      .hint = "N1,N2,..",
                      .help = std::move(help),
                      .kind = Option::Kind::list,
                      .set = set,
                      .toml = toml,
                      .clear = [&target] { target.clear(); }});
}

Option* Options::find(const std::string& key) {
    const auto found =
        std::find_if(options_.begin(), options_.end(), [&](const auto& o) { return o.key == key; });
    return found == options_.end() ? nullptr : &*found;
}

Option* Options::find_flag(const std::string& flag) {
    const auto found =
        std::find_if(options_.begin(), options_.end(), [&](const auto& o) { return o.flag() == flag; });
    return found == options_.end() ? nullptr : &*found;
}

std::string Options::nearest(const std::string& key) const {
    std::vector<std::string> keys;
    for (const auto& option : options_)
        keys.push_back(option.key);
    return nearest_word(key, keys);
}

void Options::declare(CLI::App& app) {
    given_.clear();
    given_.reserve(options_.size());  // CLI11 keeps references
    for (auto& option : options_) {
        auto& [target, values] = given_.emplace_back(&option, std::vector<std::string>{});
        const std::string help = option.help + (option.required ? " (required)" : "");
        if (option.kind == Option::Kind::flag) {
            app.add_flag_function(
                option.flag(), [&values = values](std::int64_t) { values = {"true"}; }, help);
        } else {
            auto* declared = app.add_option(option.flag(), values, help);
            declared->type_name(option.hint)->expected(1);
            declared->multi_option_policy(option.kind == Option::Kind::list
                                              ? CLI::MultiOptionPolicy::TakeAll
                                              : CLI::MultiOptionPolicy::TakeLast);
        }
    }
    app.allow_extras();
}

void Options::take(const CLI::App& app, Problems& problems) {
    for (const auto& unknown : app.remaining()) {
        if (unknown.starts_with("--")) {
            std::string key = unknown.substr(2, unknown.find('=') - 2);
            std::replace(key.begin(), key.end(), '-', '_');
            const auto* near = find(nearest(key));
            problems.add("option " + unknown + " (" + app.get_name() + " has no such option) " +
                         (near ? "did you mean " + near->flag() + "?" : "see --help"));
        } else if (problems.empty()) {
            problems.add("argument " + unknown + " (" + app.get_name() + " does not expect it) see --help");
        }
    }
    for (const auto& [option, values] : given_) {
        if (!values.empty() && option->clear) option->clear();
        for (const auto& value : values) {
            option->was_set = true;
            if (const auto problem = option->set(value)) problems.add(*problem);
        }
    }
}

bool Options::complete(Problems& problems) const {
    bool complete = true;
    for (const auto& option : options_)
        if (option.required && !option.was_set) {
            problems.add(option.flag() + " (not given, and there is no sensible default) pass " +
                         option.flag() + " " + option.hint);
            complete = false;
        }
    return complete;
}

std::string Options::toml(const std::string& verb) const {
    std::string text = "verb = " + toml_string(verb) + "\n";
    for (const auto& option : options_)
        if (const auto value = option.shapes_result ? option.toml() : ""; !value.empty())
            text += option.key + " = " + value + "\n";
    for (const auto& option : options_)
        if (option.shapes_result && option.toml_tables) text += option.toml_tables();
    return text;
}

}  // namespace dickejump::cli
