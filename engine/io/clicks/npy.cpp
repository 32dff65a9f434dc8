#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "dickejump/model/invalid_input.hpp"
#include "io/clicks/formats.hpp"

// NumPy's format (NEP 1): "\x93NUMPY", version, length of the header, a Python literal
//     {'descr': [('channel', '<u1'), ('time', '<i8')], 'fortran_order': False, 'shape': (134,), }
// and the rows. Only such literals are read, and nothing is evaluated.

namespace dickejump::clicks {

namespace {

constexpr std::string_view magic = "\x93NUMPY";

[[noreturn]] void refuse(const std::string& file, const std::string& why_and_fix) {
    throw InvalidInput(file + " " + why_and_fix);
}

/// One field of a row.
struct Field {
    std::string name;
    char order = '<', kind = 'i';
    std::size_t size = 8, offset = 0;
};

/// Reads the header's literal from left to right.
class Literal {
public:
    Literal(std::string file, std::string_view text) : file_(std::move(file)), text_(text) {}

    void expect(char c) {
        if (!take(c)) wrong(std::string("wants ") + c);
    }
    bool take(char c) {
        blank();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    std::string quoted() {
        blank();
        const char quote = at_ < text_.size() ? text_[at_] : ' ';
        if (quote != '\'' && quote != '"') wrong("wants a quoted word");
        const auto end = text_.find(quote, at_ + 1);
        if (end == std::string_view::npos) wrong("has a word without an end");
        const std::string word(text_.substr(at_ + 1, end - at_ - 1));
        at_ = end + 1;
        return word;
    }
    std::string word() {
        blank();
        const auto begin = at_;
        while (at_ < text_.size() && std::isalpha(static_cast<unsigned char>(text_[at_])))
            ++at_;
        return std::string(text_.substr(begin, at_ - begin));
    }
    std::uint64_t number() {
        blank();
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
        if (error != std::errc{}) wrong("wants a number");
        at_ = static_cast<std::size_t>(end - text_.data());
        return value;
    }
    [[noreturn]] void wrong(const std::string& what) const {
        refuse(file_, "(its header, near \"" + shown(text_.substr(std::min(at_, text_.size()))) + "\", " +
                          what + ") write a structured array with the fields channel and time");
    }

private:
    void blank() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])))
            ++at_;
    }
    std::string file_;
    std::string_view text_;
    std::size_t at_ = 0;
};

std::vector<Field> fields_of(Literal& literal) {
    std::vector<Field> fields;
    std::size_t offset = 0;
    literal.expect('[');
    while (!literal.take(']')) {
        Field field;
        literal.expect('(');
        field.name = literal.quoted();
        literal.expect(',');
        const auto type = literal.quoted();
        literal.take(',');
        literal.expect(')');
        literal.take(',');
        std::size_t size = 0;
        const auto [end, error] = std::from_chars(type.data() + std::min<std::size_t>(2, type.size()),
                                                  type.data() + type.size(), size);
        if (type.size() < 3 || error != std::errc{} || end != type.data() + type.size() || size < 1 ||
            size > (1u << 20))
            literal.wrong("has a type \"" + shown(type) + "\"");
        field.order = type[0];
        field.kind = type[1];
        field.size = size;
        field.offset = offset;
        offset += size;
        fields.push_back(std::move(field));
    }
    return fields;
}

/// The bytes of a number in the order of this machine.
template <class T>
T from_bytes(const char* bytes, bool swap) {
    std::array<char, sizeof(T)> raw;
    std::memcpy(raw.data(), bytes, sizeof(T));
    if (swap) std::reverse(raw.begin(), raw.end());
    return std::bit_cast<T>(raw);
}

/// A whole number of any numeric type; empty if it is none, or too large.
std::optional<std::int64_t> whole(const char* row, const Field& field) {
    const char* at = row + field.offset;
    const bool swap = field.order == '>';
    const auto of_real = [](double x) -> std::optional<std::int64_t> {
        if (!(std::abs(x) <= 9007199254740992.0) || x != std::floor(x)) return {};
        return static_cast<std::int64_t>(x);
    };
    switch (field.kind) {
        case 'i':
            if (field.size == 1) return from_bytes<std::int8_t>(at, swap);
            if (field.size == 2) return from_bytes<std::int16_t>(at, swap);
            if (field.size == 4) return from_bytes<std::int32_t>(at, swap);
            return from_bytes<std::int64_t>(at, swap);
        case 'u': {
            if (field.size == 1) return from_bytes<std::uint8_t>(at, swap);
            if (field.size == 2) return from_bytes<std::uint16_t>(at, swap);
            if (field.size == 4) return from_bytes<std::uint32_t>(at, swap);
            const auto value = from_bytes<std::uint64_t>(at, swap);
            if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return {};
            return static_cast<std::int64_t>(value);
        }
        default:
            return of_real(field.size == 4 ? from_bytes<float>(at, swap) : from_bytes<double>(at, swap));
    }
}

bool is_number(const Field& field) {
    const auto has = [&](std::initializer_list<std::size_t> sizes) {
        return std::find(sizes.begin(), sizes.end(), field.size) != sizes.end();
    };
    if (field.order != '<' && field.order != '>' && field.order != '|' && field.order != '=') return false;
    return ((field.kind == 'i' || field.kind == 'u') && has({1, 2, 4, 8})) ||
           (field.kind == 'f' && has({4, 8}));
}

}  // namespace

ClickFile read_npy(const std::string& file, std::string_view bytes) {
    if (!bytes.starts_with(magic) || bytes.size() < 10)
        refuse(file, "(byte 0: does not begin as a NumPy file) write it by numpy.save");
    const auto version = static_cast<unsigned char>(bytes[6]);
    if (version < 1 || version > 3)
        refuse(file,
               "(byte 6: version " + std::to_string(version) + " of the format) write version 1, 2 or 3");
    const std::size_t length_size = version == 1 ? 2 : 4, begin = 8 + length_size;
    if (bytes.size() < begin)
        refuse(file, "(cut short at byte " + std::to_string(bytes.size()) + ") copy it again");
    const std::size_t length = version == 1 ? from_bytes<std::uint16_t>(bytes.data() + 8, false)
                                            : from_bytes<std::uint32_t>(bytes.data() + 8, false);
    if (length > bytes.size() - begin)
        refuse(file, "(byte 8: a header of " + std::to_string(length) + " bytes in a file of " +
                         std::to_string(bytes.size()) + ") copy it again");

    Literal literal(file, bytes.substr(begin, length));
    std::vector<Field> fields;
    std::optional<std::uint64_t> rows;
    literal.expect('{');
    while (!literal.take('}')) {
        const auto key = literal.quoted();
        literal.expect(':');
        if (key == "descr") {
            fields = fields_of(literal);
        } else if (key == "fortran_order") {
            literal.word();  // of one dimension either order is the same
        } else if (key == "shape") {
            literal.expect('(');
            rows = literal.number();
            literal.take(',');
            if (!literal.take(')')) literal.wrong("has more than one dimension");
        } else {
            literal.wrong("has a key \"" + shown(key) + "\"");
        }
        literal.take(',');
    }
    const auto find = [&](std::string_view name) -> const Field& {
        const auto found =
            std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == name; });
        if (found == fields.end()) literal.wrong("has no field " + std::string(name));
        if (!is_number(*found)) literal.wrong("has a field " + std::string(name) + " that is no number");
        return *found;
    };
    const Field &channel = find("channel"), &time = find("time");
    if (!rows) literal.wrong("has no shape");
    const std::size_t row_size = fields.back().offset + fields.back().size, data = begin + length;
    const std::size_t there = (bytes.size() - data) / row_size;
    if (*rows != there || (bytes.size() - data) % row_size != 0)
        refuse(file, "(the header says " + std::to_string(*rows) + " rows of " + std::to_string(row_size) +
                         " bytes, and from byte " + std::to_string(data) + " on there are " +
                         std::to_string(bytes.size() - data) + " bytes) copy it again");
    ClickFile result{.file = file, .place = "byte", .clicks = {}};
    result.clicks.reserve(there);
    for (std::size_t i = 0; i < there; ++i) {
        const std::size_t place = data + i * row_size;
        const auto at_channel = whole(bytes.data() + place, channel),
                   at_time = whole(bytes.data() + place, time);
        if (!at_channel || !at_time)
            refuse(file,
                   "(row " + std::to_string(i) + ", byte " + std::to_string(place) +
                       ": channel or time is not a whole number below 2^63) write times as whole ticks");
        result.clicks.push_back(
            {.tick = *at_time, .channel = *at_channel, .place = static_cast<std::int64_t>(place)});
    }
    return result;
}

std::string write_npy(const std::vector<FileClick>& clicks) {
    std::string header =
        "{'descr': [('channel', '<i4'), ('time', '<i8')], 'fortran_order': False, 'shape': (" +
        std::to_string(clicks.size()) + ",), }";
    // The data begin at a multiple of 64 bytes.
    while ((10 + header.size() + 1) % 64 != 0)
        header += ' ';
    header += '\n';
    std::string bytes(magic);
    bytes += {'\1', '\0', static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
    bytes += header;
    for (const auto& click : clicks) {
        auto channel = static_cast<std::uint64_t>(click.channel),
             time = static_cast<std::uint64_t>(click.tick);
        for (int i = 0; i < 4; ++i, channel >>= 8)
            bytes += static_cast<char>(channel & 0xff);
        for (int i = 0; i < 8; ++i, time >>= 8)
            bytes += static_cast<char>(time & 0xff);
    }
    return bytes;
}

}  // namespace dickejump::clicks
