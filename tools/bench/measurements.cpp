#include "measurements.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <limits>
#include <stdexcept>

#include "dickejump/exact/hierarchy.hpp"
#include "dickejump/study/scan/prepared_scan.hpp"
#include "dickejump/trajectory/direct_kernel.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"
#include "dickejump/trajectory/sphere_kernel.hpp"
#include "dickejump/trajectory/spin_kernel.hpp"
#include "dickejump/trajectory/spin_sampler.hpp"
#include "dickejump/trajectory/uniformisation_kernel.hpp"
#include "handwritten.hpp"

namespace dickejump::bench {

namespace {

double user_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec) + 1e-6 * static_cast<double>(usage.ru_utime.tv_usec);
}

double wall_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double peak_mib() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (double kib = 0.0; word == "VmHWM:" && status >> kib) return kib / 1024.0;
    return std::numeric_limits<double>::quiet_NaN();
}

template <class Work>
void timed(Timing& timing, const Work& work) {
    const double cpu = user_seconds(), wall = wall_seconds();
    work();
    timing.cpu_seconds = user_seconds() - cpu;
    timing.wall_seconds = wall_seconds() - wall;
}

ScanProtocol protocol_of(const Case& c) {
    return {.rate = c.rate, .half_width = c.half_width, .legs = Legs::up, .initial = Initial::ground};
}

/// @param atoms  what the kernel takes first, ladder or spins
template <class Kernel, class Atoms>
Timing kernel(const Case& c, std::uint64_t seed, Quantities wanted, const Atoms& atoms) {
    const ScanLeg leg(DickeLadder(c.atoms), protocol_of(c), Direction::up);
    const Kernel sample(atoms, leg.pump(), leg.grid(), leg.start());
    double jumps = 0.0, n = 0.0;
    const auto look = [&](const Window& window) {
        if (contains(wanted, Quantities::jumps))
            for (std::size_t i = 0; i < window.at(window.ticks, 0); ++i)  // the columns may be longer
                jumps += static_cast<double>(window.jumps_up[i] + window.jumps_down[i]);
        if (window.last())
            for (int lane = 0; lane < window.lanes; ++lane)
                n += static_cast<double>(window.n[window.at(window.ticks - 1, lane)]);
    };
    Timing timing{};
    timed(timing, [&] {
        for (std::int64_t first = 0; first < c.trajectories; first += Block::size)
            sample({.seed = seed,
                    .first_trajectory = first,
                    .count = static_cast<int>(std::min<std::int64_t>(Block::size, c.trajectories - first)),
                    .purpose = leg.purpose()},
                   wanted, look);
    });
    timing.jumps =
        contains(wanted, Quantities::jumps) ? jumps : expected_jumps(c) * static_cast<double>(c.trajectories);
    timing.final_jz = n / static_cast<double>(c.trajectories) - 0.5 * static_cast<double>(c.atoms);
    return timing;
}

template <class Kernel>
Timing kernel(const Case& c, std::uint64_t seed, Quantities wanted) {
    return kernel<Kernel>(c, seed, wanted, DickeLadder(c.atoms));
}

Timing by_hand(const Case& c, std::uint64_t seed) {
    Timing timing{};
    timed(timing, [&] {
        const auto result =
            handwritten(static_cast<int>(c.atoms), c.rate, c.half_width, c.trajectories, seed);
        timing.jumps = static_cast<double>(result.jumps);
        timing.final_jz = result.final_jz;
    });
    return timing;
}

Timing whole_scan(const Case& c, std::uint64_t seed, Method method, int threads) {
    const auto scan = prepare({.atoms = c.atoms,
                               .rate = c.rate,
                               .half_width = c.half_width,
                               .direction = Legs::up,
                               .initial = Initial::ground,
                               .method = method,
                               .trajectories = c.trajectories,
                               .seed = seed,
                               .points = 2});
    // From the first block to the last: what comes before does not grow with the number of runs.
    double begin_cpu = 0.0;
    std::int64_t first = 0;
    const auto result = simulate(scan, {.threads = threads, .progress = [&](const Progress& progress) {
                                            if (first > 0) return;
                                            begin_cpu = user_seconds();
                                            first = progress.done;
                                        }});
    const auto runs = static_cast<double>(c.trajectories), rest = runs - static_cast<double>(first);
    if (rest <= 0.0) throw std::runtime_error("a scan to be timed needs two blocks of runs");
    return {.cpu_seconds = (user_seconds() - begin_cpu) * runs / rest,
            .wall_seconds = result.seconds,
            .jumps = static_cast<double>(result.jumps),
            .final_jz = result.curves[0].points.back().jz_mean->value,
            .peak_mib = 0.0};
}

/// What a measuring process prints.
Timing parsed(const std::string& command) {
    Timing t{};
    std::FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) throw std::runtime_error("cannot run " + command);
    const int read = std::fscanf(pipe, "%lf %lf %lf %lf %lf", &t.cpu_seconds, &t.wall_seconds, &t.jumps,
                                 &t.final_jz, &t.peak_mib);
    if (pclose(pipe) != 0 || read != 5) throw std::runtime_error("no measurement from " + command);
    return t;
}

std::string arguments(const Case& c, std::uint64_t seed) {
    std::array<char, 128> text{};
    std::snprintf(text.data(), text.size(), " %lld %.17g %.17g %lld %llu", static_cast<long long>(c.atoms),
                  c.rate, c.half_width, static_cast<long long>(c.trajectories),
                  static_cast<unsigned long long>(seed));
    return text.data();
}

}  // namespace

double expected_jumps(const Case& c) {
    const DickeLadder ladder(c.atoms);
    const ScanLeg leg(ladder, protocol_of(c), Direction::up);
    const auto solution =
        exact::solve_hierarchy(ladder, leg.pump(), leg.duration(), leg.start(), std::vector{leg.duration()})
            .solution;
    // Up and down jumps differ by the last n.
    return 2.0 * solution.up_jumps - solution.jz_mean[0] - 0.5 * static_cast<double>(c.atoms);
}

Timing measure(const std::string& what, const Case& c, std::uint64_t seed) {
    const auto spins = [&] {
        return LocalSpins(c.atoms, {.emission = std::stod(what.substr(what.find(':') + 1))});
    };
    const auto own = [&]() -> Timing {
        if (what.starts_with("spins:")) return kernel<SpinKernel>(c, seed, Quantities::jumps, spins());
        if (what.starts_with("spins-reference:"))
            return kernel<SpinSampler>(c, seed, Quantities::jumps, spins());
        if (what == "hand") return by_hand(c, seed);
        if (what == "ladder") return kernel<LadderSampler>(c, seed, Quantities::jumps);
        if (what == "direct") return kernel<DirectKernel>(c, seed, Quantities::jumps);
        if (what == "uniformisation") return kernel<UniformisationKernel>(c, seed, Quantities::jumps);
        if (what == "sphere") return kernel<SphereKernel>(c, seed, Quantities::jumps);
        if (what == "crossings") return kernel<SphereKernel>(c, seed, Quantities::crossings_up);
        if (what == "scan:1") return whole_scan(c, seed, Method::exact, 1);
        if (what == "scan:2") return whole_scan(c, seed, Method::exact, 2);
        if (what == "sphere-scan:1") return whole_scan(c, seed, Method::sphere, 1);
        if (what == "sphere-scan:2") return whole_scan(c, seed, Method::sphere, 2);
        throw std::runtime_error("nothing called " + what + " to measure");
    };
    auto timing = own();
    timing.peak_mib = peak_mib();
    return timing;
}

Timing measure_apart(const std::string& what, const Case& c, std::uint64_t seed) {
    if (what == "qutip")
        return parsed("/usr/bin/python3 " DICKEJUMP_BENCH_DIR "/qutip_mcsolve.py" + arguments(c, seed) +
                      " 2>/dev/null");
    static const std::string self = [] {
        std::array<char, 4096> path{};
        std::FILE* link = popen("readlink /proc/$PPID/exe", "r");
        const bool read = link && std::fscanf(link, "%4095[^\n]", path.data()) == 1;
        if (link) pclose(link);
        if (!read) throw std::runtime_error("cannot find this program");
        return std::string(path.data());
    }();
    return parsed("'" + self + "' --measure " + what + arguments(c, seed));
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

}  // namespace dickejump::bench
