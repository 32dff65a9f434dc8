#pragma once

#include "cli/options.hpp"
#include "dickejump/estimate/record_signal.hpp"
#include "dickejump/study/scan/simulated_scan.hpp"

namespace dickejump::cli {

/// What can be said about detectors: short on the command line (--detector cavity=1,pump=0.5), in full in
/// TOML
/// ([[detector]] tables).
class DetectorOptions {
public:
    void declare(Options& options, ScanRun& run);
    /// Puts what was said into the run. What is wrong goes to `problems`.
    void apply(ScanRun& run, Problems& problems) const;

private:
    std::vector<std::string> texts_;
    std::vector<Options::Table> tables_;
    std::string smoothing_;
    const ScanRun* run_ = nullptr;
};

}  // namespace dickejump::cli
