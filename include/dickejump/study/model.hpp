#pragma once

#include <string_view>

namespace dickejump {

/// Which equation a study is of.
enum class Model {
    ladder,       ///< Eq. (1): collective emission and pumping
    effective,    ///< App. B at finite detuning (B11, B12)
    three_level,  ///< Eq. (2)
    local         ///< Eq. (1), and atoms that emit, are pumped and dephase on their own
};
/// "ladder", "effective", "three-level", "local".
std::string_view name(Model model);

}  // namespace dickejump
