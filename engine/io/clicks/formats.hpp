#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dickejump/io/click_file.hpp"

namespace dickejump::clicks {

// One reader a format: the bytes of a file to its clicks, in the file's order. Each throws InvalidInput
// naming the place that is wrong, and costs no more than a small multiple of the bytes.

ClickFile read_csv(const std::string& file, std::string_view bytes);
ClickFile read_text(const std::string& file, std::string_view bytes);
ClickFile read_counts(const std::string& file, std::string_view bytes);
ClickFile read_npy(const std::string& file, std::string_view bytes);
ClickFile read_ptu(const std::string& file, std::string_view bytes);
ClickFile read_photon_hdf5(const std::string& file, std::string_view bytes);

// And one writer: clicks in order of time to the bytes of a file.

std::string write_csv(const std::vector<FileClick>& clicks);
std::string write_text(const std::vector<FileClick>& clicks);
std::string write_npy(const std::vector<FileClick>& clicks);
/// Of a HydraHarp 2. @param resolution  seconds a tick
std::string write_ptu(const std::vector<FileClick>& clicks, double resolution);
std::string write_photon_hdf5(const std::vector<FileClick>& clicks, double resolution);

/// A part of a file as it may stand in a message: printable, and not too long.
std::string shown(std::string_view bytes);

/// Clicks that one file may hold when they are counts, which cost nothing to write: the likelihood follows
/// each.
inline constexpr std::int64_t most_counted = 10'000'000;

}  // namespace dickejump::clicks
