#include "dickejump/study/keys/setting.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

namespace {

/// Single-letter insertions, removals and changes between two words (Levenshtein).
std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row.back();
}

}  // namespace

std::string KeyInfo::flag() const {
    std::string flag = "--" + key;
    std::replace(flag.begin(), flag.end(), '_', '-');
    return flag;
}

std::string nearest_word(std::string_view wrong, const std::vector<std::string>& words) {
    const auto nearest = std::min_element(words.begin(), words.end(), [&](const auto& a, const auto& b) {
        return edits(wrong, a) < edits(wrong, b);
    });
    return nearest != words.end() && edits(wrong, *nearest) <= std::max<std::size_t>(2, wrong.size() / 2)
               ? *nearest
               : "";
}

std::optional<double> real_in(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

template <class Integer>
std::optional<Integer> integer_in(std::string_view text) {
    Integer value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && end == text.data() + text.size()) return value;
    const auto real = real_in(text);
    constexpr double exact = 9007199254740992.0;  // 2^53
    if (!real || *real != std::floor(*real) || std::abs(*real) > exact) return {};
    if (*real < static_cast<double>(std::numeric_limits<Integer>::min()) ||
        *real > static_cast<double>(std::numeric_limits<Integer>::max()))
        return {};
    return static_cast<Integer>(*real);
}
template std::optional<int> integer_in(std::string_view);
template std::optional<std::int64_t> integer_in(std::string_view);
template std::optional<std::uint64_t> integer_in(std::string_view);

std::string as_range(const std::vector<double>& numbers) {
    if (numbers.size() < 3 || !std::isfinite(numbers.front()) || !std::isfinite(numbers.back()) ||
        numbers.front() == numbers.back())
        return {};
    const double a = numbers.front(), b = numbers.back(), steps = static_cast<double>(numbers.size() - 1);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        if (numbers[i] != a + (b - a) * (static_cast<double>(i) / steps)) return {};
    return text(a) + ":" + text(b) + ":" + std::to_string(numbers.size());
}

std::vector<double> numbers_in(std::string_view key, std::string_view list) {
    constexpr std::size_t most = 10'000'000;
    std::vector<double> numbers;
    const auto refuse = [&](std::string_view item, const std::string& why) {
        throw InvalidInput("`" + std::string(key) + "` = " + std::string(list) + " (" +
                           (item == list ? "" : std::string(item) + ": ") + why +
                           ") write numbers like 0,0.5,1, or n of them from a to b as a:b:n");
    };
    for (std::size_t begin = 0; begin <= list.size();) {
        const auto end = std::min(list.find(',', begin), list.size());
        const auto item = list.substr(begin, end - begin);
        begin = end + 1;
        const auto first = item.find(':');
        if (first == std::string_view::npos) {
            const auto value = real_in(item);
            if (!value) refuse(item, "not a number");
            numbers.push_back(*value);
            continue;
        }
        const auto second = item.find(':', first + 1);
        if (second == std::string_view::npos)
            refuse(item, "a range has a start, an end and a number of points");
        const auto a = real_in(item.substr(0, first)),
                   b = real_in(item.substr(first + 1, second - first - 1));
        const auto n = integer_in<std::int64_t>(item.substr(second + 1));
        if (!a || !b || !n) refuse(item, "not numbers");
        if (!std::isfinite(*a) || !std::isfinite(*b)) refuse(item, "the ends of a range are finite");
        if (*n < 1 || (*n == 1) != (*a == *b)) refuse(item, "two points or more, and one where a = b");
        if (static_cast<std::size_t>(*n) > most - std::min(most, numbers.size()))
            refuse(item, "more than 10^7 numbers");
        for (std::int64_t i = 0; i < *n; ++i)
            numbers.push_back(
                *n == 1 ? *a : *a + (*b - *a) * (static_cast<double>(i) / static_cast<double>(*n - 1)));
    }
    return numbers;
}

}  // namespace dickejump
