#include "cli/output.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/host.hpp"
#include "cli/log.hpp"
#include "cli/progress.hpp"

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
    erase_progress();
    errno = 0;
    const auto written = std::fwrite(text.data(), 1, text.size(), stdout);
    if (written == text.size() && std::fflush(stdout) == 0) return;
    // A reader who has seen enough, such as head, is no failure.
    if (errno == EPIPE) return;
    throw std::runtime_error(fmt::format(
        "stdout ({}: the result did not fit) give it room, or --out a folder", std::strerror(errno)));
}

void Output::give(const std::function<void()>& write, const Answer& answer) const {
    if (const auto* receiver = host()) {
        write();
        receiver->deliver(answer);
        return;
    }
    const auto text = json ? answer.json + "\n" : answer.table;
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
        std::vector<std::pair<std::string, std::string>> files{{"config.toml", answer.config}};
        if (!answer.csv.empty()) files.emplace_back("summary.csv", answer.csv);
        files.insert(files.end(), answer.more.begin(), answer.more.end());
        files.emplace_back("summary.json", answer.json + "\n");
        // What an older result had besides does not stay beside this one.
        std::vector<std::string> gone;
        const auto has = [&](const std::string& name) {
            return std::any_of(files.begin(), files.end(),
                               [&](const auto& file) { return file.first == name; });
        };
        for (const auto& name : folder->names())
            if ((name == "summary.csv" || name == "result.h5" ||
                 (name.starts_with("record-") && name.ends_with(".csv"))) &&
                !has(name))
                gone.push_back(name);
        folder->write_set(files, gone);
        if (!answer.unfinished) folder->remove("checkpoint");  // only now is it not needed
        log_info("wrote " + folder->path().string());
    };
    give(write, answer);
}

}  // namespace cli

}  // namespace dickejump
