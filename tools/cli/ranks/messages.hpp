#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace dickejump::cli {

/// What comes before the bytes of a message. All ranks run the same program on the same kind of processor.
struct Header {
    enum Kind : std::int64_t { idle, sums, scan, chunk, end };

    Kind kind = idle;
    std::int64_t scan_number = -1;     ///< which scan is meant; of `idle`: which one is prepared
    std::int64_t begin = 0, end_ = 0;  ///< blocks of a chunk
    std::int64_t threads = 0;          ///< of a scan: as rank 0 was told
    std::int64_t interrupted = 0;      ///< of idle and sums: a signal came
    std::int64_t more = 0;             ///< of sums: others of the same chunk follow
    double seconds_left = std::numeric_limits<double>::infinity();  ///< of a chunk
};

struct Received {
    int from = 0;
    Header header;
    std::string bytes;
};

void send(int to, const Header& header, std::string_view bytes = {});
/// A message that has come, or nothing.
std::optional<Received> receive();
/// The next message, however long it takes.
Received wait();

}  // namespace dickejump::cli
