#include "cli/progress.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>

namespace dickejump::cli {

namespace {

std::atomic<bool> interrupted_flag = false;

extern "C" void on_signal(int signal) {
    interrupted_flag = true;
    std::signal(signal, SIG_DFL);
}

std::string duration(double seconds) {
    const auto s = static_cast<long>(std::max(0.0, seconds));
    if (s < 60) return fmt::format("{} s", s);
    if (s < 3600) return fmt::format("{} min {:02} s", s / 60, s % 60);
    return fmt::format("{} h {:02} min", s / 3600, s / 60 % 60);
}

}  // namespace

ProgressBar::ProgressBar() : terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
    if (drawn_) fmt::print(stderr, "\r\033[K");
}

void ProgressBar::operator()(const Progress& progress) {
    constexpr double redraw = 0.1;  // [s]
    if (!terminal_ || progress.seconds < last_ + redraw) return;
    last_ = progress.seconds;
    drawn_ = true;
    constexpr int width = 30;
    const double part = progress.fraction();
    const int filled = std::clamp(static_cast<int>(part * width), 0, width);
    const double rate = static_cast<double>(progress.done) / std::max(progress.seconds, 1e-9);
    fmt::print(stderr, "\r\033[K[{:=<{}}>{: <{}}] {:3.0f} %  {}/{} {}  {:.3g}/s  {} to go", "", filled, "",
               width - filled, 100.0 * part, progress.done, progress.wanted, progress.unit, rate,
               duration(progress.seconds * (1.0 - part) / std::max(part, 1e-9)));
    std::fflush(stderr);
}

InterruptFlag::InterruptFlag() {
    interrupted_flag = false;
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
}

InterruptFlag::~InterruptFlag() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

const std::atomic<bool>* InterruptFlag::flag() const {
    return &interrupted_flag;
}

Session::Session(int threads) {
    control_.threads = threads;
    control_.interrupt = interrupt_.flag();
    control_.progress = [this](const Progress& progress) { bar_(progress); };
}

}  // namespace dickejump::cli
