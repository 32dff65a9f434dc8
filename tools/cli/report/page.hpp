#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace dickejump::cli {

using Json = nlohmann::ordered_json;

/// A page that needs nothing besides itself: styles for light, dark, phones and paper are in it.
/// @param body  HTML
std::string page(const std::string& title, const std::string& body);

/// <section> with a heading; empty if there is nothing in it.
std::string section(const std::string& heading, const std::string& body);

/// A table of cells that are HTML already; the first row is the head.
std::string html_table(const std::vector<std::vector<std::string>>& rows);

/// A number, or value ± error, as the tables of the program show it; other values as they are; escaped.
std::string cell(const Json& value);

/// What a result is made of: its configuration, how to make it again, and where it is from.
std::string origin_section(const Json& summary, const std::string& config);

/// The words that tables and pictures use.
std::string glossary_section();

}  // namespace dickejump::cli
