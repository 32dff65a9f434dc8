#include "dickejump/io/result_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

namespace dickejump {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& why) {
    throw OutputError("`out` = " + path.string() + " (" + why + ") choose a folder that can be written");
}

/// The whole content on disk under `file`, or an exception and no file.
void write_file(const fs::path& file, std::string_view content) {
    // What is there under that name, a link even, is left over: the folder is locked.
    ::unlink(file.c_str());
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (descriptor < 0) fail(file, std::strerror(errno));
    const auto abandon = [&] {
        const std::string why = std::strerror(errno);
        ::close(descriptor);
        ::unlink(file.c_str());
        fail(file, why);
    };
    while (!content.empty()) {
        const auto written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) abandon();
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(descriptor) != 0) abandon();
    if (::close(descriptor) != 0) {
        ::unlink(file.c_str());
        fail(file, std::strerror(errno));
    }
}

}  // namespace

ResultFolder::ResultFolder(fs::path path) : path_(fs::absolute(std::move(path)).lexically_normal()) {
    std::error_code error;
    // What cannot be looked at (too long a name, links in a circle) is no folder that can be written.
    fs::path made;
    for (fs::path missing = path_; !missing.empty() && !fs::exists(missing, error);
         missing = missing.parent_path()) {
        if (error) fail(path_, error.message());
        made = missing;
    }
    created_ = made;
    try {
        // A run that ends without a result may take the folder away between its making and its lock, so
        // that this one makes it again; where it can never be made (in /proc), it is said after some tries.
        for (int attempt = 1; !(make() && lock()); ++attempt)
            if (attempt == 100) fail(path_, std::strerror(ENOENT));
        // A result takes well under this; on a full disk it is better known before the run.
        const std::string probe(1 << 20, '\0');
        const auto file = path_ / ".probe.tmp";
        write_file(file, probe);
        fs::remove(file, error);
    } catch (const OutputError&) {
        discard();
        throw;
    }
}

ResultFolder::~ResultFolder() {
    discard();
    if (lock_ >= 0) ::close(lock_);
}

/// False if the folder, or one above it, went away meanwhile.
bool ResultFolder::make() const {
    std::error_code error;
    fs::create_directories(path_, error);
    if (error == std::errc::no_such_file_or_directory) return false;
    if (error) fail(path_, error.message());
    const auto there = fs::status(path_, error).type();
    if (there != fs::file_type::directory && there != fs::file_type::not_found)
        fail(path_, "a file has that name");
    return there == fs::file_type::directory;
}

/// The lock ends with this object, or with the process, however it ends. False if the folder is gone.
bool ResultFolder::lock() {
    lock_ = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock_ < 0 && errno == ENOENT) return false;
    if (lock_ < 0) fail(path_, std::strerror(errno));
    // Where the file system has no locks, nothing is lost.
    if (::flock(lock_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) {
        struct stat mine {
        }, there{};
        if (::fstat(lock_, &mine) == 0 && ::stat(path_.c_str(), &there) == 0 && mine.st_dev == there.st_dev &&
            mine.st_ino == there.st_ino)
            return true;
        ::close(std::exchange(lock_, -1));
        return false;
    }
    ::close(std::exchange(lock_, -1));
    created_.clear();  // whoever made it, another run is in it now
    throw OutputError("`out` = " + path_.string() +
                      " (another run is writing its result there) wait for it, or choose another folder");
}

void ResultFolder::write(std::string_view name, std::string_view content) const {
    const auto unfinished = temporary(name), final = path_ / std::string(name);
    write_file(unfinished, content);
    std::error_code error;
    fs::rename(unfinished, final, error);
    if (error) {
        std::error_code ignored;
        fs::remove(unfinished, ignored);
        fail(final, error.message());
    }
}

namespace {
bool holds(const fs::path& file, std::string_view content) {
    std::ifstream in(file, std::ios::binary);
    std::string there;
    if (in) there.assign(std::istreambuf_iterator<char>(in), {});
    return in && there == content;
}
}  // namespace

void ResultFolder::write_set(std::span<const std::pair<std::string, std::string>> files,
                             std::span<const std::string> gone) const {
    if (files.empty()) return;
    const auto& whole = files.back().first;
    const auto aside = [&](const std::string& name) { return path_ / ("." + name + ".old"); };
    const auto move = [&](const fs::path& from, const fs::path& to) {
        std::error_code error;
        fs::rename(from, to, error);
        if (error && error != std::errc::no_such_file_or_directory) fail(to, error.message());
        return !error;
    };
    std::vector<std::string> moved, placed;
    const auto put_aside = [&](const std::string& name) {
        if (move(path_ / name, aside(name))) moved.push_back(name);
    };
    try {
        for (const auto& [name, content] : files)
            write_file(temporary(name), content);
        // From here on nothing needs room on the disk.
        put_aside(whole);
        for (const auto& name : gone)
            put_aside(name);
        // What stays the same (a configuration that a checkpoint needs, say) is never away.
        for (const auto& [name, content] : files)
            if (name != whole && !holds(path_ / name, content)) put_aside(name);
        for (const auto& [name, content] : files) {
            move(temporary(name), path_ / name);
            placed.push_back(name);
        }
    } catch (const OutputError&) {
        for (const auto& [name, content] : files)
            remove(temporary(name).filename().string());
        for (const auto& name : placed)
            remove(name);
        // The file that says the older set is whole was the first to go, and comes last.
        std::error_code ignored;
        for (auto name = moved.rbegin(); name != moved.rend(); ++name)
            fs::rename(aside(*name), path_ / *name, ignored);
        throw;
    }
    // Also what a run that was killed had put aside.
    for (const auto& [name, content] : files)
        remove(aside(name).filename().string());
    for (const auto& name : gone)
        remove(aside(name).filename().string());
}

fs::path ResultFolder::temporary(std::string_view name) const {
    return path_ / ("." + std::string(name) + ".tmp");
}

std::vector<std::string> ResultFolder::names() const {
    std::vector<std::string> all;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(path_, error))
        all.push_back(entry.path().filename().string());
    return all;
}

void ResultFolder::remove(std::string_view name) const noexcept {
    std::error_code ignored;
    fs::remove(path_ / std::string(name), ignored);
}

void ResultFolder::discard() const noexcept {
    if (created_.empty()) return;
    std::error_code error;
    // Only empty folders go: remove() refuses others.
    for (fs::path path = path_; fs::remove(path, error) && path != created_;)
        path = path.parent_path();
}

}  // namespace dickejump
