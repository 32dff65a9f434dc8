#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

/// Numbers and texts one after another, little-endian on every machine.
class ByteWriter {
public:
    void number(std::uint64_t value) {
        for (int i = 0; i < 8; ++i)
            bytes_ += static_cast<char>(value >> (8 * i));
    }
    void whole(std::int64_t value) { number(static_cast<std::uint64_t>(value)); }
    void real(double value) { number(std::bit_cast<std::uint64_t>(value)); }
    /// Its length before it.
    void text(std::string_view value) {
        number(value.size());
        bytes_ += value;
    }
    std::string take() { return std::move(bytes_); }

private:
    std::string bytes_;
};

/// Reads what ByteWriter writes. Everything @throws InvalidInput where the bytes end too early.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

    std::uint64_t number() {
        need(8);
        std::uint64_t value = 0;
        for (int i = 0; i < 8; ++i)
            value |= std::uint64_t{static_cast<unsigned char>(rest_[static_cast<std::size_t>(i)])} << (8 * i);
        rest_.remove_prefix(8);
        return value;
    }
    std::int64_t whole() { return static_cast<std::int64_t>(number()); }
    double real() { return std::bit_cast<double>(number()); }
    std::string text() {
        const auto length = number();
        need(length);
        std::string value(rest_.substr(0, length));
        rest_.remove_prefix(length);
        return value;
    }
    /// How many things of at least eight bytes follow: no more than there is room for.
    std::uint64_t count() {
        const auto things = number();
        if (things > rest_.size() / 8) refuse();
        return things;
    }
    void end() const {
        if (!rest_.empty()) refuse();
    }

private:
    void need(std::uint64_t bytes) const {
        if (rest_.size() < bytes) refuse();
    }
    [[noreturn]] static void refuse() {
        throw InvalidInput("stored sums (their length is wrong) they are of another version, or damaged");
    }

    std::string_view rest_;
};

}  // namespace dickejump
