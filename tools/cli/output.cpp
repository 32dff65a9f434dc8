#include "cli/output.hpp"

#include <fmt/core.h>

#include <cstdio>

#include "cli/log.hpp"

namespace dickejump {

template <>
const Keys<cli::Output>& keys<cli::Output>() {
    static const auto all = [] {
        Keys<cli::Output> keys;
        keys.text("out", &cli::Output::out,
                  "folder for summary.json, config.toml and, of curves, summary.csv")
            .hinted("DIR");
        keys.flag("json", &cli::Output::json, "print one JSON object instead of tables");
        keys.flag("dump_config", &cli::Output::dump_config, "print the configuration as TOML and stop");
        return keys;
    }();
    return all;
}

namespace cli {

std::unique_ptr<ResultFolder> Output::folder() const {
    return out.empty() ? nullptr : std::make_unique<ResultFolder>(out);
}

void Output::deliver(const std::unique_ptr<ResultFolder>& folder, const Answer& answer) const {
    if (json)
        fmt::print("{}\n", answer.json);
    else
        fmt::print("{}", answer.table);
    std::fflush(stdout);
    if (!folder) return;
    folder->write("config.toml", answer.config);
    if (!answer.csv.empty()) folder->write("summary.csv", answer.csv);
    folder->write("summary.json", answer.json + "\n");
    log_info("wrote " + folder->path().string());
}

}  // namespace cli

}  // namespace dickejump
