#include "dickejump/io/result_file.hpp"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "io/checksum.hpp"
#include "io/hdf5.hpp"
#include "io/report_parts.hpp"

namespace dickejump {

namespace {

using hdf5::Handle;
using hdf5::Image;

constexpr std::string_view letters = "dickeres";
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

double value(const std::optional<Estimate>& x) {
    return x ? x->value : nothing;
}
double error(const std::optional<Estimate>& x) {
    return x ? x->error : nothing;
}

void add_curve(const Image& image, hid_t curves, const ScanCurve& curve, const ExactLeg& exact) {
    const auto group = image.group(curves, std::string(name(curve.direction)).c_str());
    const auto column = [&](const auto& of) {
        std::vector<double> numbers;
        for (const auto& point : curve.points)
            numbers.push_back(of(point));
        return numbers;
    };
    const auto scale =
        image.numbers(group, "scaled_pump", column([](const CurvePoint& p) { return p.scaled_pump; }), "1",
                      "scaled pump s = (w/gamma - 1) N/2");
    const auto add = [&](const char* key, const std::vector<double>& numbers, const char* units,
                         const char* long_name) {
        image.numbers(group, key, numbers, units, long_name, scale);
    };
    add("time", column([](const CurvePoint& p) { return p.time; }), "1/gamma",
        "time since the start of the leg");
    add("jz_mean", column([](const CurvePoint& p) { return value(p.jz_mean); }), "1",
        "mean of J_z over runs");
    add("jz_mean_error", column([](const CurvePoint& p) { return error(p.jz_mean); }), "1",
        "standard error of the mean of J_z");
    add("jz_variance", column([](const CurvePoint& p) { return value(p.jz_variance); }), "1",
        "variance of J_z over runs");
    add("jz_variance_error", column([](const CurvePoint& p) { return error(p.jz_variance); }), "1",
        "standard error of the variance of J_z");
    add("exact_jz_mean", exact.solution.jz_mean, "1", "mean of J_z from the master equation");
    add("exact_jz_variance", exact.solution.jz_variance, "1", "variance of J_z from the master equation");
}

/// One row of /estimators; missing numbers are not-a-number.
struct EstimatorRow {
    std::array<char, 32> name{}, direction{};
    std::array<char, 64> detector{};
    std::int64_t runs = 0, missing = 0;
    std::array<double, 11> numbers{};
};
constexpr std::array<const char*, 11> number_names{"mean",
                                                   "mean_error",
                                                   "std",
                                                   "std_error",
                                                   "rmse",
                                                   "rmse_error",
                                                   "delta_w",
                                                   "delta_w_error",
                                                   "calibration_offset",
                                                   "calibration_slope",
                                                   "calibration_slope_error"};

template <std::size_t n>
void put(std::array<char, n>& place, std::string_view text) {
    std::memcpy(place.data(), text.data(), std::min(text.size(), n - 1));
}

/// A member of fixed length in a compound type.
void add_text(hid_t type, const char* key, std::size_t offset, std::size_t length) {
    const Handle characters(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(characters, length);
    H5Tset_cset(characters, H5T_CSET_UTF8);
    H5Tinsert(type, key, offset, characters);
}

void add_estimators(const Image& image, const ScanResult& result) {
    std::vector<EstimatorRow> rows;
    for (const auto& e : result.estimators) {
        auto& row = rows.emplace_back();
        put(row.name, name(e.estimator));
        put(row.direction, e.direction ? name(*e.direction) : "both");
        put(row.detector, e.detector ? *e.detector : "");
        row.runs = e.runs.count();
        row.missing = e.missing;
        const auto mean = e.runs.mean(), deviation = e.runs.deviation(), rmse = e.runs.rmse(0.0);
        row.numbers = {value(mean),
                       error(mean),
                       value(deviation),
                       error(deviation),
                       value(rmse),
                       error(rmse),
                       value(e.delta_w),
                       error(e.delta_w),
                       e.calibration ? e.calibration->offset : nothing,
                       e.calibration ? e.calibration->slope : nothing,
                       e.calibration ? e.calibration->slope_error : nothing};
    }
    const Handle type(H5Tcreate(H5T_COMPOUND, sizeof(EstimatorRow)), H5Tclose);
    add_text(type, "name", offsetof(EstimatorRow, name), sizeof(EstimatorRow::name));
    add_text(type, "direction", offsetof(EstimatorRow, direction), sizeof(EstimatorRow::direction));
    add_text(type, "detector", offsetof(EstimatorRow, detector), sizeof(EstimatorRow::detector));
    H5Tinsert(type, "runs", offsetof(EstimatorRow, runs), H5T_STD_I64LE);
    H5Tinsert(type, "missing", offsetof(EstimatorRow, missing), H5T_STD_I64LE);
    for (std::size_t i = 0; i < number_names.size(); ++i)
        H5Tinsert(type, number_names[i], offsetof(EstimatorRow, numbers) + i * sizeof(double),
                  H5T_IEEE_F64LE);
    image.table(image.file(), "estimators", type, rows.data(), rows.size());
}

/// A group for every entry of `estimators`, in their order.
void add_histograms(const Image& image, const ScanResult& result) {
    const auto group = image.group(image.file(), "histograms");
    for (std::size_t i = 0; i < result.estimators.size(); ++i) {
        const auto& e = result.estimators[i];
        constexpr int most_bins = 100;
        const auto histogram = e.histogram.trimmed(most_bins);
        const auto one = image.group(group, std::to_string(i).c_str());
        image.attribute(one, "name", std::string(name(e.estimator)));
        image.attribute(one, "direction", std::string(e.direction ? name(*e.direction) : "both"));
        image.attribute(one, "detector", e.detector.value_or(""));
        std::vector<double> centres, counts;
        for (std::size_t bin = 0; bin < histogram.counts().size(); ++bin) {
            centres.push_back(0.5 * (histogram.edge(bin) + histogram.edge(bin + 1)));
            counts.push_back(static_cast<double>(histogram.counts()[bin]));
        }
        const auto scale = image.numbers(one, "estimate", centres, "1", "estimate in s, centre of the bin");
        image.numbers(one, "count", counts, "1", "runs in the bin", scale);
    }
}

/// One row of /bounds; what is not bounded is not-a-number.
struct BoundRow {
    std::array<char, 32> name{}, direction{};
    std::array<char, 64> detector{};
    double value = nothing, error = nothing;
};

void add_bounds(const Image& image, const ScanResult& result) {
    std::vector<BoundRow> rows;
    const auto add = [&](std::string_view key, std::string_view direction, std::string_view detector,
                         const std::optional<double>& bound, double spread = 0.0) {
        auto& row = rows.emplace_back();
        put(row.name, key);
        put(row.direction, direction);
        put(row.detector, detector);
        row.value = bound.value_or(nothing);
        row.error = bound ? spread : nothing;
    };
    for (const auto& leg : result.exact.legs) {
        const auto direction = name(leg.direction);
        add("steady_state", direction, "", leg.bounds.steady_state);
        add("snapshot", direction, "", leg.bounds.snapshot);
        add("full_record", direction, "", leg.bounds.full_record);
        add("paper_heuristic", direction, "", leg.bounds.paper_heuristic);
    }
    if (result.exact.legs.size() == 2) add("full_record", "both", "", result.exact.loop_full_record);
    for (const auto& bound : result.detected_bounds)
        add("detected_record", bound.direction ? name(*bound.direction) : "both", bound.detector,
            bound.value ? std::optional(bound.value->value) : std::nullopt, error(bound.value));
    const Handle type(H5Tcreate(H5T_COMPOUND, sizeof(BoundRow)), H5Tclose);
    add_text(type, "name", offsetof(BoundRow, name), sizeof(BoundRow::name));
    add_text(type, "direction", offsetof(BoundRow, direction), sizeof(BoundRow::direction));
    add_text(type, "detector", offsetof(BoundRow, detector), sizeof(BoundRow::detector));
    H5Tinsert(type, "value", offsetof(BoundRow, value), H5T_IEEE_F64LE);
    H5Tinsert(type, "error", offsetof(BoundRow, error), H5T_IEEE_F64LE);
    image.table(image.file(), "bounds", type, rows.data(), rows.size());
}

/// A data set for every row of /estimators, in their order, against the trajectory.
void add_runs(const Image& image, const ScanResult& result) {
    if (!result.config.keep_estimates) return;
    const auto group = image.group(image.file(), "runs");
    std::vector<double> trajectory(static_cast<std::size_t>(result.trajectories));
    std::iota(trajectory.begin(), trajectory.end(), 0.0);
    const auto scale = image.numbers(group, "trajectory", trajectory, "1", "number of the run");
    for (std::size_t i = 0; i < result.estimators.size(); ++i) {
        const auto& e = result.estimators[i];
        const std::string direction(e.direction ? name(*e.direction) : "both");
        const auto column = image.numbers(group, std::to_string(i).c_str(), e.each, "1",
                                          (std::string(name(e.estimator)) + " in s, leg " + direction +
                                           (e.detector ? ", detector " + *e.detector : ""))
                                              .c_str(),
                                          scale);
        image.attribute(column, "name", std::string(name(e.estimator)));
        image.attribute(column, "direction", direction);
        image.attribute(column, "detector", e.detector.value_or(""));
    }
}

/// A group for every kept record: what the detector saw, and what lay behind it.
void add_records(const Image& image, const ScanResult& result) {
    if (result.records.empty()) return;
    const auto group = image.group(image.file(), "records");
    const auto numbers = [](const auto& values) { return std::vector<double>(values.begin(), values.end()); };
    for (std::size_t i = 0; i < result.records.size(); ++i) {
        const auto& record = result.records[i];
        const auto one = image.group(group, std::to_string(i).c_str());
        image.attribute(one, "detector", record.detector);
        image.attribute(one, "direction", std::string(name(record.direction)));
        image.attribute(one, "trajectory", record.trajectory);
        image.attribute(one, "maximum_likelihood", record.maximum_likelihood);
        image.attribute(one, "standard_error", record.standard_error);
        const auto scale = image.numbers(one, "scaled_pump", record.scaled_pump, "1",
                                         "scaled pump s = (w/gamma - 1) N/2 at the end of the bin");
        image.numbers(one, "n", numbers(record.n), "1", "true number of excited atoms at the end of the bin",
                      scale);
        for (const auto c : channels) {
            const auto channel = static_cast<std::size_t>(c);
            if (record.counts[channel].empty()) continue;
            const std::string seen(name(c));
            image.numbers(one, ("counts_" + seen).c_str(), numbers(record.counts[channel]), "1",
                          ("clicks of the " + seen + " in the bin").c_str(), scale);
            if (record.time_tags)
                image.numbers(one, ("clicks_" + seen).c_str(), record.clicks[channel], "1/gamma",
                              ("times of the clicks of the " + seen).c_str());
        }
    }
}

void add_provenance(const Image& image, const Checkpoint& state, int threads) {
    const auto group = image.group(image.file(), "provenance");
    const auto& p = state.provenance;
    image.attribute(group, "version", p.version);
    image.attribute(group, "git", p.git);
    image.attribute(group, "compiler", p.compiler);
    image.attribute(group, "flags", p.flags);
    image.attribute(group, "host", p.host);
    image.attribute(group, "started", p.started);
    image.attribute(group, "seconds", state.seconds);
    image.attribute(group, "threads", std::int64_t{threads});
}

}  // namespace

std::string to_hdf5(const ScanResult& result, Checkpoint state) {
    const Image image;
    const auto root = image.file();
    image.attribute(root, "format", std::string("dickejump result"));
    image.attribute(root, "format_version", static_cast<std::int64_t>(result_format_version));
    image.attribute(root, "config", state.config);
    image.attribute(root, "config_hash", hex(state.config_hash));
    image.attribute(root, "trajectories", result.trajectories);
    image.attribute(root, "jumps", result.jumps);
    image.attribute(root, "stop_reason", std::string(name(result.stop_reason)));
    {
        const auto curves = image.group(root, "curves");
        for (const auto& curve : result.curves)
            add_curve(image, curves, curve, result.exact.leg(curve.direction));
    }
    add_estimators(image, result);
    add_histograms(image, result);
    add_bounds(image, result);
    add_runs(image, result);
    add_records(image, result);
    add_provenance(image, state, result.threads);
    state.provenance = {};
    state.seconds = 0.0;
    image.bytes(root, "sums", to_bytes(state));
    return with_trailer(letters, result_format_version, image.image());
}

Checkpoint checkpoint_in_hdf5(std::string_view bytes, const std::string& name) {
    const auto [version, content] = without_trailer(letters, bytes, name, "result file");
    if (version != result_format_version)
        throw InvalidInput(name + " (a result of format " + std::to_string(version) +
                           ", and this dickejump knows formats up to " +
                           std::to_string(result_format_version) + ") use the version that wrote it");
    const Image image(content);
    auto state = checkpoint_in(image.content("sums"), name);
    const Handle group(H5Gopen2(image.file(), "provenance", H5P_DEFAULT), H5Gclose);
    auto& p = state.provenance;
    p = {.version = image.text_attribute(group, "version"),
         .git = image.text_attribute(group, "git"),
         .compiler = image.text_attribute(group, "compiler"),
         .flags = image.text_attribute(group, "flags"),
         .host = image.text_attribute(group, "host"),
         .started = image.text_attribute(group, "started")};
    state.seconds = image.number_attribute(group, "seconds");
    return state;
}

}  // namespace dickejump
