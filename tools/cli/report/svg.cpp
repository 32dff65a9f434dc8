#include "cli/report/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace dickejump::cli {

namespace {

/// One axis: from numbers to places in the picture.
class Axis {
public:
    Axis(bool logarithmic, double begin, double end) : log_(logarithmic), begin_(begin), end_(end) {}

    bool shows(double x) const { return std::isfinite(x) && (!log_ || x > 0.0); }
    void see(double x) {
        if (!shows(x)) return;
        low_ = std::min(low_, of(x));
        high_ = std::max(high_, of(x));
    }
    /// Leaves some room around what was seen.
    void settle(double room) {
        if (!(low_ <= high_)) low_ = 0.0, high_ = 1.0;
        if (low_ == high_) {
            const double half = log_ || low_ == 0.0 ? 0.5 : 0.1 * std::abs(low_);
            low_ -= half, high_ += half;
        }
        const double more = room * (high_ - low_);
        low_ -= more, high_ += more;
    }
    double place(double x) const { return begin_ + (of(x) - low_) / (high_ - low_) * (end_ - begin_); }
    bool has(double x) const { return shows(x) && of(x) >= low_ && of(x) <= high_; }
    std::vector<double> ticks(int wanted) const {
        if (!log_) return marks(low_, high_, wanted);
        std::vector<double> all;
        const auto from = std::ceil(low_), to = std::floor(high_);
        const double step = std::max(1.0, std::ceil((to - from + 1.0) / wanted));
        for (double power = from; power <= to; power += step)
            all.push_back(std::pow(10.0, power));
        if (all.size() >= 2) return all;
        // Less than two decades: round numbers among them.
        for (const double x : marks(std::pow(10.0, low_), std::pow(10.0, high_), wanted))
            if (x > 0.0) all.push_back(x);
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        return all;
    }

private:
    double of(double x) const { return log_ ? std::log10(x) : x; }

    bool log_;
    double begin_, end_;
    double low_ = std::numeric_limits<double>::infinity(), high_ = -low_;
};

std::string number(double x) {
    if (std::abs(x) < 1e-12) return "0";
    auto text = fmt::format("{:.4g}", x);
    if (text.front() == '-') text.replace(0, 1, "−");
    return text;
}

/// The points of a line that are there, as a path with gaps.
std::string path(const Series& series, const Axis& x, const Axis& y) {
    std::string d;
    bool pen = false;
    for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i) {
        if (!x.shows(series.x[i]) || !y.shows(series.y[i])) {
            pen = false;
            continue;
        }
        d += fmt::format("{}{:.1f} {:.1f}", pen ? "L" : "M", x.place(series.x[i]), y.place(series.y[i]));
        pen = true;
    }
    return d;
}

std::string band(const Series& series, const Axis& x, const Axis& y) {
    std::string there, back;
    for (std::size_t i = 0; i < std::min(series.x.size(), series.high.size()); ++i) {
        if (!x.shows(series.x[i]) || !y.shows(series.y[i]) || !y.shows(series.high[i])) continue;
        there += fmt::format("{}{:.1f} {:.1f}", there.empty() ? "M" : "L", x.place(series.x[i]),
                             y.place(series.y[i]));
        back = fmt::format("L{:.1f} {:.1f}", x.place(series.x[i]), y.place(series.high[i])) + back;
    }
    return there.empty() ? "" : there + back + "Z";
}

/// Up a triangle, down one on its head, else a circle: told apart without colour.
std::string marker(const Series& series, double x, double y) {
    const auto& colour = series.colour;
    const auto& shape = series.shape.empty() ? colour : series.shape;
    if (shape == "up" || shape == "down") {
        const double tip = shape == "up" ? -4.5 : 4.5;
        return fmt::format("<path class=\"mark {}\" d=\"M{:.1f} {:.1f}l4 {:.1f}h-8Z\"/>", colour, x, y + tip,
                           -1.6 * tip);
    }
    return fmt::format("<circle class=\"mark {}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.2\"/>", colour, x, y);
}

std::string drawn(const Series& series, const Axis& x, const Axis& y) {
    std::string svg;
    switch (series.look) {
        case Series::Look::line:
            return fmt::format("<path class=\"line {}\" d=\"{}\"/>\n", series.colour, path(series, x, y));
        case Series::Look::band:
            return fmt::format("<path class=\"band {}\" d=\"{}\"/>\n", series.colour, band(series, x, y));
        case Series::Look::points:
            break;
    }
    for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i) {
        if (!x.shows(series.x[i]) || !y.shows(series.y[i])) continue;
        const double at = x.place(series.x[i]);
        std::string said = number(series.x[i]) + ", " + number(series.y[i]);
        if (i < series.error.size() && std::isfinite(series.error[i])) {
            const double low = series.y[i] - series.error[i], high = series.y[i] + series.error[i];
            if (y.shows(low) && y.shows(high))
                svg += fmt::format("<path class=\"bar {}\" d=\"M{:.1f} {:.1f}V{:.1f}\"/>", series.colour, at,
                                   y.place(low), y.place(high));
            said += " ± " + number(series.error[i]);
        }
        svg += fmt::format("<g><title>{}</title>{}</g>\n",
                           escaped((series.label.empty() ? "" : series.label + ": ") + said),
                           marker(series, at, y.place(series.y[i])));
    }
    return svg;
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text)
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\'':
                result += "&#39;";
                break;
            default:
                result += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
        }
    return result;
}

std::vector<double> marks(double low, double high, int wanted) {
    if (!(high > low) || wanted < 1) return {};
    const double rough = (high - low) / wanted, power = std::pow(10.0, std::floor(std::log10(rough)));
    double step = 10.0 * power;
    for (const double round : {1.0, 2.0, 5.0})
        if (round * power >= rough) {
            step = round * power;
            break;
        }
    std::vector<double> all;
    for (double i = std::ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; ++i)
        all.push_back(i * step + 0.0);  // no -0
    return all;
}

std::string Diagram::svg() const {
    const bool small = width < 400.0;
    std::vector<const Series*> named;
    for (const auto& one : series)
        if (!one.label.empty() && !small) named.push_back(&one);
    const double legend = named.empty() ? 0.0 : 20.0 * std::ceil(static_cast<double>(named.size()) / 3.0);
    const double left = small ? 44.0 : 66.0, top = 26.0, right = 14.0,
                 bottom = (small ? 38.0 : 46.0) + legend;
    Axis x(log_x, left, width - right), y(log_y, height - bottom, top);
    for (const auto& one : series) {
        for (const double value : one.x)
            x.see(value);
        for (std::size_t i = 0; i < one.y.size(); ++i) {
            y.see(one.y[i]);
            if (i < one.high.size()) y.see(one.high[i]);
            if (i < one.error.size() && std::isfinite(one.error[i]))
                y.see(one.y[i] - one.error[i]), y.see(one.y[i] + one.error[i]);
        }
    }
    x.settle(0.02);
    y.settle(0.05);

    const double floor = height - bottom;
    auto svg =
        fmt::format("<svg viewBox=\"0 0 {:g} {:g}\" role=\"img\" aria-label=\"{}\">\n<title>{}</title>\n",
                    width, height, escaped(title), escaped(title));
    svg += fmt::format("<text class=\"head\" x=\"{:.1f}\" y=\"15\">{}</text>\n", left, escaped(title));
    for (const double tick : x.ticks(small ? 4 : 7))
        svg += fmt::format(
            "<path class=\"grid\" d=\"M{0:.1f} {1:.1f}V{2:.1f}\"/><text class=\"tick\" x=\"{0:.1f}\" "
            "y=\"{3:.1f}\" "
            "text-anchor=\"middle\">{4}</text>\n",
            x.place(tick), top, floor, floor + 15.0, number(tick));
    for (const double tick : y.ticks(small ? 4 : 6))
        svg += fmt::format(
            "<path class=\"grid\" d=\"M{0:.1f} {1:.1f}H{2:.1f}\"/><text class=\"tick\" x=\"{3:.1f}\" "
            "y=\"{4:.1f}\" "
            "text-anchor=\"end\">{5}</text>\n",
            left, y.place(tick), width - right, left - 5.0, y.place(tick) + 4.0, number(tick));
    if (through_zero && x.has(0.0))
        svg += fmt::format("<path class=\"axis\" d=\"M{:.1f} {:.1f}V{:.1f}\"/>\n", x.place(0.0), top, floor);
    if (through_zero && y.has(0.0))
        svg += fmt::format("<path class=\"axis\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>\n", left, y.place(0.0),
                           width - right);
    for (const auto& one : series)
        svg += drawn(one, x, y);
    svg +=
        fmt::format("<rect class=\"frame\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n",
                    left, top, width - right - left, floor - top);
    svg += fmt::format("<text class=\"label\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                       0.5 * (left + width - right), floor + 33.0, escaped(x_label));
    svg += fmt::format(
        "<text class=\"label\" transform=\"translate(13 {:.1f}) rotate(-90)\" "
        "text-anchor=\"middle\">{}</text>\n",
        0.5 * (top + floor), escaped(y_label));
    for (std::size_t i = 0; i < named.size(); ++i) {
        const double at_x = left + static_cast<double>(i % 3) * (width - right - left) / 3.0,
                     at_y = floor + 54.0 + 20.0 * static_cast<double>(i / 3);
        const auto& one = *named[i];
        if (one.look == Series::Look::points)
            svg += marker(one, at_x + 8.0, at_y - 4.0);
        else if (one.look == Series::Look::band)
            svg +=
                fmt::format("<rect class=\"band {}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"16\" height=\"10\"/>",
                            one.colour, at_x, at_y - 9.0);
        else
            svg += fmt::format("<path class=\"line {}\" d=\"M{:.1f} {:.1f}h16\"/>", one.colour, at_x,
                               at_y - 4.0);
        svg += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", at_x + 22.0, at_y,
                           escaped(one.label));
    }
    return svg + "</svg>\n";
}

}  // namespace dickejump::cli
