#include "dickejump/study/homodyne/homodyne.hpp"

#include <algorithm>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <utility>

#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/exact/density_matrix.hpp"
#include "study/ensemble/draws.hpp"
#include "study/ensemble/ensemble_plan.hpp"
#include "study/homodyne/as_ensemble.hpp"
#include "study/homodyne/exact_current.hpp"

namespace dickejump {

namespace {

/// What a block of runs adds up to.
struct Tally {
    std::vector<Moments> currents;      ///< [quadrature][interval]
    std::vector<Moments> correlations;  ///< [quadrature][delay]
    std::vector<CurrentRecord> records;

    void merge(const Tally& other) {
        for (std::size_t i = 0; i < currents.size(); ++i)
            currents[i].merge(other.currents[i]);
        for (std::size_t i = 0; i < correlations.size(); ++i)
            correlations[i].merge(other.correlations[i]);
        records.insert(records.end(), other.records.begin(), other.records.end());
    }
};

bool evenly_spaced(const std::vector<double>& edges) {
    const double width = edges.back() / static_cast<double>(edges.size() - 1);
    for (std::size_t i = 1; i < edges.size(); ++i)
        if (std::abs(edges[i] - edges[i - 1] - width) > 1e-9 * width) return false;
    return true;
}

/// All that the runs share.
class Runs {
public:
    Runs(const HomodyneConfig& config, std::vector<std::vector<double>> exact)
        : config_(config),
          edges_(config.edges()),
          delays_(evenly_spaced(edges_) ? edges_.size() - 1 : 0),
          exact_(std::move(exact)),
          sampler_(collective_channels(DickeLadder(config.atoms)),
                   scaled(config.pump_of_time(), config.simulated_pump_factor),
                   as_ensemble(config).pure_state(),
                   {.kind = config.detection, .phase = config.phase, .longest_step = config.longest_step}) {
        if (config.initial.kind == InitialState::Kind::steady)
            for (const double p : exact::steady_state(collective_channels(DickeLadder(config.atoms)),
                                                      config.pump_of_time().at(0.0)))
                level_.add(p);
    }

    std::size_t delays() const { return delays_; }

    Tally operator()(const Block& block) const {
        const auto quadratures = config_.quadratures(), intervals = edges_.size() - 1;
        Tally tally{.currents = std::vector<Moments>(quadratures * intervals),
                    .correlations = std::vector<Moments>(quadratures * delays_),
                    .records = {}};
        for (int i = 0; i < block.count; ++i) {
            const auto trajectory = block.first_trajectory() + i;
            auto currents = run(block.seed, trajectory, block.stop);
            for (std::size_t q = 0; q < quadratures; ++q) {
                for (std::size_t k = 0; k < intervals; ++k)
                    tally.currents[q * intervals + k].add(currents[q][k]);
                for (std::size_t delay = 0; delay < delays_; ++delay) {
                    double sum = 0.0;
                    for (std::size_t k = 0; k + delay < intervals; ++k)
                        sum +=
                            (currents[q][k] - exact_[q][k]) * (currents[q][k + delay] - exact_[q][k + delay]);
                    tally.correlations[q * delays_ + delay].add(sum / static_cast<double>(intervals - delay));
                }
            }
            if (trajectory < config_.keep_records) tally.records.push_back({trajectory, std::move(currents)});
        }
        return tally;
    }

private:
    /// [quadrature][interval] mean current.
    std::vector<std::vector<double>> run(std::uint64_t seed, std::int64_t trajectory,
                                         StopRequest stop) const {
        Stream random(seed, static_cast<std::uint64_t>(trajectory), Purpose::diffusion);
        Photocurrent current;
        const std::span times(edges_.begin() + 1, edges_.end());
        const auto unseen = [](std::size_t, const Eigen::VectorXcd&) {};
        if (level_.empty()) {
            sampler_(random, times, unseen, &current, nullptr, stop);
        } else {
            const auto n = static_cast<std::int64_t>(level_(open_unit(random())));
            sampler_(random, DickeState::dicke(DickeLadder(config_.atoms), n), times, unseen, &current,
                     nullptr, stop);
        }
        const auto quadratures = config_.quadratures();
        std::vector<std::vector<double>> charge(quadratures, std::vector<double>(times.size()));
        for (std::size_t step = 0, k = 0; step < current.time.size(); ++step) {
            while (current.time[step] > times[k])
                ++k;
            charge[0][k] += current.x[step];
            if (quadratures > 1) charge[1][k] += current.y[step];
        }
        const double eta = config_.efficiency;
        boost::random::normal_distribution<double> normal;
        for (auto& one : charge)
            for (std::size_t k = 0; k < one.size(); ++k) {
                const double length = edges_[k + 1] - edges_[k];
                if (eta < 1.0)
                    one[k] = std::sqrt(eta) * one[k] + std::sqrt((1.0 - eta) * length) * normal(random);
                one[k] /= length;
            }
        return charge;
    }

    HomodyneConfig config_;
    std::vector<double> edges_;
    std::size_t delays_;  ///< 0 where intervals are not as long as each other
    std::vector<std::vector<double>> exact_;
    DiffusiveSampler sampler_;
    Choice level_;  ///< empty: one start
};

}  // namespace

HomodyneResult simulate(const HomodyneConfig& asked, const RunControl& control) {
    const auto config = resolved(asked);
    HomodyneResult result{.config = config,
                          .quadratures = {},
                          .records = {},
                          .threads = control.threads,
                          .provenance = Provenance::now()};
    const auto exact = exact_currents(config, control.stop());
    const Runs runs(config, exact);
    const StopRule<Tally> rule{.time_limit = config.time_limit};
    auto outcome = simulate(config.ensemble(), runs, rule, control);
    result.trajectories = outcome.trajectories;
    result.stop_reason = outcome.stop_reason;
    result.seconds = outcome.seconds;
    if (!outcome.result) throw Stopped(outcome.stop_reason);
    auto& tally = *outcome.result;
    const auto intervals = config.edges().size() - 1;
    const auto part = [](const std::vector<Moments>& all, std::size_t q, std::size_t size) {
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(q * size);
        return std::vector<Moments>(begin, begin + static_cast<std::ptrdiff_t>(size));
    };
    for (std::size_t q = 0; q < config.quadratures(); ++q)
        result.quadratures.push_back({.current = part(tally.currents, q, intervals),
                                      .exact = exact[q],
                                      .correlation = part(tally.correlations, q, runs.delays())});
    result.records = std::move(tally.records);
    return result;
}

}  // namespace dickejump
