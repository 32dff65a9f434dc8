#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace dickejump {

/// Input that cannot be used. Every problem reads `<what was given> (<why it cannot be>) <what to do>`.
class InvalidInput : public std::invalid_argument {
public:
    /// All that is wrong at once; `what()` has a problem a line.
    explicit InvalidInput(std::vector<std::string> problems);
    /// A single problem.
    explicit InvalidInput(std::string problem) : InvalidInput(std::vector{std::move(problem)}) {}

    /// Each by itself, in the order in which they were found.
    const std::vector<std::string>& problems() const { return problems_; }

private:
    std::vector<std::string> problems_;
};

/// Collects the problems of one input, so that all of them are reported at once.
class Problems {
public:
    /// Notes one; it reads as those of InvalidInput do.
    void add(std::string problem) { problems_.push_back(std::move(problem)); }
    /// Notes the problem unless `fine`.
    void require(bool fine, std::string problem) {
        if (!fine) add(std::move(problem));
    }
    /// Runs `attempt`; what it finds wrong is added. @return whether it found nothing
    template <class Attempt>
    bool collect(const Attempt& attempt) {
        try {
            attempt();
            return true;
        } catch (const InvalidInput& error) {
            for (const auto& problem : error.problems())
                add(problem);
            return false;
        }
    }
    /// Whether nothing is wrong so far.
    bool empty() const { return problems_.empty(); }
    /// What is wrong so far, in the order of finding.
    const std::vector<std::string>& list() const { return problems_; }

    /// @throws InvalidInput if anything was added.
    void raise() const {
        if (!problems_.empty()) throw InvalidInput(problems_);
    }

private:
    std::vector<std::string> problems_;
};

/// The shortest decimal text that reads back as `value`, for messages.
std::string text(double value);

}  // namespace dickejump
