#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dickejump/record/detector.hpp"
#include "dickejump/study/keys/keys.hpp"

namespace dickejump {

/// How a laboratory's file holds clicks.
enum class ClickFormat {
    csv,          ///< a header with the columns channel,time, a click a line
    text,         ///< one file a channel, a time a line
    counts,       ///< a header with time (left edges of equal bins) and names of channels, a bin a line
    npy,          ///< NumPy: a structured array with the fields channel and time
    ptu,          ///< PicoQuant's unified format, T2 mode
    photon_hdf5,  ///< Photon-HDF5: photon_data/{timestamps,detectors,timestamps_specs/timestamps_unit}
};
/// In the order of their names in help and messages.
inline constexpr std::array click_formats{ClickFormat::csv, ClickFormat::text, ClickFormat::counts,
                                          ClickFormat::npy, ClickFormat::ptu,  ClickFormat::photon_hdf5};
/// "csv", .., "photon-hdf5".
std::string_view name(ClickFormat format);

/// How files of clicks are to be understood: the table [data] of a setup.
struct ClickData {
    ClickFormat format = ClickFormat::csv;  ///< how the bytes are read
    /// Seconds a tick of the file. Empty: 1, or what the header says; a header that says otherwise is
    /// refused.
    std::optional<double> time_unit = {};
    double gamma = 1.0;                       ///< the unit of rates [1/s]
    double start = 0.0;                       ///< of the run in the file [ticks]
    std::optional<double> cycle = {};         ///< period of a file that holds many runs [ticks]
    std::optional<std::int64_t> cycles = {};  ///< how many; empty: up to the last click
    /// What the file calls each channel: a number; in format text the name of its file. Empty: it has none.
    std::string cavity = {},  ///< of photons from the cavity
        pump = {},            ///< of photons of the pump
        side = {};            ///< of photons to the side

    /// What the file calls a channel; empty: it has none.
    const std::string& channel(Channel c) const {
        return c == Channel::cavity ? cavity : c == Channel::pump ? pump : side;
    }
};
/// The keys as they stand in a setup: data.format, data.channels.cavity, ..
template <>
const Keys<ClickData>& keys<ClickData>();
/// Adds what is wrong with it for a detector to `problems`: numbers out of range, channels that the detector
/// sees and the file does not name or the other way round.
void check(const ClickData& data, const Detector& detector, Problems& problems);

/// A click as a file has it.
struct FileClick {
    std::int64_t tick = 0;     ///< [ticks of the file]
    double within = 0.0;       ///< what a count spread over its bin adds to that [ticks]
    std::int64_t channel = 0;  ///< the file's number; in format counts that of Channel
    std::int64_t place = 0;    ///< line or byte where it stands
};

/// All clicks of one file.
struct ClickFile {
    std::string file;                 ///< its name, for messages
    std::string_view place = "line";  ///< what `place` of its clicks counts: "line", "record", "byte"
    double resolution = 0.0;          ///< seconds a tick, where the header says so; else 0
    double bin = 0.0;                 ///< of counts: the width of their bins [ticks]; else 0
    std::vector<FileClick> clicks;    ///< ascending in time

    /// "FILE, line 12": where a click stands, for messages.
    std::string where(const FileClick& click) const;
};

/// The clicks that a file's bytes hold. Costs no more than a small multiple of them, whatever they are.
/// Channels and times are whole numbers (of counts, bins may have broken ones); markers are passed over.
/// @param file  its name, for messages
/// @throws InvalidInput naming line, record or byte if they are not of this format, damaged, cut short, or
///         not in order of time
ClickFile parse_clicks(const std::string& file, std::string_view bytes, ClickFormat format);

/// The clicks of one run, as a likelihood takes them.
struct ClickRecord {
    std::string file;            ///< in format text all of them, separated by commas
    std::int64_t cycle = 0;      ///< which run of the file
    std::vector<Photon> clicks;  ///< ascending, times since the start of the run [1/gamma]
};

/// What files hold for a detector.
struct ClickRecords {
    std::vector<ClickRecord> records;  ///< by file, then by cycle
    double bin = 0.0;                  ///< of counts: the width of their bins [1/gamma]; else 0
    std::int64_t outside = 0;          ///< clicks before, between and after the runs
    std::int64_t other_channels = 0;   ///< clicks of channels that nobody asked for
};

/// Reads files and cuts them into runs of `duration` [1/gamma].
/// @throws InvalidInput as `parse_clicks`, or naming the file if it cannot be read, if it is none of those
///         that `data` names, if a cycle is shorter than the run, if its clicks are all outside of the runs,
///         or leave more than 99 % of the cycles empty
ClickRecords read_clicks(const std::vector<std::string>& files, const ClickData& data,
                         const Detector& detector, double duration);

/// The bytes of files that hold these runs in this format, and their names: what `read_clicks` reads back.
/// Times are rounded down to whole ticks; without `cycle` every run has a file (in format text: a file a
/// channel, and one run), else they share one.
/// @param bin  width of the bins of counts [1/gamma]
/// @throws InvalidInput if times do not fit into 62 bits of ticks, several runs would need as many sets of
/// text
///         files, there would be more than 10^8 bins, or a click is not of this detector and run
std::vector<std::pair<std::string, std::string>> click_files(const std::vector<std::vector<Photon>>& runs,
                                                             const ClickData& data, const Detector& detector,
                                                             double duration, double bin);

}  // namespace dickejump
