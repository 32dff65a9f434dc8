#include "cli/study_index.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "dickejump/io/checkpoint.hpp"
#include "dickejump/model/invalid_input.hpp"

namespace dickejump::cli {

namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

/// A value for a cell: quoted where commas or quotes are in it.
std::string cell(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

std::string cell(const Json& value) {
    return value.is_null() ? "" : cell(value.is_string() ? value.get<std::string>() : value.dump());
}

/// Lines of the index, and the columns in the order in which they came up.
struct Index {
    std::vector<std::string> columns;
    std::vector<std::map<std::string, std::string>> lines;

    void set(const std::string& column, std::string value) {
        if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
        lines.back()[column] = std::move(value);
    }
    /// A quantity under `name`, its error under name_error.
    void set_quantity(const std::string& name, const Json& quantity) {
        if (quantity.is_number()) return set(name, cell(quantity));
        if (!quantity.is_object() || !quantity.contains("value")) return;
        set(name, cell(quantity.at("value")));
        if (quantity.contains("error")) set(name + "_error", cell(quantity.at("error")));
    }
};

/// A configuration's keys; tables of detectors count as one each.
std::map<std::string, std::string> configuration(const Json& summary) {
    std::map<std::string, std::string> keys;
    if (summary.contains("config"))
        for (const auto& [key, value] : summary.at("config").items())
            keys[key] = cell(value);
    for (const char* part : {"model", "protocol"})
        if (summary.contains(part) && !summary.contains("config"))
            for (const auto& [key, value] : summary.at(part).items())
                if (value.is_primitive()) keys[key] = cell(value);
    return keys;
}

void add_headline(const Json& summary, Index& index) {
    if (summary.contains("hysteresis"))
        for (const char* key : {"up_crossing", "down_crossing", "width"})
            index.set_quantity(key, summary.at("hysteresis").at(key));
    for (const char* key : {"jz", "jz_variance", "bound", "p_value"})
        if (summary.contains(key)) index.set_quantity(key, summary.at(key));
    if (summary.contains("relaxation")) index.set_quantity("gap", summary.at("relaxation").at("gap"));
    for (const char* list : {"estimators", "combined"})
        if (summary.contains(list))
            for (const auto& e : summary.at(list)) {
                if (!e.contains("delta_w")) continue;
                std::string name = "delta_w:" + e.at("name").get<std::string>();
                for (const char* key : {"direction", "detector"})
                    if (e.contains(key) && e.at(key).is_string()) name += ":" + e.at(key).get<std::string>();
                index.set_quantity(name, e.at("delta_w"));
            }
}

}  // namespace

std::string study_index(const fs::path& folder, const std::vector<std::string>& names) {
    std::vector<Json> summaries;
    std::map<std::string, std::set<std::string>> seen;
    std::vector<std::map<std::string, std::string>> configurations;
    for (const auto& name : names) {
        const auto file = folder / name / "summary.json";
        summaries.push_back(fs::exists(file) ? Json::parse(content_of(file), nullptr, false) : Json());
        configurations.push_back(configuration(summaries.back()));
        for (const auto& [key, value] : configurations.back())
            seen[key].insert(value);
    }
    Index index{.columns = {"run", "verb"}, .lines = {}};
    for (std::size_t i = 0; i < names.size(); ++i) {
        index.lines.emplace_back();
        index.set("run", cell(names[i]));
        const auto config = folder / names[i] / "config.toml";
        if (fs::exists(config)) {
            const auto toml = content_of(config);
            if (toml.starts_with("verb = \"")) index.set("verb", toml.substr(8, toml.find('"', 8) - 8));
        }
        for (const auto& [key, values] : seen)
            if (values.size() > 1)
                index.set(key, configurations[i].contains(key) ? configurations[i][key] : "");
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        // Lines are there already: go back to each.
        Index one{.columns = std::move(index.columns), .lines = {index.lines[i]}};
        if (summaries[i].is_object()) add_headline(summaries[i], one);
        index.columns = std::move(one.columns);
        index.lines[i] = std::move(one.lines.front());
    }
    std::string csv;
    for (const auto& column : index.columns)
        csv += (csv.empty() ? "" : ",") + cell(column);
    csv += '\n';
    for (auto& line : index.lines) {
        for (std::size_t i = 0; i < index.columns.size(); ++i)
            csv += (i > 0 ? "," : "") + line[index.columns[i]];
        csv += '\n';
    }
    return csv;
}

std::vector<std::string> runs_in_index(const std::string& csv) {
    std::istringstream lines(csv);
    std::string line;
    std::getline(lines, line);
    if (!line.starts_with("run,"))
        throw InvalidInput("index.csv (its first column is not run) give the folder of a study");
    std::vector<std::string> names;
    while (std::getline(lines, line)) {
        const bool quoted = line.starts_with('"');
        const auto end = quoted ? line.find('"', 1) : line.find(',');
        if (end != std::string::npos) names.push_back(line.substr(quoted, end - quoted));
    }
    return names;
}

}  // namespace dickejump::cli
