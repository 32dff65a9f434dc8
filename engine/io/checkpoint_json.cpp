#include "dickejump/io/checkpoint.hpp"
#include "io/report_parts.hpp"

namespace dickejump {

namespace {

Json ranges(const std::vector<BlockRange>& blocks) {
    Json list = Json::array();
    for (const auto& range : blocks)
        list.push_back({range.begin, range.end});
    return list;
}

}  // namespace

std::string to_json(const Checkpoint& checkpoint) {
    return Json{{"format", "dickejump checkpoint"},
                {"version", Checkpoint::format_version},
                {"config_hash", hex(checkpoint.config_hash)},
                {"blocks",
                 {{"total", blocks_of(checkpoint.ensemble).end},
                  {"done", ranges(checkpoint.done())},
                  {"missing", ranges(checkpoint.missing())}}},
                {"trajectories", checkpoint.trajectories()},
                {"calibrations", checkpoint.calibrations.size()},
                {"complete", checkpoint.complete()}}
        .dump();
}

}  // namespace dickejump
