#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dickejump/ensemble/stored_sums.hpp"
#include "dickejump/study/provenance.hpp"

namespace dickejump {

/// Everything that going on with a run needs: what is simulated, its calibrations, and the sums so far.
///
/// As a file: eight letters, then 64-bit little-endian numbers: format version, length of what follows them,
/// its xxHash. All of it is checked before any of it is believed.
struct Checkpoint {
    static constexpr std::uint64_t format_version = 1;  ///< of the layout of the file, not of the program

    std::string study;                 ///< the verb: "scan"
    std::string config;                ///< as config.toml has it
    std::uint64_t config_hash = 0;     ///< without how many trajectories
    Ensemble ensemble = {};            ///< of the whole
    BlockRange wanted = {};            ///< which of its blocks this run is for
    bool target_reached = false;       ///< a target error ended it: no more is wanted
    double seconds = 0.0;              ///< of its runs so far
    Provenance provenance = {};        ///< of who wrote it
    std::string arithmetic = {};       ///< of the lane kernels, see `arithmetic()`
    std::vector<double> calibrations;  ///< empty: not known yet
    StoredSums sums = {};              ///< of the blocks that are done

    /// The blocks that are there, a last one that is cut short too.
    std::vector<BlockRange> done() const;
    /// What of the whole ensemble, or of another range, is not there.
    std::vector<BlockRange> missing() const { return missing(blocks_of(ensemble)); }
    /// What of a range of blocks is not there, in order.
    std::vector<BlockRange> missing(BlockRange range) const;
    /// Trajectories that are there.
    std::int64_t trajectories() const;
    /// Whether nothing is left to do of the whole ensemble.
    bool complete() const { return target_reached || missing().empty(); }
};

/// The file's bytes.
std::string to_bytes(const Checkpoint& checkpoint);
/// @param name  of the file, for messages @throws InvalidInput if it is damaged, foreign, or of another
/// format
Checkpoint checkpoint_in(std::string_view bytes, const std::string& name);

/// One JSON object on one line, what `dickejump inspect --json` prints.
std::string to_json(const Checkpoint& checkpoint);

/// Which bits the kernels make on this processor: "fused multiply-add" or "portable".
std::string arithmetic();

/// The content of a file. @throws InvalidInput if it cannot be read
std::string content_of(const std::filesystem::path& file);

/// The keys in which two configurations differ, each as `key = a, key = b`.
/// @param leave_out  keys that may differ
std::vector<std::string> differences(const std::string& one, const std::string& other,
                                     const std::vector<std::string>& leave_out = {});

}  // namespace dickejump
