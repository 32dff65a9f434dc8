#include "dickejump/estimate/parameter.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace dickejump;

TEST_CASE("every parameter has a name of its own, which ends in its channel") {
    std::set<std::string_view> names;
    for (const auto parameter : all_parameters) {
        const auto said = name(parameter);
        names.insert(said);
        const auto channel = channel_of(parameter);
        if (parameter == Parameter::gamma || parameter == Parameter::offset) {
            CHECK(!channel);
        } else if (parameter == Parameter::side_rate) {
            CHECK(channel == Channel::side);
        } else {
            REQUIRE(channel);
            CHECK(said.substr(said.find(':') + 1) == name(*channel));
        }
    }
    CHECK(names.size() == all_parameters.size());
    Detector blind;
    blind.name = "blind";
    CHECK(parameters_of(blind) == std::vector{Parameter::gamma, Parameter::offset});
    blind[Channel::side] = ChannelDetector{};
    CHECK(parameters_of(blind) == std::vector{Parameter::gamma, Parameter::side_rate,
                                              Parameter::efficiency_side, Parameter::background_side,
                                              Parameter::offset});
    CHECK(name(Parameter::background_pump) == "background:pump");
}
