#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

#include "numeric/each_width.hpp"

namespace dickejump::numeric {

/// Eight numbers side by side: what one recursion carries for eight values of a parameter. A vector of GCC's
/// extension: +, *, < and ?: act on each number, and the compiler maps it to one register, or to several.
///
/// Sources that use it are compiled with -Wno-psabi: its calling convention depends on the target, so no row
/// may be passed or returned by value but in functions that are inlined.
inline constexpr int row_width = 8;
using Row = double __attribute__((vector_size(row_width * sizeof(double))));

DICKEJUMP_INLINE Row larger(const Row& a, const Row& b) {
    return a > b ? a : b;
}
DICKEJUMP_INLINE Row smaller(const Row& a, const Row& b) {
    return a < b ? a : b;
}
DICKEJUMP_INLINE Row larger(const Row& a, double b) {
    return larger(a, Row{} + b);
}

DICKEJUMP_INLINE double largest(const Row& row) {
    double top = row[0];
    for (int i = 1; i < row_width; ++i)
        top = std::max(top, row[i]);
    return top;
}

DICKEJUMP_INLINE Row load(const double* at) {
    Row row;
    std::memcpy(&row, at, sizeof(Row));
    return row;
}
DICKEJUMP_INLINE void store(const Row& row, double* at) {
    std::memcpy(at, &row, sizeof(Row));
}

/// A row with the alignment that std::vector keeps for structs only.
struct alignas(sizeof(Row)) AlignedRow {
    Row value{};
};

/// A fixed number of rows, at first 0, in memory that is aligned for the widest registers.
class Rows {
public:
    explicit Rows(std::size_t count)
        : rows_(static_cast<Row*>(std::aligned_alloc(sizeof(Row), count * sizeof(Row)))) {
        if (!rows_) throw std::bad_alloc();
        std::fill_n(rows_.get(), count, Row{});
    }
    Row& operator[](std::int64_t i) { return rows_.get()[i]; }
    Row* data() { return rows_.get(); }

private:
    struct Free {
        void operator()(Row* rows) const { std::free(rows); }
    };
    std::unique_ptr<Row, Free> rows_;
};

}  // namespace dickejump::numeric
