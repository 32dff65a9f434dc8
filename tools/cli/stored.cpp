#include "cli/stored.hpp"

#include <filesystem>

#include "cli/run_file.hpp"

namespace dickejump::cli {

namespace fs = std::filesystem;

bool parsed(CLI::App& app, const std::vector<std::string>& arguments) {
    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // as CLI11 wants them
    } catch (const CLI::CallForHelp&) {
        print(app.help("dickejump"));
        return false;
    } catch (const CLI::ParseError& error) {
        throw InvalidInput(std::string(error.what()) + " (see dickejump " + app.get_name() + " --help)");
    }
    return true;
}

Checkpoint checkpoint_at(const std::string& path) {
    if (!fs::exists(path)) throw InvalidInput(path + " (there is no such file or folder) check the path");
    if (!fs::is_directory(path)) return checkpoint_in(content_of(path), path);
    const auto file = fs::path(path) / "checkpoint";
    if (!fs::exists(file))
        throw InvalidInput(path + " (no checkpoint is in it) give the --out folder of a scan");
    return checkpoint_in(content_of(file), file.string());
}

Verb verb_with(const std::string& config, const std::string& name, const std::vector<std::string>& more) {
    Problems problems;
    auto verb = RunFile(config, name).single(problems);
    const bool readable = problems.empty();
    take_arguments(verb, more, problems, readable);
    problems.raise();
    return verb;
}

}  // namespace dickejump::cli
