#include "study/scan/detected_leg.hpp"

#include <algorithm>
#include <cmath>

#include "dickejump/estimate/run_observers.hpp"
#include "dickejump/exact/hierarchy.hpp"
#include "dickejump/exact/local_equation.hpp"
#include "dickejump/exact/master_equation.hpp"
#include "dickejump/exact/steady_state.hpp"

namespace dickejump {

namespace {

/// None of more atoms that jump one by one than its filter is for.
RecordFilter make_filter(const ScanLeg& leg, const Detector& detector, const ScanConfig& config) {
    if (config.method == Method::sphere)
        return CountFilter(leg.ladder(), leg.pump(), leg.grid(), leg.start(), detector, config.side_rate);
    const auto local = config.model.local_rates();
    if (local && config.atoms > SpinFilter::max_atoms) return std::monostate{};
    const auto start = exact::start_populations(leg.ladder(), leg.start());
    if (local)
        return SpinFilter(LocalSpins(config.atoms, *local), leg.pump(), leg.duration(), start, detector);
    return LikelihoodFilter(leg.ladder(), leg.pump(), leg.duration(), start, detector, config.side_rate);
}

std::optional<RecordInformation> make_information(const ScanLeg& leg, const Detector& detector,
                                                  const ScanConfig& config) {
    if (config.unknown.empty()) return {};
    return RecordInformation(leg.ladder(), leg.pump(), leg.duration(),
                             exact::start_populations(leg.ladder(), leg.start()), detector, config.side_rate,
                             config.unknown);
}

/// <J_z> at the end of every tick.
std::vector<double> mean_curve(const ScanLeg& leg, const ScanConfig& config, StopRequest stop) {
    std::vector<double> times;
    for (std::int64_t tick = 1; tick <= leg.grid().ticks; ++tick)
        times.push_back(leg.grid().time(tick));
    if (const auto local = config.model.local_rates()) {
        const LocalSpins spins(leg.ladder().atoms(), *local);
        return exact::solve_local(
                   spins, leg.pump(), leg.duration(),
                   exact::symmetric_populations(spins, exact::start_populations(leg.ladder(), leg.start())),
                   times, exact::Sensitivity::left_out, stop)
            .solution.jz_mean;
    }
    if (config.method == Method::sphere)
        return exact::solve_hierarchy(leg.ladder(), leg.pump(), leg.duration(), leg.start(), times, stop)
            .solution.jz_mean;
    return exact::solve(leg.ladder(), leg.pump(), leg.duration(),
                        exact::start_populations(leg.ladder(), leg.start()), times, stop)
        .jz_mean;
}

/// <n> at the start.
double start_level(const ScanLeg& leg, Method method) {
    const auto& ladder = leg.ladder();
    const double mean = method == Method::sphere
                            ? 0.5 * (static_cast<double>(ladder.atoms()) + 1.0) *
                                  exact::start_moments(ladder, leg.start(), 2)[1]
                            : exact::inversion(ladder, exact::start_populations(ladder, leg.start())).mean;
    return mean + 0.5 * static_cast<double>(ladder.atoms());
}

/// <n> where the gate opens; `jz_mean` is <J_z> at the end of every tick.
double opening_level(const ScanLeg& leg, const Detector& detector, std::span<const double> jz_mean,
                     Method method) {
    const auto open = open_ticks(detector, leg.grid());
    if (open.first == 0) return start_level(leg, method);
    return jz_mean[static_cast<std::size_t>(open.first - 1)] +
           0.5 * static_cast<double>(leg.ladder().atoms());
}

std::optional<CurveFit> make_fit(const ScanLeg& leg, const TickRange& open, std::span<const double> jz_mean) {
    if (open.empty()) return {};
    return CurveFit(jz_mean, leg.estimate_reach(), leg.speed() * leg.grid().tick(), open);
}

}  // namespace

std::vector<std::int64_t> binned(const Record& record, Channel channel, const TickGrid& grid,
                                 std::size_t bins) {
    if (const auto* counts = std::get_if<CountRecord>(&record))
        return binned(*counts, channel, grid.ticks, bins);
    return binned(std::get<std::vector<Photon>>(record), channel, grid.duration / static_cast<double>(bins),
                  bins);
}

bool empty(const Record& record) {
    if (const auto* clicks = std::get_if<std::vector<Photon>>(&record)) return clicks->empty();
    for (const auto& bins : std::get<CountRecord>(record).counts)
        if (std::any_of(bins.begin(), bins.end(), [](std::int64_t count) { return count > 0; })) return false;
    return true;
}

DetectedLeg::DetectedLeg(const ScanLeg& leg, const Detector& detector, const ScanConfig& config,
                         std::optional<double> prior, StopRequest stop)
    : DetectedLeg(leg, detector, config, prior, mean_curve(leg, config, stop)) {}

DetectedLeg::DetectedLeg(const ScanLeg& leg, const Detector& detector, const ScanConfig& config,
                         std::optional<double> prior, std::span<const double> jz_mean)
    : leg_(leg),
      detector_(detector),
      side_rate_(config.side_rate),
      range_(ThetaRange::of(leg.pump(), leg.duration(),
                            prior.value_or(leg.half_width()) / leg.scaled_per_theta())),
      seed_(config.seed),
      method_(config.method),
      single_atoms_(config.model.kind == Model::local),
      signal_(leg.ladder(), leg.pump(), leg.grid(), detector, config.seen_side_rate(),
              opening_level(leg, detector, jz_mean, config.method)),
      smoothing_(config.smoothing
                     ? *config.smoothing
                     : Smoothing::by_default(leg.rate(), signal_.typical_count_rate(), leg.grid().tick())),
      fit_(make_fit(leg, signal_.open(), jz_mean)),
      filter_(make_filter(leg, detector, config)),
      information_(make_information(leg, detector, config)) {}

std::vector<Photon> DetectedLeg::clicks(std::span<const Photon> photons, std::int64_t trajectory) const {
    auto clicks = detect(detector_, photons, seed_, trajectory, leg_.direction(), leg_.duration());
    if (!detector_.time_tags) {
        const double width = static_cast<double>(ticks_per_bin(detector_, leg_.grid())) * leg_.grid().tick();
        clicks = spread_over_bins(clicks, width, leg_.duration());
    }
    return clicks;
}

PhotonDetail DetectedLeg::photons_for(const EstimatorSet& wanted) const {
    if (method_ != Method::exact || information_ || wanted.any_from(EstimatorTraits::From::likelihood) ||
        ticks_per_bin(detector_, leg_.grid()) != 1)
        return PhotonDetail::times;
    const bool at_once =
        !single_atoms_ && !detector_[Channel::side] && detector_.is_memoryless(leg_.duration());
    return at_once ? PhotonDetail::counts : PhotonDetail::clicks;
}

Record DetectedLeg::record(const RunPhotons& photons, std::size_t lane, std::int64_t trajectory,
                           std::size_t place) const {
    if (const auto* detected = std::get_if<RunPhotons::Detected>(&photons.runs))
        return (*detected)[place][lane];
    if (const auto* counted = std::get_if<RunPhotons::Counts>(&photons.runs))
        return method_ == Method::exact ? detected_counts(detector_, (*counted)[lane], leg_.grid(), seed_,
                                                          trajectory, leg_.direction())
                                        : count(detector_, (*counted)[lane], leg_.grid(), side_rate_, seed_,
                                                trajectory, leg_.direction());
    return clicks(std::get<RunPhotons::Times>(photons.runs)[lane], trajectory);
}

bool DetectedLeg::likelihood_is_exact() const {
    return method_ == Method::exact && detector_.likelihood_is_exact();
}

LikelihoodFilter::Result DetectedLeg::likelihood(const Record& record, const LikelihoodFilter::Thetas& thetas,
                                                 const LikelihoodFilter::Follow& tell,
                                                 StopRequest stop) const {
    if (const auto* filter = std::get_if<CountFilter>(&filter_))
        return (*filter)(std::get<CountRecord>(record), thetas, tell, stop);
    const auto& clicks = std::get<std::vector<Photon>>(record);
    if (const auto* filter = std::get_if<SpinFilter>(&filter_)) return (*filter)(clicks, thetas, tell, stop);
    return std::get<LikelihoodFilter>(filter_)(clicks, thetas, tell, stop);
}

std::optional<Eigen::MatrixXd> DetectedLeg::information(const Record& record, StopRequest stop) const {
    if (!information_) return {};
    return (*information_)(std::get<std::vector<Photon>>(record), stop);
}

std::optional<ScaledRange> DetectedLeg::gated() const {
    const auto& open = signal_.open();
    if (open.first == 0 && open.last == leg_.grid().ticks) return {};
    return ScaledRange{leg_.scaled_pump(leg_.grid().time(open.first)),
                       leg_.scaled_pump(leg_.grid().time(open.last))};
}

std::vector<double> DetectedLeg::jz(const Record& record) const {
    if (const auto* counts = std::get_if<CountRecord>(&record)) return signal_(*counts);
    return signal_(std::get<std::vector<Photon>>(record));
}

RecordEstimates DetectedLeg::estimate(const Record& record, const EstimatorSet& wanted, double scale,
                                      StopRequest stop) const {
    RecordEstimates result{.s = ByEstimator<double>(missing), .likelihood = {}, .information = {}};
    estimate_signal(record, wanted, result.s);
    if (!wanted.any_from(EstimatorTraits::From::likelihood)) return result;
    auto& estimate = result.likelihood;
    if (scale > 0.0)
        estimate = estimate_likelihood(
            [&](const auto& thetas) { return likelihood(record, thetas, {}, stop); }, scale, range_);
    else
        estimate.no_maximum = NoMaximum::flat;
    if (estimate.no_maximum && empty(record)) estimate.no_maximum = NoMaximum::no_clicks;
    result.s[Estimator::maximum_likelihood] = -leg_.scaled_per_theta() * estimate.maximum;
    result.s[Estimator::bayes] = -leg_.scaled_per_theta() * estimate.posterior.mean();
    return result;
}

void DetectedLeg::estimate_signal(const Record& record, const EstimatorSet& wanted,
                                  ByEstimator<double>& s) const {
    using From = EstimatorTraits::From;
    const bool crossings = wanted.any_from(From::crossings);
    const auto& open = signal_.open();
    if (signal_.typical_count_rate() == 0.0 || open.empty() ||
        !(crossings || wanted.any_from(From::integral) || wanted.any_from(From::signal)))
        return;
    const auto whole = jz(record);
    const auto signal = open.of(std::span(whole));
    if (crossings) {
        const double sign = leg_.direction() == Direction::up ? 1.0 : -1.0;
        const double tick = leg_.grid().tick(), opened = leg_.grid().time(open.first);
        const auto found =
            signal_crossings(smoothed(signal, smoothing_, tick), sign,
                             {.duration = static_cast<double>(open.size()) * tick, .ticks = open.size()});
        const double first = leg_.scaled_pump(opened + found.first),
                     last = leg_.scaled_pump(opened + found.last);
        s[Estimator::first_crossing] = first;
        s[Estimator::last_crossing] = last;
        s[Estimator::mid_crossing] = 0.5 * (first + last);
    }
    if (wanted.contains(Estimator::area)) {
        double integral = 0.0;
        for (const double value : signal)
            integral += value;
        s[Estimator::area] = leg_.area(integral * leg_.grid().tick());
    }
    if (wanted.contains(Estimator::fit)) s[Estimator::fit] = (*fit_)(signal);
}

}  // namespace dickejump
