#include <algorithm>
#include <cmath>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/trajectory/method.hpp"
#include "dickejump/trajectory/observer.hpp"
#include "study/estimate/estimate_plan.hpp"

namespace dickejump {

namespace {

std::vector<Parameter> parameters_in(const std::vector<Unknown>& unknown) {
    std::vector<Parameter> all;
    for (const auto& one : unknown)
        all.push_back(one.parameter);
    return all;
}

/// A schedule that begins later, at its first pump until then; or earlier, cut at time 0.
PumpSchedule delayed(const PumpSchedule& pump, double offset) {
    if (offset == 0.0) return pump;
    std::vector<double> times{0.0}, pumps{pump.at(-offset)};
    for (const auto& piece : pump.pieces())
        if (piece.begin + offset > 0.0) {
            times.push_back(piece.begin + offset);
            pumps.push_back(piece.pump);
        }
    return PumpSchedule::piecewise_linear(times, pumps);
}

}  // namespace

ClickModel::ClickModel(const DickeLadder& atoms, const PumpSchedule& w, const TickGrid& ticks,
                       const StartState& begin, const Detector& seen_by, double side, double reach,
                       const std::vector<Unknown>& unknown)
    : ladder(atoms),
      pump(w),
      grid(ticks),
      start(begin),
      populations(exact::start_populations(atoms, begin)),
      detector(seen_by),
      side_rate(side),
      range(ThetaRange::of(w, ticks.duration, reach)),
      filter(atoms, w, ticks.duration, populations, seen_by, side),
      joint(atoms, w, ticks.duration, populations, seen_by, side, parameters_in(unknown)),
      problem(JointProblem::of(unknown, range.lowest)) {}

ClickModel ClickModel::shifted(double theta) const {
    ClickModel other(ladder, pump.affine(1.0, theta), grid, start, detector, side_rate, range.prior.high);
    other.range = {.lowest = range.lowest - theta,
                   .prior = {range.prior.low - theta, range.prior.high - theta}};
    return other;
}

ClickSource ClickModel::source_at(const Eigen::VectorXd& at) const {
    auto setup = joint.setup(at);
    return {.ladder = ladder,
            .pump = delayed(pump, setup.offset).affine(1.0, at(0)),
            .grid = grid,
            .start = start,
            .detector = std::move(setup.detector),
            .side_rate = setup.side_rate,
            .gamma = setup.gamma};
}

std::vector<std::vector<Photon>> ClickModel::simulate(std::uint64_t seed, std::int64_t first, int count,
                                                      double bin, const StopRequest& stop) const {
    return ClickSource{ladder, pump, grid, start, detector, side_rate}.clicks(seed, first, count, bin, stop);
}

std::vector<std::vector<Photon>> ClickSource::clicks(std::uint64_t seed, std::int64_t first, int count,
                                                     double bin, const StopRequest& stop) const {
    // Atoms of another gamma are the same atoms in a time that runs as much faster.
    auto own_pump = pump;
    auto own_grid = grid;
    if (gamma != 1.0) {
        std::vector<double> times, pumps;
        for (const auto& piece : pump.pieces()) {
            times.push_back(piece.begin * gamma);
            pumps.push_back(piece.pump / gamma);
        }
        own_pump = PumpSchedule::piecewise_linear(times, pumps);
        own_grid.duration *= gamma;
    }
    PhotonRecords photons(seed, first, Direction::up, side_rate / gamma);
    run(make_sampler(Method::exact, {ladder, own_pump, own_grid, start}),
        Lanes{.seed = seed,
              .first_trajectory = first,
              .count = count,
              .purpose = Purpose::measure,
              .stop = stop},
        photons);
    std::vector<std::vector<Photon>> records;
    for (std::size_t lane = 0; lane < photons.photons.size(); ++lane) {
        if (gamma != 1.0)
            for (auto& photon : photons.photons[lane])
                photon.time = std::min(photon.time / gamma, grid.duration);
        auto seen = detect(detector, photons.photons[lane], seed, first + static_cast<std::int64_t>(lane),
                           Direction::up, grid.duration);
        if (bin > 0.0) seen = spread_over_bins(seen, bin, grid.duration);
        records.push_back(std::move(seen));
    }
    return records;
}

std::optional<LikelihoodEstimate> ClickModel::estimate(const Likelihood& likelihood, double scale,
                                                       bool empty) const {
    try {
        auto told = estimate_likelihood(likelihood, scale, range);
        if (told.no_maximum && empty) told.no_maximum = NoMaximum::no_clicks;
        return told;
    } catch (const InvalidInput&) {
        return {};  // no theta of the prior makes such a record
    }
}

ClickModel::Glance ClickModel::glance(std::span<const Photon> clicks, const StopRequest& stop) const {
    LikelihoodFilter::Thetas thetas{};
    thetas[LikelihoodFilter::upper_middle] = 1e-3 * range.prior.high - 1e-3 * range.prior.low;
    const auto result = filter(clicks, thetas, {}, stop);
    return {result.log_likelihood[LikelihoodFilter::lower_middle], result.information};
}

double ClickModel::scale_of(double information) const {
    const double widest = 0.5 * (range.prior.high - range.prior.low);
    return std::isfinite(information) && information > 0.0 ? std::min(widest, 1.0 / std::sqrt(information))
                                                           : widest;
}

}  // namespace dickejump
