#pragma once

namespace dickejump {

/// One jump of a trajectory of a general system.
struct ChannelJump {
    double time;
    int channel;  ///< index of the jump operator

    friend bool operator==(const ChannelJump&, const ChannelJump&) = default;
};

}  // namespace dickejump
