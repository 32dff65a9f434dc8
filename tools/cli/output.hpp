#pragma once

#include <memory>
#include <string>

#include "dickejump/io/result_folder.hpp"
#include "dickejump/study/keys/keys.hpp"

namespace dickejump::cli {

/// A result in every form that a verb can give.
struct Answer {
    std::string table;        ///< for people
    std::string json;         ///< one object, without a newline
    std::string csv = {};     ///< empty: there are no curves
    std::string config = {};  ///< TOML that gives the same result again
};

/// What every verb can do with its result: print a table or JSON, and write a folder.
struct Output {
    std::string out;
    bool json = false;
    bool dump_config = false;

    /// The folder, tried before the work; none if none was asked for. @throws OutputError
    std::unique_ptr<ResultFolder> folder() const;
    /// Prints what was asked for, then writes the folder: a full disk never costs the result.
    void deliver(const std::unique_ptr<ResultFolder>& folder, const Answer& answer) const;
};

}  // namespace dickejump::cli

namespace dickejump {
template <>
const Keys<cli::Output>& keys<cli::Output>();
}  // namespace dickejump
