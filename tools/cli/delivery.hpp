#pragma once

#include <string>

#include "dickejump/io/result_folder.hpp"

namespace dickejump::cli {

/// A finished result, in all the forms that it may be asked for.
struct Delivery {
    std::string table, json, csv, config;
};

/// Prints the table, or the JSON, then writes the folder, if there is one: a full disk never costs the
/// result.
void deliver(const Delivery& result, bool print_json, const ResultFolder* folder);

}  // namespace dickejump::cli
