#include "dickejump/io/scan_report.hpp"

#include <algorithm>
#include <vector>

#include "io/report_parts.hpp"
#include "io/scan_json.hpp"

namespace dickejump {

void check_curves(const ExactScan& exact) {
    for (const auto& leg : exact.legs) {
        const auto points = leg.times.size();
        if (leg.scaled_pumps.size() != points || leg.solution.jz_mean.size() != points ||
            leg.solution.jz_variance.size() != points)
            throw InvalidInput("an exact solution with " + std::to_string(leg.solution.jz_mean.size()) +
                               " means (its leg has " + std::to_string(points) +
                               " points) give it as `solve` made it");
    }
}

std::string to_csv(const ScanResult& result) {
    check_curves(result.exact);
    Csv csv(
        "direction,scaled_pump,time,jz_mean,jz_mean_error,jz_variance,jz_variance_error,exact_jz_mean,exact_"
        "jz_variance");
    const auto value = [](const std::optional<Estimate>& x) {
        return x ? std::optional(x->value) : std::nullopt;
    };
    const auto error = [](const std::optional<Estimate>& x) {
        return x ? std::optional(x->error) : std::nullopt;
    };
    for (const auto& curve : result.curves) {
        const auto& exact = result.exact.leg(curve.direction).solution;
        if (exact.jz_mean.size() != curve.points.size())
            throw InvalidInput("a curve of " + std::to_string(curve.points.size()) +
                               " points (the exact solution has " + std::to_string(exact.jz_mean.size()) +
                               ") give a result as `simulate` made it");
        for (std::size_t i = 0; i < curve.points.size(); ++i) {
            const auto& point = curve.points[i];
            csv.row(
                name(curve.direction),
                {point.scaled_pump, point.time, value(point.jz_mean), error(point.jz_mean),
                 value(point.jz_variance), error(point.jz_variance), exact.jz_mean[i], exact.jz_variance[i]});
        }
    }
    return csv.all();
}

std::string to_csv(const ExactScan& exact) {
    check_curves(exact);
    Csv csv("direction,scaled_pump,time,jz_mean,jz_variance");
    for (const auto& leg : exact.legs)
        for (std::size_t i = 0; i < leg.times.size(); ++i)
            csv.row(name(leg.direction), {leg.scaled_pumps[i], leg.times[i], leg.solution.jz_mean[i],
                                          leg.solution.jz_variance[i]});
    return csv.all();
}

std::string to_csv(const KeptRecord& record) {
    Csv csv("channel,time");
    std::vector<Photon> clicks;
    for (const auto c : channels)
        for (const double time : record.clicks[static_cast<std::size_t>(c)])
            clicks.push_back({time, c});
    std::stable_sort(clicks.begin(), clicks.end(),
                     [](const Photon& a, const Photon& b) { return a.time < b.time; });
    for (const auto& click : clicks)
        csv.row(name(click.channel), {click.time});
    return csv.all();
}

}  // namespace dickejump
