#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace dickejump {

/// Input that cannot be used. Every problem reads `<what was given> (<why it cannot be>) <what to do>`.
class InvalidInput : public std::invalid_argument {
public:
    explicit InvalidInput(std::vector<std::string> problems);
    explicit InvalidInput(std::string problem) : InvalidInput(std::vector{std::move(problem)}) {}

    const std::vector<std::string>& problems() const { return problems_; }

private:
    std::vector<std::string> problems_;
};

/// Collects the problems of one input, so that all of them are reported at once.
class Problems {
public:
    void add(std::string problem) { problems_.push_back(std::move(problem)); }
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
    bool empty() const { return problems_.empty(); }
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
