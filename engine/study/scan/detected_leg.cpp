#include "dickejump/study/scan/detected_leg.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "dickejump/ensemble/ensemble.hpp"
#include "dickejump/estimate/covariance.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/exact/hierarchy.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/trajectory/observer.hpp"

namespace dickejump {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr int pilot_runs = 16;
constexpr std::int64_t signal_runs = 1024, likelihood_runs = 256;

/// Changes of the signal estimates under a shift of the pump, run by run.
struct ShiftTally {
    static constexpr std::size_t estimates = 5;
    std::array<Moments, estimates> change, level;

    void merge(const ShiftTally& other) {
        for (std::size_t i = 0; i < estimates; ++i) {
            change[i].merge(other.change[i]);
            level[i].merge(other.level[i]);
        }
    }
};

struct ScoreTally {
    Covariance numbers{3};  ///< maximum, posterior mean, score
    Moments information;

    void merge(const ScoreTally& other) {
        numbers.merge(other.numbers);
        information.merge(other.information);
    }
};

std::variant<LikelihoodFilter, CountFilter> make_filter(Method method, const DickeLadder& ladder,
                                                        const ScanLeg& leg, const Detector& detector,
                                                        double side_rate) {
    if (method == Method::sphere)
        return CountFilter(ladder, leg.pump(), leg.grid(), leg.start_state(), detector, side_rate);
    return LikelihoodFilter(ladder, leg.pump(), leg.duration(), leg.start_populations(), detector, side_rate);
}

std::vector<double> mean_curve(Method method, const DickeLadder& ladder, const ScanLeg& leg,
                               const std::vector<double>& times) {
    if (method == Method::sphere)
        return exact::solve_hierarchy(ladder, leg.pump(), leg.duration(), leg.start_state(), times)
            .solution.jz_mean;
    return exact::solve(ladder, leg.pump(), leg.duration(), leg.start_populations(), times).jz_mean;
}

}  // namespace

std::vector<std::int64_t> binned(const Record& record, Channel channel, const TickGrid& grid,
                                 std::size_t bins) {
    if (const auto* counts = std::get_if<CountRecord>(&record))
        return binned(*counts, channel, grid.ticks, bins);
    return binned(std::get<std::vector<Photon>>(record), channel, grid.duration / static_cast<double>(bins),
                  bins);
}

std::array<double, RecordEstimates::count> RecordEstimates::in_order(std::int64_t atoms) const {
    const double per_theta = -0.5 * static_cast<double>(atoms);
    return {
        first, last, mid, area, fit, per_theta * likelihood.maximum, per_theta * likelihood.posterior_mean};
}

DetectedLeg::DetectedLeg(const DickeLadder& ladder, const Scan& scan, const ScanLeg& leg,
                         const ExactLeg& exact, const Detector& detector, double side_rate,
                         const std::optional<Smoothing>& smoothing, std::uint64_t seed, int threads,
                         Method method, int steps_per_tick)
    : ladder_(ladder),
      scan_(scan),
      leg_(leg),
      detector_(detector),
      side_rate_(side_rate),
      seed_(seed),
      method_(method),
      steps_per_tick_(steps_per_tick),
      signal_(ladder, leg.pump(), leg.grid(), detector, side_rate,
              exact.solution.jz_mean.front() + 0.5 * static_cast<double>(ladder.atoms())),
      smoothing_(smoothing
                     ? *smoothing
                     : Smoothing::by_default(scan.rate, signal_.typical_count_rate(), leg.grid().tick())),
      filter_(make_filter(method, ladder, leg, detector, side_rate)) {
    // Where the pump touches 0 one J+ click tells everything (bound 3 is then unbounded too).
    const bool sees_pump = detector[Channel::pump] && detector[Channel::pump]->efficiency > 0.0;
    bounded_ = !sees_pump || exact.bounds.full_record.has_value();

    reach_ = std::min(scan.half_width, 10.0 + 10.0 * std::sqrt(scan.rate));
    const auto ticks = leg.grid().ticks;
    std::vector<double> times;
    for (std::int64_t tick = 1; tick <= ticks; ++tick)
        times.push_back(leg.grid().time(tick));
    const auto mean = mean_curve(method, ladder, leg, times);
    constexpr int tries = 201;
    for (int i = 0; i < tries; ++i) {
        const double shift = reach_ * (2.0 * i / (tries - 1) - 1.0);
        shifts_.push_back(shift);
        const double in_ticks = shift / leg.speed() / leg.grid().tick();
        double square = 0.0;
        for (std::int64_t tick = 0; tick < ticks; ++tick) {
            const double at =
                std::clamp(static_cast<double>(tick) - in_ticks, 0.0, static_cast<double>(ticks - 1));
            const auto below = std::min(static_cast<std::size_t>(at), mean.size() - 2);
            const double part = at - static_cast<double>(below);
            const auto value = static_cast<float>((1.0 - part) * mean[below] + part * mean[below + 1]);
            shifted_.push_back(value);
            square += static_cast<double>(value) * static_cast<double>(value);
        }
        shifted_square_.push_back(square);
    }
    set_scale();
    calibrate_signals(threads);
    if (scale_ > 0.0) calibrate_likelihood(threads);
}

std::vector<Photon> DetectedLeg::clicks(std::span<const Photon> photons, std::int64_t trajectory) const {
    auto clicks = detect(detector_, photons, seed_, trajectory, leg_.direction(), leg_.duration());
    if (!detector_.time_tags) {
        const double width = static_cast<double>(ticks_per_bin(detector_, leg_.grid())) * leg_.grid().tick();
        clicks = spread_over_bins(clicks, width, leg_.duration());
    }
    return clicks;
}

Record DetectedLeg::record(const RunPhotons& photons, std::size_t lane, std::int64_t trajectory) const {
    if (const auto* counted = std::get_if<std::vector<PhotonCounts>>(&photons.runs))
        return counts((*counted)[lane], trajectory);
    return clicks(std::get<std::vector<std::vector<Photon>>>(photons.runs)[lane], trajectory);
}

CountRecord DetectedLeg::counts(const PhotonCounts& photons, std::int64_t trajectory) const {
    return count(detector_, photons, leg_.grid(), side_rate_, seed_, trajectory, leg_.direction());
}

bool DetectedLeg::likelihood_is_exact() const {
    return method_ == Method::exact && detector_.likelihood_is_exact();
}

template <class Visit>
void DetectedLeg::each_calibration_run(std::int64_t first, int count, double theta,
                                       const Visit& visit) const {
    constexpr int together = 16;
    const auto sampler = leg_.paired_sampler(method_, steps_per_tick_, theta);
    for (int done = 0; done < count; done += together) {
        const auto trajectory = first_calibration_run + first + done;
        const Lanes lanes{.seed = seed_,
                          .first_trajectory = trajectory,
                          .count = std::min(together, count - done),
                          .purpose = leg_.purpose()};
        const auto photons = run_with_photons(sampler, lanes, leg_.direction(), side_rate_);
        for (std::size_t lane = 0; lane < photons.size(); ++lane) {
            const auto id = trajectory + static_cast<std::int64_t>(lane);
            visit(id, record(photons, lane, id));
        }
    }
}

LikelihoodFilter::Result DetectedLeg::likelihood(const Record& record, const LikelihoodFilter::Thetas& thetas,
                                                 const LikelihoodFilter::Follow& tell) const {
    if (const auto* filter = std::get_if<CountFilter>(&filter_))
        return (*filter)(std::get<CountRecord>(record), thetas, tell);
    return std::get<LikelihoodFilter>(filter_)(std::get<std::vector<Photon>>(record), thetas, tell);
}

LikelihoodEstimate DetectedLeg::estimate_likelihood(const Record& record) const {
    return dickejump::estimate_likelihood([&](const auto& thetas) { return likelihood(record, thetas); },
                                          scale_);
}

void DetectedLeg::follow(const Record& record, const LikelihoodFilter::Follow& tell) const {
    likelihood(record, LikelihoodFilter::Thetas{}, tell);
}

std::vector<double> DetectedLeg::signal(const Record& record) const {
    if (const auto* counts = std::get_if<CountRecord>(&record)) return signal_(*counts);
    return signal_(std::get<std::vector<Photon>>(record));
}

RecordEstimates DetectedLeg::estimate(const Record& record) const {
    auto result = estimate_signal(record);
    if (scale_ > 0.0) result.likelihood = estimate_likelihood(record);
    return result;
}

RecordEstimates DetectedLeg::estimate_signal(const Record& record) const {
    RecordEstimates result{none, none, none,
                           none, none, {none, none, none, {none, none}, {none, none}, none, 0.0}};
    if (signal_.typical_count_rate() == 0.0) return result;
    const auto signal = this->signal(record);
    const double sign = leg_.direction() == Direction::up ? 1.0 : -1.0;
    const auto crossings =
        signal_crossings(smoothed(signal, smoothing_, leg_.grid().tick()), sign, leg_.grid());
    result.first = leg_.scaled_pump(crossings.first);
    result.last = leg_.scaled_pump(crossings.last);
    result.mid = 0.5 * (result.first + result.last);
    double integral = 0.0;
    for (const double jz : signal)
        integral += jz;
    result.area = leg_.area(integral * leg_.grid().tick());
    result.fit = fit(signal);
    return result;
}

double DetectedLeg::fit(std::span<const double> signal) const {
    const auto cost = [&](std::size_t i) {
        double overlap = 0.0;
        const float* curve = shifted_.data() + i * signal.size();
        for (std::size_t k = 0; k < signal.size(); ++k)
            overlap += signal[k] * static_cast<double>(curve[k]);
        return shifted_square_[i] - 2.0 * overlap;
    };
    // The cost is smooth on the scale of the transition: look at every fifth shift, then around the best.
    std::size_t best = 0;
    double lowest = std::numeric_limits<double>::infinity();
    const auto look = [&](std::size_t i) {
        if (const double c = cost(i); c < lowest) lowest = c, best = i;
    };
    constexpr std::size_t stride = 5;
    for (std::size_t i = 0; i < shifts_.size(); i += stride)
        look(i);
    const auto near = best;
    for (std::size_t i = near - std::min(near, stride - 1); i < std::min(near + stride, shifts_.size()); ++i)
        look(i);
    if (best == 0 || best + 1 == shifts_.size()) return shifts_[best];  // no larger shift makes sense
    const double left = cost(best - 1), right = cost(best + 1), step = shifts_[1] - shifts_[0];
    return shifts_[best] + 0.5 * step * (left - right) / (left - 2.0 * lowest + right);
}

void DetectedLeg::set_scale() {
    // The scale of theta over which the likelihood changes, from a few runs at a guess that is surely not too
    // wide.
    const double guess =
        0.5 / std::sqrt(static_cast<double>(ladder_.atoms()) * (static_cast<double>(ladder_.atoms()) + 2.0));
    const LikelihoodFilter::Thetas thetas{0, 0, 0, -0.1 * guess, 0.1 * guess, 0, 0, 0};
    double information = 0.0;
    each_calibration_run(0, pilot_runs, 0.0, [&](std::int64_t, const Record& record) {
        information += likelihood(record, thetas).information / pilot_runs;
    });
    scale_ = information > 1e-12 ? 1.0 / std::sqrt(information) : 0.0;
}

void DetectedLeg::calibrate_signals(int threads) {
    // The same runs under two pumps, a spread of the crossings apart: their chance cancels in the difference.
    const double spread = std::min(1.0 + std::sqrt(scan_.rate), 0.5 * scan_.half_width) * 2.0 /
                          static_cast<double>(ladder_.atoms());
    const double lowest = std::min(leg_.pump().at(0.0), leg_.pump().at(leg_.duration()));
    const double from =
        lowest >= 0.5 * spread ? -0.5 * spread : 0.0;  // one-sided where the pump would be negative
    const auto task = [&](const Block& block) {
        ShiftTally tally;
        std::vector<std::array<double, RecordEstimates::count>> before;
        const auto visit = [&](double theta, const auto& take) {
            each_calibration_run(block.first_trajectory(), block.count, theta,
                                 [&](std::int64_t, const Record& record) {
                                     take(estimate_signal(record).in_order(ladder_.atoms()));
                                 });
        };
        visit(from, [&](const auto& estimates) { before.push_back(estimates); });
        std::size_t run = 0;
        visit(from + spread, [&](const auto& estimates) {
            for (std::size_t i = 0; i < ShiftTally::estimates; ++i) {
                const double a = before[run][i], b = estimates[i];
                if (std::isnan(a) || std::isnan(b)) continue;
                tally.change[i].add(b - a);
                tally.level[i].add(from == 0.0 ? a : 0.5 * (a + b));
            }
            ++run;
        });
        return tally;
    };
    const auto outcome =
        simulate(Ensemble{.trajectories = signal_runs, .seed = seed_, .threads = threads}, task);
    const double shift = spread * 0.5 * static_cast<double>(ladder_.atoms());  // in s
    for (std::size_t i = 0; i < ShiftTally::estimates; ++i) {
        const auto& change = outcome.result->change[i];
        if (change.count() < signal_runs / 8) continue;
        calibrations_[i] = Calibration{.offset = outcome.result->level[i].mean()->value,
                                       .slope = std::abs(change.mean()->value) / shift,
                                       .slope_error = change.mean()->error / shift,
                                       .source = Calibration::Source::monte_carlo};
    }
}

void DetectedLeg::calibrate_likelihood(int threads) {
    // d E[estimate]/d theta is the covariance of the estimate with the record's own score. As the estimate is
    // nearly a multiple of the score, it is best had as their regression times the Fisher information.
    const auto task = [&](const Block& block) {
        ScoreTally tally;
        each_calibration_run(
            block.first_trajectory(), block.count, 0.0, [&](std::int64_t, const Record& record) {
                const auto result = estimate_likelihood(record);
                tally.information.add(result.information);
                if (result.found() && std::isfinite(result.score))
                    tally.numbers.add(Eigen::Vector3d{result.maximum, result.posterior_mean, result.score});
            });
        return tally;
    };
    const auto outcome =
        simulate(Ensemble{.trajectories = likelihood_runs, .seed = seed_, .threads = threads}, task);
    const auto& tally = *outcome.result;
    const auto runs = static_cast<double>(tally.numbers.count());
    if (runs < 8) return;
    const Eigen::Matrix3d c = tally.numbers.covariance();
    const auto information = *tally.information.mean();
    for (Eigen::Index i = 0; i < 2; ++i) {
        const double regression = c(i, 2) / c(2, 2);
        const double residual = std::max(0.0, c(i, i) - regression * c(i, 2));
        const double slope = regression * information.value;
        const double error = std::hypot(std::sqrt(residual / (c(2, 2) * runs)) * information.value,
                                        regression * information.error);
        calibrations_[static_cast<std::size_t>(5 + i)] =
            Calibration{.offset = -0.5 * static_cast<double>(ladder_.atoms()) * tally.numbers.mean()(i),
                        .slope = std::abs(slope),
                        .slope_error = error,
                        .source = Calibration::Source::monte_carlo};
    }
}

}  // namespace dickejump
