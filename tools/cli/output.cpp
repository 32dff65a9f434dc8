#include "cli/output.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

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

void print(std::string_view text) {
    errno = 0;
    const auto written = std::fwrite(text.data(), 1, text.size(), stdout);
    if (written == text.size() && std::fflush(stdout) == 0) return;
    // A reader who has seen enough, such as head, is no failure.
    if (errno == EPIPE) return;
    throw std::runtime_error(fmt::format(
        "stdout ({}: the result did not fit) give it room, or --out a folder", std::strerror(errno)));
}

void write_then_print(const std::function<void()>& write, std::string_view text) {
    try {
        write();
    } catch (const OutputError&) {
        print(text);
        throw;
    }
    print(text);
}

void Output::deliver(const std::unique_ptr<ResultFolder>& folder, const Answer& answer) const {
    const auto write = [&] {
        if (!folder) return;
        folder->write("config.toml", answer.config);
        // What an older result had besides does not stay beside this one.
        const auto has = [&](const std::string& name) {
            return std::any_of(answer.more.begin(), answer.more.end(),
                               [&](const auto& file) { return file.first == name; });
        };
        if (answer.csv.empty()) folder->remove("summary.csv");
        if (!has("result.h5")) folder->remove("result.h5");
        for (const auto& name : folder->names())
            if (name.starts_with("record-") && name.ends_with(".csv") && !has(name)) folder->remove(name);
        if (!answer.csv.empty()) folder->write("summary.csv", answer.csv);
        for (const auto& [name, content] : answer.more)
            folder->write(name, content);
        folder->write("summary.json", answer.json + "\n");
        if (!answer.unfinished) folder->remove("checkpoint");
        log_info("wrote " + folder->path().string());
    };
    write_then_print(write, json ? answer.json + "\n" : answer.table);
}

}  // namespace cli

}  // namespace dickejump
