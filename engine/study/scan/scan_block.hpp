#pragma once

#include <cstdint>
#include <vector>

#include "dickejump/ensemble/block.hpp"
#include "study/scan/scan_plan.hpp"
#include "study/scan/scan_tally.hpp"

namespace dickejump {

/// The task of `simulate`: one block of all legs of a scan.
class ScanBlock {
public:
    explicit ScanBlock(const PreparedScan::Plan& plan) : plan_(plan) {}

    /// @throws Stopped
    ScanTally operator()(const Block& block) const;
    /// Of no runs.
    ScanTally empty() const;

private:
    /// What the runs of one leg of a block leave for the pairs of legs.
    struct LegRuns {
        std::vector<double> mid;                        ///< [lane] in s
        std::vector<double> samples;                    ///< [lane][point]
        std::vector<std::vector<double>> detector_mid;  ///< [detector][lane] in s
    };

    /// What all detectors of a leg need to know of the photons.
    PhotonDetail photon_detail(const PreparedLeg& leg) const;
    EstimatorTally empty_estimator() const;
    LegTally empty_leg(const PreparedLeg& leg) const;
    template <Direction d>
    void leg_of_block(const PreparedLeg& leg, const Lanes& lanes, const Block& block, LegTally& tally,
                      LegRuns& runs) const;
    /// What one detector makes of its record of one run.
    void see(const PreparedDetector& detector, const Record& record, DetectorTally& tally,
             std::vector<double>& mid, StopRequest stop) const;
    /// The mean of the mid crossings of a pair of legs, for every pair.
    void add_loops(const std::vector<double>& up, const std::vector<double>& down,
                   EstimatorTally& tally) const;
    void add_samples(const std::vector<LegRuns>& runs, std::size_t lanes, RunSamples& samples) const;

    const PreparedScan::Plan& plan_;
};

}  // namespace dickejump
