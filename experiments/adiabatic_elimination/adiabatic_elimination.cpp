// How far Eq. (1) and App. B are from the three-level atoms of Eq. (2), as gamma_r and delta grow through the
// window N gamma << gamma_r << delta/N of (B14). Prints CSV; the pump is w = gamma throughout.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "dickejump/scan/ensemble_run.hpp"

using namespace dickejump;

namespace {

/// max over 0 < t <= 1/gamma of |difference of <J_z>|, per atom.
double distance(const EnsembleCurves& a, const EnsembleCurves& b, std::int64_t atoms) {
    const auto& x = a.observable("jz").mean;
    const auto& y = b.observable("jz").mean;
    double most = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i)
        most = std::max(most, std::abs(x[i] - y[i]));
    return most / static_cast<double>(atoms);
}

}  // namespace

int main() {
    std::printf("atoms,gamma_r_over_n,delta_over_n_gamma_r,app_b_error,eq_1_error,monte_carlo_z\n");
    std::uint64_t seed = 0;  // a new one for every row, so that the last column scatters
    for (const std::int64_t atoms : {2, 4, 6, 10})
        for (const double emission : {20.0, 60.0, 200.0, 600.0, 2000.0})
            for (const double detuning : {1.0, 3.0, 10.0, 30.0}) {
                const double n = static_cast<double>(atoms);
                EnsembleRun run;
                run.model = Model::three_level;
                run.atoms = atoms;
                run.gamma_r = emission * n;
                run.detuning = detuning * n * run.gamma_r;
                run.drive = run.detuning / std::sqrt(run.gamma_r);
                run.times = times_of("0:1:6");
                run.ensemble = {.trajectories = 2000, .seed = ++seed};
                if (run.detuning * n > 4e5) continue;  // minutes of the Lindblad equation
                const auto three = solve_ensemble(run);
                const auto simulated = simulate_ensemble(run).curves.observable("jz");
                const double z =
                    (simulated.mean.back() - three.observable("jz").mean.back()) / simulated.error.back();
                run.model = Model::effective;
                const auto effective = solve_ensemble(run);
                run.model = Model::ladder;
                run.pump = PumpSchedule::constant(1.0);
                const auto ladder = solve_ensemble(run);
                std::printf("%lld,%g,%g,%.3e,%.3e,%.2f\n", static_cast<long long>(atoms), emission, detuning,
                            distance(three, effective, atoms), distance(three, ladder, atoms), z);
                std::fflush(stdout);
            }
}
