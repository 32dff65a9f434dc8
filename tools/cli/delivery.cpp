#include "cli/delivery.hpp"

#include <fmt/core.h>

#include "cli/log.hpp"

namespace dickejump::cli {

void deliver(const Delivery& result, bool print_json, const ResultFolder* folder) {
    if (print_json)
        fmt::print("{}\n", result.json);
    else
        fmt::print("{}", result.table);
    std::fflush(stdout);
    if (!folder) return;
    folder->write("config.toml", result.config);
    folder->write("summary.csv", result.csv);
    folder->write("summary.json", result.json + "\n");
    log_info("wrote " + folder->path().string());
}

}  // namespace dickejump::cli
