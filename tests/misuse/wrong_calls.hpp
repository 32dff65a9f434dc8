#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

#include "dickejump/dickejump.hpp"

namespace dickejump::misuse {

inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double inf = std::numeric_limits<double>::infinity();

/// Ends the program with the name of a call that does not come back.
class Patience {
public:
    explicit Patience(const std::string& what) {
        constexpr unsigned seconds = 60;
        said() = "this call does not end: " + what + "\n";
        std::signal(SIGALRM, [](int) {
            [[maybe_unused]] const auto written = write(STDERR_FILENO, said().data(), said().size());
            _exit(3);
        });
        alarm(seconds);
    }
    ~Patience() { alarm(0); }
    Patience(const Patience&) = delete;
    Patience& operator=(const Patience&) = delete;

private:
    static std::string& said() {
        static std::string text;
        return text;
    }
};

/// A public entry that is called wrongly, call by call: every `refuses` must throw InvalidInput with a
/// message, every `gives` has an answer that its header states. One assertion a call, so that doctest counts
/// them.
class Entry {
public:
    explicit Entry(std::string name) : name_(std::move(name)) {}

    Entry& refuses(const std::string& what, const std::function<void()>& call) {
        const auto full = name_ + ": " + what;
        const Patience patience(full);
        std::string outcome = "it was accepted";
        try {
            call();
        } catch (const InvalidInput& refusal) {
            const std::string why = refusal.what();
            // `<what was given> (<why it cannot be>) <what to do>`, and no number that is none.
            const bool says_why = why.size() > 20 && why.find('(') != std::string::npos;
            outcome = says_why ? "" : "it was refused without a reason: " + why;
        } catch (const std::exception& other) {
            outcome = std::string("another exception: ") + other.what();
        }
        CHECK_MESSAGE(outcome.empty(), full << ": " << outcome);
        return *this;
    }

    /// The same for each of some numbers.
    Entry& refuses(const std::string& what, std::initializer_list<double> values,
                   const std::function<void(double)>& call) {
        for (const double value : values)
            refuses(what + " " + text(value), [&] { call(value); });
        return *this;
    }
    Entry& refuses_whole(const std::string& what, std::initializer_list<std::int64_t> values,
                         const std::function<void(std::int64_t)>& call) {
        for (const auto value : values)
            refuses(what + " " + std::to_string(value), [&] { call(value); });
        return *this;
    }

    /// @param expected  NaN where the header says that there is no number
    Entry& gives(const std::string& what, double expected, const std::function<double()>& call) {
        const auto full = name_ + ": " + what;
        const Patience patience(full);
        double found = nan;
        std::string outcome;
        try {
            found = call();
        } catch (const std::exception& thrown) {
            outcome = thrown.what();
        }
        const bool same = std::isnan(expected) ? std::isnan(found)
                                               : (found == expected ||
                                                  std::abs(found - expected) <= 1e-9 * std::abs(expected));
        CHECK_MESSAGE((same && outcome.empty()),
                      full << ": " << found << " where " << expected << " is right " << outcome);
        return *this;
    }

private:
    std::string name_;
};

/// N + 1 equal populations.
inline Eigen::VectorXd evenly(std::int64_t atoms) {
    return Eigen::VectorXd::Constant(atoms + 1, 1.0 / static_cast<double>(atoms + 1));
}

/// Starts that are none on N atoms.
inline std::vector<std::pair<std::string, Eigen::VectorXd>> wrong_populations(std::int64_t atoms) {
    auto with = [&](double x) {
        auto p = evenly(atoms);
        p(0) = x;
        return p;
    };
    return {{"a start of no level", Eigen::VectorXd()},     {"a start of N levels", evenly(atoms - 1)},
            {"a start of N + 2 levels", evenly(atoms + 1)}, {"a NaN in the start", with(nan)},
            {"an infinity in the start", with(inf)},        {"a negative population", with(-0.5)},
            {"a start of sum 2", 2.0 * evenly(atoms)}};
}

inline Detector detector_of(std::initializer_list<Channel> seen, double efficiency = 0.5) {
    Detector detector;
    detector.name = "test";
    for (const auto c : seen)
        detector[c] = ChannelDetector{.efficiency = efficiency};
    return detector;
}

/// Detectors that cannot be.
inline std::vector<std::pair<std::string, Detector>> wrong_detectors() {
    std::vector<std::pair<std::string, Detector>> all;
    all.emplace_back("no channel", Detector{});
    const auto add = [&](const std::string& what, double value, const auto& change) {
        auto detector = detector_of({Channel::cavity});
        change(detector, value);
        all.emplace_back(what + " " + text(value), detector);
    };
    for (const double bad : {nan, -1.0, 1.5, inf})
        add("efficiency", bad, [](Detector& d, double x) { d[Channel::cavity]->efficiency = x; });
    for (const double bad : {nan, -1.0, inf}) {
        add("background", bad, [](Detector& d, double x) { d[Channel::cavity]->background = x; });
        add("dead time", bad, [](Detector& d, double x) { d[Channel::cavity]->dead_time = x; });
        add("jitter", bad, [](Detector& d, double x) { d[Channel::cavity]->jitter = x; });
        add("bins of", bad, [](Detector& d, double x) { d.bin_width = x; });
        add("a gate that opens at", bad, [](Detector& d, double x) { d.gate_open = x; });
    }
    for (const double bad : {nan, -1.0, 0.5, 1.0})
        add("a gate from 1 to", bad, [](Detector& d, double x) { d.gate_open = 1.0, d.gate_close = x; });
    return all;
}

/// Times at which nothing can be shown.
inline std::vector<std::pair<std::string, std::vector<double>>> wrong_times() {
    return {{"times from -1 on", {-1.0, 0.5}},
            {"times that fall", {0.5, 0.2}},
            {"a time of NaN", {0.0, nan}},
            {"an infinite time", {0.0, inf}}};
}

}  // namespace dickejump::misuse
