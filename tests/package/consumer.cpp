#include <cstdio>
#include <dickejump/dickejump.hpp>

using namespace dickejump;

int main() {
    const ScanConfig config{.atoms = 50, .rate = 16, .half_width = 20, .trajectories = 1000, .seed = 1};
    const ScanResult result = simulate(prepare(config));
    const auto& loop = *result.find(Estimator::loop);
    std::printf("delta w / gamma = %.4f +- %.4f, bound %.4f\n", loop.delta_w->value, loop.delta_w->error,
                *result.exact.loop_full_record);
    return to_json(result).empty();
}
