#include "study/scan/kept_calibrations.hpp"

namespace dickejump {

namespace {

using ByCalibration = ByEstimator<std::optional<Calibration>>;

/// Numbers go to the end of a list.
struct ToNumbers {
    std::vector<double>& numbers;

    void operator()(double x) { numbers.push_back(x); }
    void operator()(const ByCalibration& all) {
        for (const auto estimator : all_estimators) {
            const auto& one = all[estimator];
            (*this)(one ? 1.0 : 0.0);
            if (!one) continue;
            (*this)(one->offset);
            (*this)(one->slope);
            (*this)(one->slope_error);
            (*this)(one->source == Calibration::Source::exact ? 0.0 : 1.0);
            const auto& aside = one->slope_at_spread;
            (*this)(aside ? 1.0 : 0.0);
            if (aside)
                for (const double slope : *aside)
                    (*this)(slope);
        }
    }
};

/// And come from its beginning.
struct FromNumbers {
    std::span<const double> numbers;

    double next() {
        if (numbers.empty())
            throw InvalidInput("stored calibrations (there are too few) they are of another version");
        const double x = numbers.front();
        numbers = numbers.subspan(1);
        return x;
    }
    void operator()(double& x) { x = next(); }
    void operator()(ByCalibration& all) {
        for (const auto estimator : all_estimators) {
            all[estimator].reset();
            if (next() == 0.0) continue;
            auto& one = all[estimator].emplace();
            one.offset = next();
            one.slope = next();
            one.slope_error = next();
            one.source = next() == 0.0 ? Calibration::Source::exact : Calibration::Source::monte_carlo;
            if (next() != 0.0) {
                auto& aside = one.slope_at_spread.emplace();
                for (double& slope : aside)
                    slope = next();
            }
        }
    }
};

/// The calibrations of legs in order, as far as `more()` says. @return how many
template <class Legs, class Visit, class More>
std::size_t each_calibration(Legs& legs, Visit& visit, const More& more) {
    std::size_t count = 0;
    for (auto& leg : legs) {
        if (!more(count)) return count;
        visit(leg.crossings);
        ++count;
        for (auto& detector : leg.detectors) {
            if (!more(count)) return count;
            visit(detector.calibration.scale);
            visit(detector.calibration.calibrations);
            ++count;
        }
    }
    return count;
}

}  // namespace

std::vector<double> calibrations_of(const std::vector<PreparedLeg>& legs, std::size_t most) {
    std::vector<double> numbers;
    ToNumbers visit{numbers};
    each_calibration(legs, visit, [&](std::size_t count) { return count < most; });
    return numbers;
}

std::size_t put_calibrations(std::span<const double> calibrations, std::vector<PreparedLeg>& legs) {
    FromNumbers visit{calibrations};
    const auto count = each_calibration(legs, visit, [&](std::size_t) { return !visit.numbers.empty(); });
    if (!visit.numbers.empty())
        throw InvalidInput("stored calibrations (there are too many) they are of another version");
    return count;
}

}  // namespace dickejump
