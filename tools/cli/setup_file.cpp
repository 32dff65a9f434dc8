#include "cli/setup_file.hpp"

#include <algorithm>
#include <filesystem>

#include "cli/toml_values.hpp"

namespace dickejump::cli {

namespace {

/// One key with its place; tables within [data] and others are taken apart.
class SetupReader {
public:
    SetupReader(std::string path, Options& options, ClickData& data, Problems& problems)
        : path_(std::move(path)), options_(options), data_(data), problems_(problems) {}

    void take(const toml::table& table, const std::string& prefix) {
        for (const auto& [key, node] : table) {
            const auto name = prefix + std::string(key.str());
            // What a result's own config.toml begins with.
            if (name == "verb") continue;
            const bool in_data = name == "data" || name.starts_with("data.");
            if (const auto* inner = node.as_table(); inner && in_data)
                take(*inner, name + ".");
            else if (in_data)
                take_data(name, node);
            else
                take_option(name, node);
        }
    }

private:
    void add(const toml::node& node, const std::string& problem) {
        problems_.add(path_ + ":" + std::to_string(node.source().begin.line) + ": " + problem);
    }
    template <class Attempt>
    bool try_it(const toml::node& node, const Attempt& attempt) {
        Problems own;
        own.collect(attempt);
        for (const auto& problem : own.list())
            add(node, problem);
        return own.empty();
    }
    void no_such_key(const toml::node& node, const std::string& name) {
        auto near = options_.nearest(name);
        std::vector<std::string> of_data;
        for (const auto& key : keys<ClickData>())
            of_data.push_back(key.key);
        if (near.empty() || name.starts_with("data")) near = nearest_word(name, of_data);
        add(node,
            "key " + name + " (no such key) " + (near.empty() ? "remove it" : "did you mean " + near + "?"));
    }

    void take_data(const std::string& name, const toml::node& node) {
        const auto* key = keys<ClickData>().find(name);
        if (!key) return no_such_key(node, name);
        if (const auto value = scalar(node))
            try_it(node, [&] { key->take(data_, *value); });
        else
            add(node, name + " (of the wrong type) write a single value");
    }

    void take_option(const std::string& name, const toml::node& node) {
        auto* option = options_.find(name);
        if (!option || !option->in_config) return no_such_key(node, name);
        option->was_set = true;
        if (option->set_table) {
            const auto* tables = node.as_array();
            if (!tables)
                return add(node, name + " (one table, and a list of them is meant) write [[" + name + "]]");
            for (const auto& item : *tables) {
                SettingTable flat;
                Problems own;
                if (!item.as_table())
                    own.add(name + " (not a table of values) write [[" + name + "]]");
                else if (const auto wrong = flatten(*item.as_table(), "", flat); !wrong.empty())
                    own.add(name + "." + wrong + " (a list, where it takes one value) write a single value");
                else
                    option->set_table(flat, own);
                if (!own.empty()) option->was_read = false;
                for (const auto& problem : own.list())
                    add(item, problem);
            }
            return;
        }
        if (const auto* list = node.as_array(); list && option->is_list()) {
            for (const auto& item : *list) {
                const auto one = scalar(item);
                if (!one)
                    add(item, name + " (of the wrong type) write a list of values");
                else if (try_it(item, [&] { option->set(*one); }))
                    continue;
                option->was_read = false;
            }
            return;
        }
        auto value = scalar(node);
        if (!value) {
            option->was_read = false;
            return add(node, name + " (of the wrong type) write a single value");
        }
        if (name == "schedule") {
            const auto beside = std::filesystem::path(path_).parent_path() / *value;
            std::error_code ignored;
            if (std::filesystem::exists(beside, ignored)) value = std::filesystem::absolute(beside).string();
        }
        if (!try_it(node, [&] { option->set(*value); })) option->was_read = false;
    }

    std::string path_;
    Options& options_;
    ClickData& data_;
    Problems& problems_;
};

}  // namespace

void read_setup(const std::string& path, Options& options, ClickData& data, Problems& problems) {
    SetupReader(path, options, data, problems).take(parse_toml(file_content(path), path), "");
}

}  // namespace dickejump::cli
