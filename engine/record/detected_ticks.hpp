#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dickejump/model/direction.hpp"
#include "dickejump/model/tick_grid.hpp"
#include "dickejump/record/count_record.hpp"
#include "dickejump/record/detector.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/trajectory/window.hpp"
#include "record/detection.hpp"

namespace dickejump {

/// What detectors report of each run, counted tick by tick as the run goes: an observer. The counts are those
/// of the clicks that `detect` reports, whose times are not kept: a run of millions of photons stays in the
/// cache.
class DetectedTicks {
public:
    static constexpr Quantities needs = PhotonRecords::needs;  ///< the time of every jump

    /// @param detectors  checked; they outlive the observer
    DetectedTicks(std::span<const Detector* const> detectors, std::uint64_t seed,
                  std::int64_t first_trajectory, Direction leg, double side_rate);

    /// Shows the detectors a window.
    void observe(const Window& window);

    std::vector<std::vector<CountRecord>> records;  ///< [detector][lane], one bin a tick

private:
    void begin(const Window& window);

    std::vector<const Detector*> detectors_;
    std::uint64_t seed_;
    std::int64_t first_trajectory_;
    Direction leg_;
    PhotonRecords photons_;                           ///< of the window
    std::vector<std::vector<Detection>> detections_;  ///< [detector][lane]
};

}  // namespace dickejump
