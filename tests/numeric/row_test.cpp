#include "numeric/row.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

using namespace dickejump::numeric;

TEST_CASE("rows act on each of their eight numbers") {
    std::vector<double> a(16), b(16);
    for (std::size_t i = 0; i < 16; ++i) {
        a[i] = static_cast<double>(i % 5);
        b[i] = static_cast<double>(i % 3);
    }
    std::vector<double> most(16), least(16), floored(16);
    for (std::size_t at = 0; at < 16; at += row_width) {
        store(larger(load(a.data() + at), load(b.data() + at)), most.data() + at);
        store(smaller(load(a.data() + at), load(b.data() + at)), least.data() + at);
        store(larger(load(a.data() + at), 2.0), floored.data() + at);
    }
    for (std::size_t i = 0; i < 16; ++i) {
        CHECK(most[i] == std::max(a[i], b[i]));
        CHECK(least[i] == std::min(a[i], b[i]));
        CHECK(floored[i] == std::max(a[i], 2.0));
    }
}

TEST_CASE("rows in memory are aligned and begin at zero") {
    Rows rows(3);
    CHECK(reinterpret_cast<std::uintptr_t>(rows.data()) % sizeof(Row) == 0);
    for (std::int64_t i = 0; i < 3; ++i)
        for (int k = 0; k < row_width; ++k)
            CHECK(rows[i][k] == 0.0);
    rows[1][7] = 4.0;
    CHECK(rows.data()[1][7] == 4.0);
    const std::vector<AlignedRow> list(5);
    CHECK(reinterpret_cast<std::uintptr_t>(&list[3]) % sizeof(Row) == 0);
}
