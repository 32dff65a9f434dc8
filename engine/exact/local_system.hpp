#pragma once

#include <Eigen/Core>
#include <Eigen/SparseCore>
#include <cstdint>
#include <vector>

#include "dickejump/model/local_spins.hpp"
#include "exact/radau.hpp"

namespace dickejump::exact {

/// Numbers of every state |j, m>, [LocalSpins::index].
struct LocalTables {
    Eigen::VectorXd m, j2, pumping;     ///< J_z; J^2; collective pumping in units of w
    std::vector<Eigen::Index> excited;  ///< n

    explicit LocalTables(const LocalSpins& spins);

    /// The distribution of n, 0..atoms.
    Eigen::VectorXd levels(const Eigen::VectorXd& p, std::int64_t atoms) const;
};

/// The generator of the populations: what stays at j is tridiagonal, local jumps to other j are the coupling.
/// Pump, time and start are left open.
LinearSystem local_system(const LocalSpins& spins);

/// The same at a constant pump, as one matrix by columns: p' = Q p. Its diagonal is there, zeros and all.
Eigen::SparseMatrix<double> generator_of(const LinearSystem& system, double pump);

}  // namespace dickejump::exact
