#include "dickejump/io/result_file.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "dickejump/io/toml.hpp"
#include "dickejump/study/scan/prepared_scan.hpp"
#include "io/checksum.hpp"
#include "io/hdf5.hpp"
#include "support/detectors.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

struct Run {
    ScanConfig config{.atoms = 10, .rate = 4, .half_width = 4, .trajectories = 300, .seed = 3, .points = 11};
    PreparedScan scan = prepare(config);
    ScanPart part{scan};
    ScanResult result = run();

    ScanResult run() {
        part.simulate({0, 3}, {.threads = 1});
        return part.result();
    }
    std::string bytes(const std::string& host) const {
        Checkpoint state{.study = "scan",
                         .config = to_toml("scan", scan.config()),
                         .config_hash = hash(config),
                         .ensemble = config.ensemble(),
                         .wanted = {0, 3},
                         .seconds = 2.5,
                         .provenance = Provenance::now(),
                         .arithmetic = arithmetic(),
                         .calibrations = scan.calibrations(),
                         .sums = part.store()};
        state.provenance.host = host;
        state.provenance.started = "2026-01-01T00:00:00Z";
        return to_hdf5(result, state);
    }
};

std::string data(const std::string& name) {
    return content_of(std::string(DICKEJUMP_TEST_DATA) + "/" + name);
}

}  // namespace

TEST_CASE("a result file holds the curves, and the sums of which they are made") {
    const Run run;
    const auto bytes = run.bytes("here");
    CHECK(bytes == run.bytes("here"));
    const auto state = checkpoint_in_hdf5(bytes, "file");
    CHECK(state.complete());
    CHECK(state.seconds == 2.5);
    CHECK(state.provenance.host == "here");
    CHECK(state.calibrations == run.scan.calibrations());
    ScanPart again(run.scan);
    again.add(state.sums);
    CHECK(again.result().curves[1].points[3].jz_mean->value == run.result.curves[1].points[3].jz_mean->value);
    const hdf5::Image image(without_trailer("dickeres", bytes, "file", "result file").second);
    const auto mean = image.numbers("curves/down/jz_mean"), s = image.numbers("curves/down/scaled_pump");
    REQUIRE(mean.size() == 11);
    for (std::size_t i = 0; i < 11; ++i) {
        CHECK(mean[i] == run.result.curves[1].points[i].jz_mean->value);
        CHECK(s[i] == run.result.curves[1].points[i].scaled_pump);
    }
    CHECK(image.text_attribute(image.file(), "config") == state.config);
}

TEST_CASE("the same run gives the same result file, provenance aside") {
    const auto a = Run().bytes("a"), b = Run().bytes("b");
    REQUIRE(a.size() == b.size());
    int other = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        other += a[i] != b[i];
    // One letter, and the eight bytes of the checksum.
    CHECK(other <= 9);
    CHECK(other >= 1);
}

TEST_CASE("a result file lists bounds, and the estimates and records of single runs that are kept") {
    Run bare;
    {
        const hdf5::Image without(
            without_trailer("dickeres", bare.bytes("here"), "file", "result file").second);
        CHECK(H5Lexists(without.file(), "bounds", H5P_DEFAULT) > 0);
        CHECK(H5Lexists(without.file(), "runs", H5P_DEFAULT) == 0);
        CHECK(H5Lexists(without.file(), "records", H5P_DEFAULT) == 0);
    }
    auto config = bare.config;
    config.detectors = {detector_of("cavity=1,pump=0.5")};
    config.estimators = {Estimator::first_crossing, Estimator::area, Estimator::mid_crossing,
                         Estimator::loop};
    config.keep_estimates = true;
    config.keep_records = 2;
    const Run run{.config = config};
    const hdf5::Image image(without_trailer("dickeres", run.bytes("here"), "file", "result file").second);
    REQUIRE(image.numbers("runs/trajectory").size() == 300);
    for (std::size_t i = 0; i < run.result.estimators.size(); ++i) {
        const auto& estimator = run.result.estimators[i];
        CAPTURE(name(estimator.estimator));
        const auto each = image.numbers(("runs/" + std::to_string(i)).c_str());
        REQUIRE(each.size() == 300);
        Moments moments;
        for (const double s : each)
            if (!std::isnan(s)) moments.add(s);
        CHECK(moments.count() == estimator.runs.count());
        CHECK(300 - moments.count() == estimator.missing);
        if (moments.count() > 0)
            CHECK(moments.mean()->value == doctest::Approx(estimator.runs.mean()->value).epsilon(1e-12));
    }
    // Both legs of the two runs that are kept.
    CHECK(H5Lexists(image.file(), "records/3", H5P_DEFAULT) > 0);
    const auto clicks = image.numbers("records/1/clicks_cavity");
    CHECK(clicks == run.result.records[1].clicks[0]);
    CHECK(image.numbers("records/1/counts_pump").size() == 10);
}

TEST_CASE("a damaged result file never reaches HDF5") {
    const auto bytes = Run().bytes("here");
    for (std::size_t at = 0; at < bytes.size(); at += at + 100 < bytes.size() ? 997u : 1u) {
        auto bad = bytes;
        bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
        CHECK_THROWS_AS(checkpoint_in_hdf5(bad, "file"), InvalidInput);
        CHECK_THROWS_AS(checkpoint_in_hdf5(bytes.substr(0, at), "file"), InvalidInput);
    }
}

TEST_CASE("files of every format stay readable") {
    const auto result = checkpoint_in_hdf5(data("result-1.h5"), "result-1.h5");
    CHECK(result.trajectories() == 200);
    CHECK(result.complete());
    CHECK(result.config.find("atoms = 4\n") != std::string::npos);
    const auto checkpoint = checkpoint_in(data("checkpoint-1"), "checkpoint-1");
    CHECK(checkpoint.done() == std::vector<BlockRange>{{0, 1}});
    CHECK(checkpoint.missing() == std::vector<BlockRange>{{1, 2}});
    CHECK(checkpoint.config_hash == result.config_hash);
}
