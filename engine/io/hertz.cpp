#include "dickejump/io/hertz.hpp"

#include "dickejump/study/keys/quantity.hpp"
#include "io/report_parts.hpp"

namespace dickejump {

namespace {

/// Every number in it times a factor.
Json scaled(const Json& json, double factor) {
    if (json.is_number()) return number(json.get<double>() * factor);
    Json result = json;
    for (auto& part : result)
        part = scaled(part, factor);
    return result;
}

Json with_hertz_beside(const Json& json, double gamma_hz) {
    if (!json.is_structured()) return json;
    if (json.is_array()) {
        Json list = Json::array();
        for (const auto& item : json)
            list.push_back(with_hertz_beside(item, gamma_hz));
        return list;
    }
    Json object = Json::object();
    for (const auto& [key, value] : json.items()) {
        object[key] = with_hertz_beside(value, gamma_hz);
        if (key == "delta_w") object["delta_w_hz"] = scaled(value, gamma_hz);
    }
    return object;
}

}  // namespace

std::string with_hertz(std::string_view json, double gamma_hz) {
    const double per_second = gamma_per_second(gamma_hz);
    const auto parsed = Json::parse(json, nullptr, false);
    if (!parsed.is_object())
        throw InvalidInput(
            "a result that is not one JSON object (there is no place for units) pass one as "
            "`to_json` makes it");
    auto result = with_hertz_beside(parsed, gamma_hz);
    result["units"] = {{"gamma_per_second", per_second}, {"gamma_hz", gamma_hz}};
    return result.dump();
}

}  // namespace dickejump
