// The light of the cavity beside a local oscillator: the current of single runs, and its mean beside the
// master equation.
#include <cmath>
#include <cstdio>
#include <span>

#include "dickejump/dickejump.hpp"

using namespace dickejump;

int main() {
    const DickeLadder atoms(10);
    const auto model = collective_channels(atoms);
    const auto pump = PumpSchedule::constant(0.5);
    const auto start = DickeState::coherent(atoms, 1.5707963267948966, 0.0);  // <J> along x
    const CavityDetection homodyne{.phase = 0.0, .longest_step = 2e-3};
    const DiffusiveSampler sample(model, pump, start, homodyne);

    // The current is told step by step; here it is added up between these times.
    const std::vector<double> times{0.1, 0.2, 0.3, 0.4};
    std::vector<Moments> currents(times.size());
    const auto unseen = [](std::size_t, const Eigen::VectorXcd&) {};
    for (std::uint64_t k = 0; k < 2000; ++k) {
        Stream random(1, k, Purpose::diffusion);
        Photocurrent current;
        sample(random, times, unseen, &current);
        std::vector<double> charge(times.size());
        for (std::size_t step = 0, i = 0; step < current.x.size(); ++step) {
            while (current.time[step] > times[i] + 1e-9)
                ++i;
            charge[i] += current.x[step];
        }
        for (std::size_t i = 0; i < times.size(); ++i)
            currents[i].add(charge[i]);
    }

    // Its mean is 2 int <J_x> dt, from the master equation at the middles of many short steps.
    std::vector<double> fine;
    for (int i = 0; i < 400; ++i)
        fine.push_back((i + 0.5) * 1e-3);
    const Eigen::MatrixXcd rho = start.amplitudes() * start.amplitudes().adjoint();
    const auto exact =
        exact::solve_spin(model, pump, exact::sector_of(rho, 0), exact::sector_of(rho, 1), fine);
    for (std::size_t i = 0; i < times.size(); ++i) {
        double mean = 0.0;
        for (std::size_t j = 100 * i; j < 100 * (i + 1); ++j)
            mean += 2.0 * exact.jx[j] * 1e-3;
        const auto seen = *currents[i].mean();
        std::printf("up to t = %.1f  current %.4f +- %.4f  exact %.4f\n", times[i], seen.value, seen.error,
                    mean);
    }
}
