#include "dickejump/estimate/calibration.hpp"

#include <algorithm>
#include <cmath>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

namespace {

std::optional<std::array<double, 2>> halfway_at_spread(const Calibration& a, const Calibration& b) {
    if (!a.slope_at_spread || !b.slope_at_spread) return {};
    const auto &x = *a.slope_at_spread, &y = *b.slope_at_spread;
    return std::array{0.5 * (x[0] + y[0]), 0.5 * (x[1] + y[1])};
}

}  // namespace

bool Calibration::bends() const {
    if (!slope_at_spread) return false;
    const auto [low, high] = std::minmax({slope, (*slope_at_spread)[0], (*slope_at_spread)[1]});
    return high - low > 0.2 * slope;
}

std::optional<Calibration> halfway(const std::optional<Calibration>& a, const std::optional<Calibration>& b) {
    if (!a || !b) return {};
    return Calibration{.offset = 0.5 * (a->offset + b->offset),
                       .slope = 0.5 * (a->slope + b->slope),
                       .slope_error = 0.5 * std::hypot(a->slope_error, b->slope_error),
                       .source = a->source,
                       .slope_at_spread = halfway_at_spread(*a, *b)};
}

std::optional<Estimate> sensitivity(const std::optional<Estimate>& spread,
                                    const std::optional<Calibration>& calibration, std::int64_t atoms) {
    if (atoms < 1)
        throw InvalidInput("atoms = " + std::to_string(atoms) + " (a ladder has at least one) give more");
    if (!spread || !(spread->value > 0.0) || !calibration || calibration->slope < 1e-9) return {};
    const double scale = 2.0 / (static_cast<double>(atoms) * calibration->slope);
    // Spread and slope come from different runs.
    const double delta = scale * spread->value;
    const double relative =
        std::hypot(spread->error / spread->value, calibration->slope_error / calibration->slope);
    return Estimate{delta, delta * relative};
}

void PairedShift::add(Estimator estimator, double before, double after, bool one_sided) {
    if (std::isnan(before) || std::isnan(after)) return;
    for (const double s : {before, after})
        if (std::isinf(s))
            throw InvalidInput("an estimate of " + text(s) +
                               " (a run has a finite one, or none) leave it out");
    change_[estimator].add(after - before);
    level_[estimator].add(one_sided ? before : 0.5 * (before + after));
}

void PairedShift::merge(const PairedShift& other) {
    for (const auto estimator : all_estimators) {
        change_[estimator].merge(other.change_[estimator]);
        level_[estimator].merge(other.level_[estimator]);
    }
}

std::optional<Calibration> PairedShift::calibration(Estimator estimator, double shift,
                                                    std::int64_t fewest) const {
    if (!(shift > 0.0) || std::isinf(shift))
        throw InvalidInput("shift = " + text(shift) +
                           " (the two pumps of a pair are some way apart) give a positive one");
    const auto& change = change_[estimator];
    if (change.count() < fewest || change.count() < 1) return {};
    return Calibration{.offset = level_[estimator].mean()->value,
                       .slope = std::abs(change.mean()->value) / shift,
                       .slope_error = change.mean()->error / shift,
                       .source = Calibration::Source::monte_carlo,
                       .slope_at_spread = {}};
}

}  // namespace dickejump
