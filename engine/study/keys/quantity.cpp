#include "dickejump/study/keys/quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>
#include <string_view>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

namespace {

/// A unit of time in seconds, of a rate in 1/s; of a fraction as it is.
struct Unit {
    std::string_view name;
    Dimension dimension;
    double size;
};

constexpr double cycle = 2.0 * std::numbers::pi;
constexpr std::array units{Unit{"ns", Dimension::time, 1e-9},
                           Unit{"us", Dimension::time, 1e-6},
                           Unit{"µs", Dimension::time, 1e-6},
                           Unit{"ms", Dimension::time, 1e-3},
                           Unit{"s", Dimension::time, 1.0},
                           Unit{"min", Dimension::time, 60.0},
                           Unit{"h", Dimension::time, 3600.0},
                           Unit{"/s", Dimension::rate, 1.0},
                           Unit{"1/s", Dimension::rate, 1.0},
                           Unit{"/ms", Dimension::rate, 1e3},
                           Unit{"/us", Dimension::rate, 1e6},
                           Unit{"/ns", Dimension::rate, 1e9},
                           Unit{"mHz", Dimension::rate, 1e-3 * cycle},
                           Unit{"Hz", Dimension::rate, cycle},
                           Unit{"kHz", Dimension::rate, 1e3 * cycle},
                           Unit{"MHz", Dimension::rate, 1e6 * cycle},
                           Unit{"%", Dimension::number, 0.01}};

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' '))
        text.remove_prefix(1);
    while (text.ends_with(' '))
        text.remove_suffix(1);
    return text;
}

/// One number with its unit in gamma; empty if it is not one of this dimension.
std::optional<double> converted(const std::string& key, Dimension dimension, std::string_view item,
                                std::optional<double> gamma_hz) {
    item = trimmed(item);
    double value = 0.0;
    const auto [end, error] = std::from_chars(item.data(), item.data() + item.size(), value);
    if (error != std::errc{}) return {};
    const auto name = trimmed(item.substr(static_cast<std::size_t>(end - item.data())));
    const auto* unit =
        std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == name; });
    if (unit == units.end() || unit->dimension != dimension) return {};
    if (dimension == Dimension::number) return value * unit->size;
    if (!gamma_hz)
        throw InvalidInput("`" + key + "` = " + std::string(item) +
                           " (in seconds it means nothing until gamma is known) give `gamma_hz` G, gamma = 2 "
                           "pi G, or write it in gamma");
    const double gamma = gamma_per_second(*gamma_hz);
    return dimension == Dimension::time ? value * unit->size * gamma : value * unit->size / gamma;
}

}  // namespace

Dimension dimension_of(const KeyInfo& key) {
    if (key.help.find("[1/gamma]") != std::string::npos) return Dimension::time;
    if (key.help.find("[gamma]") != std::string::npos || key.help.find("per 1/gamma") != std::string::npos)
        return Dimension::rate;
    return Dimension::number;
}

Dimension dimension_of_detector(const std::string& field) {
    const auto leaf = field.substr(field.rfind('.') + 1);
    if (leaf == "background") return Dimension::rate;
    for (const char* time : {"bin", "gate_open", "gate_close", "dead_time", "jitter"})
        if (leaf == time) return Dimension::time;
    return Dimension::number;
}

double gamma_per_second(double gamma_hz) {
    if (!(gamma_hz > 0.0) || std::isinf(gamma_hz))
        throw InvalidInput("`gamma_hz` = " + text(gamma_hz) +
                           " (a rate in Hz, finite and positive) give gamma/(2 pi)");
    return cycle * gamma_hz;
}

std::string in_units_of_gamma(const std::string& key, Dimension dimension, const std::string& text,
                              std::optional<double> gamma_hz) {
    std::string result;
    bool any = false;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find_first_of(",:=", begin), text.size());
        const auto item = text.substr(begin, end - begin);
        const auto value = converted(key, dimension, item, gamma_hz);
        any = any || value;
        result += value ? dickejump::text(*value) : std::string(trimmed(item));
        if (end < text.size()) result += text[end];
        begin = end + 1;
    }
    return any ? result : text;
}

}  // namespace dickejump
