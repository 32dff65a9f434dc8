#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dickejump/estimate/visit_state.hpp"
#include "dickejump/model/direction.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/model/stop_request.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// A single-run number that this run does not have.
inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Total jumps of a block: up (pump photons) and down (cavity photons).
struct JumpCount {
    static constexpr Quantities needs = Quantities::jumps;  ///< counts per tick

    /// Adds the ticks of all lanes.
    /// @throws InvalidInput as `check_window`, as all observers
    void observe(const Window& window) {
        check_window(window, needs);
        const auto cells = static_cast<std::ptrdiff_t>(window.at(window.ticks, 0));
        up = std::accumulate(window.jumps_up.begin(), window.jumps_up.begin() + cells, up);
        down = std::accumulate(window.jumps_down.begin(), window.jumps_down.begin() + cells, down);
    }
    /// Adds the jumps of another part.
    void merge(const JumpCount& other) {
        up += other.up;
        down += other.down;
    }

    /// Its sums, for files and parts: see `IsOrConst`.
    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, JumpCount> {
        archive("up", self.up);
        archive("down", self.down);
    }

    std::int64_t up = 0,  ///< by J+
        down = 0;         ///< by J-
};

/// Times [1/gamma] at which each run crosses J_z = 0 in direction d, `missing` where it has none:
/// up, `first` is the first arrival at 2n >= N of a run that starts below, `last` the jump that ends the last
/// visit to 2n <= N of a run that ends above; down, the same with n -> N - n.
template <Direction d>
class Crossings {
public:
    /// Crossings in direction d.
    static constexpr Quantities needs =
        d == Direction::up ? Quantities::crossings_up : Quantities::crossings_down;

    /// @param atoms  N, which says where J_z = 0 is
    explicit Crossings(std::int64_t atoms) : atoms_(atoms) {}

    /// Takes the crossings of a run from its last window.
    void observe(const Window& window) {
        check_window(window, needs);
        if (!window.last()) return;
        for (int lane = 0; lane < window.lanes; ++lane) {
            const auto i = static_cast<std::size_t>(lane);
            first.push_back(beyond(window.start[i]) < 0 ? window.first_crossing[i] : missing);
            last.push_back(beyond(window.n[window.at(window.ticks - 1, lane)]) > 0 ? window.last_crossing[i]
                                                                                   : missing);
        }
    }

    std::vector<double> first,  ///< [lane] of the first arrival
        last;                   ///< [lane] of the last departure

private:
    /// Positive where a run that has crossed is, negative where it comes from.
    std::int64_t beyond(std::int64_t n) const { return d == Direction::up ? 2 * n - atoms_ : atoms_ - 2 * n; }

    std::int64_t atoms_;
};

/// int J_z dt of each run [1/gamma].
class InversionIntegral {
public:
    static constexpr Quantities needs = Quantities::level_integral;  ///< int n dt per tick

    /// @param atoms  N: J_z = n - N/2
    explicit InversionIntegral(std::int64_t atoms) : half_(0.5 * static_cast<double>(atoms)) {}

    /// Adds a window's share of the integral.
    void observe(const Window& window) {
        check_window(window, needs, value.size());
        value.resize(static_cast<std::size_t>(window.lanes), 0.0);
        const double offset = half_ * window.grid.tick();
        for (int t = 0; t < window.ticks; ++t)
            for (int lane = 0; lane < window.lanes; ++lane)
                value[static_cast<std::size_t>(lane)] += window.n_dt[window.at(t, lane)] - offset;
    }

    std::vector<double> value;  ///< [lane]

private:
    double half_;
};

/// J_z of each run at chosen ticks.
class InversionSamples {
public:
    static constexpr Quantities needs = Quantities::none;  ///< n at the end of a tick is always there

    /// `ticks` ascend, from 1 on. @throws InvalidInput if one is before that
    InversionSamples(std::int64_t atoms, std::vector<std::int64_t> ticks)
        : half_(0.5 * static_cast<double>(atoms)), ticks_(std::move(ticks)) {
        for (const auto tick : ticks_)
            if (tick < 1)
                throw InvalidInput("tick " + std::to_string(tick) +
                                   " (a run is seen at the ends of ticks, from 1 on) choose among them");
    }

    /// Notes the chosen ticks that the window holds.
    void observe(const Window& window) {
        check_window(window, needs);
        const auto lanes = static_cast<std::size_t>(window.lanes);
        values.resize(ticks_.size() * lanes);
        for (std::size_t i = 0; i < ticks_.size(); ++i) {
            const auto row = ticks_[i] - 1 - window.first_tick;
            if (row < 0 || row >= window.ticks) continue;
            for (int lane = 0; lane < window.lanes; ++lane)
                values[i * lanes + static_cast<std::size_t>(lane)] =
                    window.n[window.at(static_cast<int>(row), lane)] - half_;
        }
    }

    std::vector<double> values;  ///< [chosen tick][lane]

private:
    double half_;
    std::vector<std::int64_t> ticks_;
};

/// Ends a block within: a slow one need not run to its end when it is time to stop.
struct StopWatcher {
    static constexpr Quantities needs = Quantities::none;  ///< nothing of the run

    /// @throws Stopped
    void observe(const Window&) const { stop.check(); }

    StopRequest stop;  ///< asked once a window
};

/// An observer that may be absent.
template <class O>
struct Maybe {
    static constexpr Quantities needs = O::needs;  ///< of the observer that may be there

    /// What is needed now: nothing, if it is absent.
    Quantities wanted() const { return observer ? needs : Quantities::none; }

    /// Passes the window on, if there is one to pass it to.
    void observe(const Window& window) {
        if (observer) observer->observe(window);
    }

    std::optional<O> observer;  ///< empty: nobody looks
};

}  // namespace dickejump
