#include "trajectory/uniformisation/pack.hpp"

#include <limits>

#include "dickejump/random/stream.hpp"

namespace dickejump::uniformisation {

void start(Pack& pack, const LadderSetup& setup, std::uint64_t seed, Purpose purpose,
           std::int64_t first_trajectory) {
    const auto one = unit_of(setup.ladder.atoms()), origin = origin_of(setup.ladder.atoms());
    for (int lane = 0; lane < pack_size; ++lane) {
        Stream stream(seed, static_cast<std::uint64_t>(first_trajectory + lane), purpose);
        const auto n = start_level(setup, open_unit(stream()));
        pack.n[lane] = static_cast<std::uint16_t>(n * one - origin);
        pack.level[lane] = static_cast<std::int32_t>(n);
        pack.decision_keys[lane] = stream();
        pack.time_keys[lane] = stream();
        pack.first_time[lane] = pack.last_time[lane] = std::numeric_limits<double>::quiet_NaN();
        // What lanes share comes from the streams of some of them.
        constexpr int surplus_lane = 1;
        if (lane % lanes_per_generator == 0)
            for (auto& words : pack.random)
                words[lane / lanes_per_generator] = stream();
        if (lane == surplus_lane) pack.surplus_chance = {stream()};
    }
}

}  // namespace dickejump::uniformisation
