#pragma once

#include <string>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump::test {

/// What InvalidInput said; empty if `action` did not throw it.
template <class Action>
std::string complaint(const Action& action) {
    try {
        action();
    } catch (const InvalidInput& refused) {
        return refused.what();
    }
    return {};
}

inline bool mentions(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace dickejump::test
