#include "record/loop/click_counter.hpp"

#include <algorithm>
#include <cmath>

namespace dickejump::loop {

BinomialDraw::BinomialDraw(double p) {
    certain_ = p <= 0.0 ? -1 : p >= 1.0 ? 1 : 0;
    if (certain_ != 0) return;
    turned_ = p > 0.5;
    const double rare = turned_ ? 1.0 - p : p;
    odds_ = rare / (1.0 - rare);
    for (std::size_t trials = 0; trials < none_.size(); ++trials)
        none_[trials] = std::exp(static_cast<double>(trials) * std::log1p(-rare));
    for (std::size_t k = 0; k < inverse_.size(); ++k)
        inverse_[k] = 1.0 / static_cast<double>(k + 1);
}

ClickCounter::ClickCounter(const Detector& detector, double side_rate, double tick) {
    const auto efficiency = [&](Channel c) { return detector[c] ? detector[c]->efficiency : 0.0; };
    const auto background = [&](Channel c) { return detector[c] ? detector[c]->background : 0.0; };
    side_ = side_rate * efficiency(Channel::side);
    side_background_ = background(Channel::side);
    jumps_ = {BinomialDraw(efficiency(Channel::cavity)), BinomialDraw(efficiency(Channel::pump))};
    for (const auto c : channels) {
        background_[index_of(c)] = PoissonDraw(background(c) * tick);
        has_background_ = has_background_ || background(c) > 0.0;
    }
}

void ClickCounter::place(Xoshiro& random, const TickClicks& clicks, double begin, double end, std::int32_t n,
                         std::span<const Landing> path, std::vector<Photon>& photons) const {
    const auto first = static_cast<std::ptrdiff_t>(photons.size());
    // Of so many jumps still to come so many are to be seen.
    std::array<std::int32_t, 2> seen{clicks.of_jumps[0], clicks.of_jumps[1]}, jumps{};
    auto before = n;
    double n_dt = 0.0, time = begin;
    for (const auto& landing : path) {
        ++jumps[landing.n > before];
        n_dt += before * (landing.time - time);
        before = landing.n, time = landing.time;
    }
    n_dt += before * (end - time);
    before = n;
    for (const auto& landing : path) {
        const std::size_t up = landing.n > before;
        before = landing.n;
        if (seen[up] > 0 && random.unit() * jumps[up] < seen[up]) {
            photons.push_back({landing.time, up ? Channel::pump : Channel::cavity});
            --seen[up];
        }
        --jumps[up];
    }
    const auto anywhere = [&] { return begin + (end - begin) * random.unit(); };
    for (const auto c : {Channel::cavity, Channel::pump})
        for (auto left = clicks.other[index_of(c)]; left > 0; --left)
            photons.push_back({anywhere(), c});
    const double from_atoms = side_ * n_dt, all = from_atoms + side_background_ * (end - begin);
    for (auto left = clicks.other[2]; left > 0; --left) {
        double rest = random.unit() * all - from_atoms;
        if (rest >= 0.0) {
            photons.push_back({anywhere(), Channel::side});
            continue;
        }
        // Where int n dt has got to -rest from its end.
        rest = (rest + from_atoms) / side_;
        before = n, time = begin;
        for (const auto& landing : path) {
            const double here = before * (landing.time - time);
            if (rest < here) break;
            rest -= here;
            before = landing.n, time = landing.time;
        }
        photons.push_back({before > 0 ? std::min(end, time + rest / before) : time, Channel::side});
    }
    std::stable_sort(photons.begin() + first, photons.end(),
                     [](const Photon& a, const Photon& b) { return a.time < b.time; });
}

}  // namespace dickejump::loop
