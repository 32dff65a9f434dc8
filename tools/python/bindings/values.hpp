#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cli/options.hpp"

namespace dickejump::python {

/// A table as pairs of dotted key and text.
using Table = std::vector<std::pair<std::string, std::string>>;
/// Keywords with their values: texts as a flag would have them, one of each element, or tables.
using Values = std::vector<std::pair<std::string, std::vector<std::variant<std::string, Table>>>>;

/// Sets options; what is wrong, unknown keywords and what is missing too, goes to `problems`.
/// @return whether everything is there and could be read, so that values can be checked against each other
bool take(cli::Options& options, const Values& values, Problems& problems);

/// All that is known of the keys, but for how the command line prints.
pybind11::list described(const cli::Options& options);

}  // namespace dickejump::python
