// The sphere's trajectories through a window.
//
// Tested through sphere_kernel_test.cpp: it joins the other files of this folder.
//
// Included by sphere_kernel.cpp, once for every target: the guard opens again for each.
#if defined(DICKEJUMP_TRAJECTORY_SPHERE_WINDOW_LOOP_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DICKEJUMP_TRAJECTORY_SPHERE_WINDOW_LOOP_INL
#undef DICKEJUMP_TRAJECTORY_SPHERE_WINDOW_LOOP_INL
#else
#define DICKEJUMP_TRAJECTORY_SPHERE_WINDOW_LOOP_INL
#endif

#include <hwy/highway.h>

#include <cstdint>
#include <vector>

#include "trajectory/sphere/bridge-inl.hpp"
#include "trajectory/sphere/generators-inl.hpp"
#include "trajectory/sphere/jump_counts-inl.hpp"
#include "trajectory/sphere/path_integrals-inl.hpp"
#include "trajectory/sphere/single_atoms-inl.hpp"
#include "trajectory/sphere/step-inl.hpp"
#include "trajectory/sphere/walks.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

/// `alone`: single atoms act too, and every lane has a sphere of its own size.
template <bool integral, bool jumps, bool crossings, bool alone>
class WindowLoop {
public:
    explicit WindowLoop(const sphere::WindowTask& task)
        : task_(task), walks_(*task.walks), window_(*task.window) {}

    void operator()() {
        const auto width = hn::Lanes(d_);
        const auto lanes = static_cast<std::size_t>(window_.lanes);
        std::size_t lane = 0;
        for (; lane + (most_vectors - 1) * width < lanes; lane += most_vectors * width)
            walk<most_vectors>(lane);
        for (; lane < lanes; lane += width)
            walk<1>(lane);
    }

private:
    static constexpr std::size_t most_vectors = 4;  ///< at once: their latencies overlap
    static constexpr bool integrals = integral || jumps;

    /// One vector of trajectories under way.
    struct Path {
        LaneGenerator random;
        Real x;
        PathSums sums;         ///< of the tick
        LaneGenerator chance;  ///< of single atoms
        Sphere sphere;
        Real levels_before;  ///< where the tick begins
    };

    /// Take the trajectories from `lane` on that fit so many vectors through the window.
    template <std::size_t vectors>
    void walk(std::size_t lane) {
        const auto width = hn::Lanes(d_);
        Path path[vectors];
        for (std::size_t v = 0; v < vectors; ++v) {
            path[v].random = load_generators(walks_.path, lane + v * width);
            path[v].x = hn::LoadU(d_, walks_.x.data() + lane + v * width);
            if constexpr (alone) {
                path[v].chance = load_generators(walks_.alone, lane + v * width);
                path[v].sphere.levels = hn::LoadU(d_, walks_.levels.data() + lane + v * width);
            }
        }
        const SphereStep* step = task_.steps;
        double index = static_cast<double>(task_.first_step);
        for (int tick = 0; tick < window_.ticks; ++tick) {
            for (std::size_t v = 0; v < vectors; ++v) {
                path[v].sums = no_steps();
                if constexpr (alone) {
                    path[v].sphere.changed = path[v].sphere.jumps = hn::Zero(d_);
                    path[v].levels_before = path[v].sphere.levels;
                }
            }
            // Single atoms act between steps, and half as long before the first and after the last of a tick.
            let_atoms_act(path, 0.5 * step->length);
            for (int i = 0; i < task_.steps_per_tick; ++i, ++step, index += 1.0) {
                make_step<vectors>(path, *step, index, lane);
                const bool last = i + 1 == task_.steps_per_tick;
                let_atoms_act(path, last ? 0.5 * step->length : 0.5 * (step->length + step[1].length));
            }
            TickSpan span{};
            for (const auto* part = step - task_.steps_per_tick; part < step; ++part) {
                span.length += part->length;
                span.rate_dt += part->spread;
            }
            for (std::size_t v = 0; v < vectors; ++v)
                close_tick(path[v], tick, span, lane + v * width);
        }
        for (std::size_t v = 0; v < vectors; ++v) {
            store_generators(path[v].random, walks_.path, lane + v * width);
            hn::StoreU(path[v].x, d_, walks_.x.data() + lane + v * width);
            if constexpr (alone) {
                store_generators(path[v].chance, walks_.alone, lane + v * width);
                hn::StoreU(path[v].sphere.levels, d_, walks_.levels.data() + lane + v * width);
            }
        }
    }

    template <std::size_t vectors>
    HWY_INLINE void let_atoms_act(Path (&path)[vectors], double time) {
        if constexpr (alone)
            for (std::size_t v = 0; v < vectors; ++v)
                act_alone(path[v].chance, task_.alone, task_.levels - 1.0, time, path[v].sphere, path[v].x);
    }

    /// One thing for all vectors at a time: each waits for its own root and division.
    template <std::size_t vectors>
    HWY_INLINE void make_step(Path (&path)[vectors], const SphereStep& step, double index, std::size_t lane) {
        if constexpr (alone) {
            // Each with a step of its own.
            for (std::size_t v = 0; v < vectors; ++v) {
                const auto its =
                    step_of_share(step, hn::Mul(path[v].sphere.levels, in_lanes(1.0 / task_.levels)));
                const Real before = path[v].x;
                path[v].x = moved(before, its, draw_turn(path[v].random, its));
                if constexpr (integrals) add_step<jumps>(path[v].sums, before, path[v].x, step);
                if constexpr (crossings)
                    look_for_crossings(task_, before, path[v].x, its, index, lane + v * hn::Lanes(d_));
            }
            return;
        }
        Turn turns[vectors];
        Real before[vectors];
        for (std::size_t v = 0; v < vectors; ++v)
            turns[v] = draw_turn(path[v].random, step);
        for (std::size_t v = 0; v < vectors; ++v) {
            before[v] = path[v].x;
            path[v].x = moved(before[v], step, turns[v]);
        }
        if constexpr (integrals)
            for (std::size_t v = 0; v < vectors; ++v)
                add_step<jumps>(path[v].sums, before[v], path[v].x, step);
        if constexpr (crossings)
            for (std::size_t v = 0; v < vectors; ++v)
                look_for_crossings(task_, before[v], path[v].x, step, index, lane + v * hn::Lanes(d_));
    }

    /// Write the row of a tick.
    HWY_INLINE void close_tick(const Path& path, int tick, const TickSpan& span, std::size_t lane) {
        const auto c = [&](double value) HWY_ATTR { return hn::Set(d_, value); };
        const Real zero = hn::Zero(d_);
        Real levels = c(task_.levels), lost = zero;
        if constexpr (alone) {
            levels = path.sphere.levels;
            lost = hn::Mul(c(0.5), hn::Sub(c(task_.levels), levels));  // N/2 - j
        }
        const Real half_levels = hn::Mul(c(0.5), levels);
        // A cell's middle is not its mean where the density slopes, by h^2/12 times the slope, which adds up
        // to the densities at the poles: cells of the poles that are wider by a twelfth make the mean right.
        const double wider = task_.levels > 4.0 ? 1.0 / 12.0 : 0.0;
        const Real place = hn::MulAdd(half_levels, path.x, half_levels), top = hn::Sub(levels, c(1.0));
        const Real below = hn::IfThenElse(hn::Lt(place, c(1.0 + wider)), zero, hn::Floor(place));
        const Real n =
            hn::Add(lost, hn::IfThenElse(hn::Lt(place, hn::Sub(top, c(wider))), below, hn::Max(top, zero)));
        write(hn::DemoteTo(hn::Rebind<std::int32_t, Reals>(), n), window_.n, tick, lane);
        if constexpr (alone) {
            if (!window_.twice_j.empty()) {
                write(hn::DemoteTo(hn::Rebind<std::int32_t, Reals>(), top), window_.twice_j, tick, lane);
                write(hn::ConvertTo(hn::ScalableTag<std::int64_t>(), path.sphere.jumps), window_.local_jumps,
                      tick, lane);
            }
        }
        if constexpr (integrals) {
            auto random = load_generators(walks_.noise, lane);
            const Real normal = normal_of_parts(random.all_bits());
            store_generators(random, walks_.noise, lane);
            if constexpr (alone) {
                // Of the size in the middle of the tick.
                const Real size = hn::Mul(c(0.5), hn::Add(path.levels_before, levels));
                const auto over_tick = with_noise<jumps>(path.sums, normal, span, size);
                if constexpr (integral)
                    write(hn::MulAdd(hn::Mul(c(0.5), size), over_tick.x_dt,
                                     c(0.5 * (task_.levels - 1.0) * span.length)),
                          window_.n_dt, tick, lane);
                if constexpr (jumps)
                    write_jumps(over_tick.jumps, n, hn::Round(path.sphere.changed), tick, lane);
            } else {
                const auto over_tick = with_noise<jumps>(path.sums, normal, span, task_.levels);
                if constexpr (integral)
                    write(
                        hn::MulAdd(half_levels, over_tick.x_dt, c(0.5 * (task_.levels - 1.0) * span.length)),
                        window_.n_dt, tick, lane);
                if constexpr (jumps) write_jumps(over_tick.jumps, n, zero, tick, lane);
            }
        }
    }

    /// @param others  how single atoms have changed n
    HWY_INLINE void write_jumps(Real mean, Real n, Real others, int tick, std::size_t lane) {
        const Real net = hn::Sub(hn::Sub(n, hn::LoadU(d_, walks_.n.data() + lane)), others);
        auto random = load_generators(walks_.counts, lane);
        const auto counts = count_jumps(random, mean, net);
        store_generators(random, walks_.counts, lane);
        write(counts.up, window_.jumps_up, tick, lane);
        write(counts.down, window_.jumps_down, tick, lane);
        hn::StoreU(n, d_, walks_.n.data() + lane);
    }

    /// The last vector of a window may have lanes beyond its end.
    template <class V, class T>
    void write(V values, std::vector<T>& column, int tick, std::size_t lane) const {
        const hn::DFromV<V> tag;
        const auto lanes = static_cast<std::size_t>(window_.lanes), width = hn::Lanes(d_);
        T* row = column.data() + window_.at(tick, 0) + lane;
        if (HWY_LIKELY(lane + width <= lanes)) {
            hn::StoreU(values, tag, row);
            return;
        }
        HWY_ALIGN T all[HWY_MAX_BYTES / sizeof(T)];
        hn::Store(values, tag, all);
        for (std::size_t i = 0; lane + i < lanes; ++i)
            row[i] = all[i];
    }

    const Reals d_{};
    const sphere::WindowTask& task_;
    sphere::Walks& walks_;
    Window& window_;
};

}  // namespace

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
