#include "record/detected_ticks.hpp"

#include <doctest/doctest.h>

#include <array>

#include "dickejump/trajectory/observer.hpp"
#include "dickejump/trajectory/sampler.hpp"
#include "dickejump/trajectory/spin_kernel.hpp"
#include "dickejump/trajectory/uniformisation_kernel.hpp"
#include "support/detectors.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

/// The counts of every detector and run are those of all the clicks that it reports of the run's photons.
void check_counts_of_clicks(const Sampler& sampler, double side_rate, const TickGrid& grid) {
    auto noisy = detector_of("cavity=0.5,side=0.8"), blurred = detector_of("pump=0.9,side=1");
    noisy[Channel::cavity]->background = 4.0, noisy[Channel::side]->dead_time = 0.05;
    blurred[Channel::pump]->jitter = 0.03, blurred.gate_open = 0.4;
    const auto plain = detector_of("cavity=1,pump=1,side=1"), blind = detector_of("pump=0.5");
    const std::array<const Detector*, 4> detectors{&noisy, &blurred, &plain, &blind};
    constexpr int lanes = 20;
    const Lanes all{.seed = 5, .first_trajectory = 40, .count = lanes, .purpose = Purpose::scan_up};
    DetectedTicks ticks(detectors, 5, 40, Direction::up, side_rate);
    PhotonRecords records(5, 40, Direction::up, side_rate);
    run(sampler, all, ticks, records);
    REQUIRE(ticks.records.size() == detectors.size());
    std::int64_t side = 0;
    for (std::size_t d = 0; d < detectors.size(); ++d)
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const auto clicks = detect(*detectors[d], records.photons[lane], 5,
                                       40 + static_cast<std::int64_t>(lane), Direction::up, grid.duration);
            for (const auto c : channels) {
                const auto& counts = ticks.records[d][lane][c];
                if (!(*detectors[d])[c]) {
                    CHECK(counts.empty());
                    continue;
                }
                CHECK(counts == binned(clicks, c, grid.tick(), static_cast<std::size_t>(grid.ticks)));
                for (const auto count : counts)
                    side += c == Channel::side ? count : 0;
            }
        }
    CHECK(side > 100);
}

}  // namespace

TEST_CASE("clicks counted as the run goes are those of the whole run") {
    // More than one window, the last of them cut.
    const TickGrid grid{.duration = 2.0, .ticks = 150};
    const auto pump = PumpSchedule::linear(0.6, 1.4, 2.0);
    check_counts_of_clicks(UniformisationKernel(DickeLadder(12), pump, grid, StartState::dicke(2)), 1.5,
                           grid);
    check_counts_of_clicks(
        SpinKernel(LocalSpins(12, {.emission = 0.8, .dephasing = 0.3}), pump, grid, StartState::dicke(2)),
        0.0, grid);
}
