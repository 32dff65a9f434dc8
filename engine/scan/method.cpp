#include "dickejump/scan/method.hpp"

namespace dickejump {

std::string_view name(Method method) {
    return method == Method::exact ? "exact" : "sphere";
}

ScanSampler make_sampler(Method method, const DickeLadder& ladder, const PumpSchedule& pump,
                         const TickGrid& grid, const StartState& start, int steps_per_tick) {
    if (method == Method::sphere) return SphereKernel(ladder, pump, grid, start, steps_per_tick);
    return DirectKernel(ladder, pump, grid, start);
}

}  // namespace dickejump
