#pragma once

#include <memory>
#include <string>

#include "cli/options.hpp"
#include "dickejump/io/result_folder.hpp"

namespace dickejump::cli {

/// What every verb can do with its result: print a table or JSON, and write a folder.
struct Output {
    std::string out;
    bool json = false;
    bool dump_config = false;

    void declare(Options& options);
    /// The folder, tried before the work; none if none was asked for. @throws OutputError
    std::unique_ptr<ResultFolder> folder() const;
    /// Prints what was asked for, then writes the folder: a full disk never costs the result.
    /// @param csv  empty: there are no curves
    void deliver(const std::unique_ptr<ResultFolder>& folder, const std::string& table,
                 const std::string& text, const std::string& csv, const std::string& config) const;
};

}  // namespace dickejump::cli
