#include <cstdio>
#include <dickejump/dickejump.hpp>

int main() {
    const dickejump::DickeLadder atoms(50);
    dickejump::ScanRun run;
    run.scan = {.rate = 16.0, .half_width = 20.0};
    run.ensemble = {.trajectories = 1000, .seed = 1};
    const auto exact = dickejump::solve_scan(atoms, run.scan, run.points);
    const auto loop = dickejump::simulate_scan(atoms, run, exact).estimators.back().delta_w(50).value();
    std::printf("delta w / gamma = %.4f +- %.4f, bound %.4f\n", loop.value, loop.error,
                *exact.loop_full_record);
}
