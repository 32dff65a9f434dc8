#pragma once

#include <string>
#include <vector>

#include "cli/verb.hpp"

namespace dickejump::cli {

inline constexpr const char* description =
    "Quantum-jump Monte Carlo of collectively pumped superradiance: N atoms on the Dicke ladder, collective "
    "emission\n"
    "gamma, collective pumping w, and the transition at w = gamma. Rates in gamma, times in 1/gamma.";

/// What `dickejump --help` prints.
std::string help_page(const std::vector<Verb>& known);

// The same tables of verbs and options in the forms that others read.

/// A manual page of section 1, in troff.
std::string man_page(const std::vector<Verb>& known);
/// What bash completes after `dickejump`.
std::string bash_completion(const std::vector<Verb>& known);
/// What zsh does.
std::string zsh_completion(const std::vector<Verb>& known);
/// Every verb with its options, in Markdown.
std::string reference(const std::vector<Verb>& known);

}  // namespace dickejump::cli
