#pragma once

#include <hdf5.h>
#include <hdf5_hl.h>

#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dickejump::hdf5 {

/// An identifier of the HDF5 library that is closed with this object.
class Handle {
public:
    using Close = herr_t (*)(hid_t);
    /// @throws std::runtime_error if the call that gave `id` failed
    Handle(hid_t id, Close close);
    ~Handle();
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    operator hid_t() const { return id_; }

private:
    hid_t id_;
    Close close_;
};

/// A file in memory. What is created in it has no times, so that equal contents are equal bytes. Other
/// threads wait for their own as long as it lives: the library need not be one for threads, and takes two
/// files in memory for one.
class Image {
public:
    Image();
    /// Of bytes that are known to be whole: the library does not survive damaged ones.
    explicit Image(std::string_view bytes);

    hid_t file() const { return file_; }
    Handle group(hid_t where, const char* name) const;
    void attribute(hid_t where, const char* name, const std::string& text) const;
    void attribute(hid_t where, const char* name, std::int64_t number) const;
    void attribute(hid_t where, const char* name, double number) const;
    /// One-dimensional. @param scale  the dimension scale of its axis; 0: it is one itself, under its own
    /// name
    Handle numbers(hid_t where, const char* name, std::span<const double> values, const char* units,
                   const char* long_name, hid_t scale = 0) const;
    Handle bytes(hid_t where, const char* name, std::string_view content) const;
    /// Rows of a compound type.
    void table(hid_t where, const char* name, hid_t type, const void* rows, std::size_t count) const;

    std::string text_attribute(hid_t where, const char* name) const;
    double number_attribute(hid_t where, const char* name) const;
    std::string content(const char* dataset) const;
    std::vector<double> numbers(const char* dataset) const;

    /// The whole file.
    std::string image() const;

private:
    std::unique_lock<std::recursive_mutex> alone_;
    Handle file_;
};

}  // namespace dickejump::hdf5
