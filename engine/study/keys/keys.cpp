#include "dickejump/study/keys/keys.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace dickejump {

namespace {

template <class Integer>
void read_integer(std::string_view key, const std::string& text, Integer& value) {
    const auto read = integer_in<Integer>(text);
    if (!read)
        throw InvalidInput("`" + std::string(key) + "` = " + text + " (not " +
                           (std::is_unsigned_v<Integer> ? "a non-negative" : "a") +
                           " whole number in range) write it in digits, or like 1e6");
    value = *read;
}

}  // namespace

std::string Range::text() const {
    const auto number = [](double x) { return dickejump::text(x); };
    if (std::isinf(low) && std::isinf(high)) return "finite";
    if (std::isinf(high)) return (low_is_in ? ">= " : "> ") + number(low);
    if (std::isinf(low)) return (high_is_in ? "<= " : "< ") + number(high);
    if (low_is_in && high_is_in) return "from " + number(low) + " to " + number(high);
    return (low_is_in ? ">= " : "> ") + number(low) + " and " + (high_is_in ? "<= " : "< ") + number(high);
}

Setting setting_of(double value) {
    return {Setting::Type::real, text(value)};
}
Setting setting_of(std::int64_t value) {
    return {Setting::Type::integer, std::to_string(value)};
}
Setting setting_of(std::uint64_t value) {
    return {Setting::Type::integer, std::to_string(value)};
}
Setting setting_of(int value) {
    return {Setting::Type::integer, std::to_string(value)};
}

void read_setting(std::string_view key, const std::string& text, double& value) {
    const auto read = real_in(text);
    if (!read)
        throw InvalidInput("`" + std::string(key) + "` = " + text +
                           " (not a number) write it like 0.5 or 1e-3");
    value = *read;
}
void read_setting(std::string_view key, const std::string& text, std::int64_t& value) {
    read_integer(key, text, value);
}
void read_setting(std::string_view key, const std::string& text, std::uint64_t& value) {
    read_integer(key, text, value);
}
void read_setting(std::string_view key, const std::string& text, int& value) {
    read_integer(key, text, value);
}

std::string out_of_range(std::string_view key, const std::string& value, const Range& range) {
    const auto text = range.text();
    const std::string name = "`" + std::string(key) + "`";
    return name + " = " + value + " (" + range.why + ") give " + name + " " +
           (text == "finite" ? "a finite value" : text);
}

std::uint64_t hash_of(std::string_view study, const std::vector<Described>& described) {
    std::string canonical(study);
    canonical += '\n';
    for (const auto& key : described) {
        if (key.info.role != KeyInfo::Role::result || key.is_default) continue;
        canonical += key.info.key;
        for (const auto& value : key.values)
            canonical += '\x1f' + value.text;
        for (const auto& table : key.tables) {
            canonical += '\x1e';
            for (const auto& [name, value] : table)
                canonical += name + '\x1f' + value.text + '\x1f';
        }
        canonical += '\n';
    }
    return XXH64(canonical.data(), canonical.size(), 0);
}

}  // namespace dickejump
