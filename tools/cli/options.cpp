#include "cli/options.hpp"

#include <algorithm>

#include "cli/output.hpp"
#include "dickejump/study/keys/quantity.hpp"

namespace dickejump::cli {

namespace {

constexpr std::string_view gamma_key = "gamma_hz";

/// Calls replace(word) for every word in backticks and puts what it returns in its place.
template <class Replace>
std::string each_key(const std::string& message, const Replace& replace) {
    std::string result;
    for (std::size_t at = 0; at < message.size();) {
        const auto open = std::min(message.find('`', at), message.size());
        const auto close = open < message.size() ? message.find('`', open + 1) : std::string::npos;
        if (close == std::string::npos) return result + message.substr(at);
        result += message.substr(at, open - at) + replace(message.substr(open + 1, close - open - 1));
        at = close + 1;
    }
    return result;
}

}  // namespace

std::string in_keys(const std::string& message) {
    return each_key(message, [](const std::string& key) { return key; });
}

std::string Options::in_flags(const std::string& message) const {
    return each_key(message, [&](const std::string& key) {
        for (const auto& option : options_)
            if (option.info.key == key) return option.info.flag();
        return key;
    });
}

void Options::give(Option& option, const std::string& value, Problems& problems) {
    const bool read = problems.collect(
        [&] { option.set(in_units_of_gamma(option.info.key, dimension_of(option.info), value, gamma_hz_)); });
    if (!read) option.was_read = false;
    if (option.info.key == gamma_key && read) gamma_hz_ = real_in(value);
}

void Options::give(Option& option, SettingTable table, Problems& problems) {
    const bool read = problems.collect([&] {
        for (auto& [field, value] : table)
            value.text = in_units_of_gamma(field, dimension_of_detector(field), value.text, gamma_hz_);
    });
    if (read)
        option.set_table(table, problems);
    else
        option.was_read = false;
}

Option* Options::find(const std::string& key) {
    const auto found =
        std::find_if(options_.begin(), options_.end(), [&](const auto& o) { return o.info.key == key; });
    return found == options_.end() ? nullptr : &*found;
}

Option* Options::find_flag(const std::string& flag) {
    const auto found =
        std::find_if(options_.begin(), options_.end(), [&](const auto& o) { return o.info.flag() == flag; });
    return found == options_.end() ? nullptr : &*found;
}

std::string Options::nearest(const std::string& key) const {
    std::vector<std::string> keys;
    for (const auto& option : options_)
        keys.push_back(option.info.key);
    return nearest_word(key, keys);
}

void Options::declare(CLI::App& app) {
    given_.clear();
    given_.reserve(options_.size());  // CLI11 keeps references
    for (auto& option : options_) {
        auto& [target, values] = given_.emplace_back(&option, std::vector<std::string>{});
        const auto& info = option.info;
        const std::string help = info.help + (info.required ? " (required)" : "");
        if (info.kind == KeyInfo::Kind::flag) {
            // --json, --json=true, --json=false; another value is the key's to refuse.
            app.add_option(info.flag(), values, help)
                ->type_name("")
                ->expected(0, 1)
                ->default_str("true")
                ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
        } else {
            // What many type for the number of atoms.
            auto* declared =
                app.add_option(info.key == "atoms" ? "-N,--N," + info.flag() : info.flag(), values, help);
            declared->type_name(info.hint)->expected(1);
            // `--atoms 16 20` is a mistake, not the last of two.
            if (!option.is_list()) declared->allow_extra_args(false);
            declared->multi_option_policy(option.is_list() ? CLI::MultiOptionPolicy::TakeAll
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
                         (near ? "did you mean " + near->info.flag() + "?" : "see --help"));
        } else if (problems.empty()) {
            problems.add("argument " + unknown + " (" + app.get_name() + " does not expect it) see --help");
        }
    }
    // What gamma is comes first: the others may be written in seconds.
    std::stable_partition(given_.begin(), given_.end(),
                          [](const auto& given) { return given.first->info.key == gamma_key; });
    for (const auto& [option, values] : given_) {
        if (!values.empty() && option->clear) option->clear();
        for (const auto& value : values) {
            option->was_set = true;
            give(*option, value, problems);
        }
    }
}

void Options::judge(Problems& problems, bool of_config) const {
    for (const auto& option : options_)
        if (option.in_config == of_config && option.judge && option.was_set && option.was_read)
            option.judge(problems);
}

bool Options::readable() const {
    return std::all_of(options_.begin(), options_.end(),
                       [](const auto& o) { return o.was_read || !o.in_config; });
}

bool Options::complete(Problems& problems) const {
    bool complete = true;
    for (const auto& option : options_)
        if (option.info.required && !option.was_set) {
            problems.add("`" + option.info.key + "` (not given, and there is no sensible default) give `" +
                         option.info.key + "` " + option.info.hint);
            complete = false;
        }
    return complete;
}

bool parsed(CLI::App& app, const std::vector<std::string>& arguments) {
    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // as CLI11 wants them
    } catch (const CLI::CallForHelp&) {
        print(app.help("dickejump"));
        return false;
    } catch (const CLI::ParseError& error) {
        throw InvalidInput(std::string(error.what()) + " (see dickejump " + app.get_name() + " --help)");
    }
    return true;
}

}  // namespace dickejump::cli
