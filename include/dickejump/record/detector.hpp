#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/model/process.hpp"

namespace dickejump {

/// Where photons come out: through the cavity mode that collects collective emission (a photon per J- jump),
/// through the mode of the pump (per J+ jump), or off-axis (`side`, rate Gamma n; an ideal record without
/// back-action).
enum class Channel : std::int8_t { cavity, pump, side };
/// In the order of arrays by channel.
inline constexpr std::array channels{Channel::cavity, Channel::pump, Channel::side};
/// Whether a photon comes of it: nobody sees single atoms pumped or dephased.
constexpr bool emits_photon(Process process) {
    return process <= Process::emission;
}
/// Where that photon comes out: the first processes are in the order of the channels. Of those without one no
/// channel.
constexpr Channel photon_channel(Process process) {
    return static_cast<Channel>(process);
}
/// "cavity", "pump", "side".
std::string_view name(Channel channel);
/// Its place in `channels`. @throws InvalidInput if it is none of them
inline std::size_t index_of(Channel channel) {
    const auto index = static_cast<std::size_t>(channel);
    if (index >= channels.size()) [[unlikely]]
        throw InvalidInput("channel " + std::to_string(static_cast<int>(channel)) +
                           " (there are cavity, pump and side) choose one of them");
    return index;
}

/// A photon that came out, or a click of a detector.
struct Photon {
    double time;      ///< [1/gamma]
    Channel channel;  ///< where it came out, or was seen

    /// The same channel at the same time.
    friend bool operator==(const Photon&, const Photon&) = default;
};

/// What stands at the end of one channel.
struct ChannelDetector {
    /// After a click nothing is registered for a dead time. Paralysable: an unregistered arrival prolongs it.
    enum class DeadTime { non_paralysable, paralysable };

    double efficiency = 1.0;                              ///< probability that a photon arrives at all
    double background = 0.0;                              ///< rate of other arrivals [gamma]
    double dead_time = 0.0;                               ///< [1/gamma]
    DeadTime dead_time_kind = DeadTime::non_paralysable;  ///< what an arrival within it does
    double jitter = 0.0;  ///< standard deviation of the registered time [1/gamma]
};

/// "non_paralysable", "paralysable".
std::string_view name(ChannelDetector::DeadTime kind);

/// A detector: the channels it sees and how it reports them.
struct Detector {
    std::string name;  ///< as in tables and files; no two of a scan share one
    std::array<std::optional<ChannelDetector>, 3> channel;  ///< by Channel; empty: not seen
    double bin_width = 0.0;                                 ///< of binned counts, to whole ticks; 0: one tick
    /// Time tags, or counts per bin only (a likelihood then spreads the clicks of a bin evenly over it).
    bool time_tags = true;
    double gate_open = 0.0;                                       ///< clicks count from here ..
    double gate_close = std::numeric_limits<double>::infinity();  ///< .. to here [1/gamma]

    /// What sees a channel; empty: nothing does. @throws InvalidInput if there is no such channel
    const std::optional<ChannelDetector>& operator[](Channel c) const { return channel[index_of(c)]; }
    /// The same, to change.
    std::optional<ChannelDetector>& operator[](Channel c) { return channel[index_of(c)]; }

    /// Whether it hears of every arrival at once and forgets it: no dead time, no jitter, and no gate within
    /// a run of this duration.
    bool is_memoryless(double duration) const;
    /// Whether the filter's likelihood is that of the record: not with paralysable dead time, jitter or bins
    /// for tags.
    bool likelihood_is_exact() const;
};

/// Reads `cavity=1,pump=0.5`: channels with their efficiencies. The text is the detector's name.
/// What is wrong with it goes to `problems`.
Detector parse_detector(std::string_view text, Problems& problems);

/// Adds what is wrong with a detector on any run: no channel at all, efficiencies outside [0, 1], negative or
/// infinite rates and times, a gate that closes before it opens.
void check(const Detector& detector, Problems& problems);
/// The same on a run of this length: also `side` without a side rate, bins shorter than a tick or longer than
/// the run, a gate that opens after it.
void check(const Detector& detector, double side_rate, double duration, double tick, Problems& problems);

}  // namespace dickejump
