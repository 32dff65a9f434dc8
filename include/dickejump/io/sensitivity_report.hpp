#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dickejump/io/result_folder.hpp"
#include "dickejump/io/scan_report.hpp"
#include "dickejump/study/sensitivity/exponent_fit.hpp"
#include "dickejump/study/sensitivity/sensitivity.hpp"

namespace dickejump {

/// A scan of a study as it is reported and kept in a folder: one JSON object, from which everything else is
/// made, so that a point taken up again and one just run give the same bytes.
struct ReportedPoint {
    std::string json;                 ///< one object on one line
    std::vector<Sensitivity> values;  ///< delta w of every estimator, as read from it

    /// The point as a scan's result has it.
    explicit ReportedPoint(const ScanResult& result);
    /// @throws std::exception if the text is not that of a point
    explicit ReportedPoint(std::string json);
};

/// A study with everything that its report needs.
struct SensitivityReport {
    SensitivityConfig config;                ///< of the study
    std::vector<ReportedPoint> points = {};  ///< those that are done, in the order of `points(config)`
    StopReason stop_reason = StopReason::completed;  ///< `completed` only with all points
    double seconds = 0.0;                            ///< wall time of this process
    int threads = 0;                                 ///< as asked for; 0: all there are
    Provenance provenance = {};                      ///< of the process that reports

    SensitivityReport() = default;
    /// The report of a study that ran in this process.
    explicit SensitivityReport(const SensitivityResult& result);

    /// Exponents of the points that are done.
    std::vector<ExponentFit> fits() const;
};

/// One JSON object on one line: `points`, each with `estimators` and `bounds` as of a scan, and `fits`.
std::string to_json(const SensitivityReport& report);
/// The same of a study that ran in this process.
std::string to_json(const SensitivityResult& result);
/// One row an estimator: atoms, rate, half_width, method, trajectories, estimator, direction, delta_w,
/// delta_w_error, missing, and the bounds steady_state, snapshot, full_record on delta w.
std::string to_csv(const SensitivityReport& report);

/// The scans of a study that are in the folders of its parts, in the order of `points`.
/// @throws InvalidInput with everything that is wrong: a folder of no study or of another one, a scan that
/// two
///         folders have, one that none has or that another build made
std::vector<ReportedPoint> points_in_parts(const std::vector<std::string>& folders, const std::string& config,
                                           std::span<const ScanConfig> points);

/// The file of a finished scan in the folder `points` of a study: atoms-100-rate-16.json.
std::string point_file(const ScanConfig& point);

/// The folder of a study, which takes up again what was done before: config.toml, and a file for every
/// finished scan, each written under a temporary name and renamed.
class SensitivityFolder {
public:
    /// @param config  of the study, one `key = value` a line
    /// @throws InvalidInput with every key that differs, if the folder holds another study;
    ///         OutputError if it cannot be written
    SensitivityFolder(std::filesystem::path path, const std::string& config);

    /// As given to the constructor.
    const std::filesystem::path& path() const { return folder_.path(); }
    /// The point, if it is there and was made by this very build: another one may round differently.
    std::optional<ReportedPoint> finished(const ScanConfig& point) const;
    /// @throws OutputError
    void store(const ScanConfig& point, const ReportedPoint& done) const;
    /// @throws OutputError
    void write(std::string_view name, std::string_view content) const { folder_.write(name, content); }
    /// Removes a file, if it is there.
    void remove(std::string_view name) const noexcept { folder_.remove(name); }

private:
    ResultFolder folder_, points_;
};

}  // namespace dickejump
