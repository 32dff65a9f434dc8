#include "dickejump/io/toml.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

namespace {

/// Whether bytes are well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t more = lead < 0x80   ? 0
                                 : lead < 0xc2 ? 9
                                 : lead < 0xe0 ? 1
                                 : lead < 0xf0 ? 2
                                 : lead < 0xf5 ? 3
                                               : 9;
        if (more == 9 || i + more >= text.size()) return false;
        for (std::size_t k = 1; k <= more; ++k)
            if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
        if (more > 0) {
            const auto second = static_cast<unsigned char>(text[i + 1]);
            if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
                (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f))
                return false;
        }
        i += more + 1;
    }
    return true;
}

std::string written(const Setting& setting) {
    switch (setting.type) {
        case Setting::Type::real:
            if (setting.text == "inf" || setting.text == "-inf") return setting.text;
            // TOML tells integers from floats by the point.
            return setting.text.find_first_of(".e") == std::string::npos ? setting.text + ".0" : setting.text;
        case Setting::Type::integer: {
            // TOML integers end at 2^63 - 1; text is read just as well.
            const bool fits = setting.text.size() < 19 || setting.text.front() == '-' ||
                              (setting.text.size() == 19 && setting.text <= "9223372036854775807");
            return fits ? setting.text : toml_string(setting.text);
        }
        case Setting::Type::flag:
            return setting.text;
        default:
            return toml_string(setting.text);
    }
}

/// Keys of a detector that belong to one of its channels go to a table of their own.
std::string table_of(const std::string& key, const SettingTable& table) {
    std::string own = "\n[[" + key + "]]\n", inner, group;
    for (const auto& [name, value] : table) {
        const auto dot = name.find('.');
        if (dot == std::string::npos) {
            own += name + " = " + written(value) + "\n";
            continue;
        }
        if (name.substr(0, dot) != group) {
            group = name.substr(0, dot);
            inner += "[" + key + "." + group + "]\n";
        }
        inner += name.substr(dot + 1) + " = " + written(value) + "\n";
    }
    return own + inner;
}

}  // namespace

std::string toml_string(std::string_view text) {
    if (!is_utf8(text))
        throw InvalidInput("text that is not UTF-8 (\"" + std::string(text) +
                           "\": no configuration file can hold it) use a name in UTF-8");
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            result += {'\\', c};
        } else if (c == '\n') {
            result += "\\n";
        } else if (c == '\t') {
            result += "\\t";
        } else if (byte < 0x20 || byte == 0x7f) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", byte);
            result += escape.data();
        } else {
            result += c;
        }
    }
    return result + '"';
}

std::string to_toml(std::string_view verb, const std::vector<Described>& described) {
    std::string text = "verb = " + toml_string(verb) + "\n";
    for (const auto& key : described) {
        if (key.values.empty()) continue;
        // A switch that is off need not be said.
        if (key.info.kind == KeyInfo::Kind::flag && key.is_default) continue;
        std::string value;
        const bool is_range = key.values.front().type == Setting::Type::range;
        if (key.info.kind == KeyInfo::Kind::list && !is_range) {
            for (const auto& item : key.values)
                value += (value.empty() ? "" : ", ") + written(item);
            value = "[" + value + "]";
        } else {
            value = written(key.values.front());
        }
        text += key.info.key + " = " + value + "\n";
    }
    for (const auto& key : described)
        for (const auto& table : key.tables)
            text += table_of(key.info.key, table);
    return text;
}

}  // namespace dickejump
