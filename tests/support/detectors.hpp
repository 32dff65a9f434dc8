#pragma once

#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/record/detector.hpp"

namespace dickejump::test {

/// The detector that the command line makes of `text`. @throws InvalidInput if it makes none
inline Detector detector_of(const std::string& text) {
    Problems problems;
    auto detector = parse_detector(text, problems);
    problems.raise();
    return detector;
}

}  // namespace dickejump::test
