#include "dickejump/model/pump_schedule.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "support/complaint.hpp"
#include "support/text_file.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

std::string csv_complaint(const TextFile& file) {
    return complaint([&] { PumpSchedule::from_csv(file.path()); });
}

std::vector<double> knots(const PumpSchedule& schedule) {
    std::vector<double> times;
    for (const auto& piece : schedule.pieces())
        times.push_back(piece.begin);
    return times;
}

/// What everyone may rely on: the pieces cover [0, infinity) without gaps, and the last is constant.
void check_pieces(const PumpSchedule& schedule) {
    const auto pieces = schedule.pieces();
    CHECK(pieces.front().begin == 0.0);
    CHECK(pieces.back().end == infinity);
    CHECK(pieces.back().slope == 0.0);
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
        CHECK(pieces[i].end == pieces[i + 1].begin);
        CHECK(pieces[i].at(pieces[i].end) == doctest::Approx(pieces[i + 1].pump).epsilon(1e-14));
    }
}

}  // namespace

TEST_CASE("a constant pump is constant for ever") {
    const auto pump = PumpSchedule::constant(1.25);
    check_pieces(pump);
    CHECK(pump.pieces().size() == 1);
    CHECK(pump.duration() == 0.0);
    for (const double t : {0.0, 1.0, 1e300})
        CHECK(pump.at(t) == 1.25);
    CHECK_NOTHROW(PumpSchedule::constant(0.0));
}

TEST_CASE("a linear pump runs from first to last and stays there") {
    const auto pump = PumpSchedule::linear(0.5, 2.5, 4.0);
    check_pieces(pump);
    CHECK(pump.duration() == 4.0);
    CHECK(pump.at(0.0) == 0.5);
    CHECK(pump.at(1.0) == 1.0);
    CHECK(pump.at(4.0) == 2.5);
    CHECK(pump.at(1e9) == 2.5);
    CHECK(PumpSchedule::linear(2.5, 0.0, 5.0).at(4.0) == doctest::Approx(0.5).epsilon(1e-15));
}

TEST_CASE("a triangle goes to its turn and back as often as asked") {
    const auto once = PumpSchedule::triangle(0.5, 1.5, 2.0);
    check_pieces(once);
    CHECK(knots(once) == std::vector{0.0, 2.0, 4.0});
    CHECK(once.at(2.0) == 1.5);
    CHECK(once.at(5.0) == 0.5);
    const auto thrice = PumpSchedule::triangle(0.5, 1.5, 2.0, 3);
    check_pieces(thrice);
    CHECK(knots(thrice) == std::vector{0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0});
    CHECK(thrice.duration() == 12.0);
    for (int leg = 0; leg < 6; ++leg) {
        CHECK(thrice.at(2.0 * leg) == (leg % 2 == 0 ? 0.5 : 1.5));
        CHECK(thrice.at(2.0 * leg + 1.0) == 1.0);
    }
    for (const int repeats : {0, -2})
        CHECK(mentions(complaint([&] { PumpSchedule::triangle(0.5, 1.5, 2.0, repeats); }),
                       std::to_string(repeats)));
    CHECK(complaint([] { PumpSchedule::triangle(0.5, 1.5, 0.0); }) != "");
    CHECK(complaint([] { PumpSchedule::triangle(0.5, 1.5, -1.0); }) != "");
}

TEST_CASE("a piecewise pump takes its values at the knots and straight lines between") {
    const std::vector times{0.0, 1.0, 3.0, 3.5}, pumps{1.0, 3.0, 2.0, 0.0};
    const auto pump = PumpSchedule::piecewise_linear(times, pumps);
    check_pieces(pump);
    CHECK(knots(pump) == times);
    CHECK(pump.duration() == 3.5);
    for (std::size_t i = 0; i < times.size(); ++i)
        CHECK(pump.at(times[i]) == pumps[i]);
    CHECK(pump.at(0.5) == 2.0);
    CHECK(pump.at(2.0) == 2.5);
    CHECK(pump.at(3.25) == 1.0);
    CHECK(pump.at(10.0) == 0.0);
    CHECK(pump.at(std::nextafter(1.0, 0.0)) == doctest::Approx(3.0).epsilon(1e-15));
}

TEST_CASE("a pump that is negative or not finite is refused by its value") {
    CHECK(mentions(complaint([] { PumpSchedule::constant(-0.25); }), "-0.25"));
    CHECK(mentions(complaint([] { PumpSchedule::constant(not_a_number); }), "nan"));
    CHECK(mentions(complaint([] { PumpSchedule::constant(infinity); }), "inf"));
    CHECK(mentions(complaint([] { PumpSchedule::linear(1.0, -0.125, 1.0); }), "-0.125"));
    CHECK(mentions(complaint([] { PumpSchedule::triangle(-7.5, 1.0, 1.0); }), "-7.5"));
    // The time where it goes wrong is told too, and every place.
    const auto said = complaint([] {
        PumpSchedule::piecewise_linear(std::vector{0.0, 1.5, 2.5}, std::vector{1.0, -2.0, -3.0});
    });
    for (const auto* part : {"-2", "1.5", "-3", "2.5"})
        CHECK(mentions(said, part));
}

TEST_CASE("a schedule refuses times that do not ascend from 0") {
    CHECK(mentions(complaint([] { PumpSchedule::linear(1.0, 2.0, 0.0); }), "0"));
    CHECK(mentions(complaint([] { PumpSchedule::linear(1.0, 2.0, -4.5); }), "-4.5"));
    CHECK(complaint([] { PumpSchedule::linear(1.0, 2.0, not_a_number); }) != "");
    CHECK(complaint([] { PumpSchedule::linear(1.0, 2.0, infinity); }) != "");
    const std::vector pumps{1.0, 1.0, 1.0};
    CHECK(mentions(complaint([&] {
                       PumpSchedule::piecewise_linear(std::vector{0.0, 2.5, 1.75}, pumps);
                   }),
                   "1.75"));
    CHECK(mentions(complaint([&] {
                       PumpSchedule::piecewise_linear(std::vector{0.0, 2.5, 2.5}, pumps);
                   }),
                   "2.5"));
    CHECK(mentions(complaint([&] {
                       PumpSchedule::piecewise_linear(std::vector{0.75, 2.0, 3.0}, pumps);
                   }),
                   "0.75"));
    CHECK(complaint([&] { PumpSchedule::piecewise_linear(std::vector{0.0, 1.0}, pumps); }) != "");
    CHECK(complaint([] { PumpSchedule::piecewise_linear({}, {}); }) != "");
}

TEST_CASE("a schedule is read from a file with header, comments, empty lines and Windows line ends") {
    const std::vector<std::string> texts{"0,0.5\n1.5,2\n4,1e-1\n", "time,pump\n0,0.5\n1.5,2\n4,0.1\n",
                                         "time,pump\r\n0,0.5\r\n1.5,2\r\n4,0.1\r\n",
                                         "time, pump\n# a comment\n0, 0.5\n\n  1.5 ,  2\n# another\n4,0.1",
                                         "\r\n0,0.5\r\n\r\n1.5,2\r\n4,0.1\r\n"};
    for (const auto& text : texts) {
        CAPTURE(text);
        const TextFile file(text);
        const auto pump = PumpSchedule::from_csv(file.path());
        check_pieces(pump);
        CHECK(knots(pump) == std::vector{0.0, 1.5, 4.0});
        CHECK(pump.at(0.0) == 0.5);
        CHECK(pump.at(1.5) == 2.0);
        CHECK(pump.at(4.0) == 0.1);
    }
}

TEST_CASE("comments may stand before the header") {
    for (const auto* text : {"# a comment\ntime,pump\n0,0.5\n1.5,2\n", "\ntime,pump\n0,0.5\n1.5,2\n"}) {
        const TextFile file(text);
        CHECK(csv_complaint(file) == "");
    }
}

TEST_CASE("a line that is not a pair of numbers is refused by file and line") {
    struct Case {
        std::string text;
        int line;
        const char* shown;
    };
    for (const auto& [text, line, shown] :
         {Case{"time,pump\n0,1\n1;2\n", 3, "1;2"}, Case{"0,1\n1,two\n", 2, "1,two"},
          Case{"# c\n\n0,1\n1,2,3\n", 4, "1,2,3"}, Case{"0,1\n1,\n", 2, "1,"}, Case{"0,1\n,1\n", 2, ",1"},
          Case{"0,1\n1,2x\n", 2, "1,2x"}, Case{"0,1\r\nhello\r\n", 2, "hello"}}) {
        CAPTURE(text);
        const TextFile file(text);
        const auto said = csv_complaint(file);
        CHECK(mentions(said, file.path() + ":" + std::to_string(line) + ":"));
        CHECK(mentions(said, std::string("\"") + shown + "\""));
    }
}

TEST_CASE("a schedule file with a bad value is refused by file, line and value") {
    struct Case {
        std::string text;
        int line;
        const char* value;
    };
    for (const auto& [text, line, value] :
         {Case{"time,pump\n0,1\n1,-0.5\n2,1\n", 3, "-0.5"},
          Case{"time,pump\n0,1\n2.5,1\n# c\n1.5,1\n", 5, "1.5"}, Case{"0.25,1\n2,1\n", 1, "0.25"},
          Case{"0,1\n1,nan\n", 2, "nan"}}) {
        CAPTURE(text);
        const TextFile file(text);
        const auto said = csv_complaint(file);
        CHECK(mentions(said, value));
        CHECK(mentions(said, file.path() + ":" + std::to_string(line)));
    }
}

TEST_CASE("a schedule file that is missing or has no rows is refused by name") {
    const auto missing = (std::filesystem::temp_directory_path() / "dickejump_no_such_file.csv").string();
    CHECK(mentions(complaint([&] { PumpSchedule::from_csv(missing); }), missing));
    for (const auto* text : {"", "time,pump\n", "# nothing\n\n"}) {
        const TextFile file(text);
        CHECK(mentions(csv_complaint(file), file.path()));
    }
}

TEST_CASE("a ramp that is too steep for a number is refused") {
    CHECK(mentions(complaint([] {
                       PumpSchedule::piecewise_linear(std::vector{0.0, 1e-308}, std::vector{1.0, 3.0});
                   }),
                   "too steep"));
    CHECK_NOTHROW(PumpSchedule::piecewise_linear(std::vector{0.0, 1e-300}, std::vector{1.0, 3.0}));
}
