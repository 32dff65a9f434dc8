#include "misuse/wrong_calls.hpp"

namespace dickejump::misuse {
namespace {

using Complexes = std::vector<std::complex<double>>;

TEST_CASE("misuse: ladders and states") {
    const DickeLadder ladder(4);
    Entry("DickeLadder")
        .refuses_whole("atoms", {0, -1, std::numeric_limits<std::int64_t>::min(), DickeLadder::max_atoms + 1},
                       [](std::int64_t n) { DickeLadder{n}; })
        .refuses("linewidth", {nan, inf, -inf, -1.0}, [](double x) { DickeLadder(4, x); });
    Entry("DickeState")
        .refuses_whole("dicke n =", {-1, 5}, [&](std::int64_t n) { DickeState::dicke(ladder, n); })
        .refuses("coherent theta", {nan, inf, -inf}, [&](double x) { DickeState::coherent(ladder, x, 0.0); })
        .refuses("coherent phi", {nan, inf, -inf}, [&](double x) { DickeState::coherent(ladder, 0.0, x); })
        .refuses("no amplitudes", [&] { DickeState::from_amplitudes(ladder, {}); })
        .refuses("four amplitudes for five levels",
                 [&] { DickeState::from_amplitudes(ladder, Complexes(4, 0.5)); })
        .refuses("amplitudes of norm 0", [&] { DickeState::from_amplitudes(ladder, Complexes(5, 0.0)); })
        .refuses("amplitudes of NaN", [&] { DickeState::from_amplitudes(ladder, Complexes(5, nan)); })
        .refuses("amplitudes of infinity", [&] { DickeState::from_amplitudes(ladder, Complexes(5, inf)); })
        .refuses("a file that is not there", [&] { DickeState::from_csv(ladder, "/nowhere/state.csv"); })
        .refuses("a folder", [&] { DickeState::from_csv(ladder, "/"); })
        .refuses("no file name", [&] { DickeState::from_csv(ladder, ""); });
    Entry("steady_state_quantile")
        .refuses("pump", {nan, inf, -1.0}, [&](double x) { steady_state_quantile(ladder, x, 0.5); })
        .refuses("u", {nan, 0.0, 1.0, -1.0, 2.0}, [&](double x) { steady_state_quantile(ladder, 1.0, x); });
    Entry("SteadyLevels")
        .refuses("pump", {nan, inf, -1.0}, [&](double x) { SteadyLevels(ladder, x); })
        .refuses("u", {nan, 0.0, 1.0, -1.0, 2.0}, [&](double x) { SteadyLevels(ladder, 1.0).quantile(x); });
}

TEST_CASE("misuse: schedules") {
    const std::vector<double> none, one{0.0}, two{0.0, 1.0};
    const auto pieces = [](std::vector<double> times, std::vector<double> pumps) {
        return [=] { PumpSchedule::piecewise_linear(times, pumps); };
    };
    Entry("PumpSchedule::piecewise_linear")
        .refuses("nothing", pieces({}, {}))
        .refuses("two times and one pump", pieces({0, 1}, {1}))
        .refuses("one time and two pumps", pieces({0}, {1, 2}))
        .refuses("a start at 1", pieces({1, 2}, {1, 1}))
        .refuses("times that fall", pieces({0, 2, 1}, {1, 1, 1}))
        .refuses("a time twice", pieces({0, 1, 1}, {1, 1, 1}))
        .refuses("a time of NaN", pieces({0, nan}, {1, 1}))
        .refuses("a first time of NaN", pieces({nan}, {1}))
        .refuses("an infinite time", pieces({0, inf}, {1, 1}))
        .refuses("a negative pump", pieces({0, 1}, {1, -1}))
        .refuses("a pump of NaN", pieces({0, 1}, {1, nan}))
        .refuses("an infinite pump", pieces({0, 1}, {1, inf}))
        .refuses("a slope beyond numbers", pieces({0, 1e-308}, {1, 3}));
    Entry("PumpSchedule::constant").refuses("pump", {nan, inf, -1.0}, [](double x) {
        PumpSchedule::constant(x);
    });
    Entry("PumpSchedule::linear")
        .refuses("first", {nan, inf, -1.0}, [](double x) { PumpSchedule::linear(x, 1.0, 1.0); })
        .refuses("last", {nan, inf, -1.0}, [](double x) { PumpSchedule::linear(1.0, x, 1.0); })
        .refuses("duration", {nan, inf, 0.0, -1.0}, [](double x) { PumpSchedule::linear(1.0, 1.0, x); });
    Entry("PumpSchedule::triangle")
        .refuses("leg", {nan, inf, 0.0, -1.0}, [](double x) { PumpSchedule::triangle(0.0, 1.0, x); })
        .refuses("turn", {nan, inf, -1.0}, [](double x) { PumpSchedule::triangle(0.0, x, 1.0); })
        .refuses_whole("repeats", {0, -1, std::numeric_limits<int>::max()},
                       [](std::int64_t k) { PumpSchedule::triangle(0.0, 1.0, 1.0, static_cast<int>(k)); });
    const auto ramp = PumpSchedule::linear(0.5, 1.5, 2.0);
    Entry("PumpSchedule")
        .refuses("at", {nan}, [&](double x) { ramp.at(x); })
        .gives("at -1, where it starts", 0.5, [&] { return ramp.at(-1.0); })
        .gives("at infinity, where it ends", 1.5, [&] { return ramp.at(inf); })
        .refuses("extremes until", {nan, -1.0}, [&](double x) { ramp.extremes(x); })
        .refuses("integral until", {nan, inf, -1.0}, [&](double x) { ramp.integral(x); })
        .refuses("held from", {nan, 0.0, -1.0}, [&](double x) { ramp.held_from(x); })
        .refuses("affine factor", {nan, inf, -inf}, [&](double x) { ramp.affine(x, 0.0); })
        .refuses("affine offset", {nan, inf, -inf}, [&](double x) { ramp.affine(1.0, x); })
        .refuses("affine about", {nan, inf, -inf}, [&](double x) { ramp.affine(1.0, 0.0, x); })
        .refuses("a file that is not there", [] { PumpSchedule::from_csv("/nowhere/w.csv"); })
        .refuses("a folder", [] { PumpSchedule::from_csv("/"); });
    Entry("ProportionalServo")
        .gives("a gain of NaN: no pump", 0.0, [] { return ProportionalServo{.gain = nan}.pump(0.1); })
        .gives("an error of NaN: no pump", 0.0, [] { return ProportionalServo{.gain = 0.5}.pump(nan); });
}

TEST_CASE("misuse: local spins") {
    Entry("LocalSpins")
        .refuses_whole("atoms", {0, -1, LocalSpins::max_atoms + 1}, [](std::int64_t n) { LocalSpins(n, {}); })
        .refuses("emission", {nan, inf, -1.0}, [](double x) { LocalSpins(4, {.emission = x}); })
        .refuses("pumping", {nan, inf, -1.0}, [](double x) { LocalSpins(4, {.pumping = x}); })
        .refuses("dephasing", {nan, inf, -1.0}, [](double x) { LocalSpins(4, {.dephasing = x}); });
    const LocalSpins spins(4, {.emission = 1.0});
    for (const auto& state : std::vector<SpinState>{{6, 0}, {-2, 0}, {4, 6}, {4, -6}, {3, 1}, {4, 1}}) {
        const auto what = "2j = " + std::to_string(state.twice_j) + ", 2m = " + std::to_string(state.twice_m);
        Entry("LocalSpins")
            .refuses("exits of " + what, [&] { spins.exits(state); })
            .refuses("index of " + what, [&] { static_cast<void>(spins.index(state)); });
        Entry("check_spin").refuses(what, [&] {
            Problems problems;
            check_spin(4, state, problems);
            problems.raise();
        });
    }
}

TEST_CASE("misuse: operators") {
    for (const auto& [name, make] : std::vector<std::pair<std::string, std::function<void(Eigen::Index)>>>{
             {"qeye", [](Eigen::Index d) { qeye(d); }},
             {"destroy", [](Eigen::Index d) { destroy(d); }},
             {"num", [](Eigen::Index d) { num(d); }},
             {"coherent", [](Eigen::Index d) { coherent(d, 0.5); }},
             {"basis", [](Eigen::Index d) { basis(d, 0); }}})
        Entry(name).refuses_whole("dimension", {0, -1, std::int64_t{1} << 31, std::int64_t{1} << 62}, make);
    Entry("jmat")
        .refuses_whole("2j =", {-1, std::int64_t{1} << 31, std::int64_t{1} << 62},
                       [](std::int64_t k) { jmat(k, 'z'); })
        .refuses("component q", [] { jmat(2, 'q'); });
    Entry("coherent").refuses("alpha", {nan, inf, 1e200}, [](double x) { coherent(4, {x, 0.0}); });
    Entry("coherent").refuses("alpha i", {nan, inf, 1e200}, [](double x) { coherent(4, {0.0, x}); });
    Entry("basis").refuses_whole("index", {-1, 3}, [](std::int64_t i) { basis(3, i); });
    const Operator none(0, 0), wide(std::numeric_limits<int>::max(), 1);
    const Eigen::VectorXcd nothing;
    Entry("tensor")
        .refuses("of no space", [&] { tensor(none, qeye(2)); })
        .refuses("of too many rows", [&] { tensor(wide, wide); })
        .refuses("of no state", [&] { tensor(nothing, basis(2, 0)); });
    Entry("expect")
        .refuses("an operator of 3 on a state of 2", [] { expect(qeye(3), basis(2, 0)); })
        .refuses("no state", [&] { expect(qeye(3), nothing); });
}

TEST_CASE("misuse: systems") {
    const QuantumSystem nothing{}, good{.hamiltonian = {{sigmax()}}, .jumps = {{sigmam()}}};
    const auto with = [](const Operator& op) {
        return QuantumSystem{.hamiltonian = {{op}}, .jumps = {{sigmam()}}};
    };
    const auto jumping = [](const Operator& op) {
        return QuantumSystem{.hamiltonian = {{sigmax()}}, .jumps = {{op}}};
    };
    const std::vector<std::pair<std::string, QuantumSystem>> systems{
        {"no operator", nothing},
        {"a Hamiltonian that is not Hermitian", with(sigmam())},
        {"a Hamiltonian of 3 states, jumps of 2", with(qeye(3))},
        {"a Hamiltonian of no state", with(Operator(0, 0))},
        {"a Hamiltonian that is not square", with(Operator(2, 3))},
        {"a Hamiltonian of NaN", with(Operator(nan * sigmax()))},
        {"an infinite Hamiltonian", with(Operator(inf * sigmax()))},
        {"jumps of NaN", jumping(Operator(nan * sigmam()))},
        {"infinite jumps", jumping(Operator(inf * sigmam()))},
        {"jumps of 3 states", jumping(destroy(3))},
        {"a knot of NaN", {.hamiltonian = {{sigmax()}}, .jumps = {{sigmam()}}, .knots = {nan}}}};
    for (const auto& [what, system] : systems) {
        Entry("check(QuantumSystem)").refuses(what, [&system = system] { check(system); });
        Entry("WavefunctionSampler").refuses(what, [&system = system] { WavefunctionSampler{system}; });
        Entry("PropagatorSampler").refuses(what, [&system = system] { PropagatorSampler{system}; });
        Entry("solve_lindblad").refuses(what, [&system = system] {
            exact::solve_lindblad(system, Eigen::MatrixXcd::Identity(2, 2) / 2.0, std::vector{1.0});
        });
        Entry("steady_density_matrix").refuses(what, [&system = system] {
            exact::steady_density_matrix(system);
        });
        Entry("mcsolve").refuses(what, [&system = system] {
            mcsolve(system, basis(2, 0), {0.0, 1.0}, {{"z", sigmaz()}}, {.trajectories = 2});
        });
    }
    const Eigen::VectorXcd none, three = basis(3, 0);
    const auto filled = [](double x) { return Eigen::VectorXcd::Constant(2, x).eval(); };
    const std::vector<std::pair<std::string, Eigen::VectorXcd>> states{{"no state", none},
                                                                       {"a state of 3", three},
                                                                       {"a state of norm 0", filled(0.0)},
                                                                       {"a state of 2", filled(1.0)},
                                                                       {"a state of NaN", filled(nan)},
                                                                       {"an infinite state", filled(inf)}};
    Stream random(1, 0, Purpose::test);
    const std::vector<double> times{0.0, 0.5};
    const WavefunctionSampler integrated(good);
    const PropagatorSampler propagated(good);
    const ShowState show = [](std::size_t, const Eigen::VectorXcd&) {};
    for (const auto& [what, state] : states) {
        const auto& psi = state;
        Entry("check_state").refuses(what, [&] { check_state(good, psi); });
        Entry("WavefunctionSampler").refuses(what, [&] { integrated(random, psi, times, show); });
        Entry("PropagatorSampler").refuses(what, [&] { propagated(random, psi, times, show); });
        Entry("mcsolve").refuses(what, [&] {
            mcsolve(good, psi, times, {{"z", sigmaz()}}, {.trajectories = 2});
        });
    }
    for (const auto& [what, wrong] : wrong_times()) {
        const auto& t = wrong;
        Entry("check_times").refuses(what, [&] { check_times(t); });
        Entry("WavefunctionSampler").refuses(what, [&] { integrated(random, basis(2, 0), t, show); });
        Entry("PropagatorSampler").refuses(what, [&] { propagated(random, basis(2, 0), t, show); });
        Entry("solve_lindblad").refuses(what, [&] {
            exact::solve_lindblad(good, Eigen::MatrixXcd::Identity(2, 2) / 2.0, t);
        });
        Entry("mcsolve").refuses(what, [&] {
            mcsolve(good, basis(2, 0), t, {{"z", sigmaz()}}, {.trajectories = 2});
        });
    }
    Entry("WavefunctionSampler").refuses("nobody to show to", [&] {
        integrated(random, basis(2, 0), times, {});
    });
    Entry("PropagatorSampler").refuses("nobody to show to", [&] {
        propagated(random, basis(2, 0), times, {});
    });
    Entry("mcsolve")
        .refuses("no times",
                 [&] {
                     mcsolve(good, basis(2, 0), {}, {{"z", sigmaz()}}, {.trajectories = 2});
                 })
        .refuses_whole("trajectories", {0, -1, std::numeric_limits<std::int64_t>::min()},
                       [&](std::int64_t k) {
                           mcsolve(good, basis(2, 0), times, {{"z", sigmaz()}}, {.trajectories = k});
                       })
        .refuses("an operator without a name",
                 [&] {
                     mcsolve(good, basis(2, 0), times, {{"", sigmaz()}}, {.trajectories = 2});
                 })
        .refuses("an operator that is not Hermitian",
                 [&] {
                     mcsolve(good, basis(2, 0), times, {{"m", sigmam()}}, {.trajectories = 2});
                 })
        .refuses("an operator of 3",
                 [&] {
                     mcsolve(good, basis(2, 0), times, {{"m", qeye(3)}}, {.trajectories = 2});
                 })
        .refuses(
            "an operator of NaN",
            [&] {
                mcsolve(good, basis(2, 0), times, {{"m", Operator(nan * sigmaz())}}, {.trajectories = 2});
            })
        .refuses("a result of no such name", [&] {
            static_cast<void>(mcsolve(good, basis(2, 0), times, {{"z", sigmaz()}}, {.trajectories = 2})["y"]);
        });
    Entry("WavefunctionSampler")
        .refuses("tolerance", {nan, inf, 0.0, -1.0},
                 [&](double x) { WavefunctionSampler(good, {.tolerance = x}); })
        .refuses("longest step", {nan, inf, -1.0},
                 [&](double x) { WavefunctionSampler(good, {.longest_step = x}); })
        .refuses("a factor of NaN", [&] {
            const QuantumSystem turning{.hamiltonian = {{sigmax(), [](double) { return nan; }}},
                                        .jumps = {{sigmam()}}};
            WavefunctionSampler{turning}(random, basis(2, 0), times, show);
        });
    Entry("PropagatorSampler").refuses("a system of time", [&] {
        PropagatorSampler{
            QuantumSystem{.hamiltonian = {{sigmax(), [](double t) { return t; }}}, .jumps = {{sigmam()}}}};
    });
    Entry("PropagatorSampler").refuses_whole("a largest block of", {0, -1}, [&](std::int64_t k) {
        PropagatorSampler(good, PropagatorSampler::Method::automatic, k);
    });
    const auto matrix = [](double a, double b) {
        return (Eigen::MatrixXcd(2, 2) << a, b, b, 1.0 - a).finished();
    };
    const std::vector<std::pair<std::string, Eigen::MatrixXcd>> matrices{
        {"no density matrix", {}},
        {"a density matrix of 3", Eigen::MatrixXcd::Identity(3, 3) / 3.0},
        {"a density matrix that is not square", Eigen::MatrixXcd::Zero(2, 3)},
        {"a density matrix of trace 2", Eigen::MatrixXcd::Identity(2, 2)},
        {"NaN off the diagonal", matrix(0.5, nan)},
        {"infinity off the diagonal", matrix(0.5, inf)},
        {"NaN on the diagonal", matrix(nan, 0.0)},
        {"a density matrix that is not Hermitian", (Eigen::MatrixXcd(2, 2) << 0.5, 0.3, 0, 0.5).finished()}};
    for (const auto& [what, wrong] : matrices) {
        const auto& rho = wrong;
        Entry("check_density_matrix").refuses(what, [&] { check_density_matrix(good, rho); });
        Entry("solve_lindblad").refuses(what, [&] { exact::solve_lindblad(good, rho, times); });
    }
    Entry("expectation")
        .refuses("an operator of 3 of a matrix of 2",
                 [] { exact::expectation(qeye(3), Eigen::MatrixXcd::Identity(2, 2)); })
        .refuses("no matrix", [] { exact::expectation(qeye(3), {}); });
}

TEST_CASE("misuse: models of atoms") {
    const ThreeLevelAtoms good{.atoms = 2};
    const std::vector<std::pair<std::string, ThreeLevelAtoms>> wrong{
        {"no atoms", {.atoms = 0}},          {"-1 atoms", {.atoms = -1}},
        {"detuning 0", {.detuning = 0.0}},   {"detuning NaN", {.detuning = nan}},
        {"detuning inf", {.detuning = inf}}, {"drive NaN", {.drive = nan}},
        {"drive inf", {.drive = inf}},       {"gamma_r 0", {.gamma_r = 0.0}},
        {"gamma_r -1", {.gamma_r = -1.0}},   {"gamma_r NaN", {.gamma_r = nan}},
        {"gamma_r inf", {.gamma_r = inf}}};
    for (const auto& [what, one] : wrong) {
        auto atoms = one;
        Entry("ThreeLevelAtoms").refuses(what, [&] { atoms.check(); });
        Entry("effective_channels").refuses(what, [&] { effective_channels(atoms); });
        if (atoms.atoms == 1) atoms.atoms = 2;
        Entry("three_level_system").refuses(what, [&] { three_level_system(atoms, ThreeLevelBasis(2)); });
    }
    Entry("ThreeLevelAtoms").refuses("drive for a pump of", {nan, inf, -1.0}, [&](double w) {
        static_cast<void>(good.drive_for(w));
    });
    Entry("ThreeLevelBasis")
        .refuses_whole("atoms", {0, -1, 1'000'000, std::int64_t{1} << 62},
                       [](std::int64_t n) { ThreeLevelBasis{n}; })
        .refuses_whole("most in r", {-1, 3}, [](std::int64_t r) { ThreeLevelBasis(2, r); })
        .refuses("a state of another N",
                 [] { ThreeLevelBasis(2).embed(DickeState::dicke(DickeLadder(3), 0)); })
        .gives("a place that is not there", -1.0,
               [] { return static_cast<double>(ThreeLevelBasis(2).index(5, 5)); })
        .gives("a place below 0", -1.0, [] { return static_cast<double>(ThreeLevelBasis(2).index(-1, 0)); })
        .gives("a place beyond what is kept", -1.0,
               [] { return static_cast<double>(ThreeLevelBasis(2, 1).index(0, 2)); });
    Entry("three_level_system").refuses("a basis of another N", [&] {
        three_level_system(good, ThreeLevelBasis(3));
    });
    const auto channels = collective_channels(DickeLadder(2));
    const auto changed = [&](const auto& change) {
        auto copy = channels;
        change(copy);
        return copy;
    };
    const std::vector<std::pair<std::string, LadderChannels>> none{
        {"no levels", {}},
        {"too few emissions", changed([](auto& c) { c.emission.pop_back(); })},
        {"too few energies", changed([](auto& c) { c.energy.pop_back(); })},
        {"too many emissions", changed([](auto& c) { c.emission.push_back(0.0); })},
        {"a jump out above", changed([](auto& c) { c.pumping.back() = 1.0; })},
        {"a jump out below", changed([](auto& c) { c.emission.front() = 1.0; })},
        {"pumping of NaN", changed([](auto& c) { c.pumping[0] = nan; })},
        {"emission of NaN", changed([](auto& c) { c.emission[1] = nan; })},
        {"energy of infinity", changed([](auto& c) { c.energy[1] = inf; })}};
    const auto pump = PumpSchedule::constant(1.0);
    const auto start = DickeState::dicke(DickeLadder(2), 0);
    const std::vector<double> times{0.0, 0.5};
    for (const auto& [what, wrong_channels] : none) {
        const auto& c = wrong_channels;
        Entry("check(LadderChannels)").refuses(what, [&] { check(c); });
        Entry("DiagonalSampler").refuses(what, [&] { DiagonalSampler(c, pump, start); });
        Entry("DiffusiveSampler").refuses(what, [&] { DiffusiveSampler(c, pump, start, {}); });
        Entry("ConditionalStateSampler").refuses(what, [&] { ConditionalStateSampler(c, pump, start, {}); });
        Entry("solve_sector").refuses(what, [&] {
            exact::solve_sector(c, pump, Eigen::VectorXcd::Unit(3, 0), 0, times);
        });
        Entry("solve_density_matrix").refuses(what, [&] {
            exact::solve_density_matrix(c, pump, Eigen::MatrixXcd::Identity(3, 3) / 3.0, times);
        });
        Entry("solve_spin").refuses(what, [&] {
            exact::solve_spin(c, pump, Eigen::VectorXcd::Unit(3, 0), Eigen::VectorXcd::Zero(2), times);
        });
        Entry("steady_state(LadderChannels)").refuses(what, [&] { exact::steady_state(c, 1.0); });
        Entry("pump_information").refuses(what, [&] { exact::pump_information(c, pump, start, times); });
    }
}

}  // namespace
}  // namespace dickejump::misuse
