#include "cli/stored.hpp"

#include <filesystem>

#include "cli/run_file.hpp"
#include "dickejump/io/result_file.hpp"

namespace dickejump::cli {

namespace fs = std::filesystem;

namespace {

/// The file that is meant by a path.
fs::path stored_file(const std::string& path) {
    if (!fs::exists(path)) throw InvalidInput(path + " (there is no such file or folder) check the path");
    if (!fs::is_directory(path)) return path;
    for (const char* name : {"checkpoint", "result.h5"})
        if (const auto file = fs::path(path) / name; fs::exists(file)) return file;
    throw InvalidInput(path +
                       " (neither a checkpoint nor a result.h5 is in it) give the --out folder of a scan");
}

}  // namespace

std::string stored_bytes(const std::string& path) {
    return content_of(stored_file(path));
}

Checkpoint checkpoint_at(const std::string& path) {
    const auto file = stored_file(path);
    const auto bytes = content_of(file);
    // An HDF5 file says so in its first bytes.
    return file.extension() == ".h5" || bytes.starts_with("\x89HDF")
               ? checkpoint_in_hdf5(bytes, file.string())
               : checkpoint_in(bytes, file.string());
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
