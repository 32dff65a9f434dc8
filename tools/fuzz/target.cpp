// One libFuzzer target: the entry whose name it is built with.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "fuzz/entries.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace dickejump::fuzz;
    static const auto all = entries();
    static const auto entry = std::find_if(all.begin(), all.end(),
                                           [](const Entry& one) { return one.name == DICKEJUMP_FUZZ_ENTRY; });
    taken(*entry, {reinterpret_cast<const char*>(data), size});
    return 0;
}
