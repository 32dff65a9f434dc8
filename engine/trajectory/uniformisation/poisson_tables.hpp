#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace dickejump::uniformisation {

/// Poisson(mean) from one word: Walker's alias method, its probabilities to 2^-64.
class PoissonTable {
public:
    explicit PoissonTable(double mean);

    std::int32_t operator()(std::uint64_t word) const {
        // No branch: it would be mispredicted every other time.
        const auto& at = cells_[word >> shift_];
        return at.values[(word << (64 - shift_)) < at.share];
    }

private:
    struct Cell {
        std::uint64_t share;
        std::int32_t values[2];  ///< from its share on, below
    };
    int shift_;  ///< below it, a word's bits choose between the two values of a cell
    std::vector<Cell> cells_;
};

/// Tables for the numbers of events of a run's segments. Means are rounded up to one of a ladder of few, the
/// majorants with them.
class PoissonTables {
public:
    struct Choice {
        double mean;
        std::int32_t repeats;
        int step;
    };
    /// How `mean` events, or somewhat more, are to be drawn.
    static Choice choose(double mean);

    void prepare(const Choice& choice) {
        if (!tables_.contains(choice.step))
            tables_.emplace(choice.step, PoissonTable(choice.mean / choice.repeats));
    }
    const PoissonTable& at(const Choice& choice) const { return tables_.at(choice.step); }

private:
    std::map<int, PoissonTable> tables_;
};

}  // namespace dickejump::uniformisation
