#include "cli/output.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/host.hpp"
#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/scan_table.hpp"
#include "cli/table.hpp"
#include "dickejump/io/checkpoint.hpp"
#include "dickejump/io/hertz.hpp"

namespace dickejump {

template <>
const Keys<cli::Output>& keys<cli::Output>() {
    static const auto all = [] {
        Keys<cli::Output> keys;
        keys.text("out", &cli::Output::out,
                  "folder for summary.json, config.toml and, of curves, summary.csv")
            .hinted("DIR");
        keys.flag("json", &cli::Output::json, "print one JSON object instead of tables");
        keys.flag("force", &cli::Output::force, "overwrite the result of another configuration in --out");
        keys.number("gamma_hz", &cli::Output::gamma_hz,
                    "gamma/(2 pi) in Hz: results in Hz too, and values like \"10 ms\", \"50 /s\", \"150 Hz\"",
                    Range::above(0.0, "a decay rate in Hz, gamma = 2 pi times it in 1/s"));
        keys.flag("dump_config", &cli::Output::dump_config, "print the configuration as TOML and stop");
        return keys;
    }();
    return all;
}

namespace cli {

namespace {

using Json = nlohmann::ordered_json;

std::string in_hertz(const Json& delta_w) {
    const auto of = [](const Json& x) { return x.is_number() ? x.get<double>() : std::nan(""); };
    if (!delta_w.is_object()) return rounded(Estimate{of(delta_w), 0.0});
    return rounded(Estimate{of(delta_w["value"]), of(delta_w["error"])});
}

/// A line for every named entry that has a sensitivity.
void add_sensitivities(const Json& json, Table& table) {
    if (!json.is_structured()) return;
    if (json.is_object() && json.contains("delta_w_hz") && json.contains("name")) {
        const auto word = [&](const char* key) {
            return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string();
        };
        table.row({word("name"), word("detector"), word("direction"), in_hertz(json["delta_w_hz"])});
    }
    for (const auto& part : json)
        add_sensitivities(part, table);
}

std::string hertz_table(const std::string& json, double gamma_hz) {
    Table table;
    table.row({"δw of one run in Hz, as w/2π", "record", "leg", fmt::format("γ/2π = {:g} Hz", gamma_hz)});
    add_sensitivities(Json::parse(json), table);
    return table.rows() > 1 ? "\n" + table.str() : "";
}

/// What an older result has that does not stay beside a new one: its files, and the pictures of it.
bool is_of_result(const std::string& name) {
    return name == "summary.csv" || name == "result.h5" || name == "report.html" ||
           (name.starts_with("record-") && name.ends_with(".csv"));
}

}  // namespace

void Output::spare_others(const std::string& config) const {
    namespace fs = std::filesystem;
    if (out.empty() || force || dump_config) return;
    const fs::path folder(out);
    std::error_code error;
    const auto has = [&](const char* name) { return fs::exists(folder / name, error); };
    if (!has("config.toml") || !(has("summary.json") || has("checkpoint") || has("result.h5"))) return;
    // How much is simulated, and at how many points it is shown, may differ.
    std::string all;
    for (const auto& difference :
         differences(content_of(folder / "config.toml"), config,
                     {"trajectories", "time_limit", "target_error", "points", "gamma_hz"}))
        all += (all.empty() ? "" : "; ") + difference;
    if (!all.empty())
        throw InvalidInput("`out` = " + out +
                           " (it holds the result of another configuration, which would be "
                           "lost: " +
                           all + ") choose another folder, or pass `force`");
}

std::string Output::units_toml() const {
    return gamma_hz ? "\n[units]\ngamma_hz = " + text(*gamma_hz) + "\n" : "";
}

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

void Output::deliver(const std::unique_ptr<ResultFolder>& folder, const Answer& given) const {
    auto answer = given;
    if (gamma_hz) {
        answer.json = with_hertz(answer.json, *gamma_hz);
        answer.table += hertz_table(answer.json, *gamma_hz);
    }
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
            if (is_of_result(name) && !has(name)) gone.push_back(name);
        folder->write_set(files, gone);
        if (!answer.unfinished) folder->remove("checkpoint");  // only now is it not needed
        log_info("wrote " + folder->path().string());
    };
    give(write, answer);
}

}  // namespace cli

}  // namespace dickejump
