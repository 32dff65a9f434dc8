// How fast is a quantum jump? The hand-written loop and the library, in turns, so that a busy machine slows
// both. Prints a table in Markdown. usage: dickejump_compare [PAIRS], default 7

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

#include "dickejump/estimate/curve_moments.hpp"
#include "dickejump/estimate/mean_crossing.hpp"
#include "dickejump/estimate/run_observers.hpp"
#include "dickejump/scan/simulated_scan.hpp"
#include "dickejump/trajectory/observer.hpp"
#include "handwritten.hpp"

using namespace dickejump;

namespace {

struct Case {
    int atoms;
    double rate, half_width;
    std::int64_t trajectories;  ///< a measurement; some tenths of a second
};

struct Timing {
    double seconds;
    std::int64_t jumps;
    double jz;  ///< mean at the end, to see that all do the same

    double ns_a_jump() const { return 1e9 * seconds / static_cast<double>(jumps); }
};

template <class Work>
double seconds_of(const Work& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Timing by_hand(const Case& c, std::uint64_t seed) {
    Handwritten result{};
    const double seconds =
        seconds_of([&] { result = handwritten(c.atoms, c.rate, c.half_width, c.trajectories, seed); });
    return {seconds, result.jumps, result.final_jz};
}

Scan scan_of(const Case& c) {
    return {
        .rate = c.rate, .half_width = c.half_width, .legs = Scan::Legs::up, .initial = Scan::Initial::ground};
}

/// The sampler on this thread, past the observers of a scan.
Timing sampler(const Case& c, const ExactScan& exact, std::uint64_t seed) {
    const DickeLadder ladder(c.atoms);
    const ScanLeg leg(ladder, scan_of(c), Direction::up);
    const auto sample = leg.sampler(Method::exact);
    const auto& solution = exact.leg(Direction::up).solution;
    JumpCount jumps;
    CurveMoments curve(c.atoms, leg.grid(), leg.grid().ticks / curve_intervals(leg.grid().ticks, 201));
    MeanCrossing crossing(c.atoms, leg.grid(), *solution.crossing, 0.15 * c.atoms / solution.rise);
    const double seconds = seconds_of([&] {
        for (std::int64_t first = 0; first < c.trajectories; first += Block::size) {
            Crossings<Direction::up> crossings(c.atoms);
            InversionIntegral integral(c.atoms);
            const Lanes lanes{
                .seed = seed,
                .first_trajectory = first,
                .count = static_cast<int>(std::min<std::int64_t>(Block::size, c.trajectories - first)),
                .purpose = leg.purpose()};
            run(sample, lanes, curve, crossing, jumps, crossings, integral);
        }
    });
    return {seconds, jumps.up + jumps.down, curve.at(curve.points() - 1).mean()->value};
}

Timing scan(const Case& c, const ExactScan& exact, std::uint64_t seed, int threads) {
    ScanRun run;
    run.scan = scan_of(c);
    run.ensemble = {.trajectories = c.trajectories, .seed = seed, .threads = threads};
    const auto result = simulate_scan(DickeLadder(c.atoms), run, exact);
    // Its own clock: the calibration before the runs is not a matter of jumps.
    return {result.seconds, result.jumps, result.curves[0].points.back().jz_mean->value};
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

void row(const Case& c, int pairs) {
    const auto exact = solve_scan(DickeLadder(c.atoms), scan_of(c), 2);
    std::vector<double> hand, ours, ratio, one, two, speed_up;
    by_hand(c, 0);
    sampler(c, exact, 0);
    for (int pair = 1; pair <= pairs; ++pair) {
        const auto seed = static_cast<std::uint64_t>(pair);
        const auto h = by_hand(c, seed), s = sampler(c, exact, seed), o = scan(c, exact, seed, 1),
                   t = scan(c, exact, seed, 2);
        hand.push_back(h.ns_a_jump());
        ours.push_back(s.ns_a_jump());
        ratio.push_back(h.ns_a_jump() / s.ns_a_jump());
        one.push_back(o.ns_a_jump());
        two.push_back(t.ns_a_jump());
        speed_up.push_back(o.ns_a_jump() / t.ns_a_jump());
        if (s.jumps != o.jumps || o.jumps != t.jumps || std::abs(h.jz - s.jz) > 0.02 * c.atoms) {
            std::fprintf(stderr, "not the same runs: %lld, %lld and %lld jumps, final <J_z> %g and %g\n",
                         static_cast<long long>(s.jumps), static_cast<long long>(o.jumps),
                         static_cast<long long>(t.jumps), h.jz, s.jz);
            std::exit(1);
        }
    }
    std::printf(
        "| N = %d, r = %g, S = %g, from the ground state | %.1f | %.1f | %.2f | %.1f | %.1f | %.2f |\n",
        c.atoms, c.rate, c.half_width, median(hand), median(ours), median(ratio), median(one), median(two),
        median(speed_up));
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) try {
    const int pairs = argc > 1 ? std::max(1, std::atoi(argv[1])) : 7;
    std::printf(
        "| up scan | by hand, ns a jump | sampler | ratio | scan, 1 thread | scan, 2 threads | "
        "speed-up |\n|---|---|---|---|---|---|---|\n");
    row({.atoms = 100, .rate = 16.0, .half_width = 20.0, .trajectories = 24 * Block::size}, pairs);
    row({.atoms = 1000, .rate = 16.0, .half_width = 16.0, .trajectories = 2 * Block::size}, pairs);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
