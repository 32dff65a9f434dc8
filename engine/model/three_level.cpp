#include "dickejump/model/three_level.hpp"

#include <cmath>
#include <string>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

namespace {

using Level = ThreeLevelBasis::Level;

std::int64_t& count(ThreeLevelBasis::Occupation& state, Level level) {
    return level == Level::g ? state.g : level == Level::e ? state.e : state.r;
}

QuantumSystem without_drive(const ThreeLevelAtoms& atoms, const ThreeLevelBasis& basis) {
    atoms.check();
    if (basis.atoms() != atoms.atoms)
        throw InvalidInput("a basis for " + std::to_string(basis.atoms()) + " atoms (the model has " +
                           std::to_string(atoms.atoms) + ") make it for those");
    QuantumSystem system;
    system.hamiltonian.push_back({-atoms.detuning * basis.transfer(Level::r, Level::r)});
    system.jumps.push_back({basis.transfer(Level::g, Level::e), {}, "cavity"});
    system.jumps.push_back({std::sqrt(atoms.gamma_r) * basis.transfer(Level::e, Level::r), {}, "pump"});
    return system;
}

Operator drive(const ThreeLevelBasis& basis) {
    return basis.transfer(Level::r, Level::g) + basis.transfer(Level::g, Level::r);
}

}  // namespace

ThreeLevelBasis::ThreeLevelBasis(std::int64_t atoms, std::int64_t most_r) : atoms_(atoms), most_r_(most_r) {
    Problems problems;
    problems.require(atoms >= 1,
                     "atoms = " + std::to_string(atoms) + " (a system has at least one) give `atoms` >= 1");
    problems.require(most_r >= 0 && most_r <= atoms, "at most " + std::to_string(most_r) +
                                                         " atoms in |r> (0.." + std::to_string(atoms) +
                                                         " can be there) choose one of them");
    problems.raise();
    if (static_cast<double>(atoms + 1) * static_cast<double>(most_r + 1) > 2e7)
        throw InvalidInput("three-level atoms = " + std::to_string(atoms) +
                           " (too many states for the memory) use fewer, or the effective model");
    // States of one n_e stand together: without jumps n_e does not change.
    for (std::int64_t e = 0; e <= atoms; ++e)
        for (std::int64_t r = 0; r <= std::min(most_r, atoms - e); ++r)
            states_.push_back({atoms - e - r, e, r});
}

Eigen::Index ThreeLevelBasis::index(std::int64_t n_e, std::int64_t n_r) const {
    if (n_e < 0 || n_r < 0 || n_r > most_r_ || n_e + n_r > atoms_) return -1;
    // Rows e have most_r + 1 states while N - e >= most_r, then N - e + 1.
    const auto full = std::min(n_e, atoms_ - most_r_ + 1);
    const auto rest = n_e - full;
    const auto before = full * (most_r_ + 1) + rest * most_r_ - rest * (rest - 1) / 2;
    return static_cast<Eigen::Index>(before + n_r);
}

Operator ThreeLevelBasis::transfer(Level to, Level from) const {
    std::vector<Eigen::Triplet<std::complex<double>>> entries;
    for (Eigen::Index column = 0; column < dimension(); ++column) {
        auto state = (*this)[column];
        auto& source = count(state, from);
        if (source == 0) continue;
        const auto before = static_cast<double>(source--);
        auto& target = count(state, to);
        const auto after = static_cast<double>(++target);
        const auto row = index(state.e, state.r);
        if (row >= 0)
            entries.emplace_back(static_cast<int>(row), static_cast<int>(column), std::sqrt(before * after));
    }
    Operator result(dimension(), dimension());
    result.setFromTriplets(entries.begin(), entries.end());
    return result;
}

Eigen::VectorXcd ThreeLevelBasis::embed(const DickeState& state) const {
    if (state.atoms() != atoms_)
        throw InvalidInput("a state of " + std::to_string(state.atoms() + 1) + " amplitudes (" +
                           std::to_string(atoms_) + " atoms have N + 1 = " + std::to_string(atoms_ + 1) +
                           ") give one for each n = 0..N");
    const auto amplitudes = state.amplitudes();
    Eigen::VectorXcd psi = Eigen::VectorXcd::Zero(dimension());
    for (Eigen::Index n = 0; n < amplitudes.size(); ++n)
        psi(index(n, 0)) = amplitudes(n);
    return psi;
}

QuantumSystem three_level_system(const ThreeLevelAtoms& atoms, const ThreeLevelBasis& basis) {
    auto system = without_drive(atoms, basis);
    system.hamiltonian.push_back({atoms.drive * drive(basis)});
    return system;
}

QuantumSystem three_level_system(const ThreeLevelAtoms& atoms, const ThreeLevelBasis& basis,
                                 const PumpSchedule& pump) {
    auto system = without_drive(atoms, basis);
    system.hamiltonian.push_back(
        {drive(basis), [atoms, pump](double time) { return atoms.drive_for(std::max(0.0, pump.at(time))); }});
    for (const auto& piece : pump.pieces())
        system.knots.push_back(piece.begin);
    return system;
}

}  // namespace dickejump
