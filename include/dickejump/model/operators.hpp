#pragma once

#include <Eigen/Core>
#include <Eigen/SparseCore>
#include <complex>
#include <cstdint>

namespace dickejump {

/// A linear operator on a space of `dimension` states, by columns. Names below are QuTiP's, and so are their
/// conventions.
using Operator = Eigen::SparseMatrix<std::complex<double>>;

/// The identity on `dimension` states. @throws InvalidInput unless there are 1 to 2^31 - 1, and the memory
/// for them.
Operator qeye(Eigen::Index dimension);
/// The annihilation operator of an oscillator cut at `dimension` levels: a|n> = sqrt(n)|n-1>.
/// @throws InvalidInput as above.
Operator destroy(Eigen::Index dimension);
/// |1><0|, with |0> the excited state of a two-level atom: sigma_z|0> = |0>.
Operator sigmam();
/// |0><1|, the adjoint of `sigmam`.
Operator sigmap();
/// sigma_+ + sigma_-.
Operator sigmax();
/// -i (sigma_+ - sigma_-).
Operator sigmay();
/// |0><0| - |1><1|.
Operator sigmaz();
/// The number of quanta of an oscillator cut at `dimension` levels: destroy+ destroy. @throws InvalidInput as
/// above.
Operator num(Eigen::Index dimension);
/// The adjoint.
Operator dag(const Operator& op);
/// A component of a spin j = twice_j/2, by decreasing m as in QuTiP: 'x', 'y', 'z', '+' or '-'.
/// @throws InvalidInput for another letter, twice_j < 0, or a dimension as above
Operator jmat(std::int64_t twice_j, char component);
/// The Kronecker product: `left` acts on the slow index. @throws InvalidInput as above.
Operator tensor(const Operator& left, const Operator& right);
/// |index> of `dimension` states. @throws InvalidInput if there is no such state, or as above.
Eigen::VectorXcd basis(Eigen::Index dimension, Eigen::Index index);
/// The coherent state of an oscillator cut at `dimension` levels: exp(-|alpha|^2/2) sum_n alpha^n/sqrt(n!)
/// |n>, normalised. @throws InvalidInput for a dimension as above, or if the amplitudes are no numbers.
Eigen::VectorXcd coherent(Eigen::Index dimension, std::complex<double> alpha);
/// <psi|O|psi>, real for a Hermitian operator (its imaginary part is dropped). @throws InvalidInput if the
/// dimensions differ
double expect(const Operator& op, const Eigen::VectorXcd& psi);
/// Product state of two systems, as `tensor` orders them. @throws InvalidInput for a dimension as above.
Eigen::VectorXcd tensor(const Eigen::VectorXcd& left, const Eigen::VectorXcd& right);

}  // namespace dickejump
