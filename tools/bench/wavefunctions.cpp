// One side of wavefunctions.py: trajectories of a system of about a hundred states, timed, as JSON.
// usage: dickejump_wavefunctions SYSTEM TRAJECTORIES SEED [TOLERANCE]

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dickejump/estimate/moments.hpp"
#include "dickejump/model/operators.hpp"
#include "dickejump/wavefunction/diagonal_sampler.hpp"
#include "dickejump/wavefunction/wavefunction_sampler.hpp"

using namespace dickejump;

namespace {

constexpr int points = 11;

std::vector<double> times_until(double end) {
    std::vector<double> times;
    for (int i = 0; i < points; ++i)
        times.push_back(end * i / (points - 1));
    return times;
}

/// What one trajectory was: enough to go through it again without a step.
struct Trajectory {
    std::vector<double> jump_times;
    std::vector<int> channels;
    Eigen::VectorXcd end;
};

/// What a system has to offer: a trajectory, which puts an observable's value at every time into `values`.
struct Bench {
    std::vector<double> times;
    std::function<Trajectory(Stream& random, std::vector<double>& values)> run;
};

/// A coherent spin state on the equator under Eq. (1), N = 100, w = 0.7; watches J_z.
Bench coherent() {
    const DickeLadder ladder(100);
    const auto times = times_until(1.0);
    const DiagonalSampler sample(collective_channels(ladder), PumpSchedule::constant(0.7),
                                 DickeState::coherent(ladder, std::acos(0.0), 0.0));
    return {times, [=](Stream& random, std::vector<double>& values) {
                Trajectory done;
                std::vector<Jump> record;
                const auto show = [&](std::size_t i, const LadderView& state) {
                    values[i] = spin_moments(state).jz;
                    if (i + 1 < times.size()) return;
                    done.end = Eigen::VectorXcd::Zero(101);
                    for (std::size_t k = 0; k < state.weights.size(); ++k)
                        done.end(static_cast<Eigen::Index>(k) + state.first) =
                            std::polar(std::sqrt(state.weights[k]), state.phases[k]);
                };
                sample(random, times, show, &record);
                for (const auto& jump : record) {
                    done.jump_times.push_back(jump.time);
                    done.channels.push_back(jump.dn() < 0 ? 0 : 1);
                }
                return done;
            }};
}

Bench of(const QuantumSystem& system, const Eigen::VectorXcd& start, const Operator& photons,
         double tolerance) {
    const auto times = times_until(5.0);
    const WavefunctionSampler sample(system, {.tolerance = tolerance});
    return {times, [=](Stream& random, std::vector<double>& values) {
                Trajectory done;
                std::vector<ChannelJump> record;
                const ShowState show = [&](std::size_t i, const Eigen::VectorXcd& psi) {
                    values[i] = psi.dot(photons * psi).real();
                    if (i + 1 == times.size()) done.end = psi;
                };
                sample(random, start, times, show, &record);
                for (const auto& jump : record) {
                    done.jump_times.push_back(jump.time);
                    done.channels.push_back(jump.channel);
                }
                return done;
            }};
}

/// A driven cavity with decay, 100 photons at most.
Bench cavity(double tolerance) {
    const auto a = destroy(100);
    const Operator ad = a.adjoint(), photons = ad * a;
    return of({.hamiltonian = {{photons + 5.0 * (a + ad)}}, .jumps = {{a}}}, basis(100, 0), photons,
              tolerance);
}

/// Driven Jaynes-Cummings: 50 levels of the cavity times an atom; `decay` modulates the cavity's jumps.
Bench jaynes_cummings(const Factor& decay, double tolerance) {
    const Operator a = tensor(destroy(50), qeye(2)), sm = tensor(qeye(50), sigmam());
    const Operator ad = a.adjoint(), photons = ad * a, swap = ad * sm;
    const Operator h = 0.5 * photons + 2.0 * (swap + Operator(swap.adjoint())) + 1.5 * (a + ad);
    return of({.hamiltonian = {{h}}, .jumps = {{std::sqrt(0.5) * a, decay}, {std::sqrt(0.3) * sm}}},
              tensor(basis(50, 0), basis(2, 1)), photons, tolerance);
}

Bench bench(const std::string& system, double tolerance) {
    if (system == "coherent") return coherent();
    if (system == "cavity") return cavity(tolerance);
    if (system == "jaynes_cummings") return jaynes_cummings({}, tolerance);
    if (system == "modulated")
        return jaynes_cummings([](double t) { return 1.0 + 0.8 * std::sin(3.0 * t); }, tolerance);
    throw std::invalid_argument("no system " + system);
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc < 4) {
        std::fprintf(stderr, "usage: dickejump_wavefunctions SYSTEM TRAJECTORIES SEED [TOLERANCE]\n");
        return 2;
    }
    const int trajectories = std::atoi(argv[2]);
    const auto seed = std::strtoull(argv[3], nullptr, 10);
    const auto [times, run] = bench(argv[1], argc > 4 ? std::atof(argv[4]) : 1e-8);
    std::vector<double> values(times.size());
    std::vector<Moments> moments(times.size());
    Trajectory last;
    std::size_t jumps = 0;
    const auto begin = std::clock();
    for (int k = 0; k < trajectories; ++k) {
        Stream random(seed, static_cast<std::uint64_t>(k), Purpose::wavefunction);
        last = run(random, values);
        for (std::size_t i = 0; i < values.size(); ++i)
            moments[i].add(values[i]);
        jumps += last.jump_times.size();
    }
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    std::vector<double> means, errors;
    for (const auto& at : moments) {
        const auto mean = at.mean();
        means.push_back(mean ? mean->value : 0.0);
        errors.push_back(mean ? mean->error : 0.0);
    }
    std::vector<double> re, im;
    for (const auto& c : last.end) {
        re.push_back(c.real());
        im.push_back(c.imag());
    }
    std::printf("%s\n", nlohmann::json{{"seconds", seconds / trajectories},
                                       {"jumps", static_cast<double>(jumps) / trajectories},
                                       {"means", means},
                                       {"errors", errors},
                                       {"jump_times", last.jump_times},
                                       {"channels", last.channels},
                                       {"re", re},
                                       {"im", im}}
                            .dump()
                            .c_str());
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
