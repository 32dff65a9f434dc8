// How fast is a quantum jump? The loop by hand, the library's kernels and QuTiP's mcsolve, in turns, each
// measurement in a process of its own. Prints a table in Markdown; see README.md beside this file.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <exception>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "dickejump/io/scan_report.hpp"
#include "dickejump/study/sensitivity/sensitivity.hpp"
#include "measurements.hpp"

namespace {

using namespace dickejump;
using namespace dickejump::bench;

constexpr const char* usage =
    "usage: dickejump_compare [PAIRS] [--readme FILE] [--no-threads] [--no-memory] [--no-qutip]\n"
    "           the table, medians of PAIRS (default 7) turns; into FILE between its marks\n"
    "       dickejump_compare --spins [PAIRS]\n"
    "           atoms that emit on their own, beside DirectKernel\n"
    "       dickejump_compare --cost FILE.csv [PAIRS]\n"
    "           the cost of a trajectory from N = 10 to 10^8, default 3 turns\n";

struct Row {
    const char* what;  ///< as measure()
    const char* label;
};

struct Group {
    Case scan;
    std::vector<Row> rows;  ///< the first is measured in every turn and is the yardstick
};

const std::vector<Row> exact_kernels{{"hand", "loop by hand"},
                                     {"ladder", "`LadderSampler`"},
                                     {"direct", "`DirectKernel`"},
                                     {"uniformisation", "`UniformisationKernel`"},
                                     {"scan:1", "`scan`, all observers"}};

std::vector<Row> with_qutip() {
    auto rows = exact_kernels;
    rows.push_back({"qutip", "QuTiP `mcsolve`"});
    return rows;
}

std::vector<Group> groups() {
    const std::vector<Row> sphere{{"sphere", "`SphereKernel`, jumps"},
                                  {"crossings", "`SphereKernel`, crossings"},
                                  {"sphere-scan:1", "`scan`, all observers"}};
    return {{{20, 16.0, 9.8, 0}, with_qutip()},     {{100, 16.0, 20.0, 0}, with_qutip()},
            {{1000, 16.0, 16.0, 0}, exact_kernels}, {{1000, 16.0, 24.0, 0}, sphere},
            {{1'000'000, 16.0, 24.0, 0}, sphere},   {{100'000'000, 16.0, 24.0, 0}, sphere}};
}

/// Runs that are measured together: whole blocks for what fills lanes, and two for a scan, whose first is not
/// timed.
std::int64_t unit_of(const std::string& what) {
    if (what == "qutip") return 1;
    if (what == "hand" || what == "ladder" || what.starts_with("spins-reference")) return 4;
    return what.find("scan") != std::string::npos ? 2 * Block::size : Block::size;
}

/// As many trajectories as take some `seconds`.
std::int64_t enough(const std::string& what, Case c, double seconds) {
    const auto unit = unit_of(what);
    c.trajectories = c.atoms > 3000 && what == "direct" ? 32 : unit;
    const auto trial = measure_apart(what, c, 0);
    const double wanted = seconds / std::max(trial.cpu_seconds, 1e-6) * static_cast<double>(c.trajectories);
    if (wanted <= static_cast<double>(c.trajectories)) return c.trajectories;
    return std::min(static_cast<std::int64_t>(std::ceil(wanted / static_cast<double>(unit))) * unit,
                    std::int64_t{10'000'000});
}

double us_a_trajectory(const Timing& t, const Case& c) {
    return 1e6 * t.cpu_seconds / static_cast<double>(c.trajectories);
}

std::string written(double x) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), x >= 999.5 && x < 1e6 ? "%.0f" : "%.3g", x);
    return text.data();
}

std::string atoms_name(std::int64_t atoms) {
    const double power = std::log10(static_cast<double>(atoms));
    return atoms >= 10'000 && power == std::floor(power) ? "10^" + std::to_string(std::lround(power))
                                                         : std::to_string(atoms);
}

std::string title(const Case& c) {
    std::array<char, 96> text{};
    std::snprintf(text.data(), text.size(), "N = %s, S = %g", atoms_name(c.atoms).c_str(), c.half_width);
    return text.data();
}

bool works(const std::string& what, const Case& c) {
    try {
        Case one = c;
        one.trajectories = 1;
        measure_apart(what, one, 0);
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

/// The rows of one scan, measured in turns.
std::string measured(const Group& group, int pairs, bool qutip) {
    std::vector<Row> rows;
    std::vector<Case> cases;
    for (const auto& row : group.rows) {
        if (std::strcmp(row.what, "qutip") == 0 && (!qutip || !works(row.what, group.scan))) {
            std::fprintf(
                stderr, "QuTiP is left out: %s\n",
                qutip ? "/usr/bin/python3 cannot run it (Debian's package python3-qutip)" : "--no-qutip");
            continue;
        }
        rows.push_back(row);
        cases.push_back(group.scan);
        cases.back().trajectories = enough(row.what, group.scan, 0.3);
    }
    std::vector<std::vector<double>> us(rows.size()), ratio(rows.size()), ns(rows.size());
    std::vector<double> mib(rows.size(), 0.0);
    // Without the loop by hand: its time is that of its jumps at N = 1000, which do not get dearer with N.
    double by_hand = 0.0;
    if (std::strcmp(rows.front().what, "hand") != 0) {
        Case known{1000, group.scan.rate, 24.0, 8};
        std::vector<double> tries;
        for (int i = 0; i < 3; ++i) {
            const auto t = measure_apart("hand", known, static_cast<std::uint64_t>(i));
            tries.push_back(1e6 * t.cpu_seconds / t.jumps);
        }
        by_hand = median(tries) * expected_jumps(group.scan);
    }
    for (int pair = 1; pair <= pairs; ++pair) {
        double yardstick = by_hand;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto t = measure_apart(rows[i].what, cases[i], static_cast<std::uint64_t>(pair));
            const double cost = us_a_trajectory(t, cases[i]);
            if (i == 0 && by_hand == 0.0) yardstick = cost;
            us[i].push_back(cost);
            ns[i].push_back(1e9 * t.cpu_seconds / t.jumps);
            ratio[i].push_back(yardstick / cost);
            mib[i] = std::max(mib[i], t.peak_mib);
            // Runs end near the upper pole: the same physics, whoever does it.
            const double atoms = static_cast<double>(group.scan.atoms), away = 0.5 * atoms - t.final_jz;
            if (!(away >= 0.0 && away < 0.15 * atoms))
                throw std::runtime_error(std::string(rows[i].what) +
                                         " ends at <J_z> = " + std::to_string(t.final_jz));
        }
        std::fprintf(stderr, "%s: turn %d of %d\n", title(group.scan).c_str(), pair, pairs);
    }
    std::string text;
    if (by_hand > 0.0)
        text += "| " + title(group.scan) + " | loop by hand (estimate) | " +
                written(1e3 * by_hand / expected_jumps(group.scan)) + " | " + written(by_hand) + " | 1 | |\n";
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::array<char, 256> line{};
        const bool jumps_are_made = by_hand == 0.0;
        std::snprintf(line.data(), line.size(), "| %s | %s | %s | %s | %s | %.0f |\n",
                      title(group.scan).c_str(), rows[i].label,
                      jumps_are_made ? written(median(ns[i])).c_str() : "", written(median(us[i])).c_str(),
                      written(median(ratio[i])).c_str(), mib[i]);
        text += line.data();
    }
    return text;
}

/// Atoms that also emit on their own, in turns with those that do not.
std::string spins_table(int pairs) {
    const std::vector<Row> rows{{"direct", "`DirectKernel`"},
                                {"spins:0", "`SpinKernel`, Γ = 0"},
                                {"spins:0.01", "`SpinKernel`, Γ = 0.01"},
                                {"spins:0.1", "`SpinKernel`, Γ = 0.1"},
                                {"spins-reference:0.01", "`SpinSampler`, Γ = 0.01"}};
    std::string text =
        "| up scan at r = 16 | what | ns a jump | this : `DirectKernel` |\n|---|---|---|---|\n";
    for (const Case& scan : {Case{100, 16.0, 20.0, 0}, Case{1000, 16.0, 16.0, 0}}) {
        std::vector<std::int64_t> runs;
        for (const auto& row : rows)
            runs.push_back(enough(row.what, scan, 0.3));
        std::vector<std::vector<double>> ns(rows.size()), ratio(rows.size());
        for (int pair = 1; pair <= pairs; ++pair)
            for (std::size_t i = 0; i < rows.size(); ++i) {
                const auto t = measure_apart(rows[i].what, {scan.atoms, scan.rate, scan.half_width, runs[i]},
                                             static_cast<std::uint64_t>(pair));
                ns[i].push_back(1e9 * t.cpu_seconds / t.jumps);
                ratio[i].push_back(ns[i].back() / ns[0].back());
            }
        for (std::size_t i = 0; i < rows.size(); ++i)
            text += "| " + title(scan) + " | " + rows[i].label + " | " + written(median(ns[i])) + " | " +
                    written(median(ratio[i])) + " |\n";
    }
    return text;
}

/// One thread against two, in turns.
std::string threads_table(int pairs) {
    std::string text =
        "\n| whole scan | runs | 1 thread, s | 2 threads, s | speed-up (range) | user time, 2 threads : 1 |\n"
        "|---|---|---|---|---|---|\n";
    struct Job {
        Case scan;
        const char *one, *two;
    };
    for (auto& [scan, one, two] :
         {Job{{100, 16.0, 20.0, 0}, "scan:1", "scan:2"}, Job{{1000, 16.0, 16.0, 0}, "scan:1", "scan:2"},
          Job{{1'000'000, 16.0, 24.0, 0}, "sphere-scan:1", "sphere-scan:2"}}) {
        Case c = scan;
        c.trajectories = enough(one, scan, 2.0);
        std::vector<double> first, second, speed_up, more;
        for (int pair = 1; pair <= pairs; ++pair) {
            const auto a = measure_apart(one, c, static_cast<std::uint64_t>(pair)),
                       b = measure_apart(two, c, static_cast<std::uint64_t>(pair));
            first.push_back(a.wall_seconds);
            second.push_back(b.wall_seconds);
            speed_up.push_back(a.wall_seconds / b.wall_seconds);
            more.push_back(b.cpu_seconds / a.cpu_seconds);
            std::fprintf(stderr, "threads, %s: turn %d of %d\n", title(c).c_str(), pair, pairs);
        }
        std::array<char, 256> line{};
        std::snprintf(line.data(), line.size(), "| %s | %lld | %.2f | %.2f | %.2f (%.2f..%.2f) | %.2f |\n",
                      title(c).c_str(), static_cast<long long>(c.trajectories), median(first), median(second),
                      median(speed_up), *std::min_element(speed_up.begin(), speed_up.end()),
                      *std::max_element(speed_up.begin(), speed_up.end()), median(more));
        text += line.data();
    }
    return text;
}

/// Memory does not know the number of runs.
std::string memory_table() {
    std::string text =
        "\n| whole scan on 2 threads, N = 100, r = 100, S = 45 | 10^4 runs | 10^5 runs | 10^6 runs | 10^7 "
        "runs "
        "|\n|---|---|---|---|---|\n| peak memory, MiB |";
    for (const std::int64_t runs : {10'000, 100'000, 1'000'000, 10'000'000}) {
        std::array<char, 32> cell{};
        std::snprintf(cell.data(), cell.size(), " %.1f |",
                      measure_apart("scan:2", {100, 100.0, 45.0, runs}, 1).peak_mib);
        text += cell.data();
        std::fprintf(stderr, "memory: %lld runs done\n", static_cast<long long>(runs));
    }
    return text + "\n";
}

std::string processor() {
    std::ifstream info("/proc/cpuinfo");
    std::string name = "unknown processor", flags;
    for (std::string line; std::getline(info, line);) {
        const auto colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) name = line.substr(colon + 2);
        if (line.starts_with("flags") && colon != std::string::npos) flags = line;
    }
    return name +
           (flags.find(" avx512f") != std::string::npos ? " with AVX-512"
            : flags.find(" avx2") != std::string::npos  ? " with AVX2"
                                                        : "") +
           ", " + std::to_string(std::thread::hardware_concurrency()) + " threads";
}

std::string heading(int pairs, const std::string& command) {
    const auto provenance = Provenance::now();
    return provenance.started.substr(0, 10) + ", " + processor() + ", " + provenance.compiler + ", " +
           provenance.flags + ", revision " + provenance.git + ", `" + command + "`, medians of " +
           std::to_string(pairs) + " turns:\n\n";
}

/// Puts `table` between the marks of a file.
void put(const std::string& file, const std::string& table) {
    const std::string begin = "<!-- measured: begin -->\n", end = "<!-- measured: end -->";
    std::ifstream in(file);
    std::string content(std::istreambuf_iterator<char>(in), {});
    const auto from = content.find(begin), to = content.find(end);
    if (from == std::string::npos || to == std::string::npos || to < from)
        throw std::runtime_error(file + " has no marks " + begin + end);
    content.replace(from + begin.size(), to - from - begin.size(), table);
    std::ofstream(file) << content;
}

/// microseconds a trajectory against N at r = 16, from measurements where a run can be waited for.
void cost(const std::string& file, int pairs) {
    std::ofstream out(file);
    out << "atoms,half_width,what,kind,us_a_trajectory,ns_a_jump\n";
    double ns_by_hand = 0.0;
    for (const std::int64_t atoms :
         {10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000}) {
        const Case c{atoms, 16.0, default_half_width(DickeLadder(atoms), 16.0), 0};
        const double jumps = expected_jumps(c);
        const auto row = [&](const char* what, const char* kind, double us) {
            std::array<char, 160> line{};
            std::snprintf(line.data(), line.size(), "%lld,%.6g,%s,%s,%.6g,%.6g\n",
                          static_cast<long long>(atoms), c.half_width, what, kind, us, 1e3 * us / jumps);
            out << line.data() << std::flush;
        };
        std::vector<const char*> what;
        if (atoms <= 10'000) what = {"hand", "ladder", "direct", "uniformisation"};
        if (c.half_width <= 0.1 * static_cast<double>(atoms)) what.push_back("crossings");
        std::vector<Case> cases;
        for (const char* name : what) {
            cases.push_back(c);
            cases.back().trajectories = enough(name, c, 0.1);
        }
        std::vector<std::vector<double>> us(what.size());
        for (int pair = 1; pair <= pairs; ++pair)
            for (std::size_t i = 0; i < what.size(); ++i)
                us[i].push_back(us_a_trajectory(
                    measure_apart(what[i], cases[i], static_cast<std::uint64_t>(pair)), cases[i]));
        for (std::size_t i = 0; i < what.size(); ++i)
            row(what[i], "measured", median(us[i]));
        if (atoms <= 10'000)
            ns_by_hand = 1e3 * median(us[0]) / jumps;
        else
            row("hand", "estimated", 1e-3 * ns_by_hand * jumps);
        std::fprintf(stderr, "N = %lld done\n", static_cast<long long>(atoms));
    }
}

int run(const std::vector<std::string>& arguments) {
    if (arguments.size() == 7 && arguments[0] == "--measure") {
        const Case c{std::stoll(arguments[2]), std::stod(arguments[3]), std::stod(arguments[4]),
                     std::stoll(arguments[5])};
        const auto t = measure(arguments[1], c, std::stoull(arguments[6]));
        std::printf("%.9g %.9g %.17g %.9g %.9g\n", t.cpu_seconds, t.wall_seconds, t.jumps, t.final_jz,
                    t.peak_mib);
        return 0;
    }
    int pairs = 0;
    bool threads = true, memory = true, qutip = true, spins = false;
    std::string readme, cost_file, command = "dickejump_compare";
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto& word = arguments[i];
        if ((word == "--readme" || word == "--cost") && i + 1 < arguments.size()) {
            (word == "--readme" ? readme : cost_file) = arguments[++i];
        } else if (word == "--spins") {
            spins = true;
        } else if (word == "--no-threads") {
            threads = false;
        } else if (word == "--no-memory") {
            memory = false;
        } else if (word == "--no-qutip") {
            qutip = false;
        } else if (pairs = std::atoi(word.c_str()); pairs < 1) {
            std::fputs(usage, stderr);
            return 2;
        }
    }
    if (!cost_file.empty()) {
        cost(cost_file, pairs > 0 ? pairs : 3);
        return 0;
    }
    if (pairs == 0) pairs = 7;
    if (spins) {
        std::fputs(
            (heading(pairs, command + " --spins " + std::to_string(pairs)) + spins_table(pairs)).c_str(),
            stdout);
        return 0;
    }
    auto table = heading(pairs, command + " " + std::to_string(pairs)) +
                 "| up scan at r = 16 from the ground state | what | ns a jump | us a trajectory | loop by "
                 "hand : this "
                 "| peak memory, MiB |\n|---|---|---|---|---|---|\n";
    for (const auto& group : groups())
        table += measured(group, pairs, qutip);
    if (threads) table += threads_table(pairs);
    if (memory) table += memory_table();
    std::fputs(table.c_str(), stdout);
    if (!readme.empty()) put(readme, table);
    return 0;
}

}  // namespace

int main(int argc, char** argv) try {
    return run({argv + 1, argv + argc});
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
