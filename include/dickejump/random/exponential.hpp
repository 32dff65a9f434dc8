#pragma once

#include <span>

#include "dickejump/random/stream.hpp"

namespace dickejump {

/// -ln of open_unit(word) for every word, within 2 ulp: standard exponentials by plain inversion, in
/// (1.1e-16, 36.8). Straight-line arithmetic that compiles to whatever vectors there are, with the same bits
/// on all of them. @throws InvalidInput if there are fewer words than exponentials
void negative_logarithms(std::span<const Stream::Block> words, std::span<double> exponentials);

/// -ln of every value, in its place: values in (1e-300, 1], products of uniform numbers.
void negative_logarithms(std::span<double> values);

}  // namespace dickejump
