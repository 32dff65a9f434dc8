#include "estimate/count_filter/cells.hpp"

#include <algorithm>
#include <cmath>

namespace dickejump::count_filter {

namespace {
constexpr double pi = 3.141592653589793;
}

Cells::Cells(int count) {
    for (int i = 0; i < count; ++i) {
        const double a = pi * (i + 0.5) / count;
        double sum = 0.0;
        for (int j = 1; j <= count / 2; ++j)
            sum += std::cos(2.0 * j * a) / (4.0 * j * j - 1.0);
        angle.push_back(a);
        x.push_back(std::cos(a));
        sine.push_back(std::sin(a));
        weight.push_back(2.0 / count * (1.0 - 2.0 * sum));
    }
}

Resolution resolution_for(double least_spread, double up, double down) {
    constexpr double finest = 0.12;
    double width = 0.25, blur = 0.0;  // in standard deviations of the angle's path in a tick
    if (up > 0.0 && down > 0.0) {
        const double missed = 0.5 * (1.0 / up + 1.0 / down - 2.0);  // of the variance of n in a tick
        blur = std::max(0.0, finest * finest - missed);
        width = std::min(width, 0.8 * std::sqrt(missed + blur));
    }
    return {.cells = std::ceil(pi / (width * std::sqrt(least_spread))), .blur = blur};
}

}  // namespace dickejump::count_filter
