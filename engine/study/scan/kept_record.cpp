#include <cmath>

#include "study/scan/scan_results.hpp"

namespace dickejump {

KeptRecord kept_record(const PreparedScan::Plan& plan, const PreparedLeg& prepared,
                       const PreparedDetector& detector, std::int64_t trajectory) {
    const auto& leg = prepared.leg;
    const auto& detected = *detector.detected;
    const auto stride = leg.grid().ticks / prepared.intervals;
    const auto bins = static_cast<std::size_t>(prepared.intervals);
    std::vector<std::int64_t> ticks;
    for (std::int64_t i = 1; i <= prepared.intervals; ++i)
        ticks.push_back(i * stride);
    InversionSamples samples(plan.ladder.atoms(), ticks);
    const Lanes lanes{
        .seed = plan.config.seed, .first_trajectory = trajectory, .count = 1, .purpose = leg.purpose()};
    const auto seen =
        detected.record(run_with_photons(prepared.sampler, lanes, leg.direction(), plan.config.side_rate,
                                         PhotonDetail::times, {}, samples),
                        0, trajectory);

    KeptRecord record{.detector = detected.detector().name,
                      .direction = leg.direction(),
                      .trajectory = trajectory,
                      .scaled_pump = {},
                      .n = {},
                      .counts = {},
                      .filter_mean = {},
                      .filter_deviation = {},
                      .clicks = {},
                      .time_tags = false,
                      .maximum_likelihood = missing,
                      .standard_error = missing,
                      .no_maximum = {}};
    if (const auto* clicks = std::get_if<std::vector<Photon>>(&seen);
        clicks && detected.detector().time_tags) {
        record.time_tags = true;
        for (const auto& click : *clicks)
            record.clicks[index_of(click.channel)].push_back(click.time);
    }
    const double width = leg.duration() / static_cast<double>(bins);
    for (std::size_t bin = 0; bin < bins; ++bin) {
        record.scaled_pump.push_back(leg.scaled_pump(leg.grid().time(ticks[bin])));
        record.n.push_back(
            static_cast<std::int64_t>(std::llround(samples.values[bin] - plan.ladder.jz(0.0))));
    }
    for (const auto c : channels)
        if (detected.detector()[c])
            record.counts[static_cast<std::size_t>(c)] = binned(seen, c, leg.grid(), bins);
    if (!detected.has_likelihood()) return record;
    double mean = 0.0, deviation = 0.0;
    detected.likelihood(seen, LikelihoodFilter::Thetas{}, [&](double time, double m, double d) {
        while (record.filter_mean.size() < bins &&
               time > width * static_cast<double>(record.filter_mean.size() + 1)) {
            record.filter_mean.push_back(mean);
            record.filter_deviation.push_back(deviation);
        }
        mean = m, deviation = d;
    });
    record.filter_mean.resize(bins, mean);
    record.filter_deviation.resize(bins, deviation);
    const auto likelihood = detected.estimate(seen, plan.estimators, detector.calibration.scale).likelihood;
    record.maximum_likelihood = -leg.scaled_per_theta() * likelihood.maximum;
    record.standard_error = leg.scaled_per_theta() * likelihood.standard_error;
    record.no_maximum = likelihood.no_maximum;
    return record;
}

}  // namespace dickejump
