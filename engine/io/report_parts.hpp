#pragma once

#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dickejump/estimate/moments.hpp"
#include "dickejump/io/provenance.hpp"
#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

/// Keys in the order in which they are written.
using Json = nlohmann::ordered_json;

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

inline Json to_json(const Provenance& provenance) {
    return {{"version", provenance.version}, {"git", provenance.git},   {"compiler", provenance.compiler},
            {"flags", provenance.flags},     {"host", provenance.host}, {"started", provenance.started}};
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
