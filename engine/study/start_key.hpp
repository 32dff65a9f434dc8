#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/study/keys/keys.hpp"

namespace dickejump {

/// Adds the key `initial` of runs that start at one level: ground or dicke:n.
/// @param otherwise  the word for no level in particular, which an empty value stands for
template <class Config>
void add_start_key(Keys<Config>& keys, std::optional<std::int64_t> Config::*member,
                   const std::string& otherwise, std::string help) {
    const auto choices = otherwise + ", ground or dicke:n";
    keys.special(
            "initial", member, std::move(help),
            [otherwise, choices](const std::string& said) -> std::optional<std::int64_t> {
                if (said == otherwise) return {};
                if (said == "ground") return 0;
                if (said.starts_with("dicke:"))
                    if (const auto n = integer_in<std::int64_t>(std::string_view(said).substr(6))) return *n;
                throw InvalidInput("`initial` = " + said + " (not a start of a run) give " + choices);
            },
            [otherwise](const std::optional<std::int64_t>& n) {
                return n ? "dicke:" + std::to_string(*n) : otherwise;
            })
        .hinted(otherwise + "|ground|dicke:n");
}

}  // namespace dickejump
