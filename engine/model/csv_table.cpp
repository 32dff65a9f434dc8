#include "model/csv_table.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::vector<std::string_view> cells_of(std::string_view line) {
    std::vector<std::string_view> cells;
    for (;;) {
        const auto comma = line.find(',');
        cells.push_back(trimmed(line.substr(0, comma)));
        if (comma == std::string_view::npos) return cells;
        line.remove_prefix(comma + 1);
    }
}

std::optional<double> number_in(std::string_view cell) {
    double value = 0.0;
    const auto [stop, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc{} || stop != cell.data() + cell.size()) return {};
    return value;
}

std::string listed(std::span<const std::string_view> columns) {
    std::string list;
    for (const auto column : columns)
        list += (list.empty() ? "" : ",") + std::string(column);
    return list;
}

}  // namespace

std::vector<CsvRow> read_csv(const std::string& file, std::string_view what,
                             std::span<const std::string_view> columns) {
    const std::string name = std::string(what) + " " + file;
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored))
        throw InvalidInput(name + " (a folder) name a file in it");
    std::ifstream in(file);
    if (!in) throw InvalidInput(name + " (cannot be read) check the path");

    std::vector<std::size_t> order;  // [cell] of a row: its column
    for (std::size_t i = 0; i < columns.size(); ++i)
        order.push_back(i);
    std::vector<CsvRow> rows;
    std::string whole;
    bool first = true;
    for (int number = 1; std::getline(in, whole); ++number) {
        constexpr std::string_view mark = "\xEF\xBB\xBF";
        std::string_view line = whole;
        if (number == 1 && line.starts_with(mark)) line.remove_prefix(mark.size());
        line = trimmed(line.substr(0, line.find('#')));
        if (line.empty()) continue;
        const std::string place = file + ":" + std::to_string(number) + ": \"" + std::string(line) + "\"";
        const auto cells = cells_of(line);
        const bool names = first && std::none_of(cells.begin(), cells.end(),
                                                 [](auto cell) { return number_in(cell).has_value(); });
        first = false;
        if (names) {
            order.clear();
            for (const auto cell : cells) {
                const auto at = std::find(columns.begin(), columns.end(), cell);
                const auto column = static_cast<std::size_t>(at - columns.begin());
                if (at == columns.end() || std::find(order.begin(), order.end(), column) != order.end())
                    throw InvalidInput(place + " (neither numbers nor the names of the columns) write `" +
                                       listed(columns) + "`, each once");
                order.push_back(column);
            }
            if (order.size() != columns.size())
                throw InvalidInput(place + " (a column is missing) name `" + listed(columns) + "`");
            continue;
        }
        CsvRow row{std::vector<double>(columns.size()), place};
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const auto value = number_in(cells[i]);
            if (!value || cells.size() != columns.size())
                throw InvalidInput(place + " (not " + std::to_string(columns.size()) + " numbers) write `" +
                                   listed(columns) + "`");
            row.numbers[order[i]] = *value;
        }
        rows.push_back(std::move(row));
    }
    if (rows.empty()) throw InvalidInput(name + " (has no rows) write lines `" + listed(columns) + "`");
    return rows;
}

}  // namespace dickejump
