#include "dickejump/model/local_spins.hpp"

#include <cmath>
#include <string>

#include "model/checks.hpp"

namespace dickejump {

namespace {

std::string half(std::int64_t twice) {
    return text(0.5 * static_cast<double>(twice));
}

}  // namespace

void check(const LocalRates& rates, Problems& problems) {
    check_rate("emission", rates.emission, problems);
    check_rate("pumping", rates.pumping, problems);
    check_rate("dephasing", rates.dephasing, problems);
}

void check_spin(std::int64_t atoms, const SpinState& state, Problems& problems) {
    const auto [twice_j, twice_m] = state;
    const std::string said = "|j, m> = |" + half(twice_j) + ", " + half(twice_m) + "> ";
    if (twice_j < 0 || twice_j > atoms || (atoms - twice_j) % 2 != 0)
        problems.add(said + "(" + std::to_string(atoms) + " spins make j = " + half(atoms) + ", " +
                     half(atoms - 2) + ", .. down to " + half(atoms % 2) + ") choose one of them");
    else
        problems.require(std::abs(twice_m) <= twice_j && (twice_j - twice_m) % 2 == 0,
                         said + "(m is one of -j, -j + 1, .., j) choose one of them");
}

LocalSpins::LocalSpins(std::int64_t atoms, LocalRates rates) : atoms_(atoms), rates_(rates) {
    Problems problems;
    problems.require(atoms >= 1 && atoms <= max_atoms,
                     "`atoms` = " + std::to_string(atoms) +
                         " (the chain of |j, m> is for 1 to 10^7 atoms) give a number in that range");
    check(rates, problems);
    problems.raise();
}

void LocalSpins::check_state(const SpinState& at) const {
    const bool is_one = at.twice_j >= 0 && at.twice_j <= atoms_ && ((atoms_ - at.twice_j) & 1) == 0 &&
                        at.twice_m >= -at.twice_j && at.twice_m <= at.twice_j &&
                        ((at.twice_j - at.twice_m) & 1) == 0;
    if (is_one) [[likely]]
        return;
    Problems problems;
    check_spin(atoms_, at, problems);
    problems.raise();
}

std::int64_t LocalSpins::index(const SpinState& at) const {
    check_state(at);
    return first_of((atoms_ - at.twice_j) / 2) + at.above();
}

std::array<LocalSpins::Exit, 8> LocalSpins::exits(const SpinState& at) const {
    check_state(at);
    const auto atoms = static_cast<double>(atoms_), twice_j = static_cast<double>(at.twice_j);
    const auto up = static_cast<double>(at.above()), down = static_cast<double>(at.below());
    const bool singlet = at.twice_j == 0;
    const double a0 = singlet ? 0.0 : (atoms + 2.0) / (twice_j * (twice_j + 2.0)),
                 a1 = singlet ? 0.0 : (atoms + twice_j + 2.0) / (2.0 * twice_j * (twice_j + 1.0)),
                 a2 = (atoms - twice_j) / (2.0 * (twice_j + 2.0) * (twice_j + 1.0));
    const auto& [emission, pumping, dephasing] = rates_;
    return {{{Process::emission, 0, emission * a0 * up * (down + 1.0)},
             {Process::emission, -2, emission * a1 * up * (up - 1.0)},
             {Process::emission, 2, emission * a2 * (down + 1.0) * (down + 2.0)},
             {Process::pumping, 0, pumping * a0 * down * (up + 1.0)},
             {Process::pumping, -2, pumping * a1 * down * (down - 1.0)},
             {Process::pumping, 2, pumping * a2 * (up + 1.0) * (up + 2.0)},
             {Process::dephasing, -2, dephasing * a1 * up * down},
             {Process::dephasing, 2, dephasing * a2 * (up + 1.0) * (down + 1.0)}}};
}

}  // namespace dickejump
