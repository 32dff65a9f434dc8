#pragma once

#include <toml++/toml.h>

#include <optional>
#include <string>

#include "dickejump/study/keys/setting.hpp"

namespace dickejump::cli {

/// @throws InvalidInput naming the path if it cannot be read, or is a folder
std::string file_content(const std::string& path);
/// @throws InvalidInput with line and column if it is not TOML
toml::table parse_toml(const std::string& content, const std::string& path);
/// A scalar as the text that a flag would have been given; empty of anything else.
std::optional<std::string> scalar(const toml::node& node);
/// Scalars of a table and of the tables in it, under dotted keys. @return the first key that is neither;
/// empty: all of them are
std::string flatten(const toml::table& table, const std::string& prefix, SettingTable& flat);

}  // namespace dickejump::cli
