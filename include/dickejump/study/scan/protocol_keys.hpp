#pragma once

#include "dickejump/study/keys/keys.hpp"
#include "dickejump/study/model.hpp"
#include "dickejump/study/scan/scan_protocol.hpp"

namespace dickejump {

/// The keys that every configuration of a scan has: atoms, model and what it takes, rate, half_width,
/// direction, initial.
template <class Config>
void add_protocol_keys(Keys<Config>& keys) {
    keys.number(
            "atoms", &Config::atoms, "number of atoms N",
            Range::between(1.0, static_cast<double>(DickeLadder::max_atoms), "a ladder has that many atoms"))
        .as_required();
    keys.part(&Config::model, dickejump::keys<ModelConfig>());
    keys.number("rate", &Config::rate, "scan rate r, transition widths per 1/gamma",
                Range::above(0.0, "a scan moves at a positive, finite rate; its direction is separate"))
        .as_required();
    keys.number("half_width", &Config::half_width, "the scan runs between s = -S and S, S <= N/2",
                Range::above(0.0, "a scan has a positive, finite extent"))
        .as_required();
    keys.word("direction", &Config::direction, "legs to run (default both)",
              {Legs::up, Legs::down, Legs::both});
    keys.word("initial", &Config::initial,
              "start of each leg: its steady state, or n = 0 (up) and n = N (down); default steady",
              {Initial::steady, Initial::ground});
}

}  // namespace dickejump
