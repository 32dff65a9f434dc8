#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "dickejump/ensemble/block.hpp"
#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/ensemble/stored_sums.hpp"
#include "dickejump/study/plan.hpp"
#include "dickejump/study/scan/scan_config.hpp"
#include "dickejump/study/scan/scan_result.hpp"

namespace dickejump {

/// A scan that is ready to run: configuration, exact solution, samplers, calibrations and systematic errors,
/// once and for all. Immutable, and cheap to copy.
class PreparedScan {
public:
    struct Plan;

    /// Made by `prepare`.
    /// @throws InvalidInput if there is none
    explicit PreparedScan(std::shared_ptr<const Plan> plan) : plan_(planned(std::move(plan))) {}

    /// Resolved: what `auto` and defaults stand for is put in.
    const ScanConfig& config() const;
    /// The same scan from the master equation.
    const ExactScan& exact() const;
    /// Systematic errors of the sphere, by leg; empty for the exact method.
    const std::vector<LegBias>& biases() const;
    /// Mean number of jumps of all kinds in one run of all legs.
    double mean_jumps() const;

    /// Its calibrations as numbers, for a file: `prepare` takes them instead of running them again.
    std::vector<double> calibrations() const;

    /// What `simulate` needs; not for others.
    const Plan& plan() const { return *plan_; }

private:
    std::shared_ptr<const Plan> plan_;
};

/// Is given the calibrations so far, as `PreparedScan::calibrations`, whenever another one is done.
using KeepCalibrations = std::function<void(std::span<const double>)>;

/// Checks, solves and calibrates all that the runs of a scan need. Detectors are calibrated by runs of their
/// own, a fixed number whatever the ensemble: that takes longest.
/// @param calibrations  of the same configuration, as PreparedScan::calibrations or `keep` had them: what is
///        not among them is run
/// @param keep  null: nobody wants them before all are done
/// @throws InvalidInput with everything that is wrong with the configuration; Stopped if `control` says so
PreparedScan prepare(const ScanConfig& config, const RunControl& control = {},
                     std::span<const double> calibrations = {}, const KeepCalibrations& keep = {});

/// The sums of some blocks of a scan: what can be computed apart and put together. The result of parts is the
/// same to the last bit as that of one run, whatever the parts are.
class ScanPart {
public:
    /// No block yet.
    explicit ScanPart(PreparedScan scan);
    ~ScanPart();
    /// The sums move along; what is left behind can only be destroyed or assigned to.
    ScanPart(ScanPart&&) noexcept;
    ScanPart& operator=(ScanPart&&) noexcept;  ///< likewise

    /// What it is a part of.
    const PreparedScan& scan() const { return scan_; }
    /// Which blocks of 128 trajectories are there, in order.
    std::vector<BlockRange> blocks() const;
    /// Runs the blocks of a range that are not there yet. @return why it ended @throws InvalidInput if the
    /// range is not one of the ensemble's
    StopReason simulate(BlockRange range, const RunControl& control = {});
    /// Adds what another part has. @throws InvalidInput if it is of another configuration, or overlaps
    void merge(const ScanPart& other);
    /// Whether blocks 0, 1, .. as far as they are there reach every `target_error`, as `simulate` asks after
    /// each block: not of fewer than 8, nor without targets.
    bool reached() const;
    /// What is there as bytes.
    StoredSums store() const;
    /// Adds what a part of the same configuration stored. @param seconds  what it took @param ended  and why
    /// @throws InvalidInput if it overlaps, or is of another layout
    void add(const StoredSums& sums, double seconds = 0.0, StopReason ended = StopReason::completed);
    /// Says how long runs took that were made elsewhere and added, on how many threads of each process, and
    /// why they ended.
    void ran(double seconds, int threads, StopReason ended);
    /// Time that its runs took, those of merged parts too [s].
    double seconds() const;
    /// The result of blocks 0, 1, .. as far as they are all there.
    ScanResult result() const;
    /// The result of all blocks that are there, whichever are missing.
    ScanResult result_of_all() const;

private:
    struct Sums;
    ScanResult empty_result() const;

    PreparedScan scan_;
    std::unique_ptr<Sums> sums_;
};

/// Runs trajectories of every leg (independent, each with its own stream) and reduces them as they come: all
/// blocks of the ensemble, or until a stop rule or `control` ends it.
ScanResult simulate(const PreparedScan& scan, const RunControl& control = {});

}  // namespace dickejump
