#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dickejump::bench {

/// An up scan from the ground state, and how much of it to run.
struct Case {
    std::int64_t atoms;
    double rate, half_width;
    std::int64_t trajectories;
};

/// What one process measured of one case.
struct Timing {
    double cpu_seconds;   ///< user time of the work alone, all threads
    double wall_seconds;  ///< likewise
    double jumps;         ///< made
    double final_jz;      ///< mean over runs, to see that all do the same
    double peak_mib;      ///< largest resident set of the process
};

/// What can be measured: hand (the loop by hand), ladder, direct, uniformisation, sphere (the kernels: last
/// state and number of jumps), crossings (the sphere with first and last crossing instead of jumps), scan:1,
/// scan:2 (a whole exact scan with its observers, on so many threads), sphere-scan:1, sphere-scan:2, qutip;
/// spins:G and spins-reference:G (kernel and reference sampler of atoms that emit at the rate G on their
/// own).
/// @throws std::runtime_error if there is nothing of that name or it does not work on this machine
Timing measure(const std::string& what, const Case& c, std::uint64_t seed);

/// The same in a process of its own: its memory is its own, and what it left in caches too.
Timing measure_apart(const std::string& what, const Case& c, std::uint64_t seed);

/// Mean number of jumps of a run of this case, exactly.
double expected_jumps(const Case& c);

double median(std::vector<double> values);

}  // namespace dickejump::bench
