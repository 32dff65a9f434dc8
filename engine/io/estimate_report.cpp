#include "dickejump/io/estimate_report.hpp"

#include <algorithm>
#include <cmath>

#include "io/report_parts.hpp"

namespace dickejump {

namespace {

Json interval_json(const std::optional<Interval>& interval) {
    if (!interval) return nullptr;
    return Json::array({number(interval->low), number(interval->high)});
}

/// Of every process: clicks, expected ones, and the intervals between clicks in expected clicks, at most a
/// hundred of them, evenly by rank.
Json residuals_json(const ClickResiduals& residuals, const Detector& detector) {
    Json all = Json::object();
    std::size_t next = 0;
    const auto add = [&](std::string_view what) {
        auto intervals = residuals.processes[next].intervals;
        std::sort(intervals.begin(), intervals.end());
        constexpr std::size_t most = 100;
        Json quantiles = Json::array();
        const auto shown = std::min(most, intervals.size());
        for (std::size_t i = 0; i < shown; ++i)
            quantiles.push_back(intervals[(2 * i + 1) * intervals.size() / (2 * shown)]);
        Json excess = Json::array();
        for (const double x : residuals.processes[next].excess)
            excess.push_back(number(x));
        all[std::string(what)] = {{"clicks", count(residuals.processes[next].clicks)},
                                  {"expected", number(residuals.processes[next].expected)},
                                  {"excess", std::move(excess)},
                                  {"intervals", std::move(quantiles)}};
        ++next;
    };
    for (const auto c : channels)
        if (detector[c]) add(name(c));
    if (next < residuals.processes.size()) add("all");
    return all;
}

Json numbers_json(const Eigen::VectorXd& numbers) {
    Json list = Json::array();
    for (const double x : numbers)
        list.push_back(number(x));
    return list;
}

Json profile_json(const std::optional<JointEstimate::Profile>& profile) {
    Json intervals = {{"68", nullptr}, {"95", nullptr}};
    if (profile)
        intervals = {{"68", interval_json(profile->interval68)}, {"95", interval_json(profile->interval95)}};
    return intervals;
}

/// Of theta and what else was fitted.
Json joint_json(const JointEstimate& joint, const std::vector<Unknown>& unknown) {
    Json covariance = Json::array(), priors = Json::array();
    for (Eigen::Index i = 0; i < joint.covariance.rows(); ++i) {
        Eigen::VectorXd row = joint.covariance.row(i);
        for (Eigen::Index j = 0; j < row.size(); ++j)
            if (std::isnan(joint.error(i)) || std::isnan(joint.error(j))) row(j) = std::nan("");
        covariance.push_back(numbers_json(row));
    }
    priors.push_back(nullptr);
    for (const auto& one : unknown)
        priors.push_back(one.prior ? with_error(one.prior) : Json(nullptr));
    return {{"parameters", joint.parameters},
            {"value", numbers_json(joint.value)},
            {"error", numbers_json(joint.error)},
            {"covariance", std::move(covariance)},
            {"priors", std::move(priors)},
            {"log_likelihood", number(joint.log_likelihood)},
            {"profile",
             {{"theta", profile_json(joint.theta)}, {"critical_pump", profile_json(joint.critical_pump)}}},
            {"singular", joint.singular},
            {"at_end", joint.at_end},
            {"converged", joint.converged}};
}

Json estimate_json(const PumpEstimate& estimate, double gamma, const EstimateConfig& config) {
    const auto& detector = config.detector();
    Json clicks = Json::object();
    for (const auto c : channels)
        if (detector[c]) clicks[std::string(name(c))] = estimate.clicks[static_cast<std::size_t>(c)];
    auto maximum = with_error(estimate.theta);
    if (!estimate.theta) maximum["reason"] = estimate.reason;
    const auto critical = estimate.critical_pump();
    std::optional<Estimate> physical;
    if (critical) physical = Estimate{gamma * critical->value, gamma * critical->error};
    Json json{{"clicks", std::move(clicks)},
              {"maximum_likelihood", std::move(maximum)},
              {"critical_pump", with_error(critical)},
              {"critical_pump_per_second", with_error(physical)},
              {"interval",
               {{"68", interval_json(estimate.interval68)}, {"95", interval_json(estimate.interval95)}}},
              {"log_likelihood", number(estimate.log_likelihood)},
              {"fit_p_value", number(estimate.fit_p_value)},
              {"residuals", residuals_json(estimate.residuals, detector)}};
    if (estimate.joint) json["joint"] = joint_json(*estimate.joint, config.unknown);
    return json;
}

void check_read(const EstimateResult& result, const ClickRecords& read) {
    if (read.records.size() != result.records.size())
        throw InvalidInput(std::to_string(read.records.size()) + " records that were read (" +
                           std::to_string(result.records.size()) + " estimates) give those of the estimates");
}

}  // namespace

std::string to_json(const EstimateResult& result, const ClickRecords& read, const ClickData& data) {
    check_read(result, read);
    const auto& config = result.config;
    Json records = Json::array();
    for (std::size_t i = 0; i < result.records.size(); ++i) {
        Json one{{"file", read.records[i].file}, {"cycle", read.records[i].cycle}};
        one.update(estimate_json(result.records[i], data.gamma, config));
        records.push_back(std::move(one));
    }
    Json all = config_json(describe(config));
    const auto of_data = config_json(describe(data));
    for (const auto& [key, value] : of_data.items())
        all[key] = value;
    Json known = Json::array();
    const auto unknown = config.unknown_parameters();
    for (const auto parameter : parameters_of(config.detector()))
        if (std::find(unknown.begin(), unknown.end(), parameter) == unknown.end())
            known.push_back(name(parameter));
    return Json{{"model", {{"atoms", config.atoms}}},
                {"protocol",
                 {{"rate", number(config.rate)},
                  {"half_width", number(config.half_width)},
                  {"direction", config.is_scan() ? Json(config.direction) : Json(nullptr)},
                  {"schedule", config.is_scan() ? Json(nullptr) : Json(config.schedule)},
                  {"duration", config.run_duration()},
                  {"initial", config.initial}}},
                {"detector", config.detector().name},
                {"likelihood", result.exact_likelihood ? "exact" : "approximate"},
                {"assumes", std::move(known)},
                {"intervals", unknown.empty() ? "posterior" : "profile likelihood"},
                {"units", {{"gamma_per_second", data.gamma}}},
                {"records", std::move(records)},
                {"combined", estimate_json(result.combined, data.gamma, config)},
                {"fit", {{"simulated", result.simulated}, {"seed", config.seed}}},
                {"unused_clicks", {{"outside", read.outside}, {"other_channels", read.other_channels}}},
                {"stop_reason", name(result.stop_reason)},
                {"threads", result.threads},
                {"seconds", result.seconds},
                {"config", std::move(all)},
                {"provenance", provenance_json(result.provenance, hash_of("estimate", describe(config)))}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string to_csv(const EstimateResult& result, const ClickRecords& read) {
    check_read(result, read);
    std::string csv =
        "file,cycle,cavity,pump,side,theta,theta_error,critical_pump,low_68,high_68,low_95,high_95,"
        "log_likelihood,fit_p_value\n";
    const auto line = [&](const std::string& file, const std::string& cycle, const PumpEstimate& estimate) {
        std::string quoted;
        for (const char c : file)
            quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
        csv += '"' + quoted + "\"," + cycle;
        for (const auto clicks : estimate.clicks)
            csv += ',' + std::to_string(clicks);
        const auto put = [&](const std::optional<double>& x) {
            csv += ',' + (x && std::isfinite(*x) ? text(*x) : std::string());
        };
        const auto critical = estimate.critical_pump();
        put(estimate.theta ? std::optional(estimate.theta->value) : std::nullopt);
        put(estimate.theta ? std::optional(estimate.theta->error) : std::nullopt);
        put(critical ? std::optional(critical->value) : std::nullopt);
        for (const auto* interval : {&estimate.interval68, &estimate.interval95}) {
            put(*interval ? std::optional((*interval)->low) : std::nullopt);
            put(*interval ? std::optional((*interval)->high) : std::nullopt);
        }
        put(estimate.log_likelihood);
        put(estimate.fit_p_value);
        csv += '\n';
    };
    for (std::size_t i = 0; i < result.records.size(); ++i)
        line(read.records[i].file, std::to_string(read.records[i].cycle), result.records[i]);
    line("combined", "", result.combined);
    return csv;
}

}  // namespace dickejump
