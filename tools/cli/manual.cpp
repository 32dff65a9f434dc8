#include "cli/manual.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "cli/plain_verbs.hpp"
#include "study/build_info.hpp"

namespace dickejump::cli {

namespace {

/// Text in which troff finds nothing to act on.
std::string troff(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '\\')
            result += "\\e";
        else if (c == '-')
            result += "\\-";
        else
            result += c;
        if (c == '\n') result += "\\&";  // no line begins with a request
    }
    return result;
}

/// Text in which Markdown finds no markup of its own, for a cell of a table.
std::string markdown(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (std::string_view("|<>*_[]`\\").find(c) != std::string_view::npos) result += '\\';
        result += c;
    }
    return result;
}

std::string value_of(const Option& option) {
    return option.info.kind == KeyInfo::Kind::flag ? "" : option.info.hint;
}

std::string help_of(const Option& option) {
    auto help = option.info.help;
    if (!option.info.range.empty()) help += "; " + option.info.range;
    if (option.info.required) help += " (required)";
    return help;
}

/// The flags of every verb, with the words that a value can be.
struct Completion {
    std::map<std::string, std::vector<std::string>> first;  ///< first word -> second words, of groups
    std::map<std::string, std::string> flags;               ///< "exact scan" -> "--atoms --rate .."
    std::map<std::string, std::string> words;               ///< "--direction" -> "up down both"
};

Completion completion(const std::vector<Verb>& known) {
    Completion result;
    for (const auto& verb : known) {
        const auto space = verb.name.find(' ');
        auto& second = result.first[verb.name.substr(0, space)];
        if (space != std::string::npos) second.push_back(verb.name.substr(space + 1));
        auto& flags = result.flags[verb.name];
        for (const auto& option : verb.options->all()) {
            flags += option.info.flag() + " ";
            const auto& hint = option.info.hint;
            // Words such as up|down|both, rather than X1,X2,..|a:b:n.
            if (hint.find('|') == std::string::npos || hint.find_first_of(",:.") != std::string::npos)
                continue;
            auto words = hint;
            std::replace(words.begin(), words.end(), '|', ' ');
            result.words[option.info.flag()] = words;
        }
        flags += "--help";
    }
    for (const auto& verb : plain_verbs) {
        result.first[std::string(verb.name)];
        result.flags[std::string(verb.name)] = std::string(verb.flags) + " --help";
    }
    result.first["help"];
    return result;
}

std::string joined(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, " "));
}

}  // namespace

std::string help_page(const std::vector<Verb>& known) {
    auto text = fmt::format("{}\n\nUsage: dickejump VERB [OPTIONS]\n\nVerbs:\n", description);
    for (const auto& verb : known)
        text += fmt::format("  {:<20}{}\n", verb.name, verb.summary);
    for (const auto& verb : plain_verbs)
        text += fmt::format("  {:<20}{}\n", fmt::format("{} {}", verb.name, verb.usage), verb.summary);
    return text +
           "\nFirst: dickejump scan --atoms 100 --rate 16 --half-width 30\n"
           "dickejump VERB --help lists a verb's options; dickejump --version says what this is.\n";
}

std::string man_page(const std::vector<Verb>& known) {
    auto page = fmt::format(
        ".TH DICKEJUMP 1 \"\" \"dickejump {}\" \"User Commands\"\n"
        ".SH NAME\ndickejump \\- quantum\\-jump Monte Carlo of collectively pumped superradiance\n"
        ".SH SYNOPSIS\n.B dickejump\n.I VERB\n[\n.I OPTIONS\n]\n"
        ".SH DESCRIPTION\n{}\n.SH VERBS\n",
        build_info::version, troff(description));
    for (const auto& verb : plain_verbs)
        page += fmt::format(".TP\n.B {} {}\n{}\n", troff(verb.name), troff(verb.usage), troff(verb.summary));
    for (const auto& verb : known) {
        page += fmt::format(".SS {}\n{}\n", troff(verb.name), troff(verb.summary));
        for (const auto& option : verb.options->all())
            page += fmt::format(".TP\n.B {}{}\n{}\n", troff(option.info.flag()),
                                value_of(option).empty() ? "" : " " + troff(value_of(option)),
                                troff(help_of(option)));
    }
    page +=
        ".SH EXIT STATUS\n.TP\n.B 0\nfine\n.TP\n.B 1\na check or a run failed\n.TP\n.B 2\n"
        "bad input: each mistake with its fix\n.TP\n.B 130\ninterrupted: what was done is in the result\n"
        ".SH EXAMPLES\n.nf\ndickejump scan \\-\\-atoms 100 \\-\\-rate 16 \\-\\-half\\-width 30 \\-\\-out "
        "result\n"
        "dickejump report result\n.fi\n";
    return page;
}

std::string bash_completion(const std::vector<Verb>& known) {
    const auto all = completion(known);
    std::string script =
        "# bash completion of dickejump, written by the program itself\n"
        "_dickejump() {\n"
        "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]}\n"
        "    COMPREPLY=()\n"
        "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n";
    std::vector<std::string> firsts{"--help", "--version"};
    for (const auto& [word, second] : all.first)
        firsts.push_back(word);
    script += "        COMPREPLY=($(compgen -W \"" + joined(firsts) + "\" -- \"$word\")); return\n    fi\n";
    script += "    case $verb in\n";
    for (const auto& [word, second] : all.first)
        if (!second.empty())
            script += fmt::format(
                "        {0}) if [ \"$COMP_CWORD\" -eq 2 ]; then COMPREPLY=($(compgen -W \"{1}\" -- "
                "\"$word\")); {2}fi; verb=\"{0} ${{COMP_WORDS[2]}}\" ;;\n",
                word, joined(second), all.flags.contains(word) ? "" : "return; ");
    script += "    esac\n    case $before in\n";
    for (const auto& [flag, words] : all.words)
        script += fmt::format("        {}) COMPREPLY=($(compgen -W \"{}\" -- \"$word\")); return ;;\n", flag,
                              words);
    script +=
        "        --out) COMPREPLY=($(compgen -d -- \"$word\")); return ;;\n    esac\n    case $verb in\n";
    for (const auto& [verb, flags] : all.flags)
        script +=
            fmt::format("        \"{}\") COMPREPLY+=($(compgen -W \"{}\" -- \"$word\")) ;;\n", verb, flags);
    script +=
        "    esac\n"
        "    case $word in -*) ;; *) COMPREPLY+=($(compgen -f -- \"$word\")) ;; esac\n"
        "}\n"
        "complete -o filenames -F _dickejump dickejump\n";
    return script;
}

std::string zsh_completion(const std::vector<Verb>& known) {
    const auto all = completion(known);
    std::string script =
        "#compdef dickejump\n# zsh completion of dickejump, written by the program itself\n"
        "local verb=$words[2]\n"
        "if (( CURRENT == 2 )); then\n";
    std::vector<std::string> firsts;
    for (const auto& [word, second] : all.first)
        firsts.push_back(word);
    script += "    compadd -- " + joined(firsts) + "\n    return\nfi\ncase $verb in\n";
    for (const auto& [word, second] : all.first)
        if (!second.empty())
            script += fmt::format(
                "    {0}) (( CURRENT == 3 )) && compadd -- {1}; [[ -n ${{words[3]}} ]] && verb=\"{0} "
                "$words[3]\" ;;\n",
                word, joined(second));
    script += "esac\ncase $words[CURRENT-1] in\n";
    for (const auto& [flag, words] : all.words)
        script += fmt::format("    {}) compadd -- {}; return ;;\n", flag, words);
    script += "    --out) _files -/; return ;;\nesac\ncase $verb in\n";
    for (const auto& [verb, flags] : all.flags)
        script += fmt::format("    \"{}\") compadd -- {} ;;\n", verb, flags);
    return script + "esac\n[[ $words[CURRENT] == -* ]] || _files\n";
}

std::string reference(const std::vector<Verb>& known) {
    std::string page = "# Command line\n\n" + fmt::format("{}\n\n", description) +
                       "Exit status: 0 fine, 1 a check or a run failed, 2 bad input, 130 interrupted.\n\n"
                       "## Verbs of files and folders\n\n| verb | what it does | options |\n|---|---|---|\n";
    for (const auto& verb : plain_verbs)
        page +=
            fmt::format("| `{} {}` | {} | {} |\n", verb.name, markdown(verb.usage), markdown(verb.summary),
                        verb.flags.empty() ? "" : fmt::format("`{}`", verb.flags));
    for (const auto& verb : known) {
        page += fmt::format("\n## {}\n\n{}\n\n| option | value | what it is |\n|---|---|---|\n", verb.name,
                            markdown(verb.summary));
        for (const auto& option : verb.options->all())
            page += fmt::format("| `{}` | {} | {} |\n", option.info.flag(), markdown(value_of(option)),
                                markdown(help_of(option)));
    }
    return page;
}

}  // namespace dickejump::cli
