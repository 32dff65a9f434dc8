#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dickejump/study/keys/keys.hpp"

namespace dickejump {

/// A TOML string: quoted, with what would break it escaped. @throws InvalidInput if the text is not UTF-8,
/// which no TOML file can hold
std::string toml_string(std::string_view text);

/// A configuration as a TOML file that `dickejump run` accepts: its verb, then every key that is not at its
/// default's absence, tables last.
std::string to_toml(std::string_view verb, const std::vector<Described>& described);

/// The same from the values of a configuration.
template <class Config>
std::string to_toml(std::string_view verb, const Config& config) {
    return to_toml(verb, describe(config));
}

}  // namespace dickejump
