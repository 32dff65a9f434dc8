#include "trajectory/sphere/walks.hpp"

#include "dickejump/random/stream.hpp"
#include "random/split_mix.hpp"
#include "trajectory/run_setup.hpp"

namespace dickejump::sphere {

namespace {

constexpr std::size_t widest = 64;  ///< lanes of the widest group of vectors of any target

}  // namespace

Walks::Walks(const LadderSetup& setup, const Lanes& lanes) {
    const auto count = static_cast<std::size_t>(lanes.count);
    const auto padded = (count + widest - 1) / widest * widest;
    keys.resize(count);
    for (auto* generators : {&path, &noise, &counts, &touch, &alone})
        for (auto& words : *generators)
            words.assign(padded, 1);
    x.assign(padded, 0.0);
    n = x;
    levels.assign(padded, static_cast<double>(setup.ladder.atoms()) + 1.0);
    alone_jumps.assign(padded, 0);
    for (auto* crossed : {&first, &last}) {
        crossed->step.assign(padded, -1.0);
        crossed->before.assign(padded, 0.0);
        crossed->after.assign(padded, 0.0);
    }
    const double size = static_cast<double>(setup.ladder.atoms()) + 1.0;
    for (std::size_t lane = 0; lane < count; ++lane) {
        Stream stream(lanes.seed, static_cast<std::uint64_t>(lanes.first_trajectory) + lane, lanes.purpose);
        const double u = open_unit(stream());
        const auto level = static_cast<double>(start_level(setup, u));
        // Anywhere in the cell of its level: so the first two moments of x are the ladder's.
        x[lane] = 2.0 * (level + open_unit(stream())) / size - 1.0;
        n[lane] = level;
        SplitMix mix{stream()};
        for (auto* generators : {&path, &noise, &counts, &touch})
            for (auto& words : *generators)
                words[lane] = mix();
        keys[lane] = mix();
        for (auto& words : alone)
            words[lane] = mix();
    }
}

}  // namespace dickejump::sphere
