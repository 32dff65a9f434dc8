#include "bindings/values.hpp"

namespace dickejump::python {

namespace py = pybind11;

namespace {

/// What Python has other ways for.
bool is_for_printing(const std::string& key) {
    return key == "json" || key == "dump_config";
}

void take_one(cli::Option& option, const std::variant<std::string, Table>& value, Problems& problems) {
    option.was_set = true;
    Problems own;
    if (const auto* text = std::get_if<std::string>(&value)) {
        own.collect([&] { option.set(*text); });
    } else if (option.set_table) {
        SettingTable table;
        for (const auto& [key, said] : std::get<Table>(value))
            table.emplace_back(key, Setting{Setting::Type::text, said});
        option.set_table(table, own);
    } else {
        own.add("`" + option.info.key + "` (a dict, where a value is meant) give " + option.info.hint);
    }
    if (!own.empty()) option.was_read = false;
    for (const auto& problem : own.list())
        problems.add(problem);
}

}  // namespace

bool take(cli::Options& options, const Values& values, Problems& problems) {
    for (const auto& [key, items] : values) {
        auto* option = is_for_printing(key) ? nullptr : options.find(key);
        if (!option) {
            const auto near = options.nearest(key);
            problems.add(
                "keyword " + key + " (there is none) " +
                (near.empty() || is_for_printing(near) ? "leave it out" : "did you mean " + near + "?"));
            continue;
        }
        if (!option->is_list() && items.size() != 1) {
            problems.add("`" + key + "` (" + std::to_string(items.size()) +
                         " values, where one is meant) give " + option->info.hint);
            option->was_set = true;
            option->was_read = false;
            continue;
        }
        for (const auto& item : items)
            take_one(*option, item, problems);
    }
    const bool complete = options.complete(problems);
    return complete && options.readable();
}

py::list described(const cli::Options& options) {
    constexpr const char* kinds[] = {"flag", "value", "list", "tables"};
    py::list keys;
    for (const auto& option : options.all()) {
        const auto& info = option.info;
        if (is_for_printing(info.key)) continue;
        py::dict key;
        key["key"] = info.key;
        key["help"] = info.help;
        key["hint"] = info.hint;
        key["kind"] = kinds[static_cast<int>(info.kind)];
        key["range"] = info.range;
        key["required"] = info.required;
        key["in_config"] = option.in_config;
        keys.append(key);
    }
    return keys;
}

}  // namespace dickejump::python
