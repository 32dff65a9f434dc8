#pragma once

#include "dickejump/study/scan/scan_config.hpp"

namespace dickejump {

/// The keys of what looks at a scan: detector, side_rate, smoothing, signals, keep_records. A detector is
/// short on the command line (cavity=1,pump=0.5) and a table [[detector]] in TOML.
void add_detector_keys(Keys<ScanConfig>& keys);

}  // namespace dickejump
