#include "dickejump/estimate/record_information.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "estimate/filter_walk.hpp"
#include "model/checks.hpp"

namespace dickejump {

namespace {

/// Derivatives are differences over so much of a parameter: small against what a record can tell, large
/// against rounding.
constexpr double difference = 1e-6;

numeric::Row& row_of(Parameter parameter, LaneParameters& lanes) {
    const auto channel = channel_of(parameter);
    switch (parameter) {
        case Parameter::gamma:
            return lanes.gamma;
        case Parameter::side_rate:
            return lanes.side_rate;
        case Parameter::offset:
            return lanes.offset;
        case Parameter::efficiency_cavity:
        case Parameter::efficiency_pump:
        case Parameter::efficiency_side:
            return lanes.efficiency[static_cast<std::size_t>(*channel)];
        default:
            return lanes.background[static_cast<std::size_t>(*channel)];
    }
}

/// How far a parameter is moved: an efficiency of 1 downwards, a background from 0 upwards.
double move_of(Parameter parameter, double value) {
    switch (parameter) {
        case Parameter::efficiency_cavity:
        case Parameter::efficiency_pump:
        case Parameter::efficiency_side:
            return value > 0.5 ? -difference : difference;
        case Parameter::side_rate:
            return difference * value;
        default:
            return difference;
    }
}

}  // namespace

void check(const std::vector<Parameter>& unknown, const Detector& detector, Problems& problems) {
    problems.require(unknown.size() <= RecordInformation::most_unknown,
                     "`unknown` names " + std::to_string(unknown.size()) + " parameters (at most " +
                         std::to_string(RecordInformation::most_unknown) +
                         " are carried beside theta) leave some out");
    for (auto it = unknown.begin(); it != unknown.end(); ++it) {
        const std::string said = "`unknown` with " + std::string(name(*it));
        problems.require(std::find(unknown.begin(), it, *it) == it,
                         said + " twice (once is enough) strike one");
        if (const auto channel = channel_of(*it); channel && !detector[*channel])
            problems.add(said + " (detector " + detector.name + " does not see the " +
                         std::string(name(*channel)) + ") leave it out, or let the detector see it");
    }
}

RecordInformation::RecordInformation(const DickeLadder& ladder, const PumpSchedule& pump, double duration,
                                     const Eigen::VectorXd& start, const Detector& detector, double side_rate,
                                     const std::vector<Parameter>& unknown)
    : ladder_(ladder),
      pump_(pump),
      duration_(duration),
      start_(start),
      detector_(detector),
      side_rate_(side_rate),
      unknown_(unknown) {
    Problems problems;
    check_duration(duration, problems);
    check_populations(start, ladder, problems);
    check_ideal(ladder, problems);
    check(detector, problems);
    check_rate("side_rate", side_rate, problems);
    check(unknown, detector, problems);
    problems.raise();
}

LaneParameters RecordInformation::lanes(const Eigen::VectorXd& at) const {
    if (at.size() != static_cast<Eigen::Index>(unknown_.size()) + 1)
        throw InvalidInput(std::to_string(at.size()) + " values (of theta and " +
                           std::to_string(unknown_.size()) + " more) give one of each");
    auto lanes = LaneParameters::of(detector_, side_rate_);
    lanes.theta += at(0);
    for (std::size_t i = 0; i < unknown_.size(); ++i)
        row_of(unknown_[i], lanes) = numeric::Row{} + at(static_cast<Eigen::Index>(i) + 1);
    return lanes;
}

Eigen::VectorXd RecordInformation::nominal() const {
    auto lanes = LaneParameters::of(detector_, side_rate_);
    Eigen::VectorXd at = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(unknown_.size()) + 1);
    for (std::size_t i = 0; i < unknown_.size(); ++i)
        at(static_cast<Eigen::Index>(i) + 1) = row_of(unknown_[i], lanes)[0];
    return at;
}

RecordInformation::Setup RecordInformation::setup(const Eigen::VectorXd& at) const {
    const auto values = lanes(at);
    Setup setup{.detector = detector_,
                .gamma = values.gamma[0],
                .side_rate = values.side_rate[0],
                .offset = values.offset[0]};
    for (const auto c : channels)
        if (auto& channel = setup.detector[c]) {
            channel->efficiency = values.efficiency[static_cast<std::size_t>(c)][0];
            channel->background = values.background[static_cast<std::size_t>(c)][0];
        }
    return setup;
}

Eigen::MatrixXd RecordInformation::operator()(std::span<const Photon> clicks, StopRequest stop) const {
    return at(clicks, nominal(), stop).information;
}

RecordInformation::Told RecordInformation::at(std::span<const Photon> clicks, const Eigen::VectorXd& at,
                                              StopRequest stop) const {
    Problems problems;
    check_clicks(clicks, detector_, duration_, problems);
    problems.raise();
    // Lane 0 as it is, lane 1 with another theta, and one lane for each of the unknown.
    auto values = lanes(at);
    const auto size = at.size();
    Eigen::VectorXd moves(size);
    moves(0) = difference;
    values.theta[1] += difference;
    for (Eigen::Index i = 1; i < size; ++i) {
        auto& row = row_of(unknown_[static_cast<std::size_t>(i - 1)], values);
        moves(i) = move_of(unknown_[static_cast<std::size_t>(i - 1)], row[0]);
        row[i + 1] += moves(i);
    }
    FilterWalk walk(ladder_, pump_, start_, detector_, values, 1.0);
    Told told{.log_likelihood = 0.0,
              .score = Eigen::VectorXd(size),
              .information = Eigen::MatrixXd::Zero(size, size)};
    Eigen::VectorXd slope(size);
    const auto weigh = [&](double time, double weight) {
        for (const auto c : channels) {
            if (!walk.alive(c, time)) continue;
            const numeric::Row rate = walk.click_rate(c, time);
            if (!(rate[0] > 0.0)) continue;
            for (Eigen::Index i = 0; i < size; ++i)
                slope(i) = (rate[i + 1] - rate[0]) / moves(i);
            told.information += (weight / rate[0]) * slope * slope.transpose();
        }
    };
    walk.follow(clicks, duration_, weigh, {}, stop);
    const numeric::Row log_likelihood = walk.log_likelihood();
    told.log_likelihood = log_likelihood[0];
    for (Eigen::Index i = 0; i < size; ++i)
        told.score(i) = (log_likelihood[i + 1] - log_likelihood[0]) / moves(i);
    return told;
}

void RecordInformation::follow(std::span<const Photon> clicks, const Eigen::VectorXd& at,
                               const LikelihoodFilter::Follow& follow, StopRequest stop) const {
    Problems problems;
    check_clicks(clicks, detector_, duration_, problems);
    problems.raise();
    FilterWalk walk(ladder_, pump_, start_, detector_, lanes(at), 1.0);
    walk.follow(
        clicks, duration_, [](double, double) {},
        [&](double time) { follow(time, walk.mean()[0], std::sqrt(walk.variance()[0])); }, stop);
}

}  // namespace dickejump
