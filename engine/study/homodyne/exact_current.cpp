#include "study/homodyne/exact_current.hpp"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <numbers>

#include "dickejump/exact/density_matrix.hpp"
#include "study/homodyne/as_ensemble.hpp"

namespace dickejump {

namespace {

/// Times and weights of averages over intervals.
struct Averages {
    std::vector<double> times, weights;
    std::vector<std::size_t> interval;
};

/// The means change within 1/N: as many pieces of an interval, of seven points each.
Averages averages_over(const std::vector<double>& edges, double atoms) {
    using Rule = boost::math::quadrature::gauss<double, 7>;
    Averages all;
    for (std::size_t k = 0; k + 1 < edges.size(); ++k) {
        const double length = edges[k + 1] - edges[k];
        const double pieces = std::clamp(std::ceil(length * atoms), 1.0, 200.0);
        for (double piece = 0.0; piece < pieces; ++piece) {
            const double middle = edges[k] + length * (piece + 0.5) / pieces, half = 0.5 * length / pieces;
            const auto add = [&](double node, double weight) {
                all.times.push_back(middle + half * node);
                all.weights.push_back(0.5 * weight / pieces);
                all.interval.push_back(k);
            };
            const auto& nodes = Rule::abscissa();
            const auto& weights = Rule::weights();
            for (std::size_t i = nodes.size(); i-- > 1;)
                add(-nodes[i], weights[i]);
            for (std::size_t i = 0; i < nodes.size(); ++i)
                add(nodes[i], weights[i]);
        }
    }
    return all;
}

}  // namespace

std::vector<std::vector<double>> exact_currents(const HomodyneConfig& config, StopRequest stop) {
    const auto channels = collective_channels(DickeLadder(config.atoms));
    const auto pump = config.pump_of_time();
    const auto edges = config.edges();
    std::vector<std::vector<double>> means(config.quadratures(), std::vector<double>(edges.size() - 1));
    // Mixtures of Dicke states have no field, then or later.
    if (config.initial.is_diagonal()) return means;
    const auto start = as_ensemble(config).pure_state();
    const auto at = averages_over(edges, static_cast<double>(config.atoms));
    const auto spin = exact::solve_spin(channels, pump, exact::sector_of(start, 0),
                                        exact::sector_of(start, 1), at.times, stop);
    const auto quadratures = config.quadratures();
    const double strength = 2.0 * std::sqrt(config.efficiency / static_cast<double>(quadratures));
    for (std::size_t q = 0; q < quadratures; ++q) {
        const double phase = config.phase + static_cast<double>(q) * 0.5 * std::numbers::pi;
        for (std::size_t i = 0; i < at.times.size(); ++i)
            means[q][at.interval[i]] +=
                at.weights[i] * strength * (spin.jx[i] * std::cos(phase) - spin.jy[i] * std::sin(phase));
    }
    return means;
}

}  // namespace dickejump
