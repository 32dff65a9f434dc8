#include "dickejump/estimate/parameter.hpp"

namespace dickejump {

std::string_view name(Parameter parameter) {
    switch (parameter) {
        case Parameter::gamma:
            return "gamma";
        case Parameter::side_rate:
            return "side_rate";
        case Parameter::efficiency_cavity:
            return "efficiency:cavity";
        case Parameter::efficiency_pump:
            return "efficiency:pump";
        case Parameter::efficiency_side:
            return "efficiency:side";
        case Parameter::background_cavity:
            return "background:cavity";
        case Parameter::background_pump:
            return "background:pump";
        case Parameter::background_side:
            return "background:side";
        case Parameter::offset:
            break;
    }
    return "offset";
}

std::optional<Channel> channel_of(Parameter parameter) {
    switch (parameter) {
        case Parameter::gamma:
        case Parameter::offset:
            return {};
        case Parameter::efficiency_cavity:
        case Parameter::background_cavity:
            return Channel::cavity;
        case Parameter::efficiency_pump:
        case Parameter::background_pump:
            return Channel::pump;
        default:
            return Channel::side;
    }
}

std::vector<Parameter> parameters_of(const Detector& detector) {
    std::vector<Parameter> all;
    for (const auto parameter : all_parameters)
        if (const auto channel = channel_of(parameter); !channel || detector[*channel])
            all.push_back(parameter);
    return all;
}

}  // namespace dickejump
