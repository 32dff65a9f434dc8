#pragma once

#include <string>
#include <string_view>

namespace dickejump {

/// A result as JSON, for who knows gamma = 2 pi gamma_hz 1/s: beside every `delta_w` a `delta_w_hz` = delta_w
/// gamma_hz, the sensitivity of w/(2 pi) in Hz, of the same shape; and at the end `units`:
/// {"gamma_per_second", "gamma_hz"}. All else stays to the byte.
/// @param json  one object, as `to_json` makes it
/// @throws InvalidInput if it is not, or gamma_hz is not finite and positive
std::string with_hertz(std::string_view json, double gamma_hz);

}  // namespace dickejump
