#include "misuse/wrong_calls.hpp"

namespace dickejump::misuse {
namespace {

using namespace exact;

const DickeLadder ladder(4);
const auto pump = PumpSchedule::constant(1.0);
const std::vector<double> times{0.0, 0.5};

/// Times that do not lie in a run of length 1.
const std::vector<std::pair<std::string, std::vector<double>>> outside{
    {"a time of -1", {-1.0}}, {"a time of 2", {2.0}}, {"a time of NaN", {nan}}, {"an infinite time", {inf}}};

TEST_CASE("misuse: master equations") {
    for (const auto& [what, wrong] : wrong_populations(4)) {
        const auto& start = wrong;
        Entry("solve").refuses(what, [&] { solve(ladder, pump, 1.0, start); });
        Entry("crossing_laws").refuses(what, [&] { crossing_laws(ladder, pump, 1.0, start, Direction::up); });
        Entry("solve_lock").refuses(what, [&] { solve_lock(ladder, {}, 0.01, 10, start); });
    }
    for (const auto& [what, wrong] : outside) {
        const auto& t = wrong;
        Entry("solve").refuses(what, [&] { solve(ladder, pump, 1.0, evenly(4), t); });
        Entry("crossing_laws").refuses(what, [&] {
            crossing_laws(ladder, pump, 1.0, evenly(4), Direction::up, t);
        });
        Entry("solve_hierarchy").refuses(what, [&] {
            solve_hierarchy(ladder, pump, 1.0, StartState::dicke(0), t);
        });
        Entry("solve_local").refuses(what, [&] {
            const LocalSpins spins(4, {.emission = 0.1});
            solve_local(spins, pump, 1.0, symmetric_populations(spins, evenly(4)), t);
        });
    }
    Entry("crossing_laws").refuses("times that fall", [] {
        crossing_laws(ladder, pump, 1.0, evenly(4), Direction::up, std::vector{0.5, 0.2});
    });
    for (const double bad : {nan, inf, 0.0, -1.0}) {
        const auto what = "duration " + text(bad);
        Entry("solve").refuses(what, [&] { solve(ladder, pump, bad, evenly(4)); });
        Entry("crossing_laws").refuses(what, [&] {
            crossing_laws(ladder, pump, bad, evenly(4), Direction::down);
        });
        Entry("solve_hierarchy").refuses(what, [&] {
            solve_hierarchy(ladder, pump, bad, StartState::dicke(0));
        });
        Entry("solve_local").refuses(what, [&] {
            const LocalSpins spins(4, {.emission = 0.1});
            solve_local(spins, pump, bad, symmetric_populations(spins, evenly(4)), {});
        });
        Entry("protocol_limit").refuses(what, [&] { protocol_limit(ladder, bad); });
        Entry("solve_lock").refuses("tick " + text(bad), [&] { solve_lock(ladder, {}, bad, 10, evenly(4)); });
    }
    for (const double bad : {nan, inf, -0.1}) {
        Entry("protocol_limit").refuses("emission " + text(bad), [&] { protocol_limit(ladder, 1.0, bad); });
        Entry("local_steady_state").refuses("pump " + text(bad), [&] {
            local_steady_state(LocalSpins(4, {.emission = 0.1}), bad);
        });
    }
    const LocalSpins spins(4, {.emission = 0.1});
    const auto local = [&](const Eigen::VectorXd& start) { solve_local(spins, pump, 1.0, start, {}); };
    const Eigen::VectorXd good = symmetric_populations(spins, evenly(4));
    Entry("solve_local")
        .refuses("no start", [&] { local({}); })
        .refuses("a start of the ladder", [&] { local(evenly(4)); })
        .refuses("a start of sum 2", [&] { local(2.0 * good); })
        .refuses("a NaN in the start",
                 [&] {
                     auto start = good;
                     start(1) = nan;
                     local(start);
                 })
        .refuses("a negative population",
                 [&] {
                     auto start = good;
                     start(0) -= 1.0, start(1) += 1.0;
                     local(start);
                 })
        .refuses("states that no memory holds", [] {
            const LocalSpins many(LocalSpins::max_atoms, {.emission = 0.1});
            solve_local(many, pump, 1.0, {}, {});
        });
    for (const auto levels : {0, 4, 6}) {
        const auto what = std::to_string(levels) + " levels for 5";
        Entry("symmetric_populations").refuses(what, [&] {
            symmetric_populations(spins, Eigen::VectorXd::Zero(levels));
        });
        Entry("inversion").refuses(what, [&] { inversion(ladder, Eigen::VectorXd::Zero(levels)); });
    }
    Entry("solve_lock")
        .refuses_whole("ticks", {0, -1, std::numeric_limits<std::int64_t>::max()},
                       [](std::int64_t k) { solve_lock(ladder, {}, 0.01, k, evenly(4)); })
        .refuses("gain", {nan, inf, -inf, -1.0},
                 [](double g) { solve_lock(ladder, {.gain = g}, 0.01, 10, evenly(4)); })
        .refuses("a tick of too many jumps", [] { solve_lock(ladder, {}, 1e12, 1, evenly(4)); });
}

TEST_CASE("misuse: hierarchies and biases") {
    const DickeLadder many(1000), effective(1000, 1e-3);
    for (const std::int64_t n : {-1, 1001}) {
        const auto what = "start n = " + std::to_string(n);
        Entry("solve_hierarchy").refuses(what, [&] {
            solve_hierarchy(many, pump, 1.0, StartState::dicke(n));
        });
        Entry("start_moments").refuses(what, [&] { start_moments(many, StartState::dicke(n), 3); });
        Entry("start_populations").refuses(what, [&] { start_populations(many, StartState::dicke(n)); });
        Entry("sphere_bias").refuses(what, [&] {
            sphere_bias(many, pump, {1.0, 50}, StartState::dicke(n), 1);
        });
    }
    for (const double w : {nan, inf, -1.0}) {
        const auto what = "a steady start at " + text(w);
        Entry("solve_hierarchy").refuses(what, [&] {
            solve_hierarchy(many, pump, 1.0, StartState::steady(w));
        });
        Entry("start_moments").refuses(what, [&] { start_moments(many, StartState::steady(w), 3); });
        Entry("start_populations").refuses(what, [&] { start_populations(many, StartState::steady(w)); });
        Entry("sphere_bias").refuses(what, [&] {
            sphere_bias(many, pump, {1.0, 50}, StartState::steady(w), 1);
        });
    }
    Entry("start_moments").refuses_whole("count", {0, -1}, [&](std::int64_t k) {
        start_moments(DickeLadder(DickeLadder::max_atoms), StartState::dicke(0), static_cast<int>(k));
    });
    Entry("solve_hierarchy").refuses("a ladder with a linewidth", [&] {
        solve_hierarchy(effective, pump, 1.0, StartState::dicke(0));
    });
    Entry("sphere_bias")
        .refuses_whole("steps", {0, -1},
                       [&](std::int64_t k) {
                           sphere_bias(many, pump, {1.0, 50}, StartState::dicke(0), static_cast<int>(k));
                       })
        .refuses("a run at the pole", [&] {
            sphere_bias(many, PumpSchedule::constant(1e3), {1.0, 50}, StartState::dicke(0), 1);
        });
    Entry("sphere_bias_within").refuses("tolerance", {nan, inf, 0.0, -1.0, 1e-300}, [&](double x) {
        sphere_bias_within(many, pump, {1.0, 50}, StartState::dicke(0), x);
    });
}

TEST_CASE("misuse: steady states and spectra") {
    for (const double w : {nan, inf, -1.0}) {
        const auto what = "pump " + text(w);
        Entry("steady_state").refuses(what, [&] { exact::steady_state(ladder, w); });
        Entry("steady_inversion").refuses(what, [&] { steady_inversion(ladder, w); });
        Entry("relaxation").refuses(what, [&] { relaxation(ladder, w); });
        Entry("decay_rates").refuses(what, [&] { decay_rates(ladder, w, 0, 1); });
        Entry("inversion_correlation").refuses(what, [&] { inversion_correlation(ladder, w, times); });
        Entry("steady_state(channels)").refuses(what, [&] {
            exact::steady_state(collective_channels(ladder), w);
        });
        for (const auto channel : channels)
            Entry("intensity_correlation").refuses(what, [&] {
                intensity_correlation(ladder, w, channel, times);
            });
    }
    for (const double t : {nan, inf, -1.0}) {
        const std::vector<double> delays{0.0, t};
        Entry("inversion_correlation").refuses("a delay of " + text(t), [&] {
            inversion_correlation(ladder, 1.0, delays);
        });
        Entry("intensity_correlation").refuses("a delay of " + text(t), [&] {
            intensity_correlation(ladder, 1.0, Channel::cavity, delays);
        });
    }
    Entry("intensity_correlation")
        .refuses("no pump", [] { intensity_correlation(ladder, 0.0, Channel::cavity, times); })
        .refuses("no channel", [] { intensity_correlation(ladder, 1.0, static_cast<Channel>(7), times); });
    Entry("inversion_correlation").gives("no delays", 0.0, [] {
        return static_cast<double>(inversion_correlation(ladder, 1.0, {}).size());
    });
    Entry("decay_rates")
        .refuses("no pump", [] { decay_rates(ladder, 0.0, 0, 1); })
        .refuses("a pump beyond numbers", [] { decay_rates(ladder, 1e308, 0, 1); })
        .refuses_whole("sector", {-1, 5}, [](std::int64_t q) { decay_rates(ladder, 1.0, q, 1); })
        .refuses_whole("count", {0, -1, 6}, [](std::int64_t k) { decay_rates(ladder, 1.0, 0, k); })
        .refuses("too many of sector 3", [] { decay_rates(ladder, 1.0, 3, 3); })
        .refuses("a sector of a ladder with a linewidth",
                 [] { decay_rates(DickeLadder(4, 0.1), 1.0, 1, 1); });
    Entry("steady_pump").refuses("J_z =", {nan, inf, -inf, 2.1}, [](double m) { steady_pump(ladder, m); });
    Entry("exact_estimate")
        .refuses("pump", {nan, inf, -1.0},
                 [](double w) { exact_estimate(ladder, w, ShotEstimator::maximum_likelihood, 1); })
        .refuses_whole("pool", {0, -1}, [](std::int64_t k) {
            exact_estimate(ladder, 1.0, ShotEstimator::locally_unbiased, k);
        });
}

TEST_CASE("misuse: density matrices") {
    const auto channels = collective_channels(ladder);
    const Eigen::VectorXcd ground = Eigen::VectorXcd::Unit(5, 0), four = Eigen::VectorXcd::Zero(4), none;
    const auto with = [](Eigen::VectorXcd v, double x) {
        v(0) = x;
        return v;
    };
    const Eigen::MatrixXcd mixed = Eigen::MatrixXcd::Identity(5, 5) / 5.0;
    for (const auto& [what, wrong] : wrong_times()) {
        const auto& t = wrong;
        Entry("solve_sector").refuses(what, [&] { solve_sector(channels, pump, ground, 0, t); });
        Entry("solve_sector_with_sensitivity").refuses(what, [&] {
            solve_sector_with_sensitivity(channels, pump, ground, 0, t);
        });
        Entry("solve_density_matrix").refuses(what, [&] { solve_density_matrix(channels, pump, mixed, t); });
        Entry("solve_spin").refuses(what, [&] { solve_spin(channels, pump, ground, four, t); });
        Entry("pump_information").refuses(what, [&] {
            pump_information(channels, pump, DickeState::dicke(ladder, 0), t);
        });
    }
    Entry("solve_sector")
        .refuses_whole("sector", {-1, 5, std::numeric_limits<std::int64_t>::min()},
                       [&](std::int64_t q) { solve_sector(channels, pump, ground, q, times); })
        .refuses("no start", [&] { solve_sector(channels, pump, none, 0, times); })
        .refuses("a start of another sector", [&] { solve_sector(channels, pump, ground, 1, times); })
        .refuses("a start of NaN", [&] { solve_sector(channels, pump, with(ground, nan), 0, times); })
        .refuses("an infinite start", [&] { solve_sector(channels, pump, with(ground, inf), 0, times); });
    Entry("solve_spin")
        .refuses("no populations", [&] { solve_spin(channels, pump, none, four, times); })
        .refuses("no coherences", [&] { solve_spin(channels, pump, ground, none, times); })
        .refuses("coherences of N + 1", [&] { solve_spin(channels, pump, ground, ground, times); })
        .refuses("populations of NaN", [&] { solve_spin(channels, pump, with(ground, nan), four, times); })
        .refuses("coherences of NaN", [&] { solve_spin(channels, pump, ground, with(four, nan), times); });
    Entry("pump_information").refuses("a start of another N", [&] {
        pump_information(channels, pump, DickeState::dicke(DickeLadder(3), 0), times);
    });
    Eigen::MatrixXcd skew = mixed, holey = mixed, endless = mixed;
    skew(0, 1) = 0.1, holey(1, 0) = nan, endless(2, 3) = endless(3, 2) = inf;
    const std::vector<std::pair<std::string, Eigen::MatrixXcd>> matrices{
        {"no matrix", {}},
        {"a matrix that is not square", Eigen::MatrixXcd::Zero(5, 4)},
        {"a matrix that is not Hermitian", skew},
        {"a matrix with NaN", holey},
        {"an infinite matrix", endless}};
    for (const auto& [what, wrong] : matrices) {
        const auto& matrix = wrong;
        Entry("solve_density_matrix").refuses(what, [&] {
            solve_density_matrix(channels, pump, matrix, times);
        });
        Entry("quantum_fisher_information").refuses(what, [&] { quantum_fisher_information(matrix, mixed); });
        Entry("quantum_fisher_information").refuses("a derivative: " + what, [&] {
            quantum_fisher_information(mixed, matrix);
        });
        Entry("quantum_fisher_information_of_rotation").refuses(what, [&] {
            quantum_fisher_information_of_rotation(matrix, mixed);
        });
        Entry("quantum_fisher_information_of_rotation").refuses("a generator: " + what, [&] {
            quantum_fisher_information_of_rotation(mixed, matrix);
        });
    }
    Entry("solve_density_matrix")
        .refuses("a matrix of trace 2", [&] { solve_density_matrix(channels, pump, 2.0 * mixed, times); })
        .refuses("a matrix of another N", [&] {
            solve_density_matrix(channels, pump, Eigen::MatrixXcd::Identity(4, 4) / 4.0, times);
        });
    Entry("sector_of(matrix)")
        .refuses_whole("sector", {-1, 5, std::numeric_limits<std::int64_t>::min()},
                       [&](std::int64_t q) { sector_of(mixed, q); })
        .refuses("a matrix that is not square", [] { sector_of(Eigen::MatrixXcd::Zero(5, 3), 3); })
        .refuses("no matrix", [] { sector_of(Eigen::MatrixXcd(), 0); });
    Entry("sector_of(state)").refuses_whole("sector", {-1, 5}, [](std::int64_t q) {
        sector_of(DickeState::ghz(ladder), q);
    });
    auto stuck = channels;
    stuck.emission[2] = 0.0;
    Entry("steady_state(channels)").refuses("no emission from n = 2", [&] {
        exact::steady_state(stuck, 1.0);
    });
}

}  // namespace
}  // namespace dickejump::misuse
