#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>

#include "dickejump/model/invalid_input.hpp"
#include "io/clicks/formats.hpp"

namespace dickejump::clicks {

namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

template <class Number>
std::optional<Number> number_in(std::string_view cell) {
    Number value{};
    const auto [stop, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc{} || stop != cell.data() + cell.size()) return {};
    return value;
}

/// The lines of a file that say something: without comments, blanks and a byte-order mark.
class Lines {
public:
    Lines(std::string file, std::string_view bytes) : file_(std::move(file)), rest_(bytes) {
        constexpr std::string_view mark = "\xEF\xBB\xBF";
        if (rest_.starts_with(mark)) rest_.remove_prefix(mark.size());
    }
    /// False at the end.
    bool next() {
        while (!rest_.empty()) {
            const auto end = std::min(rest_.find('\n'), rest_.size());
            line_ = rest_.substr(0, end);
            rest_.remove_prefix(std::min(end + 1, rest_.size()));
            ++number_;
            line_ = trimmed(line_.substr(0, line_.find('#')));
            if (!line_.empty()) return true;
        }
        line_ = {};
        return false;
    }
    std::string_view line() const { return line_; }
    std::int64_t number() const { return number_; }
    /// @throws InvalidInput that names this line
    [[noreturn]] void refuse(const std::string& why_and_fix) const {
        throw InvalidInput(file_ + ", line " + std::to_string(number_) + ": \"" + shown(line_) + "\" " +
                           why_and_fix);
    }
    /// The cells of the line, no more than `most`. @return how many there are
    template <std::size_t most>
    std::size_t cells(std::array<std::string_view, most>& cells) const {
        std::size_t count = 0;
        for (auto rest = line_;; ++count) {
            const auto comma = rest.find(',');
            if (count < most) cells[count] = trimmed(rest.substr(0, comma));
            if (comma == std::string_view::npos) return count + 1;
            rest.remove_prefix(comma + 1);
        }
    }

private:
    std::string file_;
    std::string_view rest_, line_;
    std::int64_t number_ = 0;
};

constexpr std::size_t most_columns = 32;
using Cells = std::array<std::string_view, most_columns>;

std::int64_t whole(const Lines& lines, std::string_view cell, const char* what) {
    const auto value = number_in<std::int64_t>(cell);
    if (!value)
        lines.refuse(
            std::string("(") + what +
            " is not a whole number) write times as whole ticks, and their unit in `data.time_unit`");
    return *value;
}

std::size_t column(std::span<const std::string_view> names, std::string_view wanted) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), wanted) - names.begin());
}

}  // namespace

std::string shown(std::string_view bytes) {
    constexpr std::size_t longest = 40;
    std::string text(bytes.substr(0, longest));
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = '?';
    return bytes.size() > longest ? text + ".." : text;
}

ClickFile read_csv(const std::string& file, std::string_view bytes) {
    ClickFile result{.file = file, .clicks = {}};
    Lines lines(file, bytes);
    if (!lines.next()) throw InvalidInput(file + " (empty) begin it with the line `channel,time`");
    Cells cells;
    const auto columns = lines.cells(cells);
    const auto names = std::span(cells).first(std::min(columns, most_columns));
    const auto channel = column(names, "channel"), time = column(names, "time");
    if (columns > most_columns || channel == names.size() || time == names.size())
        lines.refuse("(does not name the columns channel and time) begin the file with channel,time");
    while (lines.next()) {
        if (lines.cells(cells) != columns)
            lines.refuse("(not " + std::to_string(columns) + " cells) write as many as the first line names");
        result.clicks.push_back({.tick = whole(lines, cells[time], "the time"),
                                 .channel = whole(lines, cells[channel], "the channel"),
                                 .place = lines.number()});
    }
    return result;
}

ClickFile read_text(const std::string& file, std::string_view bytes) {
    ClickFile result{.file = file, .clicks = {}};
    for (Lines lines(file, bytes); lines.next();)
        result.clicks.push_back({.tick = whole(lines, lines.line(), "the time"), .place = lines.number()});
    return result;
}

ClickFile read_counts(const std::string& file, std::string_view bytes) {
    ClickFile result{.file = file, .clicks = {}};
    Lines lines(file, bytes);
    if (!lines.next()) throw InvalidInput(file + " (empty) begin it with a line such as time,cavity,side");
    Cells cells;
    const auto columns = lines.cells(cells);
    std::vector<std::optional<Channel>> meaning;  // by column; empty: the time
    for (std::size_t i = 0; i < std::min(columns, most_columns); ++i) {
        const auto found =
            std::find_if(channels.begin(), channels.end(), [&](Channel c) { return name(c) == cells[i]; });
        const auto known = found == channels.end() ? std::nullopt : std::optional(*found);
        if ((!known && cells[i] != "time") ||
            std::find(meaning.begin(), meaning.end(), known) != meaning.end())
            lines.refuse("(not the names of columns, each once) write time and some of cavity, pump, side");
        meaning.push_back(known);
    }
    const auto time = column(std::span(cells).first(meaning.size()), "time");
    if (time == meaning.size() || meaning.size() < 2)
        lines.refuse("(names no time, or no channel) write time and some of cavity, pump, side");

    struct Bin {
        double left;
        std::array<std::int64_t, 3> counts;
        std::int64_t line;
    };
    std::vector<Bin> bins;
    std::int64_t total = 0;
    double width = 0.0;
    while (lines.next()) {
        if (lines.cells(cells) != columns)
            lines.refuse("(not " + std::to_string(columns) + " cells) write as many as the first line names");
        const auto left = number_in<double>(cells[time]);
        if (!left || !(std::abs(*left) < 9e18))
            lines.refuse("(its time is not a number) give the bin's left edge");
        Bin bin{*left, {}, lines.number()};
        for (std::size_t i = 0; i < columns; ++i) {
            if (!meaning[i]) continue;
            const auto count = whole(lines, cells[i], "a count");
            if (count < 0) lines.refuse("(a negative count) counts are 0 or more");
            if (count > most_counted - total)
                lines.refuse("(more than " + std::to_string(most_counted) +
                             " clicks in one file) a likelihood follows each: cut the file");
            total += count;
            bin.counts[static_cast<std::size_t>(*meaning[i])] = count;
        }
        if (!bins.empty()) {
            const double step = *left - bins.back().left;
            if (bins.size() == 1) width = step;
            if (!(step > 0.0) || std::abs(step - width) > 1e-6 * width)
                lines.refuse(
                    "(a bin of another width, or not after the one before) bins are equal and in order");
        }
        bins.push_back(bin);
    }
    if (bins.size() < 2)
        throw InvalidInput(file + " (fewer than two bins) give a line a bin, from which their width follows");
    result.bin = width;
    for (const auto& bin : bins) {
        const auto first = result.clicks.size();
        for (const auto c : channels) {
            const auto count = bin.counts[static_cast<std::size_t>(c)];
            for (std::int64_t i = 0; i < count; ++i) {
                const double at =
                    bin.left + width * (static_cast<double>(i) + 0.5) / static_cast<double>(count);
                const double tick = std::floor(at);
                result.clicks.push_back({.tick = static_cast<std::int64_t>(tick),
                                         .within = at - tick,
                                         .channel = static_cast<std::int64_t>(c),
                                         .place = bin.line});
            }
        }
        std::stable_sort(result.clicks.begin() + static_cast<std::ptrdiff_t>(first), result.clicks.end(),
                         [](const FileClick& a, const FileClick& b) {
                             return a.tick != b.tick ? a.tick < b.tick : a.within < b.within;
                         });
    }
    return result;
}

std::string write_csv(const std::vector<FileClick>& clicks) {
    std::string text = "channel,time\n";
    for (const auto& click : clicks)
        text += std::to_string(click.channel) + ',' + std::to_string(click.tick) + '\n';
    return text;
}

std::string write_text(const std::vector<FileClick>& clicks) {
    std::string text;
    for (const auto& click : clicks)
        text += std::to_string(click.tick) + '\n';
    return text;
}

}  // namespace dickejump::clicks
