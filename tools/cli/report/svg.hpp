#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dickejump::cli {

/// Text in which HTML and SVG find no markup.
std::string escaped(std::string_view text);

/// Numbers against numbers, to be drawn. What is not finite is a gap.
struct Series {
    enum class Look { line, points, band };

    Look look = Look::line;
    std::string colour;              ///< a class of the page: up, down, both, ink, c0..c7
    std::string label = {};          ///< in the legend; empty: not there
    std::vector<double> x, y;        ///< of a band its lower edge
    std::vector<double> high = {};   ///< of a band its upper edge, [x]
    std::string shape = {};          ///< of points: up, down or both; empty: as the colour says
    std::vector<double> error = {};  ///< of points: bars up and down, [x]; empty: none
};

/// A diagram as inline SVG, in colours that the page gives (light, dark, print).
struct Diagram {
    std::string title, x_label, y_label;
    std::vector<Series> series;
    bool log_x = false, log_y = false;
    bool through_zero = false;  ///< lines at x = 0 and y = 0, where they are in range
    double width = 640.0, height = 400.0;

    std::string svg() const;
};

/// Round numbers at which an axis from `low` to `high` is marked, about `wanted` of them.
std::vector<double> marks(double low, double high, int wanted);

}  // namespace dickejump::cli
