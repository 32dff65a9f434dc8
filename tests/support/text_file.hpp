#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace dickejump::test {

/// A file with this text for as long as the object lives.
class TextFile {
public:
    explicit TextFile(const std::string& text) {
        static int count = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("dickejump_test_" + std::to_string(reinterpret_cast<std::uintptr_t>(this)) + "_" +
                 std::to_string(count++) + ".csv");
        std::ofstream(path_, std::ios::binary) << text;
    }
    TextFile(const TextFile&) = delete;
    TextFile& operator=(const TextFile&) = delete;
    ~TextFile() { std::filesystem::remove(path_); }

    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

}  // namespace dickejump::test
