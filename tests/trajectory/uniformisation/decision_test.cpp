#include "trajectory/uniformisation/decision.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "support/statistics.hpp"

using namespace dickejump;
using namespace dickejump::test;
using namespace dickejump::uniformisation;

// Cells of integers are tested in segments_test.cpp.

namespace {

/// Ten atoms under a pump that rises from 1.
struct Setting {
    DickeLadder ladder{10};
    Segment segment{};
    std::unique_ptr<Pack> pack = std::make_unique<Pack>();
    SegmentTask task{};

    Setting() {
        const auto pump = PumpSchedule::linear(1.0, 1.1, 0.1);
        const TickGrid grid{.duration = 0.1, .ticks = 1};
        Segments segments(ladder, pump, grid, 0);
        segments.next_tick([&](const Segment& first) { segment = first; });
        for (int lane = 0; lane < pack_size; ++lane)
            pack->decision_keys[lane] = 0x9e3779b97f4a7c15 * static_cast<std::uint64_t>(lane + 1);
        task.segment = &segment, task.atoms = 10.0, task.pack = pack.get();
    }
    std::uint16_t scaled(std::int64_t n) const {
        return static_cast<std::uint16_t>(n * segment.thresholds.one - segment.thresholds.origin);
    }
    /// The part of the cell r in which rho makes a jump, 0 to 1.
    double part(std::int64_t n, std::uint16_t r, EventKind kind) const {
        const auto a = static_cast<double>(ladder.pumping(n)), b = static_cast<double>(ladder.emission(n));
        const double cell = r;
        const double jumps = kind == EventKind::surplus ? 65536.0 * a / segment.highest_pumping - cell
                             : kind == EventKind::up ? 65536.0 * segment.least * a / segment.majorant - cell
                                                     : 65536.0 * b / segment.majorant - (65535.0 - cell);
        return std::clamp(jumps, 0.0, 1.0);
    }
};

}  // namespace

TEST_CASE("beside the cell of the threshold doubles decide as anyone would") {
    Setting setting;
    for (std::int64_t n = 0; n <= 10; ++n)
        for (const auto kind : {EventKind::down, EventKind::up, EventKind::surplus})
            for (int r = 0; r < 65536; r += 31) {
                const auto cell = static_cast<std::uint16_t>(r);
                const double part = setting.part(n, cell, kind);
                if (part > 0.0 && part < 1.0) continue;
                CHECK(decide_in_double(setting.task, 5, 3, cell, setting.scaled(n), kind) == (part == 1.0));
            }
}

TEST_CASE("in the cell of the threshold further bits decide, a function of lane and event") {
    Setting setting;
    const std::int64_t n = 4;
    for (const auto kind : {EventKind::down, EventKind::up, EventKind::surplus}) {
        int found = 0;
        for (int r = 0; r < 65536; ++r) {
            const auto cell = static_cast<std::uint16_t>(r);
            const double part = setting.part(n, cell, kind);
            if (!(part > 0.01 && part < 0.99)) continue;
            ++found;
            std::vector<double> off;
            for (std::int32_t done = 0; done < 56 * 40; done += 56)
                for (int lane = 0; lane < pack_size; ++lane)
                    for (int k = 0; k < 4; ++k) {
                        setting.task.done = done;
                        const bool jumps =
                            decide_in_double(setting.task, lane, k, cell, setting.scaled(n), kind);
                        CHECK(jumps ==
                              decide_in_double(setting.task, lane, k, cell, setting.scaled(n), kind));
                        off.push_back((jumps ? 1.0 : 0.0) - part);
                    }
            CHECK(two_sided(mean_z(off, 0.0)) > 1e-6);
        }
        CHECK(found == 1);
    }
}

TEST_CASE("an event is the same in whatever block it is") {
    Setting setting;
    for (int r = 0; r < 65536; r += 7) {
        const auto cell = static_cast<std::uint16_t>(r);
        setting.task.done = 0;
        const bool in_first = decide_in_double(setting.task, 7, 50, cell, setting.scaled(4), EventKind::up);
        setting.task.done = 40;
        CHECK(decide_in_double(setting.task, 7, 10, cell, setting.scaled(4), EventKind::up) == in_first);
    }
}
