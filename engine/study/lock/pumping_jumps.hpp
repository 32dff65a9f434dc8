#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace dickejump {

/// The jumps up of a run whose pump somebody else knows but for a shift theta, and what they say of it.
class PumpingJumps {
public:
    /// Forgets them, to take those of the next run.
    void clear() { count_ = 0, pumping_ = 0.0; }

    /// A tick with so many of them. @param pump  w that was set [gamma]  @param pumping  int A_n dt
    void add(double pump, double ups, double pumping) {
        if (count_ + lot >= pump_.size()) grow();
        // Four are added up side by side; a tick without jumps is written, and written over.
        pump_[count_] = pump, ups_[count_] = ups;
        count_ += static_cast<std::size_t>(ups > 0.0);
        pumping_ += pumping;
    }
    /// theta of greatest likelihood [gamma]: sum 1/(w + theta) over the jumps is int A_n dt. Empty if there
    /// are none.
    std::optional<double> likeliest_shift();

private:
    static constexpr std::size_t lot = 4;

    void grow();

    std::vector<double> pump_ = std::vector<double>(4096), ups_ = std::vector<double>(4096);
    std::size_t count_ = 0;
    double pumping_ = 0.0;
};

}  // namespace dickejump
