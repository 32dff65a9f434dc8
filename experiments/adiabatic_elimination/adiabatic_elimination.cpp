// How far Eq. (1) and App. B are from the three-level atoms of Eq. (2), as gamma_r and delta grow through the
// window N gamma << gamma_r << delta/N of (B14). The pump is w = gamma throughout.
// usage: experiment_adiabatic_elimination FOLDER, where it writes errors.csv and curves.csv
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>

#include "dickejump/study/ensemble/prepared_ensemble.hpp"

using namespace dickejump;

namespace {

/// Three-level atoms at gamma_r/(N gamma) = `emission`, delta/(N gamma_r) = `detuning`, from the ground
/// state.
EnsembleConfig three_level(std::int64_t atoms, double emission, double detuning, const char* times) {
    const auto n = static_cast<double>(atoms);
    EnsembleConfig run;
    run.model = Model::three_level;
    run.atoms = atoms;
    run.gamma_r = emission * n;
    run.detuning = detuning * n * run.gamma_r;
    run.drive = run.detuning / std::sqrt(run.gamma_r);
    run.times = numbers_in("times", times);
    return run;
}

EnsembleCurves app_b(EnsembleConfig run) {
    run.model = Model::effective;
    return solve(run).curves;
}

EnsembleCurves eq_1(EnsembleConfig run) {
    run.model = Model::ladder;
    run.pump = 1.0;
    run.detuning = run.drive = run.gamma_r = 0.0;
    return solve(run).curves;
}

/// max over the times of |difference of <J_z>|, per atom.
double distance(const EnsembleCurves& a, const EnsembleCurves& b, std::int64_t atoms) {
    const auto& x = a.observable("jz").mean;
    const auto& y = b.observable("jz").mean;
    double most = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i)
        most = std::max(most, std::abs(x[i] - y[i]));
    return most / static_cast<double>(atoms);
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File created(const std::string& path) {
    File file(std::fopen(path.c_str(), "w"), std::fclose);
    if (!file) throw std::runtime_error(path + " cannot be written");
    return file;
}

void write_errors(const std::string& path) {
    const auto file = created(path);
    std::fprintf(file.get(),
                 "atoms,gamma_r_over_n,delta_over_n_gamma_r,app_b_error,eq_1_error,app_b_to_eq_1,"
                 "monte_carlo_z\n");
    std::uint64_t seed = 0;  // a new one for every row, so that the last column scatters
    for (const std::int64_t atoms : {2, 4, 6, 8, 10})
        for (const double emission : {20.0, 60.0, 200.0, 600.0, 2000.0, 6000.0})
            for (const double detuning : {1.0, 2.0, 3.0, 5.0, 10.0, 30.0}) {
                auto run = three_level(atoms, emission, detuning, "0:1:6");
                run.trajectories = 2000;
                run.seed = ++seed;
                const auto three = solve(run).curves;
                const auto simulated = simulate(prepare(run)).observed.curves.observable("jz");
                const double z =
                    (simulated.mean.back() - three.observable("jz").mean.back()) / simulated.error.back();
                const auto effective = app_b(run), ladder = eq_1(run);
                std::fprintf(file.get(), "%lld,%g,%g,%.3e,%.3e,%.3e,%.2f\n", static_cast<long long>(atoms),
                             emission, detuning, distance(three, effective, atoms),
                             distance(three, ladder, atoms), distance(effective, ladder, atoms), z);
                std::fflush(file.get());
            }
}

/// <J_z>/N against time at the edge of the window, where App. B holds and Eq. (1) does not.
void write_curves(const std::string& path) {
    auto run = three_level(10, 200.0, 1.0, "0:1:21");
    run.trajectories = 20'000;
    const auto three = solve(run).curves.observable("jz"),
               simulated = simulate(prepare(run)).observed.curves.observable("jz");
    const auto effective = app_b(run).observable("jz"), ladder = eq_1(run).observable("jz");
    const auto file = created(path);
    std::fprintf(file.get(), "time,ensemble,ensemble_error,lindblad,app_b,eq_1\n");
    for (std::size_t i = 0; i < run.times.size(); ++i)
        std::fprintf(file.get(), "%g,%.5f,%.5f,%.6f,%.6f,%.6f\n", run.times[i], simulated.mean[i] / 10.0,
                     simulated.error[i] / 10.0, three.mean[i] / 10.0, effective.mean[i] / 10.0,
                     ladder.mean[i] / 10.0);
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 2) {
        std::fprintf(stderr, "usage: experiment_adiabatic_elimination FOLDER\n");
        return 2;
    }
    write_curves(argv[1] + std::string("/curves.csv"));
    write_errors(argv[1] + std::string("/errors.csv"));
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
