#include <cmath>

#include "dickejump/estimate/run_observers.hpp"
#include "dickejump/trajectory/spin_walk.hpp"
#include "study/experiment/experiment_plan.hpp"
#include "trajectory/stream_draws.hpp"

namespace dickejump {

Course::Course(const ExperimentConfig& config, double theta) {
    const DickeLadder ladder(config.atoms);
    const ScanProtocol protocol{
        .rate = config.rate, .half_width = config.half_width, .initial = config.initial};
    const LocalSpins spins(config.atoms, config.local_rates());
    for (std::int64_t k = 0; k < config.legs(); ++k) {
        const auto direction = k % 2 == 0 ? Direction::up : Direction::down;
        if (k > 0 && config.rest > 0.0) {
            auto rates = config.local_rates();
            (direction == Direction::up ? rates.emission : rates.pumping) += config.repump;
            const double last = stretches.back().pump.at(stretches.back().duration);
            stretches.push_back(
                {PumpSchedule::constant(last), config.rest, LocalSpins(config.atoms, rates), {}});
        }
        const ScanLeg leg(ladder, protocol, direction);
        stretches.push_back({leg.setup(theta).pump, leg.duration(), spins, leg});
    }
    start = stretches.front().leg->start();
}

namespace {

using Walk = SpinWalk<StreamDraws>;

/// A window of one tick of one run: where a walk writes what a leg showed.
Window one_cell() {
    Window cell;
    cell.ticks = cell.lanes = 1;
    cell.n.resize(1), cell.n_dt.resize(1), cell.jumps_up.resize(1), cell.jumps_down.resize(1);
    cell.twice_j.resize(1), cell.local_jumps.resize(1);
    return cell;
}

template <Direction d, bool tagged>
CourseRun::Leg walk_leg(Walk& walk, const ScanLeg& leg, Window& cell, std::vector<Jump>* tags) {
    constexpr auto crossings = d == Direction::up ? Quantities::crossings_up : Quantities::crossings_down;
    constexpr auto wanted = Quantities::jumps | Quantities::level_integral | Quantities::spin | crossings |
                            (tagged ? Quantities::time_tags : Quantities::none);
    constexpr int way = d == Direction::up ? 1 : -1;
    const auto before = way * walk.state().twice_m;
    while (walk.jumps_by(leg.duration()))
        walk.jump<wanted>(tags);
    walk.close_tick<wanted>(cell, 0, leg.duration());
    const auto after = way * walk.state().twice_m;
    const double first = before < 0 ? leg.scaled_pump(walk.first_crossing()) : missing,
                 last = after > 0 ? leg.scaled_pump(walk.last_crossing()) : missing;
    const double inversion = cell.n_dt[0] - 0.5 * static_cast<double>(leg.ladder().atoms()) * leg.duration();
    return {.estimates = {first, last, 0.5 * (first + last), leg.area(inversion)}, .end = walk.state()};
}

template <bool tagged>
CourseRun walk_course(const Course& course, std::uint64_t seed, std::int64_t index,
                      std::vector<Photon>* photons) {
    Stream stream(seed, static_cast<std::uint64_t>(index), Purpose::experiment);
    const auto& first = course.stretches.front();
    const auto n = course.start.kind == StartState::Kind::steady
                       ? steady_state_quantile(first.leg->ladder(), course.start.pump, open_unit(stream()))
                       : course.start.n;
    auto state = first.spins.symmetric(n);
    StreamDraws draws(stream);
    auto cell = one_cell();
    std::vector<Jump> tags;
    double begin = 0.0;
    CourseRun run;
    for (const auto& stretch : course.stretches) {
        // A new walk: exponential waiting forgets, and nothing but the state is carried over.
        Walk walk(stretch.spins, stretch.pump, state, draws);
        if (stretch.leg) {
            run.legs.push_back(stretch.leg->direction() == Direction::up
                                   ? walk_leg<Direction::up, tagged>(walk, *stretch.leg, cell, &tags)
                                   : walk_leg<Direction::down, tagged>(walk, *stretch.leg, cell, &tags));
        } else {
            constexpr auto counted =
                Quantities::jumps | Quantities::spin | (tagged ? Quantities::time_tags : Quantities::none);
            while (walk.jumps_by(stretch.duration))
                walk.jump<counted>(&tags);
            walk.close_tick<counted>(cell, 0, stretch.duration);
        }
        run.jumps += cell.jumps_up[0] + cell.jumps_down[0] + cell.local_jumps[0];
        state = walk.state();
        draws = walk.draws();
        if constexpr (tagged) {
            for (const auto& jump : tags)
                if (emits_photon(jump.process))
                    photons->push_back({begin + jump.time, photon_channel(jump.process)});
            tags.clear();
        }
        begin += stretch.duration;
    }
    return run;
}

}  // namespace

CourseRun run_course(const Course& course, std::uint64_t seed, std::int64_t index,
                     std::vector<Photon>* photons) {
    return photons ? walk_course<true>(course, seed, index, photons)
                   : walk_course<false>(course, seed, index, nullptr);
}

}  // namespace dickejump
