#pragma once

#include <memory>
#include <string>

#include "cli/options.hpp"

namespace dickejump::cli {

enum ExitCode { fine = 0, failed = 1, bad_input = 2, interrupted = 130 };

/// One thing that the program does: its name, its help, its options and what it does with them, all in one
/// file.
struct Verb {
    std::string name;     ///< "scan", "exact scan"
    std::string summary;  ///< one line of help
    std::shared_ptr<Options> options;
    /// Adds what is wrong with the values as a whole.
    std::function<void(Problems&)> check;
    /// Does it, once the options are set and checked; the exit code.
    std::function<int()> run;
};

Verb scan_verb();
Verb exact_scan_verb();
Verb compare_scan_verb();
Verb sensitivity_verb();
Verb ensemble_verb();
Verb exact_ensemble_verb();
Verb compare_ensemble_verb();
Verb exact_steady_verb();
Verb exact_spectrum_verb();
Verb exact_correlation_verb();
Verb exact_crossings_verb();
Verb steady_verb();

/// Every verb that reads options.
std::vector<Verb> verbs();

/// Takes flags into the verb's options, over what a file has said, and checks them; what is wrong goes to
/// `problems`.
/// @param readable  that what the file said could be read; else values are not checked against each other
/// @return false if help was asked for and printed
/// @throws InvalidInput if they are not flags at all
bool prepare(Verb& verb, const std::vector<std::string>& arguments, Problems& problems, bool readable = true);

}  // namespace dickejump::cli
