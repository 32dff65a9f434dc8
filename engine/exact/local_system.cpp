#include "exact/local_system.hpp"

namespace dickejump::exact {

LocalTables::LocalTables(const LocalSpins& spins) {
    const auto states = static_cast<Eigen::Index>(spins.states());
    for (auto* table : {&m, &j2, &pumping})
        table->resize(states);
    for (std::int64_t twice_j = spins.atoms(); twice_j >= 0; twice_j -= 2)
        for (std::int64_t twice_m = -twice_j; twice_m <= twice_j; twice_m += 2) {
            const SpinState at{twice_j, twice_m};
            const auto i = static_cast<Eigen::Index>(spins.index(at));
            m(i) = at.m();
            j2(i) = at.j2();
            pumping(i) = LocalSpins::collective_pumping(at);
            excited.push_back(static_cast<Eigen::Index>(spins.excited(at)));
        }
}

Eigen::VectorXd LocalTables::levels(const Eigen::VectorXd& p, std::int64_t atoms) const {
    Eigen::VectorXd sums = Eigen::VectorXd::Zero(atoms + 1);
    for (Eigen::Index i = 0; i < p.size(); ++i)
        sums(excited[static_cast<std::size_t>(i)]) += p(i);
    return sums;
}

LinearSystem local_system(const LocalSpins& spins) {
    const auto states = static_cast<Eigen::Index>(spins.states());
    LinearSystem system{
        .pumping = {}, .emission = {}, .pump = PumpSchedule::constant(0.0), .until = 0.0, .start = {}};
    for (auto* part : {&system.pumping, &system.emission})
        part->below = part->diagonal = part->above = Eigen::ArrayXd::Zero(states);
    std::vector<Eigen::Triplet<double>> gains;
    for (std::int64_t twice_j = spins.atoms(); twice_j >= 0; twice_j -= 2) {
        system.coupling.stretches.push_back(
            static_cast<Eigen::Index>(spins.index({.twice_j = twice_j, .twice_m = -twice_j})));
        for (std::int64_t twice_m = -twice_j; twice_m <= twice_j; twice_m += 2) {
            const SpinState at{twice_j, twice_m};
            const auto i = static_cast<Eigen::Index>(spins.index(at));
            const double up = LocalSpins::collective_pumping(at), down = LocalSpins::collective_emission(at);
            system.pumping.diagonal(i) -= up;
            if (up > 0.0) system.pumping.below(i + 1) += up;
            system.emission.diagonal(i) -= down;
            if (down > 0.0) system.emission.above(i - 1) += down;
            for (const auto& exit : spins.exits(at)) {
                if (exit.rate == 0.0) continue;
                system.emission.diagonal(i) -= exit.rate;
                const auto to = static_cast<Eigen::Index>(spins.index(exit.from(at)));
                if (exit.twice_dj != 0)
                    gains.emplace_back(to, i, exit.rate);
                else if (to > i)
                    system.emission.below(to) += exit.rate;
                else
                    system.emission.above(to) += exit.rate;
            }
        }
    }
    system.coupling.stretches.push_back(states);
    system.coupling.gains.resize(states, states);
    system.coupling.gains.setFromTriplets(gains.begin(), gains.end());
    return system;
}

Eigen::SparseMatrix<double> generator_of(const LinearSystem& system, double pump) {
    const auto states = system.emission.diagonal.size();
    std::vector<Eigen::Triplet<double>> entries;
    const auto add = [&](Eigen::Index row, Eigen::Index column, double rate) {
        if (rate != 0.0) entries.emplace_back(row, column, rate);
    };
    const auto& p = system.pumping;
    const auto& e = system.emission;
    for (Eigen::Index i = 0; i < states; ++i) {
        entries.emplace_back(i, i, pump * p.diagonal(i) + e.diagonal(i));  // there even if nothing leaves
        if (i > 0) add(i, i - 1, pump * p.below(i) + e.below(i));
        if (i + 1 < states) add(i, i + 1, pump * p.above(i) + e.above(i));
    }
    const auto& gains = system.coupling.gains;
    for (Eigen::Index column = 0; column < gains.outerSize(); ++column)
        for (Eigen::SparseMatrix<double>::InnerIterator entry(gains, column); entry; ++entry)
            add(entry.row(), entry.col(), entry.value());
    Eigen::SparseMatrix<double> generator(states, states);
    generator.setFromTriplets(entries.begin(), entries.end());
    return generator;
}

}  // namespace dickejump::exact
