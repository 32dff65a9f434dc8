#pragma once

#include <string_view>

namespace dickejump {

/// Which way a scan moves the pump, and so which way a run crosses J_z = 0.
enum class Direction { up, down };

/// "up", "down".
constexpr std::string_view name(Direction direction) {
    return direction == Direction::up ? "up" : "down";
}

}  // namespace dickejump
