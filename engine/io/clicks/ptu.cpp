#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "dickejump/model/invalid_input.hpp"
#include "io/clicks/formats.hpp"

// PicoQuant's unified file format: "PQTTTR", a version, tags of 48 bytes (name, index, type, value) up to
// Header_End, and records of four bytes. In T2 mode a record is the time of a click since the last overflow
// of its counter, and the input that it came by; 0 is the sync input.

namespace dickejump::clicks {

namespace {

constexpr std::size_t tag_size = 48, record_size = 4;
constexpr std::string_view magic{"PQTTTR\0\0", 8};

template <class T>
T little(std::string_view bytes, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i)
        value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    if constexpr (sizeof(T) == 8)
        return std::bit_cast<T>(value);
    else
        return static_cast<T>(value);
}

/// How the records of a device are laid out.
struct Layout {
    enum class Kind { pico_harp, hydra_harp };

    std::uint32_t type;
    Kind kind;
    std::int64_t overflow;  ///< ticks between two overflows
    bool counted;           ///< an overflow record says how many there were
};
constexpr std::array layouts{
    Layout{0x00010203, Layout::Kind::pico_harp, 210698240, false},  // PicoHarp 300
    Layout{0x00010204, Layout::Kind::hydra_harp, 33552000, false},  // HydraHarp, first version
    Layout{0x01010204, Layout::Kind::hydra_harp, 33554432, true},   // HydraHarp 2
    Layout{0x00010205, Layout::Kind::hydra_harp, 33554432, true},   // TimeHarp 260 N
    Layout{0x00010206, Layout::Kind::hydra_harp, 33554432, true},   // TimeHarp 260 P
    Layout{0x00010207, Layout::Kind::hydra_harp, 33554432, true},   // MultiHarp
};

[[noreturn]] void refuse(const std::string& file, const std::string& why_and_fix) {
    throw InvalidInput(file + " " + why_and_fix);
}
std::string at_byte(std::size_t byte) {
    return "byte " + std::to_string(byte);
}

/// What the tags say that matters here.
struct Header {
    std::optional<std::int64_t> record_type, mode, records, bits;
    std::optional<double> resolution;
    std::size_t end = 0;  ///< first byte of the records
};

Header read_header(const std::string& file, std::string_view bytes) {
    if (!bytes.starts_with(magic)) refuse(file, "(byte 0: does not begin as PTU) give a .ptu of PicoQuant");
    Header header;
    // Values of these types are followed by as many bytes as the value says.
    constexpr std::array<std::uint32_t, 4> followed{0x2001FFFF, 0x4001FFFF, 0x4002FFFF, 0xFFFFFFFF};
    for (std::size_t at = 16;;) {
        if (bytes.size() < tag_size || at > bytes.size() - tag_size)
            refuse(file, "(" + at_byte(bytes.size()) + ": ends within the header) copy it again");
        const auto name_field = bytes.substr(at, 32);
        const auto tag = name_field.substr(0, name_field.find('\0'));
        const auto type = little<std::uint32_t>(bytes, at + 36);
        const auto value = little<std::int64_t>(bytes, at + 40);
        const auto real = std::bit_cast<double>(value);
        if (tag == "TTResultFormat_TTTRRecType") header.record_type = value;
        if (tag == "TTResultFormat_BitsPerRecord") header.bits = value;
        if (tag == "MeasDesc_RecordingMode") header.mode = value;
        if (tag == "TTResult_NumberOfRecords") header.records = value;
        if (tag == "MeasDesc_GlobalResolution") header.resolution = real;
        const auto tag_at = at;
        at += tag_size;
        if (tag == "Header_End") {
            header.end = at;
            return header;
        }
        for (const auto one : followed)
            if (type == one) {
                if (value < 0 || static_cast<std::uint64_t>(value) > bytes.size() - at)
                    refuse(file, "(" + at_byte(tag_at) + ": tag " + shown(tag) + " with " +
                                     std::to_string(value) + " bytes after it, in a file of " +
                                     std::to_string(bytes.size()) + ") copy it again");
                at += static_cast<std::size_t>(value);
            }
    }
}

const Layout& layout_of(const std::string& file, const Header& header) {
    if (!header.record_type) refuse(file, "(no tag TTResultFormat_TTTRRecType) give a .ptu of time tags");
    for (const auto& layout : layouts)
        if (static_cast<std::int64_t>(layout.type) == *header.record_type) return layout;
    std::array<char, 24> type{};
    std::snprintf(type.data(), type.size(), "0x%llx", static_cast<unsigned long long>(*header.record_type));
    refuse(file, std::string("(records of type ") + type.data() +
                     ": not T2 of PicoHarp 300, HydraHarp, TimeHarp 260 or MultiHarp) record in T2 mode");
}

}  // namespace

ClickFile read_ptu(const std::string& file, std::string_view bytes) {
    const auto header = read_header(file, bytes);
    const auto& layout = layout_of(file, header);
    if (header.mode.value_or(2) != 2)
        refuse(file,
               "(MeasDesc_RecordingMode = " + std::to_string(*header.mode) + ": not T2) record in T2 mode");
    if (header.bits.value_or(32) != 32)
        refuse(file, "(records of " + std::to_string(*header.bits) + " bits) give a file with records of 32");
    if (!header.resolution || !std::isfinite(*header.resolution) || !(*header.resolution > 0.0))
        refuse(file, "(MeasDesc_GlobalResolution is " +
                         (header.resolution ? text(*header.resolution) : std::string("missing")) +
                         ") the seconds a tick must be known");
    const std::size_t there = (bytes.size() - header.end) / record_size;
    // A measurement that was broken off says 0.
    const auto said = header.records.value_or(0);
    if ((said != 0 && said != static_cast<std::int64_t>(there)) ||
        (bytes.size() - header.end) % record_size != 0)
        refuse(file, "(the header says " + std::to_string(said) + " records, and after it, from " +
                         at_byte(header.end) + " on, there are " + std::to_string(bytes.size() - header.end) +
                         " bytes, which is " + std::to_string(there) + " of them) copy it again");

    ClickFile result{.file = file, .place = "record", .resolution = *header.resolution, .clicks = {}};
    std::int64_t base = 0;
    constexpr std::int64_t latest = std::int64_t{1} << 62;
    for (std::size_t i = 0; i < there; ++i) {
        const auto record = little<std::uint32_t>(bytes, header.end + i * record_size);
        const auto place = static_cast<std::int64_t>(i);
        std::int64_t overflows = 0;
        if (layout.kind == Layout::Kind::pico_harp) {
            const std::int64_t time = record & 0x0FFFFFFF, channel = record >> 28;
            if (channel != 0xF) {
                constexpr std::int64_t last_input = 4;
                if (channel > last_input)
                    refuse(file, "(record " + std::to_string(i) + ": input " + std::to_string(channel) +
                                     " of a PicoHarp, which has 0 to 4) copy it again");
                result.clicks.push_back({.tick = base + time, .channel = channel, .place = place});
            } else if ((time & 0xF) == 0) {
                overflows = 1;  // else a marker
            }
        } else {
            const std::int64_t time = record & 0x01FFFFFF, channel = (record >> 25) & 0x3F;
            const bool special = (record >> 31) != 0;
            if (!special)
                result.clicks.push_back({.tick = base + time, .channel = channel + 1, .place = place});
            else if (channel == 0x3F)
                overflows = layout.counted && time > 0 ? time : 1;
            else if (channel == 0)
                result.clicks.push_back({.tick = base + time, .channel = 0, .place = place});
        }
        if (overflows > (latest - base) / layout.overflow)
            refuse(file, "(record " + std::to_string(i) +
                             ": overflows up to a time of more than 2^62 ticks) " + "copy it again");
        base += overflows * layout.overflow;
    }
    return result;
}

std::string write_ptu(const std::vector<FileClick>& clicks, double resolution) {
    std::string bytes(magic);
    bytes += std::string_view("1.0.00\0\0", 8);
    const auto put = [&](std::uint64_t value, int size) {
        for (int i = 0; i < size; ++i, value >>= 8)
            bytes += static_cast<char>(value & 0xff);
    };
    const auto tag = [&](std::string_view name, std::uint32_t type, std::uint64_t value) {
        bytes += name;
        bytes.append(32 - name.size(), '\0');
        put(0xFFFFFFFF, 4);  // no index
        put(type, 4);
        put(value, 8);
    };
    constexpr std::uint32_t whole = 0x10000008, real = 0x20000008, nothing = 0xFFFF0008;
    const auto layout = layouts[2];
    std::string records;
    std::int64_t base = 0;
    const auto record = [&](std::uint64_t value) {
        for (int i = 0; i < 4; ++i, value >>= 8)
            records += static_cast<char>(value & 0xff);
    };
    for (const auto& click : clicks) {
        for (auto overflows = (click.tick - base) / layout.overflow; overflows > 0;) {
            const auto some = std::min<std::int64_t>(overflows, 0x01FFFFFF);
            record(0xFE000000u | static_cast<std::uint64_t>(some));
            base += some * layout.overflow;
            overflows -= some;
        }
        const auto time = static_cast<std::uint64_t>(click.tick - base);
        record(click.channel == 0 ? 0x80000000u | time
                                  : (static_cast<std::uint64_t>(click.channel - 1) << 25) | time);
    }
    tag("TTResultFormat_TTTRRecType", whole, layout.type);
    tag("TTResultFormat_BitsPerRecord", whole, 32);
    tag("MeasDesc_RecordingMode", whole, 2);
    tag("MeasDesc_GlobalResolution", real, std::bit_cast<std::uint64_t>(resolution));
    tag("MeasDesc_Resolution", real, std::bit_cast<std::uint64_t>(resolution));
    tag("TTResult_NumberOfRecords", whole, records.size() / record_size);
    tag("Header_End", nothing, 0);
    return bytes + records;
}

}  // namespace dickejump::clicks
