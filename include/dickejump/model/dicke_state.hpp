#pragma once

#include <Eigen/Core>
#include <complex>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dickejump/model/dicke_ladder.hpp"

namespace dickejump {

/// A pure state sum_n c_n |n> of the Dicke ladder, kept as ln |c_n|^2 and arg c_n, so that a coherent state
/// of any N has all of its amplitudes. All that makes one throws InvalidInput if the memory does not hold it.
class DickeState {
public:
    /// |n>. @throws InvalidInput unless 0 <= n <= N.
    static DickeState dicke(const DickeLadder& ladder, std::int64_t n);
    /// The coherent spin state with <J> = (N/2)(sin theta cos phi, sin theta sin phi, cos theta) [rad]: theta
    /// = 0 is all atoms excited. @throws InvalidInput if an angle is not finite.
    static DickeState coherent(const DickeLadder& ladder, double theta, double phi);
    /// (|0> + |N>)/sqrt 2.
    static DickeState ghz(const DickeLadder& ladder);
    /// From the N + 1 amplitudes c_n, n = 0..N.
    /// @throws InvalidInput naming both lengths, or if |c|^2 differs from 1 by more than 1e-6 (what is left
    /// is scaled away).
    static DickeState from_amplitudes(const DickeLadder& ladder,
                                      std::span<const std::complex<double>> amplitudes);
    /// The same from a text file of N + 1 lines `re,im`, n = 0 first (a first line may name the columns, in
    /// any order; # comments are allowed). @throws InvalidInput also naming file and line.
    static DickeState from_csv(const DickeLadder& ladder, const std::string& file);

    /// N: there are N + 1 amplitudes.
    std::int64_t atoms() const { return static_cast<std::int64_t>(log_weights_.size()) - 1; }
    /// [n] ln |c_n|^2; -infinity where there is nothing.
    std::span<const double> log_weights() const { return log_weights_; }
    /// [n] arg c_n.
    std::span<const double> phases() const { return phases_; }
    /// [n] c_n; those below 1e-308 are 0.
    Eigen::VectorXcd amplitudes() const;

private:
    DickeState(std::vector<double> log_weights, std::vector<double> phases);

    std::vector<double> log_weights_, phases_;
};

}  // namespace dickejump
