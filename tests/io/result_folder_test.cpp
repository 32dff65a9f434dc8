#include "dickejump/io/result_folder.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

using namespace dickejump;
namespace fs = std::filesystem;

namespace {

/// A folder of this test that is gone afterwards.
struct Scratch {
    /// Tests may run side by side.
    fs::path path =
        fs::temp_directory_path() / ("dickejump_result_folder_test-" + std::to_string(::getpid()));

    Scratch() {
        fs::remove_all(path);
        fs::create_directories(path);
    }
    ~Scratch() { fs::remove_all(path); }
};

std::string content(const fs::path& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("files are there whole, and nothing else") {
    const Scratch scratch;
    {
        const ResultFolder folder(scratch.path / "a" / "b");
        folder.write("summary.json", "{}");
        folder.write("summary.json", "{\"n\": 1}");
    }
    CHECK(content(scratch.path / "a" / "b" / "summary.json") == "{\"n\": 1}");
    CHECK(std::distance(fs::directory_iterator(scratch.path / "a" / "b"), fs::directory_iterator()) == 1);
}

TEST_CASE("two results are not written into one folder at a time") {
    const Scratch scratch;
    {
        const ResultFolder first(scratch.path / "a");
        CHECK_THROWS_AS(ResultFolder(scratch.path / "a"), OutputError);
        first.write("summary.json", "1");
        CHECK_NOTHROW(ResultFolder(scratch.path / "b"));
    }
    CHECK(content(scratch.path / "a" / "summary.json") == "1");
    CHECK_NOTHROW(ResultFolder(scratch.path / "a"));
}

TEST_CASE("of runs that want one new folder at the same moment, one gets it and the others hear why") {
    const Scratch scratch;
    constexpr int n_runs = 3;
    for (int round = 0; round < 200; ++round) {
        const auto path = scratch.path / "parent" / std::to_string(round);
        std::atomic<int> ready = 0, won = 0, refused = 0, lost = 0;
        {
            std::vector<std::jthread> runs;
            for (int run = 0; run < n_runs; ++run)
                runs.emplace_back([&] {
                    for (++ready; ready < n_runs;) {
                    }
                    try {
                        const ResultFolder folder(path);
                        // The winner stays until all others have asked.
                        ++won;
                        while (won + refused + lost < n_runs)
                            std::this_thread::yield();
                        folder.write("summary.json", "1");
                    } catch (const OutputError& error) {
                        ++(std::string(error.what()).find("another run") != std::string::npos ? refused
                                                                                              : lost);
                    }
                });
        }
        CAPTURE(round);
        CHECK(won == 1);
        CHECK(refused == n_runs - 1);
        CHECK(lost == 0);
        CHECK(content(path / "summary.json") == "1");
    }
}

TEST_CASE("a folder that others take away is made again") {
    const Scratch scratch;
    const auto path = scratch.path / "a" / "b";
    std::atomic<bool> over = false;
    std::jthread other([&] {
        while (!over) {
            std::error_code ignored;
            if (fs::remove(path, ignored)) fs::remove(path.parent_path(), ignored);
            // Slower than somebody who makes it, whatever watches them: against one who never rests nobody
            // has it.
            std::this_thread::sleep_for(std::chrono::microseconds(100));
        }
    });
    int refused = 0;
    for (int round = 0; round < 300; ++round)
        try {
            const ResultFolder folder(path);
        } catch (const OutputError& error) {
            // Once it is locked, to take it away is its owner's loss: its first file has no place.
            if (std::string(error.what()).find(".probe.tmp") == std::string::npos) ++refused;
        }
    over = true;
    CHECK(refused == 0);
}

TEST_CASE("a link under the name of a temporary file is not followed") {
    const Scratch scratch;
    const auto other = scratch.path / "other";
    std::ofstream(other) << "kept";
    fs::create_directories(scratch.path / "a");
    for (const auto* name : {".probe.tmp", ".summary.json.tmp"})
        fs::create_symlink(other, scratch.path / "a" / name);
    ResultFolder(scratch.path / "a").write("summary.json", "{}");
    CHECK(content(other) == "kept");
    CHECK(content(scratch.path / "a" / "summary.json") == "{}");
    CHECK_FALSE(fs::is_symlink(scratch.path / "a" / "summary.json"));
}

TEST_CASE("a file of an older result can be taken away, and one that is not there") {
    const Scratch scratch;
    const ResultFolder folder(scratch.path / "a");
    folder.write("summary.csv", "x");
    CHECK(folder.names() == std::vector<std::string>{"summary.csv"});
    folder.remove("summary.csv");
    folder.remove("summary.csv");
    CHECK(fs::is_empty(scratch.path / "a"));
}

TEST_CASE("a folder that was made for nothing is gone again, one that was there is not") {
    const Scratch scratch;
    { const ResultFolder folder(scratch.path / "a" / "b"); }
    CHECK_FALSE(fs::exists(scratch.path / "a"));
    fs::create_directory(scratch.path / "c");
    { const ResultFolder folder(scratch.path / "c"); }
    CHECK(fs::exists(scratch.path / "c"));
}

TEST_CASE("a folder that cannot be is refused before any work, by its name") {
    const Scratch scratch;
    std::ofstream(scratch.path / "file") << "text";
    for (const auto& path : {scratch.path / "file", scratch.path / "file" / "inside"}) {
        CAPTURE(path.string());
        try {
            const ResultFolder folder(path);
            FAIL("made");
        } catch (const OutputError& error) {
            CHECK(std::string(error.what()).find("file") != std::string::npos);
        }
    }
    CHECK(content(scratch.path / "file") == "text");
}

TEST_CASE("a set of files is written whole, or an older one stays as it was") {
    const Scratch scratch;
    const ResultFolder folder(scratch.path / "a");
    const std::vector<std::pair<std::string, std::string>> old{
        {"config", "old"}, {"csv", "old"}, {"json", "old"}};
    folder.write_set(old, {});
    // The second file cannot be written: there is a folder under its temporary name.
    fs::create_directories(folder.path() / ".b.tmp" / "in the way");
    const std::vector<std::pair<std::string, std::string>> failing{
        {"config", "new"}, {"b", "new"}, {"json", "new"}};
    const std::vector<std::string> csv{"csv"};
    CHECK_THROWS_AS(folder.write_set(failing, csv), OutputError);
    for (const auto& [name, text] : old)
        CHECK(content(folder.path() / name) == text);
    CHECK_FALSE(fs::exists(folder.path() / ".config.tmp"));

    fs::remove_all(folder.path() / ".b.tmp");
    folder.write_set(failing, csv);
    for (const auto& [name, text] : failing)
        CHECK(content(folder.path() / name) == text);
    CHECK(folder.names().size() == 3);
}
