#include "dickejump/io/click_file.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/random/stream.hpp"
#include "support/complaint.hpp"
#include "support/detectors.hpp"

using namespace dickejump;

namespace {

using test::complaint;
using test::mentions;

const Detector both = test::detector_of("cavity=0.5,side=0.5");

ClickData data_of(ClickFormat format) {
    ClickData data{.format = format, .time_unit = 1e-9, .gamma = 1000.0};
    if (format == ClickFormat::text)
        data.cavity = "cavity.txt", data.side = "side.txt";
    else if (format != ClickFormat::counts)
        data.cavity = "1", data.side = "3";
    return data;
}

/// Two runs of 5/gamma.
std::vector<std::vector<Photon>> some_runs() {
    std::vector<std::vector<Photon>> runs(2);
    for (int i = 0; i < 60; ++i) {
        runs[0].push_back({0.05 + 0.0801 * i, i % 3 == 0 ? Channel::side : Channel::cavity});
        if (i % 2 == 0) runs[1].push_back({0.013 + 0.0803 * i, i % 5 == 0 ? Channel::cavity : Channel::side});
    }
    return runs;
}

/// A folder with files for as long as the object lives.
class Folder {
public:
    explicit Folder(const std::vector<std::pair<std::string, std::string>>& files)
        : path_(std::filesystem::temp_directory_path() /
                ("dickejump_clicks_" + std::to_string(reinterpret_cast<std::uintptr_t>(this)))) {
        std::filesystem::create_directories(path_);
        for (const auto& [name, bytes] : files) {
            std::ofstream(path_ / name, std::ios::binary) << bytes;
            paths.push_back((path_ / name).string());
        }
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }

    std::vector<std::string> paths;

private:
    std::filesystem::path path_;
};

/// A file of each format with the same clicks.
std::string file_of(ClickFormat format) {
    return click_files({some_runs()[0]}, data_of(format), both, 5.0, 0.01).front().second;
}

}  // namespace

TEST_CASE("every format holds the clicks that were written") {
    const auto runs = some_runs();
    for (const auto format : click_formats) {
        CAPTURE(name(format));
        auto data = data_of(format);
        // Text files hold several runs by cycles only.
        if (format == ClickFormat::text || format == ClickFormat::npy) data.cycle = 7e6;
        data.start = 12345.0;
        const Folder folder(click_files(runs, data, both, 5.0, 0.01));
        const auto read = read_clicks(folder.paths, data, both, 5.0);
        REQUIRE(read.records.size() == 2);
        CHECK(read.outside == 0);
        CHECK(read.other_channels == 0);
        const double off = format == ClickFormat::counts ? 0.0101 : 1.1e-6;
        for (std::size_t r = 0; r < 2; ++r) {
            REQUIRE(read.records[r].clicks.size() == runs[r].size());
            for (std::size_t i = 0; i < runs[r].size(); ++i) {
                CHECK(read.records[r].clicks[i].channel == runs[r][i].channel);
                CHECK(read.records[r].clicks[i].time ==
                      doctest::Approx(runs[r][i].time).scale(1).epsilon(off));
            }
        }
        CHECK(read.bin == doctest::Approx(format == ClickFormat::counts ? 0.01 : 0.0));
    }
}

TEST_CASE("columns are found by name, other channels and clicks outside are counted") {
    const auto read = [](const std::string& text, ClickData data) {
        const std::vector<std::pair<std::string, std::string>> files{{"a.csv", text}};
        const Folder folder(files);
        return read_clicks(folder.paths, data, test::detector_of("side=1"), 5.0);
    };
    ClickData data{.format = ClickFormat::csv, .gamma = 1.0, .side = "3"};
    const auto some = read("\xEF\xBB\xBFtime,note,channel\r\n\n1,x,3\r\n2,y,8 # seen\n3,z,3\n9,z,3\n", data);
    REQUIRE(some.records.size() == 1);
    CHECK(some.records[0].clicks == std::vector<Photon>{{1.0, Channel::side}, {3.0, Channel::side}});
    CHECK(some.other_channels == 1);
    CHECK(some.outside == 1);
    data.cycle = 10.0, data.cycles = 4, data.start = -2.0;
    const auto cycles = read("channel,time\n3,-3\n3,1\n3,9\n3,25\n", data);
    REQUIRE(cycles.records.size() == 4);
    CHECK(cycles.records[0].clicks == std::vector<Photon>{{3.0, Channel::side}});
    CHECK(cycles.records[1].clicks == std::vector<Photon>{{1.0, Channel::side}});
    CHECK(cycles.records[2].clicks.empty());
    CHECK(cycles.outside == 2);
}

TEST_CASE("long files keep their ticks: cycles are cut in whole numbers") {
    ClickData data{
        .format = ClickFormat::text, .time_unit = 1e-12, .gamma = 1e6, .cycle = 1e7, .side = "s.txt"};
    // Three hours into the measurement: a double has ticks of 2 ps there.
    const std::vector<std::pair<std::string, std::string>> files{
        {"s.txt", "10800000000000001\n10800000000000003\n"}};
    const Folder folder(files);
    data.start = 10800000000000000.0 - 9e6;
    const auto read = read_clicks(folder.paths, data, test::detector_of("side=1"), 9.5);
    CHECK(read.records.at(0).clicks.at(0).time == doctest::Approx(9.000001).epsilon(1e-12));
    CHECK(read.records.at(0).clicks.at(1).time == doctest::Approx(9.000003).epsilon(1e-12));
}

TEST_CASE("what is wrong is said with its place") {
    const auto said = [](const std::string& bytes, ClickFormat format = ClickFormat::csv) {
        return complaint([&] { parse_clicks("f", bytes, format); });
    };
    CHECK(mentions(said("channel,time\n3,5\n3,4\n"), "f, line 3: time 4 (after one at 5"));
    CHECK(mentions(said("channel,time\n3,5\n3,4.5\n"), "line 3"));
    CHECK(mentions(said("channel,time\n3,5\n3\n"), "line 3"));
    CHECK(mentions(said("channel,time\n3,99999999999999999999\n"), "line 2"));
    CHECK(mentions(said("3,5\n"), "channel,time"));
    CHECK(mentions(said(""), "empty"));
    CHECK(mentions(said("5\n\n4\n", ClickFormat::text), "line 3"));
    CHECK(mentions(said("time,side\n0,1\n1,2\n2.5,0\n", ClickFormat::counts), "line 4"));
    CHECK(mentions(said("time,side\n0,1\n1,-2\n", ClickFormat::counts), "negative"));
    CHECK(mentions(said("time,side\n0,1\n1,20000000\n", ClickFormat::counts), "10000000"));
    CHECK(mentions(said("time,siide\n0,1\n", ClickFormat::counts), "line 1"));
    const auto ptu = file_of(ClickFormat::ptu);
    CHECK(mentions(said(ptu.substr(0, ptu.size() - 6), ClickFormat::ptu), "records"));
    CHECK(mentions(said(ptu.substr(0, 100), ClickFormat::ptu), "byte 100"));
    CHECK(mentions(said("PQTTTS", ClickFormat::ptu), "byte 0"));
    const auto npy = file_of(ClickFormat::npy);
    CHECK(mentions(said(npy.substr(0, npy.size() - 1), ClickFormat::npy), "bytes"));
    CHECK(mentions(said("not HDF5", ClickFormat::photon_hdf5), "f (not an HDF5 file"));

    const auto refused = [](const std::string& text, const ClickData& data) {
        return complaint([&] {
            const std::vector<std::pair<std::string, std::string>> files{{"a.csv", text}};
            const Folder folder(files);
            read_clicks(folder.paths, data, test::detector_of("side=1"), 5.0);
        });
    };
    ClickData data{.format = ClickFormat::csv, .side = "3"};
    CHECK(mentions(refused("channel,time\n3,50\n3,60\n", data), "outside"));
    data.cycle = 6.0;
    CHECK(mentions(refused("channel,time\n3,1\n3,1000000000\n", data), "line 3"));
    data.cycle = 4.0;
    CHECK(mentions(refused("channel,time\n3,1\n", data), "data.cycle"));
    data.cycle.reset(), data.side = "x";
    CHECK(mentions(refused("channel,time\n3,1\n", data), "not a channel number"));
    data.side = "", data.cavity = "1";
    CHECK(mentions(refused("channel,time\n3,1\n", data), "data.channels.side"));
    auto ptu_data = data_of(ClickFormat::ptu);
    const std::vector<std::pair<std::string, std::string>> files{{"a.ptu", ptu}};
    const Folder folder(files);
    ptu_data.time_unit = 1e-12;
    CHECK(mentions(complaint([&] { read_clicks(folder.paths, ptu_data, both, 5.0); }), "time_unit"));
    ptu_data.time_unit.reset();
    CHECK(read_clicks(folder.paths, ptu_data, both, 5.0).records[0].clicks.size() == 60);
}

TEST_CASE("damaged files are read or refused, and nothing else") {
    int read = 0, refused = 0;
    for (const auto format : click_formats) {
        const auto whole = file_of(format);
        const bool slow = format == ClickFormat::photon_hdf5;  // a process each
        for (int k = 0; k < (slow ? 40 : 400); ++k) {
            Stream random(7, static_cast<std::uint64_t>(k), Purpose::test);
            const auto below = [&](std::size_t n) {
                return static_cast<std::size_t>(open_unit(random()) * static_cast<double>(n));
            };
            auto bytes = whole;
            const auto kind = k % 4;
            if (kind == 0) bytes.resize(below(bytes.size()));
            const auto flips = kind == 1 ? 1 : kind == 2 ? 20 : 0;
            for (int i = 0; i < flips; ++i)
                bytes[below(kind == 1 ? std::min<std::size_t>(400, bytes.size()) : bytes.size())] =
                    static_cast<char>(below(256));
            if (kind == 3)
                bytes.insert(below(bytes.size()), std::string(1 + below(9), static_cast<char>(below(256))));
            try {
                parse_clicks("f", bytes, format);
                ++read;
            } catch (const InvalidInput& error) {
                CHECK(std::string(error.what()).size() > 20);
                ++refused;
            }
        }
    }
    CHECK(read > 50);
    CHECK(refused > 500);
}
