#include "dickejump/study/keys/quantity.hpp"

#include <doctest/doctest.h>

#include <numbers>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/study/keys/setting.hpp"

using namespace dickejump;

namespace {
double value(Dimension dimension, const std::string& text, double gamma_hz) {
    return real_in(in_units_of_gamma("x", dimension, text, gamma_hz)).value();
}
}  // namespace

TEST_CASE("times and rates in seconds become numbers in gamma") {
    const double gamma = 2.0 * std::numbers::pi * 200.0;
    CHECK(gamma_per_second(200.0) == doctest::Approx(gamma));
    CHECK(value(Dimension::time, "10 ms", 200.0) == doctest::Approx(0.01 * gamma));
    CHECK(value(Dimension::time, "50ns", 200.0) == doctest::Approx(50e-9 * gamma));
    CHECK(value(Dimension::time, "3 µs", 200.0) == doctest::Approx(3e-6 * gamma));
    CHECK(value(Dimension::time, "1e-3 h", 200.0) == doctest::Approx(3.6 * gamma));
    CHECK(value(Dimension::rate, "50 /s", 200.0) == doctest::Approx(50.0 / gamma));
    CHECK(value(Dimension::rate, "50 1/s", 200.0) == doctest::Approx(50.0 / gamma));
    CHECK(value(Dimension::rate, "150 Hz", 200.0) == doctest::Approx(0.75));
    CHECK(value(Dimension::rate, "2 kHz", 200.0) == doctest::Approx(10.0));
    CHECK(value(Dimension::number, "2 %", 200.0) == doctest::Approx(0.02));
}

TEST_CASE("lists, ranges and detectors keep their form") {
    CHECK(in_units_of_gamma("x", Dimension::number, "lab: cavity=50 %, pump=0.2", {}) ==
          "lab:cavity=0.5,pump=0.2");
    const double gamma = gamma_per_second(1.0);
    CHECK(in_units_of_gamma("x", Dimension::time, "0:2 s:11", 1.0) == "0:" + text(2.0 * gamma) + ":11");
}

TEST_CASE("what is no quantity of the dimension stays as it is") {
    for (const char* said : {"0.5", "1e6", "0:1:11", "area:up:0.01", "file:10 s.csv", "", "10 parsec", "nan"})
        for (const auto dimension : {Dimension::number, Dimension::time, Dimension::rate})
            CHECK(in_units_of_gamma("x", dimension, said, 1.0) == said);
    CHECK(in_units_of_gamma("x", Dimension::number, "10 ms", 1.0) == "10 ms");
    CHECK(in_units_of_gamma("x", Dimension::time, "50 Hz", 1.0) == "50 Hz");
}

TEST_CASE("seconds without a gamma are refused with what to give") {
    try {
        in_units_of_gamma("duration", Dimension::time, "10 ms", {});
        FAIL("taken");
    } catch (const InvalidInput& error) {
        const std::string said = error.what();
        CHECK(said.find("`duration` = 10 ms") != std::string::npos);
        CHECK(said.find("gamma_hz") != std::string::npos);
    }
}

TEST_CASE("the dimension of a key is that of the unit in its help") {
    const auto of = [](const char* help) {
        KeyInfo key;
        key.help = help;
        return dimension_of(key);
    };
    CHECK(of("T [1/gamma]") == Dimension::time);
    CHECK(of("pumping rate w [gamma]") == Dimension::rate);
    CHECK(of("scan rate r, transition widths per 1/gamma") == Dimension::rate);
    CHECK(of("number of atoms N") == Dimension::number);
    CHECK(dimension_of_detector("cavity.dead_time") == Dimension::time);
    CHECK(dimension_of_detector("cavity.background") == Dimension::rate);
    CHECK(dimension_of_detector("gate_close") == Dimension::time);
    CHECK(dimension_of_detector("cavity.efficiency") == Dimension::number);
}
