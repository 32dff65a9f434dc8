#pragma once

#include <memory>
#include <span>
#include <string>

#include "cli/verb.hpp"
#include "dickejump/study/scan/prepared_scan.hpp"

namespace dickejump::cli {

/// What a scan keeps in its folder while it runs: config.toml and a checkpoint, from before the first long
/// work on, so that `resume` can go on from any moment.
class ScanStore {
public:
    /// @param folder  null: nothing is stored
    /// @throws InvalidInput if what is to be gone on with is of another configuration
    ScanStore(const ResultFolder* folder, const Told<ScanConfig>& told, std::string toml);

    /// The blocks that this run is for.
    BlockRange wanted() const { return state_.wanted; }
    /// Whether they are a part of the ensemble only.
    bool partial() const { return state_.wanted != blocks_of(state_.ensemble); }
    /// Whether nothing is left to run: the result is to be made of what is there.
    bool only_delivers() const;

    /// The scan ready to run, with calibrations that were kept.
    PreparedScan prepare(const RunControl& control);
    /// A part with all that is there already.
    ScanPart restored(const PreparedScan& scan) const;
    /// Stores what a part holds now. @throws OutputError
    void write(const ScanPart& part);
    /// The same, but a folder that cannot be written for now is only warned of.
    void try_to_write(const ScanPart& part) noexcept;
    /// A target error was reached.
    void target_reached() { state_.target_reached = true; }
    /// The checkpoint, without sums.
    const Checkpoint& state() const { return state_; }

private:
    void begin();
    void write_there();
    void keep(std::span<const double> calibrations) noexcept;
    void warn_of_storing(const std::exception& error) noexcept;
    void write() const;

    const ResultFolder* folder_;
    const Told<ScanConfig>& told_;
    std::string toml_;
    Checkpoint state_;
    bool begun_ = false, warned_ = false;
};

}  // namespace dickejump::cli
