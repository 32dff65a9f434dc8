#pragma once

#include <string>

namespace dickejump {

/// Where and with what a result was made; differs from run to run where the result does not.
struct Provenance {
    std::string version,  ///< "0.1.0"
        git,              ///< commit of the sources
        compiler,         ///< name and version
        flags,            ///< of the compiler
        host,             ///< name of the machine
        started;          ///< UTC, ISO 8601

    /// Of this program, here and now.
    static Provenance now();
};

}  // namespace dickejump
