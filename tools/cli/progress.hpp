#pragma once

#include <atomic>
#include <string>

#include "dickejump/ensemble/ensemble.hpp"
#include "dickejump/study/sensitivity/sensitivity_sweep.hpp"

namespace dickejump::cli {

/// A bar with rate and time to go on stderr, if that is a terminal; nothing otherwise.
class ProgressBar {
public:
    ProgressBar();
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    void operator()(const Progress& progress);
    void operator()(const SweepProgress& progress);

private:
    /// @param part  done of the whole, 0 to 1
    void draw(double part, double seconds, const std::string& what);

    bool terminal_;
    bool drawn_ = false;
    double last_ = -1.0;
};

/// While it lives, SIGINT and SIGTERM set a flag instead of ending the program; a second one ends it.
class InterruptFlag {
public:
    InterruptFlag();
    ~InterruptFlag();
    InterruptFlag(const InterruptFlag&) = delete;
    InterruptFlag& operator=(const InterruptFlag&) = delete;

    const std::atomic<bool>* flag() const;
};

}  // namespace dickejump::cli
