#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dickejump {

/// A row of a CSV file: its numbers in the order of the columns that were asked for.
struct CsvRow {
    std::vector<double> numbers;
    std::string place;  ///< file:line: "what it says", for errors
};

/// Reads a file of numbers. Its first row may name the columns, in any order; without names they are in the
/// order asked for. Empty lines, what follows a # and a byte-order mark are passed over.
/// @param what  what the file is, as in "schedule"
/// @throws InvalidInput with file and line if it cannot be read, has no rows, names other columns, or a row
///         is not as many numbers
std::vector<CsvRow> read_csv(const std::string& file, std::string_view what,
                             std::span<const std::string_view> columns);

}  // namespace dickejump
