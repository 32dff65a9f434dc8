#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <optional>

#include "cli/conclusion.hpp"
#include "cli/log.hpp"
#include "cli/report/sections.hpp"
#include "cli/report/svg.hpp"
#include "cli/verb.hpp"
#include "dickejump/io/checkpoint.hpp"
#include "dickejump/io/result_folder.hpp"

namespace dickejump::cli {

namespace {

namespace fs = std::filesystem;

/// What is in a folder of a result.
struct Result {
    fs::path folder;
    Json summary;
    std::string config, verb;

    std::string title() const {
        std::string title = "dickejump " + verb;
        if (summary.contains("model") && summary.at("model").contains("atoms"))
            title += ": N = " + summary.at("model").at("atoms").dump();
        if (is_scan(summary))
            title += fmt::format(", r = {:g} γ, S = {:g}", summary.at("protocol").at("rate").get<double>(),
                                 summary.at("protocol").at("half_width").get<double>());
        return title;
    }
};

bool has_result(const fs::path& folder) {
    std::error_code error;
    return fs::exists(folder / "summary.json", error);
}

Result result_in(const fs::path& folder) {
    Result result{.folder = folder, .summary = {}, .config = {}, .verb = "result"};
    const auto file = folder / "summary.json";
    try {
        result.summary = Json::parse(content_of(file));
    } catch (const Json::parse_error&) {
        throw InvalidInput(file.string() + " (not JSON: damaged, or of something else) run it again");
    }
    if (!result.summary.is_object())
        throw InvalidInput(file.string() + " (not a result of dickejump) give the --out folder of one");
    if (fs::exists(folder / "config.toml")) result.config = content_of(folder / "config.toml");
    if (result.config.starts_with("verb = \""))
        result.verb = result.config.substr(8, result.config.find('"', 8) - 8);
    return result;
}

std::string page_of(const Result& result) {
    std::string body = "<p class=\"soft\">Rates in γ, times in 1/γ; numbers ± standard errors.</p>\n";
    try {
        body += is_scan(result.summary) ? scan_sections(result.summary) : other_sections(result.summary);
    } catch (const Json::exception&) {
        throw InvalidInput((result.folder / "summary.json").string() +
                           " (not as dickejump writes it) run it again: dickejump run " +
                           result.folder.string());
    }
    return page(result.title(), body + glossary_section() + origin_section(result.summary, result.config));
}

/// Results in the folders of a folder, by name.
std::vector<fs::path> results_below(const fs::path& folder) {
    std::vector<fs::path> all;
    std::error_code error;
    for (auto it = fs::recursive_directory_iterator(folder, error);
         !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
        if (it.depth() > 2) it.disable_recursion_pending();
        if (it->is_directory() && has_result(it->path())) all.push_back(it->path());
    }
    std::sort(all.begin(), all.end());
    return all;
}

/// An index of a study: a small picture and a line for every run, with a link to its page.
std::string index_of(const fs::path& folder, const std::vector<Result>& results) {
    std::string many;
    std::vector<std::vector<std::string>> rows{{"run", "what", "conclusion"}};
    for (const auto& result : results) {
        const auto name = fs::relative(result.folder, folder).generic_string();
        const auto link = fmt::format("<a href=\"{0}/report.html\">{0}</a>", escaped(name));
        std::string said, picture;
        try {
            if (is_scan(result.summary))
                for (const auto& sentence : conclusions(result.summary, 0.01))
                    if (said.empty()) said = sentence.substr(0, sentence.find(". "));
            picture = thumbnail(result.summary, name);
        } catch (const Json::exception&) {
            said = "summary.json is not as dickejump writes it";
        }
        if (!picture.empty())
            many += fmt::format("<figure>{}<figcaption>{}</figcaption></figure>\n", picture, link);
        rows.push_back({link, escaped(result.title()), escaped(said)});
    }
    return page(
        fmt::format("dickejump: {} results in {}", results.size(), fs::absolute(folder).filename().string()),
        section("Pictures", many.empty() ? "" : "<div class=\"many\">\n" + many + "</div>\n") +
            section("Runs", html_table(rows)) + glossary_section());
}

void write(const fs::path& folder, const std::string& html) {
    ResultFolder(folder).write("report.html", html);
    log_info("wrote " + (folder / "report.html").string());
}

}  // namespace

int report(const std::vector<std::string>& arguments) {
    CLI::App app(
        "Write report.html into a result's folder: tables, pictures, configuration, where it is from; into a "
        "study's, an index of its runs and their reports",
        "report");
    std::string path;
    app.add_option("folder", path, "the --out folder of a run or a study")->required()->type_name("DIR");
    if (!parsed(app, arguments)) return fine;
    std::error_code error;
    if (!fs::is_directory(path, error))
        throw InvalidInput(path + " (no folder) give the --out folder of a run or a study");
    if (has_result(path)) {
        write(path, page_of(result_in(path)));
        return fine;
    }
    std::vector<Result> results;
    for (const auto& folder : results_below(path))
        results.push_back(result_in(folder));
    if (results.empty())
        throw InvalidInput(
            path + " (no summary.json is in it, nor below) give the --out folder of a run or a study");
    for (const auto& result : results)
        write(result.folder, page_of(result));
    write(path, index_of(path, results));
    return fine;
}

}  // namespace dickejump::cli
