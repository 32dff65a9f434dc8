#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/verb.hpp"
#include "dickejump/io/click_file.hpp"
#include "dickejump/study/estimate/pump_estimate.hpp"

namespace dickejump::cli {

/// What a verb about a laboratory's clicks is told: a setup, flags over it, and words without a flag.
struct ClickVerb {
    EstimateConfig config;
    ClickData data;
    Control control;
    Output output;
    std::vector<std::string> files;
    std::int64_t records = 1;  ///< of simulate-clicks
    double theta = 0.0;        ///< of simulate-clicks [gamma]

    /// The setup as a file that can be given again.
    std::string setup() const;
    /// The width of bins of counts that the detector names; 0 of other formats.
    double bin() const { return data.format == ClickFormat::counts ? config.detector().bin_width : 0.0; }
};

/// Reads `arguments` and the setup that they name; false if help was asked for and printed.
/// @param summary  one line of help
/// @param simulates  the flags are those of simulate-clicks rather than estimate's
/// @throws InvalidInput with everything that is wrong
bool take_clicks(ClickVerb& told, const std::string& name, const std::string& summary, bool simulates,
                 const std::vector<std::string>& arguments);

/// What a person wants to read of estimates.
std::string estimate_table(const EstimateResult& result, const ClickRecords& read, const ClickData& data);

}  // namespace dickejump::cli
