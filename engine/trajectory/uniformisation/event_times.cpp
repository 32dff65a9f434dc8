#include "trajectory/uniformisation/event_times.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <boost/random/beta_distribution.hpp>

#include "dickejump/random/exponential.hpp"
#include "dickejump/random/stream.hpp"
#include "numeric/each_width.hpp"

namespace dickejump::uniformisation {

namespace {

/// Spacings that are multiplied before a logarithm is taken.
constexpr std::size_t together = 8;

/// `count` uniform numbers of the SplitMix generator that begins with `state`, the i-th in row i % together
/// and column i / together of `columns`; each is multiplied by those above it. Simple loops, for the
/// compiler's vectors.
DICKEJUMP_EACH_WIDTH
void uniform_products(std::uint64_t state, std::size_t count, std::size_t columns, double* products) {
    for (std::size_t i = 0; i < together * columns; ++i) {
        std::uint64_t z = state + (i + 1) * 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        z = z ^ (z >> 31);
        products[i] = std::bit_cast<double>((z >> 12) | 0x3ff0000000000000) - (1.0 - 0x1p-53);
    }
    for (auto i = count; i < together * columns; ++i)
        products[i % together * columns + i / together] = 1.0;
    for (std::size_t i = columns; i < together * columns; ++i)
        products[i] *= products[i - columns];
}

/// Spacings of a stretch that is shared out.
constexpr std::size_t spacings = 128;

}  // namespace

bool EventTimes::Stretch::small() const {
    return after - before <= static_cast<std::int32_t>(spacings);
}

double EventTimes::at(double unit) const {
    return std::min(place_.begin + place_.length * unit, place_.end);
}

double EventTimes::operator()(std::int32_t event) const {
    auto stretch = whole();
    while (!stretch.small()) {
        const auto [left, right] = halves(stretch);
        if (event == right.before) return at(right.from);
        stretch = event < right.before ? left : right;
    }
    double time;
    share_out(stretch, std::span<const std::int32_t>(&event, 1), &time);
    return time;
}

SplitMix EventTimes::generator(std::int32_t event, bool leaf) const {
    return {SplitMix{key_ ^ (2 * static_cast<std::uint64_t>(event) + (leaf ? 1 : 0))}()};
}

std::pair<EventTimes::Stretch, EventTimes::Stretch> EventTimes::halves(const Stretch& s) const {
    const auto middle = s.before + (s.after - s.before) / 2;
    auto random = generator(middle, false);
    boost::random::beta_distribution<double> share(middle - s.before, s.after - middle);
    const double time = s.from + (s.to - s.from) * share(random);
    return {{s.before, middle, s.from, time}, {middle, s.after, time, s.to}};
}

void EventTimes::all(const Stretch& s, std::span<const std::int32_t> events, double* times) const {
    if (events.empty()) return;
    if (s.small()) return share_out(s, events, times);
    const auto [left, right] = halves(s);
    const auto middle = static_cast<std::size_t>(
        std::lower_bound(events.begin(), events.end(), right.before) - events.begin());
    all(left, events.first(middle), times);
    auto rest = events.subspan(middle);
    times += middle;
    if (!rest.empty() && rest.front() == right.before) {
        *times++ = at(right.from);
        rest = rest.subspan(1);
    }
    all(right, rest, times);
}

/// A sum of exponential spacings is -ln of a product of uniform numbers: of whole groups, and of a part
/// of the last.
void EventTimes::share_out(const Stretch& s, std::span<const std::int32_t> events, double* times) const {
    const auto count = static_cast<std::size_t>(s.after - s.before),
               groups = (count + together - 1) / together;
    std::array<double, spacings> products;
    uniform_products(generator(s.before, true).state, count, groups, products.data());
    const auto of = [&](std::size_t spacing) {
        return products[spacing % together * groups + spacing / together];
    };
    std::array<double, spacings + spacings / together> sums;
    for (std::size_t g = 0; g < groups; ++g)
        sums[g] = products[(together - 1) * groups + g];
    const auto first = static_cast<std::size_t>(s.before) + 1;
    for (std::size_t i = 0; i < events.size(); ++i)
        sums[groups + i] = of(static_cast<std::size_t>(events[i]) - first);
    negative_logarithms(std::span(sums).first(groups + events.size()));
    std::array<double, spacings / together> before;
    double sum = 0.0;
    for (std::size_t g = 0; g < groups; ++g) {
        before[g] = sum;
        sum += sums[g];
    }
    const double scale = (s.to - s.from) / sum;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto group = (static_cast<std::size_t>(events[i]) - first) / together;
        times[i] = at(s.from + scale * (before[group] + sums[groups + i]));
    }
}

}  // namespace dickejump::uniformisation
