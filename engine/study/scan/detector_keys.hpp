#pragma once

#include <vector>

#include "dickejump/study/scan/scan_config.hpp"

namespace dickejump {

/// Reads one [[detector]] table and adds what it says. What is wrong with it goes to `problems`.
void add_detector(std::vector<Detector>& detectors, const SettingTable& table, Problems& problems);
/// Detectors as [[detector]] tables.
std::vector<SettingTable> tables_of(const std::vector<Detector>& detectors);

/// The key `detector` of a configuration: short on the command line (cavity=1,pump=0.5), a table [[detector]]
/// in TOML.
template <class Config>
void add_detector_key(Keys<Config>& keys, std::vector<Detector> Config::*member, std::string help) {
    auto& detector = keys.custom("detector", std::move(help));
    detector.kind = KeyInfo::Kind::tables;
    detector.hint = "CHANNEL=E,..";
    detector.take = [member](Config& config, const std::string& text) {
        Problems problems;
        auto read = parse_detector(text, problems);
        problems.raise();
        (config.*member).push_back(std::move(read));
    };
    detector.tell = [](const Config&) { return std::vector<Setting>{}; };
    detector.clear = [member](Config& config) { (config.*member).clear(); };
    detector.take_table = [member](Config& config, const SettingTable& table, Problems& problems) {
        add_detector(config.*member, table, problems);
    };
    detector.tell_tables = [member](const Config& config) { return tables_of(config.*member); };
}

/// The keys of what looks at a scan: detector, side_rate, smoothing, signals, keep_records.
void add_detector_keys(Keys<ScanConfig>& keys);

}  // namespace dickejump
