#include "dickejump/random/exponential.hpp"

#include <bit>
#include <cstddef>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "numeric/each_width.hpp"
#include "numeric/logarithm.hpp"

namespace dickejump {

namespace {
void check_words(std::size_t blocks, std::size_t wanted) {
    if (wanted > 2 * blocks)
        throw InvalidInput(std::to_string(blocks) + " blocks of two words (" + std::to_string(wanted) +
                           " exponentials need a word each) give more");
}
}  // namespace

DICKEJUMP_EACH_WIDTH
void negative_logarithms(std::span<const Stream::Block> words, std::span<double> exponentials) {
    check_words(words.size(), exponentials.size());
    const std::uint64_t* word = words.data()->data();  // blocks are contiguous words
    for (std::size_t i = 0; i < exponentials.size(); ++i) {
        // 1.mantissa - (1 - 2^-53) is open_unit(word), exactly.
        const double u = std::bit_cast<double>((word[i] >> 12) | 0x3ff0000000000000) - (1.0 - 0x1p-53);
        exponentials[i] = numeric::negative_logarithm(u);
    }
}

DICKEJUMP_EACH_WIDTH
void negative_logarithms(std::span<double> values) {
    for (double& value : values)
        value = numeric::negative_logarithm(value);
}

}  // namespace dickejump
