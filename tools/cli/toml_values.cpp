#include "cli/toml_values.hpp"

#include <filesystem>
#include <fstream>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump::cli {

toml::table parse_toml(const std::string& content, const std::string& path) {
    try {
        return toml::parse(content, path);
    } catch (const toml::parse_error& error) {
        const auto& at = error.source().begin;
        throw InvalidInput(path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
                           std::string(error.description()) + " (not TOML) correct that line");
    }
}

std::string file_content(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        throw InvalidInput("file " + path + " (a folder) name a file in it, such as its config.toml");
    std::ifstream in(path);
    std::string content;
    if (in) content.assign(std::istreambuf_iterator<char>(in), {});
    if (!in || in.bad()) throw InvalidInput("file " + path + " (cannot be read) check the path");
    return content;
}

std::optional<std::string> scalar(const toml::node& node) {
    if (const auto* value = node.as_string()) return value->get();
    if (const auto* value = node.as_integer()) return std::to_string(value->get());
    if (const auto* value = node.as_floating_point()) return text(value->get());
    if (const auto* value = node.as_boolean()) return value->get() ? "true" : "false";
    return {};
}

std::string flatten(const toml::table& table, const std::string& prefix, SettingTable& flat) {
    for (const auto& [key, node] : table) {
        const auto name = prefix + std::string(key.str());
        if (const auto* inner = node.as_table()) {
            if (auto wrong = flatten(*inner, name + ".", flat); !wrong.empty()) return wrong;
        } else if (const auto value = scalar(node)) {
            flat.emplace_back(name, Setting{Setting::Type::text, *value});
        } else {
            return name;
        }
    }
    return {};
}

}  // namespace dickejump::cli
