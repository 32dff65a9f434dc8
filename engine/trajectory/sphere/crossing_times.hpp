#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "dickejump/trajectory/window.hpp"
#include "model/sphere_steps.hpp"
#include "random/split_mix.hpp"
#include "trajectory/sphere/walks.hpp"

namespace dickejump::sphere {

/// Where in a step, as a part of it, a Brownian bridge from `before` to `after`, of variance `spread` a step,
/// first is at 0, given that it is there at all: z/(1 + z), z inverse Gaussian of mean |before/after| and
/// shape before^2/spread (Michael, Schucany & Haas, Am. Stat. 30, 88 (1976), in a form in which nothing
/// cancels). `before` is not 0. Draws three words.
double first_hit(double before, double after, double spread, SplitMix& random);

/// Times of the crossings so far. A function of the steps in which they lie and of the trajectory's key.
class CrossingTimes {
public:
    CrossingTimes(const SphereSteps& steps, const Walks& walks)
        : steps_(steps), walks_(walks), known_(walks.keys.size()) {}

    /// Fill the columns of crossings; NaN where there is none yet.
    void write(Window& window);

private:
    /// What does not change until the step does.
    struct Known {
        double first_step = -1.0, last_step = -1.0;
        double hit = 0.0;  ///< where in its step the first crossing is
        double first = std::numeric_limits<double>::quiet_NaN();
        double last = std::numeric_limits<double>::quiet_NaN();
    };

    void find_first(Known& known, std::size_t lane) const;
    void find_last(Known& known, std::size_t lane) const;
    SplitMix generator(std::size_t lane, double step, std::uint64_t which) const;

    const SphereSteps& steps_;
    const Walks& walks_;
    std::vector<Known> known_;
};

}  // namespace dickejump::sphere
