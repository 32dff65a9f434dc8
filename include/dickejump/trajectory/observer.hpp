#pragma once

#include <concepts>

#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// Something that reads the finished windows of a block, in order of time, and keeps what it wants of them.
/// `needs` says which columns it reads beside the state.
template <class O>
concept Observer = requires(O& observer, const Window& window) {
    { O::needs } -> std::convertible_to<Quantities>;
    observer.observe(window);
};

/// Run one block of a sampler past any number of observers. What an observer needs and the sampler cannot
/// provide is a compile-time error; what nobody needs is not computed.
template <class Sampler, Observer... Observers>
void run(const Sampler& sampler, const Lanes& lanes, Observers&... observers) {
    static_assert((contains(Sampler::provides, Observers::needs) && ...),
                  "this sampler does not provide all that is observed");
    constexpr Quantities wanted = (Quantities::none | ... | Observers::needs);
    sampler(lanes, wanted, [&](const Window& window) { (observers.observe(window), ...); });
}

}  // namespace dickejump
