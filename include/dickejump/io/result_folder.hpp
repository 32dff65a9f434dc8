#pragma once

#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dickejump {

/// A folder or file that cannot be written.
struct OutputError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A folder for the files of one result, which no other run writes to as long as this object lives. Each file
/// is written under a temporary name and renamed, so that a crash leaves the old file or the new one.
class ResultFolder {
public:
    /// Creates the folder and tries whether it can be written, before any work is done for it.
    /// @throws OutputError naming path and reason, or that another run is at it; then nothing new is left
    /// behind
    explicit ResultFolder(std::filesystem::path path);
    /// Removes the folder again if this object created it and nothing was written to it.
    ~ResultFolder();
    ResultFolder(const ResultFolder&) = delete;
    ResultFolder& operator=(const ResultFolder&) = delete;

    /// As given to the constructor.
    const std::filesystem::path& path() const { return path_; }
    /// @throws OutputError
    void write(std::string_view name, std::string_view content) const;
    /// Writes files that are one result: all of them, or, where one cannot be written, none, and then those
    /// of an older result stay as they were. The last one says that the set is whole: whoever ends the
    /// process in between leaves a folder without it.
    /// @param gone  files of an older result that do not belong to this one
    /// @throws OutputError
    void write_set(std::span<const std::pair<std::string, std::string>> files,
                   std::span<const std::string> gone) const;
    /// The files and folders in it.
    std::vector<std::string> names() const;
    /// Removes a file of an older result, if there is one.
    void remove(std::string_view name) const noexcept;

private:
    std::filesystem::path temporary(std::string_view name) const;
    bool make() const;
    bool lock();
    void discard() const noexcept;

    int lock_ = -1;  // of the folder, by flock

    std::filesystem::path path_;
    std::filesystem::path created_;  // the topmost folder that did not exist before; empty if all did
};

}  // namespace dickejump
