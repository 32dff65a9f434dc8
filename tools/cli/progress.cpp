#include "cli/progress.hpp"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>

#include "cli/host.hpp"
#include "cli/log.hpp"

namespace dickejump::cli {

namespace {

std::atomic<bool> interrupted_flag = false;
std::atomic<bool> drawn = false;  // a bar that has not been erased
/// From the keyboard, from a batch system, of a terminal that closes.
constexpr int heard[] = {SIGINT, SIGTERM, SIGUSR1, SIGHUP};

std::atomic<int> signals = 0;

/// The first asks for an end; who is impatient loses nothing yet; the third ends it at once.
extern "C" void on_signal(int signal) {
    interrupted_flag = true;
    if (++signals >= 2) std::signal(signal, SIG_DFL);
}

std::string duration(double seconds) {
    const auto s = static_cast<long>(std::max(0.0, seconds));
    if (s < 60) return fmt::format("{} s", s);
    if (s < 3600) return fmt::format("{} min {:02} s", s / 60, s % 60);
    return fmt::format("{} h {:02} min", s / 3600, s / 60 % 60);
}

/// Columns of the terminal at stderr.
std::size_t columns() {
    winsize size{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 80;
}

}  // namespace

ProgressBar::ProgressBar() : terminal_(isatty(STDERR_FILENO) == 1 && !is_dumb_terminal()) {}

ProgressBar::~ProgressBar() {
    erase_progress();
}

void erase_progress() {
    if (!drawn.exchange(false)) return;
    fmt::print(stderr, "\r\033[K");
    std::fflush(stderr);
}

void ProgressBar::operator()(const Progress& progress) {
    constexpr double redraw = 0.1;               // [s]
    if (progress.seconds < last_) last_ = -1.0;  // another part of the work began
    if (!terminal_ || progress.seconds < last_ + redraw) return;
    last_ = progress.seconds;
    drawn = true;
    const double part = progress.fraction();
    const double rate = static_cast<double>(progress.done) / std::max(progress.seconds, 1e-9);
    auto said =
        fmt::format(" {:3.0f} %  {}/{} {}  {:.3g}/s  {} to go", 100.0 * part, progress.done, progress.wanted,
                    progress.unit, rate, duration(progress.seconds * (1.0 - part) / std::max(part, 1e-9)));
    if (!progress.phase.empty()) said = fmt::format(" {}:{}", progress.phase, said);
    // What does not fit into a line would scroll: the bar gives way first, then the numbers.
    const std::size_t room = columns() - 1;
    said.resize(std::min(said.size(), room));
    constexpr int widest = 30, narrowest = 5, frame = 3;
    const int width = std::min(widest, static_cast<int>(room - said.size()) - frame);
    std::string bar;
    if (width >= narrowest) {
        const int filled = std::clamp(static_cast<int>(part * width), 0, width);
        bar = fmt::format("[{:=<{}}>{: <{}}]", "", filled, "", width - filled);
    }
    fmt::print(stderr, "\r\033[K{}{}", bar, said);
    std::fflush(stderr);
}

InterruptFlag::InterruptFlag() {
    interrupted_flag = false;
    signals = 0;
    for (const int signal : heard)
        std::signal(signal, on_signal);
}

InterruptFlag::~InterruptFlag() {
    for (const int signal : heard)
        std::signal(signal, SIG_DFL);
}

const std::atomic<bool>* InterruptFlag::flag() const {
    return &interrupted_flag;
}

Session::Session(int threads) {
    control_.threads = threads;
    if (const auto* of = host()) {
        control_.interrupt = of->interrupt;
        control_.progress = of->progress;
        return;
    }
    control_.interrupt = interrupt_.emplace().flag();
    control_.progress = [bar = &bar_.emplace()](const Progress& progress) { (*bar)(progress); };
}

}  // namespace dickejump::cli
