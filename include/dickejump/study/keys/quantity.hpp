#pragma once

#include <optional>
#include <string>

#include "dickejump/study/keys/setting.hpp"

namespace dickejump {

/// What the numbers of a key measure.
enum class Dimension { number, time, rate };

/// By the unit in its help: [1/gamma] is a time, [gamma] and "per 1/gamma" a rate.
Dimension dimension_of(const KeyInfo& key);
/// Of a field of a [[detector]] table, under its dotted name: cavity.dead_time is a time.
Dimension dimension_of_detector(const std::string& field);

/// gamma = 2 pi gamma_hz, in 1/s. @throws InvalidInput unless it is finite and positive
double gamma_per_second(double gamma_hz);

/// A value, a list or a range with physical units as the numbers that keys take: times "50 ns", "10 ms" in
/// 1/gamma, rates "50 /s" (per second) and "150 Hz" (times 2 pi) in gamma, fractions "2 %". Numbers without a
/// unit, and whatever is no quantity of this dimension, stay as they are.
/// @param key  for messages @param gamma_hz  gamma/(2 pi) in Hz
/// @throws InvalidInput if a time or rate is given in seconds and gamma is not known
std::string in_units_of_gamma(const std::string& key, Dimension dimension, const std::string& text,
                              std::optional<double> gamma_hz);

}  // namespace dickejump
