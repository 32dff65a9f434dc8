#include "dickejump/study/schedule/best_schedule.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/exact/lock.hpp"
#include "dickejump/exact/up_jumps.hpp"
#include "numeric/bounded_ascent.hpp"
#include "study/start_key.hpp"

namespace dickejump {

namespace {

Keys<ScheduleConfig> make_keys() {
    Keys<ScheduleConfig> keys;
    keys.number("atoms", &ScheduleConfig::atoms, "number of atoms N",
                Range::between(1.0, 400.0, "every level is followed for many pumps, up to 400 atoms"))
        .as_required();
    keys.number("duration", &ScheduleConfig::duration, "T [1/gamma]",
                Range::above(0.0, "a schedule takes time"))
        .as_required();
    keys.number("prior_width", &ScheduleConfig::prior_width,
                "W: the critical pump is known to so many transition widths beforehand, normal (default 0)",
                Range::from(0.0, "a width is finite and not negative"));
    keys.number("pump_min", &ScheduleConfig::pump_min, "w(t) is at least this [gamma] (default 0.1)",
                Range::above(0.0, "at w = 0 a single jump tells everything"));
    keys.number("pump_max", &ScheduleConfig::pump_max, "w(t) is at most this [gamma] (default 10)",
                Range::above(0.0, "a pump is positive and finite"));
    keys.number("knots", &ScheduleConfig::knots, "of w(t), equally spaced (default 41)",
                Range::between(2.0, 400.0, "a line has two ends, and each knot is searched for"));
    keys.number("half_width", &ScheduleConfig::half_width,
                "S of the linear scan that it is compared with and starts from (default: the best S)",
                Range::above(0.0, "a scan has a positive, finite extent"));
    add_start_key(keys, &ScheduleConfig::initial, "uniform", "n at t = 0 (default uniform on 0..N)");
    keys.number("time_limit", &ScheduleConfig::time_limit, "stop the search after so many seconds",
                {.low = 0.0,
                 .low_is_in = false,
                 .why = "a time to search in, in seconds",
                 .takes_infinity = true})
        .as(KeyInfo::Role::extent)
        .hinted("SECONDS");
    return keys;
}

/// Expected information of schedules, and its gradient by the knots.
class ExpectedJumps {
public:
    ExpectedJumps(const ScheduleConfig& config, const RunControl& control)
        : config_(config),
          control_(control),
          prior_(PriorNodes::of(config.prior_width, config.atoms)),
          sum_(DickeLadder(config.atoms), start_of(config), config.duration, config.knots, 0.02),
          fine_(DickeLadder(config.atoms), start_of(config), config.duration, config.knots, 0.01) {
        for (const double epsilon : prior_.epsilon)
            factors_.push_back(std::exp(epsilon));
    }

    /// By ln w at the knots, where a step means the same at every pump.
    numeric::Climbed operator()(const Eigen::VectorXd& log_pumps) const {
        const Eigen::VectorXd pumps = log_pumps.array().exp();
        const auto parts = in_lanes<exact::UpJumps>(
            [&](std::span<const double> factors) { return sum_(pumps, factors, control_.stop()); });
        numeric::Climbed all{.value = 0.0, .gradient = Eigen::VectorXd::Zero(pumps.size())};
        std::size_t i = 0;
        for (const auto& part : parts)
            for (std::size_t k = 0; k < part.mean.size(); ++k, ++i) {
                all.value += prior_.weight[i] * part.mean[k];
                all.gradient += prior_.weight[i] * part.by_knot.col(static_cast<Eigen::Index>(k));
            }
        all.gradient.array() *= pumps.array();
        return all;
    }

    /// A quick look: the value alone.
    double value(const Eigen::VectorXd& pumps) const { return mean_of(sum_, pumps).first; }

    /// With the error of the steps taken out to their next order.
    ToldSchedule told(const Eigen::VectorXd& pumps) const {
        const auto [coarse, coarse_center] = mean_of(sum_, pumps);
        const auto [fine, fine_center] = mean_of(fine_, pumps);
        // Steps are whole parts of a knot's interval: their ratio need not be 2.
        const double ratio = sum_.step() / fine_.step(), order = ratio * ratio - 1.0;
        const auto refined = [&](double rough, double better) {
            return order > 0.5 ? better + (better - rough) / order : better;
        };
        return {.pumps = {pumps.data(), pumps.data() + pumps.size()},
                .information = refined(coarse, fine),
                .at_center = refined(coarse_center, fine_center)};
    }

private:
    static Eigen::VectorXd start_of(const ScheduleConfig& config) {
        const auto levels = static_cast<Eigen::Index>(config.atoms + 1);
        if (config.initial) return Eigen::VectorXd::Unit(levels, *config.initial);
        return Eigen::VectorXd::Constant(levels, 1.0 / static_cast<double>(levels));
    }

    /// One result for every few factors, from all threads, in order.
    template <class Part, class Task>
    std::vector<Part> in_lanes(const Task& task) const {
        const auto few = static_cast<std::size_t>(exact::UpJumpSum::lanes);
        std::vector<Part> parts((factors_.size() + few - 1) / few);
        control_.executor().for_each(static_cast<std::int64_t>(parts.size()), [&](std::int64_t i) {
            const auto first = static_cast<std::size_t>(i) * few;
            parts[static_cast<std::size_t>(i)] =
                task(std::span(factors_).subspan(first, std::min(few, factors_.size() - first)));
        });
        return parts;
    }

    /// E F, and F at the middle of the prior.
    std::pair<double, double> mean_of(const exact::UpJumpSum& sum, const Eigen::VectorXd& pumps) const {
        const auto parts = in_lanes<std::vector<double>>(
            [&](std::span<const double> factors) { return sum.means(pumps, factors, control_.stop()); });
        double all = 0.0, center = 0.0;
        std::size_t i = 0;
        for (const auto& part : parts)
            for (const double mean : part) {
                if (2 * i + 1 == factors_.size()) center = mean;
                all += prior_.weight[i++] * mean;
            }
        return {all, center};
    }

    const ScheduleConfig& config_;
    const RunControl& control_;
    PriorNodes prior_;
    std::vector<double> factors_;
    exact::UpJumpSum sum_, fine_;
};

/// Where s goes from -S to S in T, as far as the pump may go.
Eigen::VectorXd linear_scan(const ScheduleConfig& config, double half_width) {
    const double reach = 2.0 * half_width / static_cast<double>(config.atoms);
    return Eigen::VectorXd::LinSpaced(config.knots, 1.0 - reach, 1.0 + reach)
        .cwiseMax(config.pump_min)
        .cwiseMin(config.pump_max);
}

/// Widest scan whose pump stays within its limits.
double widest(const ScheduleConfig& config) {
    const double half = 0.5 * static_cast<double>(config.atoms);
    return half * std::min(1.0 - config.pump_min, config.pump_max - 1.0);
}

/// The S of the most expected information: ever finer looks over ln S.
double best_half_width(const ScheduleConfig& config, const ExpectedJumps& expected) {
    double high = std::log(widest(config)), low = std::min(std::log(0.05), high - 1.0);
    double best = low, most = -1.0;
    for (int round = 0; round < 3; ++round) {
        constexpr int looks = 7;
        const double from = low, spacing = (high - low) / (looks - 1);
        for (int i = 0; i < looks; ++i) {
            const double at = from + spacing * i;
            const double value = expected.value(linear_scan(config, std::exp(at)));
            if (value > most) most = value, best = at;
        }
        low = std::max(low, best - spacing), high = std::min(high, best + spacing);
    }
    return std::exp(best);
}

}  // namespace

template <>
const Keys<ScheduleConfig>& keys<ScheduleConfig>() {
    static const auto all = make_keys();
    return all;
}

void check(const ScheduleConfig& config, Problems& problems) {
    const auto known = problems.list().size();
    judge(config, problems);
    problems.require(config.pump_min < 1.0 && config.pump_max > 1.0,
                     "`pump_min` = " + text(config.pump_min) + " with `pump_max` = " + text(config.pump_max) +
                         " (the transition is at w = gamma) give limits with 1 between them");
    problems.require(!config.initial || (*config.initial >= 0 && *config.initial <= config.atoms),
                     "`initial` = dicke:" + std::to_string(config.initial.value_or(0)) +
                         " (the ladder has 0.." + std::to_string(config.atoms) + ") choose one of them");
    if (problems.list().size() > known) return;
    const double half = 0.5 * static_cast<double>(config.atoms);
    problems.require(config.prior_width <= half, "`prior_width` = " + text(config.prior_width) +
                                                     " (a critical pump that may be anywhere "
                                                     "from 0 on) give at most N/2 = " +
                                                     text(half));
    problems.require(!config.half_width || *config.half_width <= widest(config) * (1.0 + 1e-12),
                     "`half_width` = " + text(config.half_width.value_or(0.0)) +
                         " (the scan would leave `pump_min` to `pump_max`) give at most " +
                         text(widest(config)));
    problems.require(config.duration <= 1e4,
                     "`duration` = " + text(config.duration) +
                         " (every step of 0.02 is kept on the way) give at most 10^4");
}

std::uint64_t hash(const ScheduleConfig& config) {
    Problems problems;
    check(config, problems);
    problems.raise();
    return hash_of("optimize-schedule", describe(config));
}

PriorNodes PriorNodes::of(double width, std::int64_t atoms) {
    if (width == 0.0) return {{0.0}, {1.0}};
    constexpr double reach = 4.5;  // standard deviations: what is beyond has a weight of 10^-5
    const auto side = static_cast<int>(std::ceil(reach * std::max(1.0, width)));
    const double spacing = reach / side;  // standard deviations
    PriorNodes nodes;
    double all = 0.0;
    for (int i = -side; i <= side; ++i) {
        const double z = spacing * i;
        nodes.epsilon.push_back(2.0 * width * z / static_cast<double>(atoms));
        nodes.weight.push_back(std::exp(-0.5 * z * z));
        all += nodes.weight.back();
    }
    for (auto& weight : nodes.weight)
        weight /= all;
    return nodes;
}

double ToldSchedule::delta_w() const {
    return 1.0 / std::sqrt(information);
}

std::optional<double> ToldSchedule::with_prior(const ScheduleConfig& config) const {
    if (config.prior_width == 0.0) return {};
    const double sigma = 2.0 * config.prior_width / static_cast<double>(config.atoms);
    return 1.0 / std::sqrt(information + 1.0 / (sigma * sigma));
}

ScheduleResult simulate(const ScheduleConfig& config, const RunControl& unlimited) {
    const auto begin = StopRequest::Clock::now();
    Problems problems;
    check(config, problems);
    problems.raise();
    const ExpectedJumps exact(config, unlimited);
    ScheduleResult result{.config = config,
                          .best = {},
                          .scan = {},
                          .parked = {},
                          .threads = unlimited.threads,
                          .provenance = Provenance::now()};
    for (std::int64_t k = 0; k < config.knots; ++k)
        result.times.push_back(config.duration * static_cast<double>(k) /
                               static_cast<double>(config.knots - 1));
    const double limit = exact::protocol_limit(DickeLadder(config.atoms), config.duration);
    result.limit = 1.0 / (limit * limit);

    result.scan_half_width = config.half_width ? *config.half_width : best_half_width(config, exact);
    const Eigen::VectorXd scan = linear_scan(config, result.scan_half_width),
                          parked = Eigen::VectorXd::Ones(config.knots);
    result.scan = exact.told(scan), result.parked = exact.told(parked);
    result.best = result.scan.information >= result.parked.information ? result.scan : result.parked;

    const auto control = unlimited.within(config.time_limit);
    const ExpectedJumps expected(config, control);
    Eigen::VectorXd so_far;
    double most = -1.0;
    std::int64_t looks = 0;
    const auto climb = [&](const Eigen::VectorXd& at) {
        auto found = expected(at);
        if (found.value > most) most = found.value, so_far = at;
        if (control.progress)
            control.progress({.done = ++looks,
                              .wanted = std::max<std::int64_t>(400, looks + 1),
                              .seconds = seconds_since(begin),
                              .unit = "schedules"});
        return found;
    };
    const numeric::AscentLimits limits{.low = std::log(config.pump_min), .high = std::log(config.pump_max)};
    try {
        result.converged = true;
        for (const auto* start : {&scan, &parked}) {
            const auto summit = numeric::bounded_ascent(climb, start->array().log(), limits);
            result.steps += summit.steps;
            result.converged = result.converged && summit.converged;
        }
    } catch (const Stopped& stopped) {
        result.stop_reason = stopped.reason();
        result.converged = false;
    }
    if (result.stop_reason != StopReason::interrupted && so_far.size() > 0) {
        auto found = exact.told(so_far.array().exp().cwiseMax(config.pump_min).cwiseMin(config.pump_max));
        if (found.information > result.best.information) result.best = std::move(found);
    }
    result.seconds = seconds_since(begin);
    return result;
}

}  // namespace dickejump
