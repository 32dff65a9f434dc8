#include <algorithm>
#include <cmath>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/trajectory/method.hpp"
#include "dickejump/trajectory/observer.hpp"
#include "study/estimate/estimate_plan.hpp"

namespace dickejump {

ClickModel::ClickModel(const DickeLadder& atoms, const PumpSchedule& w, const TickGrid& ticks,
                       const StartState& begin, const Detector& seen_by, double side, double reach)
    : ladder(atoms),
      pump(w),
      grid(ticks),
      start(begin),
      populations(exact::start_populations(atoms, begin)),
      detector(seen_by),
      side_rate(side),
      range(ThetaRange::of(w, ticks.duration, reach)),
      filter(atoms, w, ticks.duration, populations, seen_by, side) {}

ClickModel ClickModel::shifted(double theta) const {
    ClickModel other(ladder, pump.affine(1.0, theta), grid, start, detector, side_rate, range.prior.high);
    other.range = {.lowest = range.lowest - theta,
                   .prior = {range.prior.low - theta, range.prior.high - theta}};
    return other;
}

std::vector<std::vector<Photon>> ClickModel::simulate(std::uint64_t seed, std::int64_t first, int count,
                                                      double bin, const StopRequest& stop) const {
    PhotonRecords photons(seed, first, Direction::up, side_rate);
    run(make_sampler(Method::exact, {ladder, pump, grid, start}),
        Lanes{.seed = seed,
              .first_trajectory = first,
              .count = count,
              .purpose = Purpose::measure,
              .stop = stop},
        photons);
    std::vector<std::vector<Photon>> records;
    for (std::size_t lane = 0; lane < photons.photons.size(); ++lane) {
        auto clicks = detect(detector, photons.photons[lane], seed, first + static_cast<std::int64_t>(lane),
                             Direction::up, grid.duration);
        if (bin > 0.0) clicks = spread_over_bins(clicks, bin, grid.duration);
        records.push_back(std::move(clicks));
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
