#pragma once

#include <string>
#include <vector>

#include "dickejump/io/scan_report.hpp"

namespace dickejump::cli {

/// `value ± error` with the error to two significant digits and the value to its places; "-" if there is
/// none.
std::string rounded(const std::optional<Estimate>& x);

/// Bounds of detected records with parameters unknown: each alone, then all together, and what no record
/// tells.
class UnknownTable {
public:
    void add(const std::string& record, const FisherMatrix& matrix);
    /// Empty without rows.
    std::string str() const;

private:
    std::vector<std::vector<std::string>> rows_;
    std::string singular_;
};

/// What a person wants to read of a scan: the mean loop, the estimators against the bounds, the bounds.
std::string scan_table(const ScanResult& result);
std::string exact_scan_table(const ExactScan& exact);
std::string comparison_table(const ScanComparison& comparison);
/// The verdict of any comparison: p-value and whether they agree, or the reason why there is none.
std::string verdict_lines(const std::optional<double>& p_value, double alpha, double worst,
                          const std::string& reason);

}  // namespace dickejump::cli
