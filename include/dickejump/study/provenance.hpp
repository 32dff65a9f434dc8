#pragma once

#include <string>

namespace dickejump {

/// Where and with what a result was made; differs from run to run where the result does not.
struct Provenance {
    std::string version, git, compiler, flags, host, started;

    /// Of this program, here and now.
    static Provenance now();
};

}  // namespace dickejump
