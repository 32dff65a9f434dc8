#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "dickejump/estimate/moments.hpp"
#include "dickejump/record/detector.hpp"

namespace dickejump {

/// What a record depends on beside theta, the shift of the pump [gamma], and what an experiment may not know.
enum class Parameter {
    gamma,              ///< rate of collective emission, in units of its nominal value
    side_rate,          ///< Gamma, emission to the side per excited atom [gamma]
    efficiency_cavity,  ///< of the detector of a channel
    efficiency_pump,
    efficiency_side,
    background_cavity,  ///< rate of its other clicks [gamma]
    background_pump,
    background_side,
    offset  ///< how much later than the record's clock says the pump's schedule begins [1/gamma]
};
/// Whatever may be unknown beside theta, in the order of the documentation.
inline constexpr std::array all_parameters{
    Parameter::gamma,           Parameter::side_rate,       Parameter::efficiency_cavity,
    Parameter::efficiency_pump, Parameter::efficiency_side, Parameter::background_cavity,
    Parameter::background_pump, Parameter::background_side, Parameter::offset};

/// "gamma", "side_rate", "efficiency:cavity", ..
std::string_view name(Parameter parameter);
/// The channel whose light or detector it belongs to; empty for gamma and offset.
std::optional<Channel> channel_of(Parameter parameter);
/// A parameter that is not known, or only as well as somebody measured it: a Gaussian prior.
struct Unknown {
    Parameter parameter;                 ///< which
    std::optional<Estimate> prior = {};  ///< what was measured of it; empty: nothing
};

/// What the records of a detector depend on beside theta.
std::vector<Parameter> parameters_of(const Detector& detector);

}  // namespace dickejump
