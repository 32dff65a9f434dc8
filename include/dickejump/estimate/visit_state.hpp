#pragma once

#include <concepts>
#include <type_traits>

namespace dickejump {

/// T, or T that is only read.
///
/// Every accumulator shows its state by `visit_state(accumulator, archive)`, which calls archive(name,
/// member) for each member that its sums consist of, always in the same order: one function to write and to
/// read it, and to know its layout (see ensemble/state.hpp). What is derived from the configuration is not
/// shown: it is there already in an empty accumulator of the same run.
template <class Self, class T>
concept IsOrConst = std::same_as<std::remove_const_t<Self>, T>;

}  // namespace dickejump
