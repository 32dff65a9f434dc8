#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace dickejump::cli {

/// Rows of cells, aligned by columns: the first column to the left, the others to the right.
class Table {
public:
    void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    std::size_t rows() const { return rows_.size(); }
    std::string str() const {
        std::vector<std::size_t> widths;
        for (const auto& row : rows_) {
            widths.resize(std::max(widths.size(), row.size()), 0);
            for (std::size_t i = 0; i < row.size(); ++i)
                widths[i] = std::max(widths[i], width(row[i]));
        }
        std::string text;
        for (const auto& row : rows_) {
            std::string line = "  ";
            for (std::size_t i = 0; i < row.size(); ++i) {
                const std::string pad(widths[i] - width(row[i]), ' ');
                line += (i == 0 ? row[i] + pad : "   " + pad + row[i]);
            }
            text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
        }
        return text;
    }

private:
    /// Characters, not bytes: the tables hold ± and γ.
    static std::size_t width(const std::string& text) {
        return static_cast<std::size_t>(std::count_if(
            text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
    }
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace dickejump::cli
