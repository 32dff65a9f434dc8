#include <fmt/core.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <csignal>
#include <exception>
#include <filesystem>

#include "cli/job.hpp"
#include "cli/log.hpp"
#include "cli/manual.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/plain_verbs.hpp"
#include "cli/ranks.hpp"
#include "cli/run_file.hpp"
#include "cli/verb.hpp"
#include "dickejump/io/result_folder.hpp"
#include "study/build_info.hpp"

namespace dickejump::cli {

namespace {

/// The words before the first flag.
std::vector<std::string> leading_words(int argc, char** argv) {
    std::vector<std::string> words;
    for (int i = 1; i < argc && argv[i][0] != '-'; ++i)
        words.emplace_back(argv[i]);
    return words;
}

int unknown_verb(const std::vector<std::string>& words, const std::vector<Verb>& known) {
    if (words[0] == "plot")
        throw InvalidInput(
            "verb plot (pictures are drawn by tools/plot DIR) dickejump report DIR makes a page with its "
            "own");
    std::vector<std::string> names;
    for (const auto& verb : plain_verbs)
        names.emplace_back(verb.name);
    for (const auto& verb : known)
        names.push_back(verb.name);
    const std::string said = words[0] + (words.size() > 1 ? " " + words[1] : "");
    std::string family;
    for (const auto& name : names)
        if (name.starts_with(words[0] + " ")) family += (family.empty() ? "" : ", ") + name;
    if (!family.empty()) throw InvalidInput("verb " + said + " (incomplete) choose one of " + family);
    const auto near = nearest_word(said, names);
    throw InvalidInput("verb " + said + " (not one of dickejump's) " +
                       (near.empty() ? "see dickejump --help" : "did you mean " + near + "?"));
}

constexpr std::string_view run_help =
    "Do what a TOML file says: one run, or a study of [[run]] tables; flags after it override its keys\n\n"
    "Usage: dickejump run FILE.toml [OPTIONS]\n\n"
    "The options are those of the file's verb; a study needs --out DIR, or out in the file.\n";

/// The verbs of a group such as `exact`; false if there is none of that name.
bool print_group_help(const std::string& group, const std::vector<Verb>& known) {
    std::string text;
    for (const auto& verb : known)
        if (verb.name.starts_with(group + " ")) text += fmt::format("  {:<20}{}\n", verb.name, verb.summary);
    if (!text.empty()) print("Usage: dickejump " + group + " VERB [OPTIONS]\n\n" + text);
    return !text.empty();
}

int dispatch(int argc, char** argv) {
    // `help exact scan` is `exact scan --help`.
    std::string help = "--help";
    std::vector<char*> turned(argv, argv + argc);
    if (argc > 2 && std::string_view(argv[1]) == "help") {
        turned.erase(turned.begin() + 1);
        turned.push_back(help.data());
        argv = turned.data();
    } else if (argc == 2 && std::string_view(argv[1]) == "help") {
        argv[1] = help.data();
    }
    auto known = verbs();
    const auto words = leading_words(argc, argv);
    if (words.empty()) {
        const std::string flag = argc > 1 ? argv[1] : "--help";
        if (flag == "--version") {
            const auto mpi = Job::library().empty() ? "without MPI" : "MPI: " + Job::library();
            print(fmt::format("dickejump {} ({}, {}, {}, {})\n", build_info::version, build_info::git,
                              build_info::compiler, build_info::flags, mpi));
            return fine;
        }
        if (flag == "--help" || flag == "-h") {
            print(help_page(known));
            return argc > 1 ? fine : bad_input;
        }
        // For those who install it and write about it.
        const std::string_view shell = argc > 2 ? argv[2] : "";
        if (flag == "--man") return print(man_page(known)), fine;
        if (flag == "--reference") return print(reference(known)), fine;
        if (flag == "--completion" && shell == "bash") return print(bash_completion(known)), fine;
        if (flag == "--completion" && shell == "zsh") return print(zsh_completion(known)), fine;
        throw InvalidInput("option " + flag + " (a verb comes first) see dickejump --help");
    }
    const auto rest = [&](int first) { return std::vector<std::string>(argv + first, argv + argc); };
    const auto asks_for_help = [&] {
        for (int i = 1; i < argc; ++i)
            if (const std::string_view word = argv[i]; word == "--help" || word == "-h") return true;
        return false;
    };
    if (words[0] == "run") {
        if (words.size() < 2 && asks_for_help()) {
            print(run_help);
            return fine;
        }
        if (words.size() < 2) throw InvalidInput("run (needs a file) pass dickejump run FILE.toml");
        // A result's folder stands for what it was made by.
        const auto config = std::filesystem::path(words[1]) / "config.toml";
        std::error_code error;
        return RunFile(std::filesystem::exists(config, error) ? config.string() : words[1]).execute(rest(3));
    }
    if (words[0] == "resume") return resume(rest(2));
    if (words[0] == "merge") return merge(rest(2));
    if (words[0] == "inspect") return inspect(rest(2));
    if (words[0] == "estimate") return estimate(rest(2));
    if (words[0] == "simulate-clicks") return simulate_clicks(rest(2));
    if (words[0] == "report") return report(rest(2));
    for (auto& verb : known) {
        const bool two_words = verb.name.find(' ') != std::string::npos;
        if (verb.name != (two_words && words.size() > 1 ? words[0] + " " + words[1] : words[0])) continue;
        return in_flags_of(*verb.options, [&]() -> int {
            Problems problems;
            if (!take_arguments(verb, rest(two_words ? 3 : 2), problems)) return fine;
            problems.raise();
            return verb.run();
        });
    }
    if (words.size() == 1 && asks_for_help() && print_group_help(words[0], known)) return fine;
    return unknown_verb(words, known);
}

/// The exit code of the whole program; every error is said here.
int run_program(int argc, char** argv) {
    try {
        return dispatch(argc, argv);
    } catch (const InvalidInput& error) {
        for (const auto& problem : error.problems())
            log_error(in_keys(problem));
        return bad_input;
    } catch (const OutputError& error) {
        log_error(in_keys(error.what()));
        return bad_input;
    } catch (const Stopped& stopped) {
        log_error(stopped.what());
        return stopped.reason() == StopReason::interrupted ? interrupted : failed;
    } catch (const std::bad_alloc&) {
        log_error(
            "out of memory (the ladder or the number of ticks is too large for this machine) make it "
            "smaller");
        return failed;
    } catch (const std::exception& error) {
        log_error(error.what());
        return failed;
    }
}

}  // namespace

}  // namespace dickejump::cli

namespace {

/// Records of runs are large and short-lived. What one leaves is kept for the next: giving every page back to
/// the system and asking for it again took three tenths of the time of a scan that keeps the time of every
/// photon.
void keep_memory() {
#ifdef __GLIBC__
    constexpr int largest = 1 << 30;
    mallopt(M_MMAP_THRESHOLD, largest);
    mallopt(M_TRIM_THRESHOLD, largest);
#endif
}

}  // namespace

int main(int argc, char** argv) {
    using namespace dickejump;
    keep_memory();
    // A reader who goes away, and a file that may not grow, are errors of the write that finds them.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    const int code = cli::is_worker() ? cli::serve() : cli::run_program(argc, argv);
    cli::release_ranks(code);
    return code;
}
