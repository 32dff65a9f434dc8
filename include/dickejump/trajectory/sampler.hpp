#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <utility>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/trajectory/observer.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// What simulates the level of many runs at once, window by window.
template <class S>
concept LevelSampler = std::copy_constructible<S> &&
    requires(const S& sampler, const Lanes& lanes, Quantities wanted, const WindowSink& sink) {
    { S::provides } -> std::convertible_to<Quantities>;
    { sampler.grid() } -> std::convertible_to<const TickGrid&>;
    sampler(lanes, wanted, sink);
};

class Sampler;

/// A level sampler whose kind is not forgotten yet. What it is not comes first: whether a Sampler can be
/// copied must not be asked while that is being found out.
template <class S>
concept KnownSampler = !std::same_as<std::remove_cvref_t<S>, Sampler> && LevelSampler<S>;

/// Any level sampler, its kind forgotten: whoever runs it need not know which there are. Costs one indirect
/// call a block of lanes. What an observer needs and the sampler lacks is found when it is run, not when it
/// is compiled.
class Sampler {
public:
    /// Of any kind that fills windows.
    template <KnownSampler S>
    Sampler(S sampler) : provides_(S::provides), grid_(sampler.grid()), run_(std::move(sampler)) {}

    /// Columns that it can fill.
    Quantities provides() const { return provides_; }
    /// The ticks of its windows.
    const TickGrid& grid() const { return grid_; }

    /// As of the sampler that it was made from.
    void operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const {
        run_(lanes, wanted, sink);
    }

private:
    Quantities provides_;
    TickGrid grid_;
    std::function<void(const Lanes&, Quantities, const WindowSink&)> run_;
};

/// What an observer needs at the moment: `wanted()` where it has one (it may be absent), else all of `needs`.
template <Observer O>
Quantities needs_of(const O& observer) {
    if constexpr (requires {
                      { observer.wanted() } -> std::convertible_to<Quantities>;
                  })
        return observer.wanted();
    else
        return O::needs;
}

/// Run one block of any sampler past observers.
/// @throws InvalidInput if they need what it does not provide: single photons of the sphere, say
template <Observer... Observers>
void run(const Sampler& sampler, const Lanes& lanes, Observers&... observers) {
    const auto wanted = (Quantities::none | ... | needs_of(observers));
    if (!contains(sampler.provides(), wanted))
        throw InvalidInput("`method` = sphere (it has no single photons) use `method` exact");
    sampler(lanes, wanted, [&](const Window& window) { (observers.observe(window), ...); });
}

}  // namespace dickejump
