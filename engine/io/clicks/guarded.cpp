#include "io/clicks/guarded.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <stdexcept>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump::clicks {

namespace {

bool write_all(int to, const std::string& bytes) {
    for (std::size_t done = 0; done < bytes.size();) {
        const auto now = ::write(to, bytes.data() + done, bytes.size() - done);
        if (now < 0 && errno == EINTR) continue;
        if (now <= 0) return false;
        done += static_cast<std::size_t>(now);
    }
    return true;
}

/// What the reading process does; it ends without the destructors of the other one.
[[noreturn]] void answer(int to, const std::function<std::string()>& read, int seconds) {
    for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU})
        std::signal(signal, SIG_DFL);
    const rlimit time{static_cast<rlim_t>(seconds), static_cast<rlim_t>(seconds)}, nothing{0, 0};
    ::setrlimit(RLIMIT_CPU, &time);
    ::setrlimit(RLIMIT_CORE, &nothing);
    std::string said;
    try {
        said = "+" + read();
    } catch (const std::exception& error) {
        said = std::string("-") + error.what();
    } catch (...) {
        said = "-it is damaged";
    }
    ::_exit(write_all(to, said) ? 0 : 1);
}

}  // namespace

std::string guarded(const std::string& file, const std::function<std::string()>& read, int seconds) {
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0) throw std::runtime_error("no pipe for reading " + file);
    const auto child = ::fork();
    if (child < 0) {
        ::close(pipe[0]), ::close(pipe[1]);
        throw std::runtime_error("no process for reading " + file);
    }
    if (child == 0) {
        ::close(pipe[0]);
        answer(pipe[1], read, seconds);
    }
    ::close(pipe[1]);
    std::string said;
    std::array<char, 1 << 16> part;
    for (;;) {
        const auto now = ::read(pipe[0], part.data(), part.size());
        if (now < 0 && errno == EINTR) continue;
        if (now <= 0) break;
        said.append(part.data(), static_cast<std::size_t>(now));
    }
    ::close(pipe[0]);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    const bool ended = WIFEXITED(status) && WEXITSTATUS(status) == 0 && !said.empty();
    if (!ended)
        throw InvalidInput(file + " (the HDF5 library " +
                           (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU
                                ? "does not come to an end with it"
                                : "does not survive it") +
                           ": it is damaged) copy it again");
    if (said[0] == '-') throw InvalidInput(said.substr(1));
    return said.substr(1);
}

}  // namespace dickejump::clicks
