#include "model/csv_table.hpp"

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/dicke_state.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "support/complaint.hpp"
#include "support/text_file.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr std::array<std::string_view, 2> columns{"time", "pump"};

std::vector<std::vector<double>> numbers_in(const std::string& text) {
    const TextFile file(text);
    std::vector<std::vector<double>> numbers;
    for (const auto& row : read_csv(file.path(), "table", columns))
        numbers.push_back(row.numbers);
    return numbers;
}

std::string complaint_of(const std::string& text) {
    return complaint([&] { numbers_in(text); });
}

}  // namespace

TEST_CASE("columns are read by their names, and in order without names") {
    const std::vector<std::vector<double>> expected{{0.0, 3.0}, {2.0, 1.0}};
    for (const std::string text : {"0,3\n2,1\n", "time,pump\n0,3\n2,1\n", "pump,time\n3,0\n1,2\n",
                                   "\n# a\n pump , time \r\n3,0\r\n1,2", "\xEF\xBB\xBFpump,time\n3,0\n1,2\n",
                                   "\xEF\xBB\xBF"
                                   "0,3\n2,1\n",
                                   "0,3 # the time it begins\n2,1  # the pump at its end\n"}) {
        CAPTURE(text);
        CHECK(numbers_in(text) == expected);
    }
}

TEST_CASE("names that are unknown, missing or twice are refused, and so are rows of other sizes") {
    for (const std::string text :
         {"time,w\n0,1\n", "time,time\n0,1\n", "time\n0\n", "time,pump,power\n0,1,2\n", "Time,Pump\n0,1\n"})
        CHECK(mentions(complaint_of(text), "time,pump"));
    CHECK(mentions(complaint_of("time,w\n0,1\n"), ":1: \"time,w\""));
    CHECK(mentions(complaint_of("0,1\ntime,pump\n1,2\n"), ":2: \"time,pump\""));
    for (const std::string text : {"0,1,2\n", "0,1\n1\n", "0,x\n", "0,1\n0x1,2\n", "0;1\n", "0,1\n2,,3\n"})
        CHECK(complaint_of(text) != "");
    CHECK(mentions(complaint_of("time,pump\n# none\n"), "no rows"));
}

TEST_CASE("a folder is called one") {
    const auto folder = std::filesystem::temp_directory_path().string();
    CHECK(mentions(complaint([&] { read_csv(folder, "table", columns); }), "a folder"));
}

TEST_CASE("schedules and states are read by name") {
    const TextFile schedule("pump,time\n0,0\n3,2\n");
    CHECK(PumpSchedule::from_csv(schedule.path()).at(1.0) == 1.5);
    const TextFile state("im,re\n1,0\n0,0\n");
    CHECK(DickeState::from_csv(DickeLadder(1), state.path()).amplitudes()(0).imag() == doctest::Approx(1.0));
}
