#pragma once

#include <cstdint>
#include <string_view>

namespace dickejump {

/// What can happen to the atoms in a jump. Names are those of QuTiP's PIQS.
enum class Process : std::int8_t {
    collective_emission,  ///< J-: n to n - 1, a photon into the cavity mode
    collective_pumping,   ///< J+: n to n + 1, a photon into the mode of the pump
    emission,             ///< sigma_- of one atom: n to n - 1, a photon to the side
    pumping,              ///< sigma_+ of one atom: n to n + 1
    dephasing,            ///< sigma_z/2 of one atom: n stays
};
/// "collective_emission", .., "dephasing".
std::string_view name(Process process);

/// How a process changes n, the number of excited atoms.
constexpr int level_change(Process process) {
    switch (process) {
        case Process::collective_pumping:
        case Process::pumping:
            return 1;
        case Process::dephasing:
            return 0;
        default:
            return -1;
    }
}

/// The collective process that takes n up (change > 0) or down.
constexpr Process collective(double change) {
    return change > 0.0 ? Process::collective_pumping : Process::collective_emission;
}

/// One jump of a trajectory.
struct Jump {
    double time;      ///< [1/gamma]
    Process process;  ///< what happened

    /// The change of n.
    int dn() const { return level_change(process); }

    /// The same process at the same time.
    friend bool operator==(const Jump&, const Jump&) = default;
};

}  // namespace dickejump
