#pragma once

#include <string>

#include "cli/report/page.hpp"

namespace dickejump::cli {

inline bool is_scan(const Json& summary) {
    return summary.contains("curves") && summary.contains("hysteresis");
}

/// Pictures and tables of a scan, exact or simulated.
std::string scan_sections(const Json& summary);
/// Of anything else: curves against their times or pumps, lists as tables, numbers.
std::string other_sections(const Json& summary);

/// A small picture of a scan, and of any result, for an index; empty if there is nothing to draw.
std::string scan_thumbnail(const Json& summary, const std::string& title);
std::string thumbnail(const Json& summary, const std::string& title);

}  // namespace dickejump::cli
