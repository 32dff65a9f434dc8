#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dickejump/io/result_folder.hpp"
#include "dickejump/study/keys/keys.hpp"

namespace dickejump::cli {

/// To stdout, all of it; a reader who goes away early is no failure. @throws std::runtime_error if it does
/// not take it
void print(std::string_view text);

/// A result in every form that a verb can give.
struct Answer {
    std::string table;                                           ///< for people
    std::string json;                                            ///< one object, without a newline
    std::string csv = {};                                        ///< empty: there are no curves
    std::string config = {};                                     ///< TOML that gives the same result again
    std::vector<std::pair<std::string, std::string>> more = {};  ///< other files, by name
    bool unfinished = false;                                     ///< the checkpoint of this run stays
};

/// What every verb can do with its result: print a table or JSON, and write a folder.
struct Output {
    std::string out;
    bool json = false;
    bool dump_config = false;
    bool force = false;                   ///< another configuration's result may go
    std::optional<double> gamma_hz = {};  ///< gamma/(2 pi) [Hz]

    /// @throws InvalidInput with the keys that differ if the folder holds the result of another
    /// configuration, unless that may go
    void spare_others(const std::string& config) const;
    /// What config.toml says of the units.
    std::string units_toml() const;
    /// The folder, tried before the work; none if none was asked for. @throws OutputError
    std::unique_ptr<ResultFolder> folder() const;
    /// Writes files, then prints table or JSON: whoever reads stdout may go away early, and the files are
    /// there; if they cannot be written after all, the text is printed before that is said. A host gets the
    /// answer as it is. @throws what `write` throws; as `print`
    void give(const std::function<void()>& write, const Answer& answer) const;
    /// Writes the folder, if there is one, and gives the answer.
    void deliver(const std::unique_ptr<ResultFolder>& folder, const Answer& answer) const;
};

}  // namespace dickejump::cli

namespace dickejump {
template <>
const Keys<cli::Output>& keys<cli::Output>();
}  // namespace dickejump
