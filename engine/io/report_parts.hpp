#pragma once

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dickejump/estimate/moments.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/study/keys/keys.hpp"
#include "dickejump/study/model.hpp"
#include "dickejump/study/provenance.hpp"
#include "dickejump/study/scan/scan_result.hpp"

namespace dickejump {

/// Keys in the order in which they are written.
using Json = nlohmann::ordered_json;

/// 16 hex digits.
inline std::string hex(std::uint64_t value) {
    std::string digits(16, '0');
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, value >>= 4)
        *digit = "0123456789abcdef"[value & 15];
    return digits;
}

/// null if it is not there, or not finite.
inline Json number(double x) {
    return std::isfinite(x) ? Json(x) : Json(nullptr);
}

inline Json number(const std::optional<double>& x) {
    return x ? number(*x) : Json(nullptr);
}

/// A count: a whole number while doubles hold whole numbers.
inline Json count(double x) {
    return std::abs(x) < 9007199254740992.0 ? Json(std::llround(x)) : Json(x);
}

inline Json with_error(const std::optional<Estimate>& x) {
    return {{"value", x ? number(x->value) : Json(nullptr)}, {"error", x ? number(x->error) : Json(nullptr)}};
}

/// How often intervals hold the truth; null of none.
inline Json coverage_json(const std::optional<Coverage>& coverage) {
    if (!coverage) return nullptr;
    return {{"68", with_error(coverage->at68)}, {"95", with_error(coverage->at95)}};
}

/// The atoms; of the effective model where its transition is, of the local one its rates.
inline Json model_json(const ModelConfig& model, std::int64_t atoms) {
    if (model.kind == Model::ladder) return {{"atoms", atoms}};
    if (model.kind == Model::local)
        return {{"name", name(model.kind)},
                {"atoms", atoms},
                {"emission", model.emission},
                {"pumping", model.pumping},
                {"dephasing", model.dephasing}};
    const auto transition = exact::steady_transition(model.ladder(atoms));
    return {{"name", name(model.kind)},
            {"atoms", atoms},
            {"detuning", model.detuning},
            {"gamma_r", model.gamma_r},
            {"transition", {{"scaled_pump", transition.scaled_pump}, {"width", transition.width}}}};
}

/// Where a result comes from, and the hash of its configuration as 16 hex digits.
inline Json provenance_json(const Provenance& provenance, std::uint64_t config_hash) {
    return {{"version", provenance.version},  {"git", provenance.git},   {"compiler", provenance.compiler},
            {"flags", provenance.flags},      {"host", provenance.host}, {"started", provenance.started},
            {"config_hash", hex(config_hash)}};
}

/// A value in its own type.
inline Json setting_json(const Setting& setting) {
    switch (setting.type) {
        case Setting::Type::flag:
            return setting.text == "true";
        case Setting::Type::integer:
            if (const auto small = integer_in<std::int64_t>(setting.text)) return *small;
            if (const auto large = integer_in<std::uint64_t>(setting.text)) return *large;
            return setting.text;
        case Setting::Type::real:
            if (const auto real = real_in(setting.text); real && std::isfinite(*real)) return *real;
            return nullptr;
        default:
            return setting.text;
    }
}

/// Every key of a configuration with its value: null if it is not given.
inline Json config_json(const std::vector<Described>& described) {
    Json json = Json::object();
    for (const auto& key : described) {
        Json value = nullptr;
        if (key.info.kind == KeyInfo::Kind::list || key.info.kind == KeyInfo::Kind::tables)
            value = Json::array();
        for (const auto& one : key.values)
            if (key.info.kind == KeyInfo::Kind::list)
                value.push_back(setting_json(one));
            else
                value = setting_json(one);
        for (const auto& table : key.tables) {
            Json object = Json::object();
            for (const auto& [name, one] : table) {
                const auto dot = name.find('.');
                if (dot == std::string::npos)
                    object[name] = setting_json(one);
                else
                    object[name.substr(0, dot)][name.substr(dot + 1)] = setting_json(one);
            }
            value.push_back(std::move(object));
        }
        json[key.info.key] = std::move(value);
    }
    return json;
}

/// Rows of comma-separated shortest round-trip numbers; a number that does not exist is left empty.
class Csv {
public:
    explicit Csv(const std::string& header) : text_(header + '\n') {}
    void row(std::string_view label, std::initializer_list<std::optional<double>> numbers) {
        text_ += label;
        for (const auto& x : numbers)
            text_ += ',' + (x && std::isfinite(*x) ? text(*x) : std::string());
        text_ += '\n';
    }
    void row(const std::vector<double>& numbers) {
        for (std::size_t i = 0; i < numbers.size(); ++i)
            text_ += (i > 0 ? "," : "") + (std::isfinite(numbers[i]) ? text(numbers[i]) : std::string());
        text_ += '\n';
    }
    const std::string& all() const { return text_; }

private:
    std::string text_;
};

}  // namespace dickejump
