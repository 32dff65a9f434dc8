#include "cli/output.hpp"

#include <fmt/core.h>

#include <cstdio>

#include "cli/log.hpp"

namespace dickejump::cli {

void Output::declare(Options& options) {
    auto& folder =
        options.add("out", "folder for summary.json, config.toml and, of curves, summary.csv", out);
    folder.hint = "DIR";
    folder.shapes_result = false;
    options.add("json", "print one JSON object instead of tables", json).shapes_result = false;
    options.add("dump_config", "print the configuration as TOML and stop", dump_config).shapes_result = false;
}

std::unique_ptr<ResultFolder> Output::folder() const {
    return out.empty() ? nullptr : std::make_unique<ResultFolder>(out);
}

void Output::deliver(const std::unique_ptr<ResultFolder>& folder, const std::string& table,
                     const std::string& text, const std::string& csv, const std::string& config) const {
    if (json)
        fmt::print("{}\n", text);
    else
        fmt::print("{}", table);
    std::fflush(stdout);
    if (!folder) return;
    folder->write("config.toml", config);
    if (!csv.empty()) folder->write("summary.csv", csv);
    folder->write("summary.json", text + "\n");
    log_info("wrote " + folder->path().string());
}

}  // namespace dickejump::cli
