#include "trajectory/direct/local_exit.hpp"

namespace dickejump::direct {

std::optional<LocalSpins::Exit> local_exit(const LocalSpins& spins, const SpinState& at, double u) {
    double left = u * LocalRate(spins).at(static_cast<double>(spins.excited(at)));
    for (const auto& exit : spins.exits(at)) {
        if (left < exit.rate) return exit;  // never one of rate 0
        left -= exit.rate;
    }
    return {};
}

}  // namespace dickejump::direct
