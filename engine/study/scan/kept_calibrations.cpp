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

/// Everything of the legs that is calibrated, in order.
template <class Legs, class Visit>
void each_calibration(Legs& legs, Visit& visit) {
    for (auto& leg : legs) {
        visit(leg.crossings);
        for (auto& detector : leg.detectors) {
            visit(detector.calibration.scale);
            visit(detector.calibration.calibrations);
        }
    }
}

}  // namespace

std::vector<double> calibrations_of(const std::vector<PreparedLeg>& legs) {
    std::vector<double> numbers;
    ToNumbers visit{numbers};
    each_calibration(legs, visit);
    return numbers;
}

void put_calibrations(std::span<const double> calibrations, std::vector<PreparedLeg>& legs) {
    FromNumbers visit{calibrations};
    each_calibration(legs, visit);
    if (!visit.numbers.empty())
        throw InvalidInput("stored calibrations (there are too many) they are of another version");
}

}  // namespace dickejump
