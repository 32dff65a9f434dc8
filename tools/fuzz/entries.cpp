#include "fuzz/entries.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/run_file.hpp"
#include "cli/verb.hpp"
#include "dickejump/io/checkpoint.hpp"
#include "dickejump/io/click_file.hpp"
#include "dickejump/io/result_file.hpp"
#include "dickejump/model/dicke_state.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "io/checksum.hpp"

namespace dickejump::fuzz {

namespace {

/// A file in memory with these bytes, for readers that want a path.
class MemoryFile {
public:
    explicit MemoryFile(std::string_view bytes) : descriptor_(memfd_create("fuzz", MFD_CLOEXEC)) {
        if (descriptor_ < 0 ||
            write(descriptor_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
            throw std::runtime_error("no file in memory");
    }
    ~MemoryFile() { close(descriptor_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

private:
    int descriptor_;
};

/// Whether words name a file: what they then read is not these bytes.
bool names_file(std::string_view bytes) {
    for (const std::string_view word : {"schedule", "file:", "config", "out"})
        if (bytes.find(word) != std::string_view::npos) return true;
    return false;
}

void schedule(std::string_view bytes) {
    const auto pump = PumpSchedule::from_csv(MemoryFile(bytes).path());
    static_cast<void>(pump.at(1.0));
    static_cast<void>(pump.extremes(pump.duration()));
    static_cast<void>(pump.integral(pump.duration()));
}

void state(std::string_view bytes) {
    for (const std::int64_t atoms : {1, 3})
        try {
            static_cast<void>(
                DickeState::from_csv(DickeLadder(atoms), MemoryFile(bytes).path()).amplitudes());
        } catch (const InvalidInput&) {
            if (atoms == 3) throw;
        }
}

/// One configuration, read and checked as `run` does, without doing it.
void toml(std::string_view bytes) {
    if (names_file(bytes)) return;
    Problems problems;
    auto verb = cli::RunFile(std::string(bytes), "fuzz.toml").single(problems);
    cli::take_arguments(verb, {}, problems, problems.empty());
    problems.raise();
}

/// A word a line: a verb with its arguments, read and checked without doing it.
void command(std::string_view bytes) {
    if (names_file(bytes)) return;
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin < bytes.size();) {
        const auto end = std::min(bytes.find('\n', begin), bytes.size());
        words.emplace_back(bytes.substr(begin, end - begin));
        begin = end + 1;
        // A page of help is printed; a zero byte cannot be an argument.
        if (words.back().starts_with("-h") || words.back().starts_with("--h") ||
            words.back().find('\0') != std::string::npos)
            return;
    }
    if (words.empty()) return;
    const auto name = words.front();
    words.erase(words.begin());
    for (auto& verb : cli::verbs()) {
        if (verb.name != name) continue;
        cli::in_flags_of(*verb.options, [&] {
            Problems problems;
            cli::take_arguments(verb, words, problems);
            problems.raise();
            return 0;
        });
    }
}

template <ClickFormat format>
void clicks(std::string_view bytes) {
    const auto file = parse_clicks("fuzz", bytes, format);
    for (std::size_t i = 1; i < file.clicks.size(); ++i)
        if (file.clicks[i].tick < file.clicks[i - 1].tick)
            throw std::logic_error("clicks that do not ascend");
    // And cut into runs, as they lie in a file.
    ClickData data{.format = format};
    data.gamma = 1e3, data.cycle = 5000.0, data.time_unit = 1e-6;
    const MemoryFile copy(bytes);
    data.cavity = format == ClickFormat::text ? copy.path() : "1";
    Detector detector;
    detector[Channel::cavity] = ChannelDetector{};
    read_clicks({copy.path()}, data, detector, 1.0);
}

void look_at(const Checkpoint& checkpoint) {
    static_cast<void>(checkpoint.trajectories());
    static_cast<void>(checkpoint.missing());
    static_cast<void>(to_json(checkpoint));
}

/// As they are, and as the content of a file whose checksum is right: nothing gets past it by chance.
void checkpoint(std::string_view bytes) {
    try {
        look_at(checkpoint_in(bytes, "fuzz"));
    } catch (const InvalidInput&) {
        constexpr std::size_t header = 32;
        const auto content = bytes.substr(std::min(header, bytes.size()));
        look_at(checkpoint_in(sealed("dickeckp", Checkpoint::format_version, content), "fuzz"));
    }
}

/// Only as they are: HDF5 itself sees nothing whose checksum is wrong, and is not made for hostile files.
void result(std::string_view bytes) {
    look_at(checkpoint_in_hdf5(bytes, "fuzz"));
}

constexpr std::array table{Entry{"checkpoint", checkpoint},
                           Entry{"clicks_counts", clicks<ClickFormat::counts>},
                           Entry{"clicks_csv", clicks<ClickFormat::csv>},
                           Entry{"clicks_npy", clicks<ClickFormat::npy>},
                           Entry{"clicks_photon_hdf5", clicks<ClickFormat::photon_hdf5>},
                           Entry{"clicks_ptu", clicks<ClickFormat::ptu>},
                           Entry{"clicks_text", clicks<ClickFormat::text>},
                           Entry{"command", command},
                           Entry{"result", result},
                           Entry{"schedule", schedule},
                           Entry{"state", state},
                           Entry{"toml", toml}};

}  // namespace

std::span<const Entry> entries() {
    return table;
}

bool taken(const Entry& entry, std::string_view bytes) {
    try {
        entry.read(bytes);
        return true;
    } catch (const InvalidInput&) {
        return false;
    }
}

}  // namespace dickejump::fuzz
