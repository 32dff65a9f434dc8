#pragma once

namespace dickejump {

/// One jump of a trajectory of a general system.
struct ChannelJump {
    double time;  ///< in the unit of the system
    int channel;  ///< index of the jump operator

    /// The same channel at the same time.
    friend bool operator==(const ChannelJump&, const ChannelJump&) = default;
};

}  // namespace dickejump
