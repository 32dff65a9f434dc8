#pragma once

#include <Eigen/Core>
#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

// The state of sums as bytes: little-endian numbers in the order in which visit_state shows them, lists with
// their length before them. The layout is part of the bytes, as text, so that sums of another layout are
// refused rather than misread.

/// A list that grows with the runs, in their order: its length is part of the state, not of the layout.
template <class T>
struct Series {
    std::vector<T> items;  ///< by run

    /// Appends the later runs.
    void merge(const Series& later) { items.insert(items.end(), later.items.begin(), later.items.end()); }
};

namespace state {

/// Whether T is a Series, whose length is that of what was stored.
template <class T>
inline constexpr bool is_series = false;
/// It is.
template <class T>
inline constexpr bool is_series<Series<T>> = true;
/// Whether T is a std::vector, which is written with its length before it.
template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;
/// Whether T is a std::optional, which is written with a word that says whether it holds something.
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

__extension__ using Wide = __int128;  ///< A signed integer of 128 bits, for exact sums of n^2.
__extension__ using UnsignedWide = unsigned __int128;  ///< the same without a sign: its bits, in two words

/// Appends to bytes, and to a text that says what they are.
class Writer {
public:
    std::string bytes,  ///< what was written, little-endian
        layout;         ///< what it is, as text

    /// Writes one member under its name: what visit_state calls.
    template <class T>
    void operator()(std::string_view name, const T& value) {
        layout += std::string(name) + ":";
        write(value);
        layout += ";";
    }

    /// Writes a number, list, matrix, optional, or whatever has a visit_state of its own.
    template <class T>
    void write(const T& value) {
        if constexpr (std::same_as<T, Wide>) {
            layout += "i128";
            const auto bits = static_cast<UnsignedWide>(value);
            put(static_cast<std::uint64_t>(bits));
            put(static_cast<std::uint64_t>(bits >> 64));
        } else if constexpr (std::integral<T>) {
            layout += "i64";
            put(static_cast<std::uint64_t>(value));
        } else if constexpr (std::floating_point<T>) {
            layout += "f64";
            put(std::bit_cast<std::uint64_t>(static_cast<double>(value)));
        } else if constexpr (is_optional<T>) {
            put(static_cast<std::uint64_t>(value.has_value()));
            if (!value) {
                layout += "none";
                return;
            }
            write(*value);
        } else if constexpr (is_series<T>) {
            layout += "series";
            const auto before = layout.size();
            put(static_cast<std::uint64_t>(value.items.size()));
            for (const auto& item : value.items) {
                write(item);
                layout.resize(before);
            }
        } else if constexpr (is_list<T>) {
            layout += "[";
            put(static_cast<std::uint64_t>(value.size()));
            // Items are alike: one of them tells the layout of all.
            std::string one;
            for (const auto& item : value) {
                const auto before = layout.size();
                write(item);
                if (one.empty()) one = layout.substr(before);
                layout.resize(before);
            }
            layout += one + "]";
        } else if constexpr (requires { value.rows(), value.cols(), value.data(); }) {
            layout += "matrix";
            put(static_cast<std::uint64_t>(value.rows()));
            put(static_cast<std::uint64_t>(value.cols()));
            for (Eigen::Index i = 0; i < value.size(); ++i)
                put(std::bit_cast<std::uint64_t>(value.data()[i]));
        } else {
            layout += "{";
            visit_state(value, *this);
            layout += "}";
        }
    }

private:
    void put(std::uint64_t word) {
        for (int i = 0; i < 8; ++i)
            bytes += static_cast<char>(word >> (8 * i));
    }
};

/// Reads into a value that has the right shape already but for the lengths of its lists.
class Reader {
public:
    /// @param bytes  of a Writer; they must outlive the reader
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    /// Reads one member; its name is not in the bytes, since equal layouts are checked before.
    template <class T>
    void operator()(std::string_view, T& value) {
        read(value);
    }

    /// Reads what `Writer::write` wrote. @throws InvalidInput if it has another length or shape
    template <class T>
    void read(T& value) {
        if constexpr (std::same_as<T, Wide>) {
            const auto low = get(), high = get();
            value = static_cast<Wide>(static_cast<UnsignedWide>(high) << 64 | low);
        } else if constexpr (std::integral<T>) {
            value = static_cast<T>(get());
        } else if constexpr (std::floating_point<T>) {
            value = std::bit_cast<double>(get());
        } else if constexpr (is_optional<T>) {
            const bool there = get() != 0;
            if (there != value.has_value())
                refuse("a part is there that should not be, or the other way round");
            if (value) read(*value);
        } else if constexpr (is_series<T>) {
            const auto length = get();
            if (length > bytes_.size()) refuse("a series is longer than they are");
            value.items.resize(length);
            for (auto& item : value.items)
                read(item);
        } else if constexpr (is_list<T>) {
            if (get() != value.size()) refuse("a list has another length");
            for (auto& item : value)
                read(item);
        } else if constexpr (requires { value.rows(), value.cols(), value.data(); }) {
            const auto rows = get(), columns = get();
            if (rows != static_cast<std::uint64_t>(value.rows()) ||
                columns != static_cast<std::uint64_t>(value.cols()))
                refuse("a matrix has another shape");
            for (Eigen::Index i = 0; i < value.size(); ++i)
                value.data()[i] = std::bit_cast<double>(get());
        } else {
            visit_state(value, *this);
        }
    }

    /// Whether everything was read.
    bool at_end() const { return bytes_.empty(); }
    /// @throws InvalidInput that says why stored sums do not fit
    [[noreturn]] static void refuse(const std::string& why) {
        throw InvalidInput("stored sums (" + why + ") they are of another configuration or version");
    }

private:
    std::uint64_t get() {
        if (bytes_.size() < 8) refuse("they end too early");
        std::uint64_t word = 0;
        for (int i = 0; i < 8; ++i)
            word |=
                static_cast<std::uint64_t>(static_cast<unsigned char>(bytes_[static_cast<std::size_t>(i)]))
                << (8 * i);
        bytes_.remove_prefix(8);
        return word;
    }

    std::string_view bytes_;
};

}  // namespace state

/// The state of sums.
template <class T>
std::string state_of(const T& sums) {
    state::Writer writer;
    writer.write(sums);
    return std::move(writer.bytes);
}
/// What state_of writes, as text: equal for sums of equal layout.
template <class T>
std::string layout_of(const T& sums) {
    state::Writer writer;
    writer.write(sums);
    return std::move(writer.layout);
}
/// Puts a state into empty sums of the same run. @throws InvalidInput if it does not fit
template <class T>
void restore(T& sums, std::string_view bytes) {
    state::Reader reader(bytes);
    reader.read(sums);
    if (!reader.at_end()) state::Reader::refuse("they go on where they should end");
}

}  // namespace dickejump
