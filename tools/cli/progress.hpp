#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "dickejump/ensemble/run_control.hpp"

namespace dickejump::cli {

/// A bar with rate and time to go on stderr, if that is a terminal; nothing otherwise.
class ProgressBar {
public:
    ProgressBar();
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    void operator()(const Progress& progress);

private:
    bool terminal_;
    double last_ = -1.0;
};

/// Takes a bar away before something else is printed.
void erase_progress();

/// While it lives, SIGINT, SIGTERM, SIGHUP and SIGUSR1 set a flag instead of ending the program; so does a
/// second one, and the third ends it.
class InterruptFlag {
public:
    InterruptFlag();
    ~InterruptFlag();
    InterruptFlag(const InterruptFlag&) = delete;
    InterruptFlag& operator=(const InterruptFlag&) = delete;

    const std::atomic<bool>* flag() const;
};

/// What a long verb runs with: threads as asked for, a bar, and an ear for signals while it lives; both are a
/// host's, if there is one.
class Session {
public:
    explicit Session(int threads);

    const RunControl& control() const { return control_; }

private:
    std::optional<InterruptFlag> interrupt_;
    std::optional<ProgressBar> bar_;
    RunControl control_;
};

}  // namespace dickejump::cli
