// Gives every reader its corpus, and the corpus with some bytes changed: what fuzzing once found stays
// mended, with any compiler and without libFuzzer.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "fuzz/entries.hpp"

namespace {

using namespace dickejump::fuzz;
namespace fs = std::filesystem;

std::vector<std::string> corpus_of(const fs::path& folder) {
    std::vector<fs::path> paths;
    for (const auto& file : fs::directory_iterator(folder))
        paths.push_back(file.path());
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> all;
    for (const auto& path : paths) {
        std::ifstream in(path, std::ios::binary);
        all.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    return all;
}

/// Some bytes lost, doubled, turned, or put in from a list of awkward words.
std::string changed(std::string bytes, const std::vector<std::string>& corpus, std::mt19937_64& random) {
    static const std::vector<std::string> words{"nan", "-inf", "1e400", "-1", "9223372036854775808", "\n",
                                                "\"",  ",",    "[",     "]",  std::string(8, '\0'),  "\xff",
                                                "=",   "0:1:3"};
    const auto below = [&](std::size_t n) { return n > 0 ? static_cast<std::size_t>(random() % n) : 0; };
    for (auto times = 1 + below(6); times > 0; --times) {
        const auto at = below(bytes.size() + 1);
        switch (below(6)) {
            case 0:
                bytes.erase(at, 1 + below(16));
                break;
            case 1:
                bytes.insert(at, words[below(words.size())]);
                break;
            case 2:
                if (at < bytes.size()) bytes[at] = static_cast<char>(random());
                break;
            case 3:
                if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
                break;
            case 4:
                bytes.insert(at, bytes.substr(below(bytes.size()), below(32)));
                break;
            default: {
                const auto& other = corpus[below(corpus.size())];
                bytes = bytes.substr(0, at) + other.substr(below(other.size()));
            }
        }
        if (bytes.size() > 1 << 16) bytes.resize(1 << 16);
    }
    return bytes;
}

}  // namespace

/// usage: dickejump_fuzz_replay CORPUS [CHANGES [SEED [SECONDS [ENTRY]]]]
int main(int argc, char** argv) {
    if (argc < 2) {
        std::cerr << "usage: dickejump_fuzz_replay CORPUS [CHANGES [SEED [SECONDS [ENTRY]]]]\n";
        return 2;
    }
    const auto number = [&](int i, long otherwise) { return argc > i ? std::atol(argv[i]) : otherwise; };
    const long changes = number(2, 200), seconds = number(4, 3600);
    const std::string only = argc > 5 ? argv[5] : "";
    std::mt19937_64 random(static_cast<std::uint64_t>(number(3, 1)));
    int faults = 0;
    for (const auto& entry : entries()) {
        if (!only.empty() && entry.name != only) continue;
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
        const auto corpus = corpus_of(fs::path(argv[1]) / entry.name);
        if (corpus.empty()) {
            std::cout << entry.name << ": no corpus\n";
            return 1;
        }
        long tried = 0, was_taken = 0;
        const auto give = [&](const std::string& bytes) {
            ++tried;
            // For who looks after a crash.
            std::ofstream("fuzz_last_input", std::ios::binary) << bytes;
            try {
                was_taken += taken(entry, bytes);
            } catch (const std::exception& fault) {
                ++faults;
                const auto file = "fuzz_fault_" + std::string(entry.name) + "_" + std::to_string(faults);
                std::ofstream(file, std::ios::binary) << bytes;
                std::cout << entry.name << ": " << fault.what() << " (see " << file << ")\n";
            }
        };
        for (const auto& bytes : corpus)
            give(bytes);
        for (long i = 0; i < changes && std::chrono::steady_clock::now() < end; ++i)
            give(changed(corpus[static_cast<std::size_t>(i) % corpus.size()], corpus, random));
        std::cout << entry.name << ": " << tried << " inputs, " << was_taken << " taken\n";
    }
    return faults > 0 ? 1 : 0;
}
