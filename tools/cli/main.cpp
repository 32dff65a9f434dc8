#include <fmt/core.h>

#include <csignal>
#include <exception>

#include "cli/log.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/run_file.hpp"
#include "cli/verb.hpp"
#include "dickejump/io/result_folder.hpp"
#include "study/build_info.hpp"

namespace dickejump::cli {

namespace {

constexpr const char* description =
    "Quantum-jump Monte Carlo of collectively pumped superradiance: N atoms on the Dicke ladder, collective "
    "emission\n"
    "gamma, collective pumping w, and the transition at w = gamma. Rates in gamma, times in 1/gamma.";

/// The words before the first flag.
std::vector<std::string> leading_words(int argc, char** argv) {
    std::vector<std::string> words;
    for (int i = 1; i < argc && argv[i][0] != '-'; ++i)
        words.emplace_back(argv[i]);
    return words;
}

int unknown_verb(const std::vector<std::string>& words, const std::vector<Verb>& known) {
    std::vector<std::string> names{"run", "resume", "merge", "inspect"};
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

void print_help(const std::vector<Verb>& known) {
    auto text = fmt::format("{}\n\nUsage: dickejump VERB [OPTIONS]\n\nVerbs:\n", description);
    for (const auto& verb : known)
        text += fmt::format("  {:<20}{}\n", verb.name, verb.summary);
    text +=
        fmt::format("  {:<20}{}\n", "run FILE.toml", "Do what a file says; flags after it override its keys");
    text += fmt::format("  {:<20}{}\n", "resume DIR", "Go on with what was interrupted, to the same bytes");
    text += fmt::format("  {:<20}{}\n", "merge DIR..", "Put parts of a run together, to the same bytes");
    text += fmt::format("  {:<20}{}\n\n", "inspect DIR|FILE", "What a result or checkpoint holds and lacks");
    print(text + "dickejump VERB --help lists a verb's options; dickejump --version says what this is.\n");
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
    auto known = verbs();
    const auto words = leading_words(argc, argv);
    if (words.empty()) {
        const std::string flag = argc > 1 ? argv[1] : "--help";
        if (flag == "--version") {
            print(fmt::format("dickejump {} ({}, {}, {})\n", build_info::version, build_info::git,
                              build_info::compiler, build_info::flags));
            return fine;
        }
        if (flag == "--help" || flag == "-h") {
            print_help(known);
            return argc > 1 ? fine : bad_input;
        }
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
        return RunFile(words[1]).execute(rest(3));
    }
    if (words[0] == "resume") return resume(rest(2));
    if (words[0] == "merge") return merge(rest(2));
    if (words[0] == "inspect") return inspect(rest(2));
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

}  // namespace

}  // namespace dickejump::cli

int main(int argc, char** argv) {
    using namespace dickejump;
    // A reader who goes away, and a file that may not grow, are errors of the write that finds them.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    try {
        return cli::dispatch(argc, argv);
    } catch (const InvalidInput& error) {
        for (const auto& problem : error.problems())
            cli::log_error(cli::in_keys(problem));
        return cli::bad_input;
    } catch (const OutputError& error) {
        cli::log_error(cli::in_keys(error.what()));
        return cli::bad_input;
    } catch (const Stopped& stopped) {
        cli::log_error(stopped.what());
        return stopped.reason() == StopReason::interrupted ? cli::interrupted : cli::failed;
    } catch (const std::bad_alloc&) {
        cli::log_error(
            "out of memory (the ladder or the number of ticks is too large for this machine) make it "
            "smaller");
        return cli::failed;
    } catch (const std::exception& error) {
        cli::log_error(error.what());
        return cli::failed;
    }
}
