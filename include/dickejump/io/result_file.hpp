#pragma once

#include <string>
#include <string_view>

#include "dickejump/io/checkpoint.hpp"
#include "dickejump/study/scan/scan_result.hpp"

namespace dickejump {

/// The version of result.h5 that is written; see tools/docs/formats.md.
inline constexpr std::uint64_t result_format_version = 1;

/// The bytes of result.h5: curves, estimators, histograms, configuration, provenance, and all that merging
/// and extending need. The same for the same run, but for /provenance and the checksum at the end.
/// @param state  of the run, with its sums
std::string to_hdf5(const ScanResult& result, Checkpoint state);

/// What result.h5 keeps for merging and extending. @param name  of the file, for messages
/// @throws InvalidInput if it is damaged, foreign, or of another format; HDF5 sees it only if it is whole
Checkpoint checkpoint_in_hdf5(std::string_view bytes, const std::string& name);

}  // namespace dickejump
