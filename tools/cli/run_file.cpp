#include "cli/run_file.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "cli/log.hpp"
#include "cli/study_index.hpp"
#include "cli/toml_values.hpp"
#include "dickejump/io/result_folder.hpp"

namespace dickejump::cli {

namespace {

/// Keys that say what the runs are rather than how they are done.
bool names_run(const std::string& key) {
    return key == "verb" || key == "name" || key == "run" || key == "units";
}

/// A list of single values where the option takes one.
bool is_sweep(const Option& option, const toml::node& node) {
    return !option.is_list() && node.is_array();
}

/// The value of --out, taken out of the arguments; empty if it is not there.
std::string take_out(std::vector<std::string>& arguments) {
    std::string out;
    for (std::size_t i = 0; i < arguments.size();) {
        if (arguments[i] == "--out" && i + 1 < arguments.size()) {
            out = arguments[i + 1];
            arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i),
                            arguments.begin() + static_cast<std::ptrdiff_t>(i) + 2);
        } else if (arguments[i].starts_with("--out=")) {
            out = arguments[i].substr(6);
            arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i));
        } else {
            ++i;
        }
    }
    return out;
}

std::string flag_of(const std::string& argument) {
    return argument.substr(0, argument.find('='));
}

}  // namespace

struct RunFile::Run {
    std::string name;
    Verb verb;
};

RunFile::RunFile(std::string path) : path_(std::move(path)), table_(parse_toml(file_content(path_), path_)) {}

RunFile::RunFile(const std::string& content, std::string name)
    : path_(std::move(name)), table_(parse_toml(content, path_)) {}

Verb RunFile::single(Problems& problems) const {
    auto verb = verb_of(table_);
    set(*verb.options, problems);
    return verb;
}

std::string RunFile::where(const toml::node& node) const {
    return path_ + ":" + std::to_string(node.source().begin.line) + ": ";
}

Verb RunFile::verb_of(const toml::table& table) const {
    const auto name = table["verb"].value<std::string>();
    if (!name)
        throw InvalidInput("file " + path_ + " (does not say what to run) begin it with verb = \"scan\"");
    std::vector<std::string> names;
    for (auto& verb : verbs()) {
        if (verb.name == *name) return verb;
        names.push_back(verb.name);
    }
    const auto near = nearest_word(*name, names);
    throw InvalidInput("verb " + *name + " (not one of dickejump's) " +
                       (near.empty() ? "see dickejump --help" : "did you mean " + near + "?"));
}

/// [units] gamma_hz = 200: before everything that may be written in seconds.
void RunFile::take_units(Options& options, const toml::table& table, Problems& problems) const {
    const auto* node = table.get("units");
    if (!node) return;
    const auto* units = node->as_table();
    if (!units)
        return problems.add(where(*node) + "units (not a table) write [units] and gamma_hz = G below");
    for (const auto& [key, item] : *units) {
        const auto value = scalar(item);
        auto* option = key.str() == "gamma_hz" ? options.find("gamma_hz") : nullptr;
        if (!option || !value) {
            problems.add(where(item) + "key units." + std::string(key.str()) +
                         " (units say what gamma is) write gamma_hz = G, gamma = 2 pi G in 1/s");
            continue;
        }
        option->was_set = true;
        Problems own;
        options.give(*option, *value, own);
        for (const auto& problem : own.list())
            problems.add(where(item) + problem);
    }
}

/// The values of a table; of lists the element. `shared` keys need not be the verb's.
void RunFile::take(Options& options, const toml::table& table, std::size_t element, bool shared,
                   Problems& problems) const {
    take_units(options, table, problems);
    for (const auto& [key, node] : table) {
        const std::string name(key.str());
        if (names_run(name)) continue;
        auto* option = options.find(name);
        if (!option) {
            if (shared) continue;
            const auto near = options.nearest(name);
            problems.add(where(node) + "key " + name + " (no such key) " +
                         (near.empty() ? "remove it" : "did you mean " + near + "?"));
            continue;
        }
        option->was_set = true;
        std::vector<const toml::node*> items{&node};
        if (const auto* array = node.as_array()) {
            if (option->is_list()) {
                items.clear();
                for (const auto& item : *array)
                    items.push_back(&item);
            } else if (table_.contains("run")) {
                // A list that is too short has been complained of.
                items.clear();
                if (element < array->size()) items.push_back(array->get(element));
            }
        }
        for (const auto* item : items) {
            if (option->set_table && item->as_table()) {
                SettingTable flat;
                if (const auto wrong = flatten(*item->as_table(), "", flat); wrong.empty()) {
                    options.give(*option, flat, problems);
                } else {
                    problems.add(where(*item) + name + "." + wrong +
                                 " (a list, where it takes one value) write a single value");
                    option->was_read = false;
                }
                continue;
            }
            Problems own;
            if (const auto value = scalar(*item))
                options.give(*option, *value, own);
            else
                own.add(name + " (of the wrong type) write a " +
                        (option->is_list() ? "list of values" : "single value"));
            if (!own.empty()) option->was_read = false;
            for (const auto& problem : own.list())
                problems.add(where(node) + problem);
        }
    }
}

/// How many runs a table stands for; 0 if it has no lists.
std::size_t RunFile::length(Options& options, const toml::table& table, const std::string& name,
                            Problems& problems) const {
    std::size_t length = 0;
    for (const auto& [key, node] : table) {
        const auto* option = options.find(std::string(key.str()));
        if (!option || !is_sweep(*option, node)) continue;
        const auto size = node.as_array()->size();
        if (size == 0 || (length != 0 && size != length))
            problems.add(where(node) + std::string(key.str()) + " (a list of " + std::to_string(size) +
                         (size == 0 ? ": nothing to run" : ", beside one of " + std::to_string(length)) +
                         ") give the lists of run " + name + " one length");
        length = std::max(length, size);
    }
    return length;
}

std::vector<RunFile::Run> RunFile::runs(Problems& problems) const {
    if (const auto* node = table_.get("run"); node && !node->is_array())
        throw InvalidInput(where(*node) + "run (one table, and runs are a list of them) write [[run]]");
    const auto* tables = table_["run"].as_array();
    if (!tables) return {{"", single(problems)}};
    for (const auto& [key, node] : table_)
        if (node.is_array() && std::string(key.str()) != "run")
            problems.add(where(node) + std::string(key.str()) +
                         " (a list, and lists are for one run) write it in the [[run]] that it is for");
    std::vector<Run> runs;
    std::set<std::string> names, shared_use;
    for (const auto& item : *tables) {
        const auto* table = item.as_table();
        if (!table) throw InvalidInput(where(item) + "run (not tables) write [[run]] and its keys below");
        const auto name = (*table)["name"].value<std::string>().value_or("");
        problems.require(
            !name.empty() && name.find('/') == std::string::npos && name[0] != '.',
            where(item) + "name = " + name + " (it names the run's folder) write name = \"exact\", say");
        problems.require(names.insert(name).second,
                         where(item) + "name = " + name + " (another run has it) give each its own");
        const auto count = length(*verb_of(*table).options, *table, name, problems);
        for (std::size_t element = 0; element < std::max<std::size_t>(count, 1); ++element) {
            auto verb = verb_of(*table);  // with options of its own
            // What holds for all comes first: a run's own keys override it.
            toml::table common = table_;
            for (const auto& [key, node] : *table)
                common.erase(key);
            common.erase("out");
            for (const auto& [key, node] : common)
                if (verb.options->find(std::string(key.str()))) shared_use.insert(std::string(key.str()));
            Problems own;
            take(*verb.options, common, 0, true, own);
            take(*verb.options, *table, element, false, own);
            for (const auto& problem : own.list())
                if (element == 0 || count > 1) problems.add(problem);
            runs.push_back({count == 0 ? name : fmt::format("{}/{:03d}", name, element + 1), verb});
        }
    }
    for (const auto& [key, node] : table_)
        if (const std::string name(key.str());
            !names_run(name) && name != "out" && !shared_use.contains(name))
            problems.add(where(node) + "key " + name + " (no run has such a key) remove it");
    return runs;
}

int RunFile::execute(const std::vector<std::string>& given) const {
    auto arguments = given;
    const bool several = table_.contains("run");
    std::string out = several ? take_out(arguments) : "";
    if (several && out.empty()) out = table_["out"].value<std::string>().value_or("");

    Problems problems;
    if (several && out.empty())
        problems.add(
            "out (not given, and several runs need a folder) write out = \"results/NAME\" at the "
            "top, or pass --out DIR");
    auto runs = this->runs(problems);
    const bool readable = problems.empty();
    // A flag goes to the runs that have it; one that none has is the first run's to refuse.
    std::set<std::string> known;
    for (auto& run : runs)
        for (const auto& argument : arguments)
            if (argument.starts_with("--") && run.verb.options->find_flag(flag_of(argument)))
                known.insert(flag_of(argument));
    for (auto& run : runs) {
        std::vector<std::string> own;
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            const auto flag = flag_of(arguments[i]);
            const bool value_follows = i + 1 < arguments.size() && !arguments[i + 1].starts_with("--");
            if (several && known.contains(flag) && !run.verb.options->find_flag(flag)) {
                if (arguments[i] == flag && value_follows) ++i;
                continue;
            }
            own.push_back(arguments[i]);
        }
        if (several) own.insert(own.end(), {"--out", out + "/" + run.name});
        Problems wrong;
        if (!take_arguments(run.verb, own, wrong, readable)) return fine;  // help was asked for
        for (const auto& problem : wrong.list())
            problems.add(several ? "run " + run.name + ": " + problem : problem);
    }
    problems.raise();

    int first = fine;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (several) log_info(fmt::format("run {} of {}: {}", i + 1, runs.size(), runs[i].name));
        const int code = runs[i].verb.run();
        if (first == fine || code == interrupted) first = code;
        if (code == interrupted) break;
    }
    if (several) {
        std::vector<std::string> names;
        for (const auto& run : runs)
            names.push_back(run.name);
        ResultFolder(out).write("index.csv", study_index(out, names));
        log_info("wrote " + out + "/index.csv");
    }
    return first;
}

}  // namespace dickejump::cli
