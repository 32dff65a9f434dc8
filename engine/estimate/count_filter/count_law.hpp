#pragma once

// Tested through tests/estimate/count_filter/count_law_test.cpp.

#include <array>
#include <cmath>

#include "numeric/row.hpp"

namespace dickejump::count_filter {

using numeric::larger, numeric::smaller, numeric::Row;

/// What all pairs of ends of one tick share.
struct Tick {
    double length;         ///< [1/gamma]
    double spread;         ///< int (w + 1) dt
    double pump;           ///< mean w
    double first, second;  ///< boosts
    double scale;          ///< 2 mu, the mean of q
};

/// What one channel counted in one tick.
struct TickCount {
    bool open = false;
    double arrivals = 0.0;       ///< dead time taken out
    double efficiency = 0.0;     ///< the gate's share of the tick included
    double background = 0.0;     ///< arrivals in the tick
    double dead = 0.0;           ///< dead time times rate: excess variance per arrival
    bool few = false;            ///< Poisson rather than normal
    double log_factorial = 0.0;  ///< of the arrivals
};

/// log P of counts = constant + theta slope + theta^2 bend - log(determinant)/2.
struct LogLaw {
    Row constant{}, slope{}, bend{}, determinant = Row{} + 1.0;
};

/// The law of what is counted in a tick, given where x is at its two ends: eight beginnings at once. Means
/// and variances are in photons. With the mean path between the ends
///     int x dt = tau (x0 + x1)/2,   int (1 - x^2) dt = tau - tau (x0^2 + x0 x1 + x1^2)/3 - (1 - x^2) v
///     tau/6,
/// v = int (w + 1) dt, and the noise of the path about it; see count_filter.hpp for what follows.
class CountLaw {
public:
    /// @param bin_ticks  ticks of the bin that the counts were spread over
    /// @param blur  added variance of n, as a part of that of n in a tick
    CountLaw(const Tick& tick, double atoms, double side_rate, const std::array<TickCount, 3>& counts,
             double bin_ticks, double blur)
        : tick_(tick),
          levels_(atoms + 1.0),
          atoms_(atoms),
          side_rate_(side_rate),
          down_(counts[0]),
          up_(counts[1]),
          side_(counts[2]),
          within_bin_(bin_ticks > 1.0 ? bin_ticks / 6.0 : 0.0),
          blur_(tick.spread * (blur + (bin_ticks > 1.0 ? 1.0 - 1.0 / bin_ticks : 0.0)) * 0.25 * levels_ *
                levels_) {}

    DICKEJUMP_INLINE LogLaw operator()(const Row& x0, double x1) const {
        const double tau = tick_.length;
        const Row sum = x0 + x1, half = 0.5 * sum;
        const Row radius2 = larger(1.0 - half * half, 0.0);  // 1 - x^2
        const Row x_variance = radius2 * tick_.spread;
        const Row x_dt = half * tau;
        const Row radius2_dt = tau - tau / 3.0 * (sum * sum - x0 * x1) - x_variance * tau * (1.0 / 6.0);
        const Row x_dt_variance = x_variance * tau * tau * (1.0 / 12.0 + within_bin_);
        const double quarter = 0.25 * levels_ * levels_, half_levels = 0.5 * levels_;
        // int (A + B)/2 dt, int A dt, and the jumps: the net number, and the mean and variance of all.
        const Row mean_dt = larger(quarter * radius2_dt - tau * (1.0 / 6.0), 0.0);
        const Row net_jumps = half_levels * (x1 - x0);  // ups - downs
        const Row pumping_dt = larger(mean_dt - half_levels * x_dt, 0.0);
        const Row jumps = larger((tick_.pump + 1.0) * mean_dt + (1.0 - tick_.pump) * half_levels * x_dt,
                                 larger(net_jumps, -net_jumps)) +
                          1e-3;
        const Row jumps_per_x_dt =
            (tick_.pump + 1.0) * quarter * (-2.0 * half) + (1.0 - tick_.pump) * half_levels;
        const Row jumps_per_x2_dt = (tick_.pump + 1.0) * quarter * x_variance * tau;
        const Row jumps_variance = jumps + jumps_per_x_dt * jumps_per_x_dt * x_dt_variance +
                                   jumps_per_x2_dt * jumps_per_x2_dt * (1.0 / 45.0);
        const Row net_variance = blur_ * radius2;

        LogLaw law;
        // The channels one after the other, each given those before it. Near a pole the mean rate can be
        // below what the ends tell of it: theta changes no rate by more than all of it.
        Row up_off{}, up_variance{}, up_slope{};
        if (up_.open) {
            const double e = up_.efficiency;
            const Row ups = 0.5 * (jumps + net_jumps);
            const Row mean = e * ups + up_.background;
            const Row excess = 0.25 * e * e * (jumps_variance + net_variance) - e * e * ups + up_.dead * mean;
            up_slope = smaller(0.5 * e * pumping_dt, e * ups);
            up_off = up_.arrivals - mean, up_variance = larger(mean + excess, 0.05 * mean) + 1e-12;
            add(up_, mean, up_variance, up_slope, law);
        }
        Row down_off{}, down_variance{}, down_slope{};
        if (down_.open) {
            const double e = down_.efficiency;
            const Row downs = 0.5 * (jumps - net_jumps);
            const Row mean = e * downs + down_.background;
            Row variance =
                mean + 0.25 * e * e * (jumps_variance + net_variance) - e * e * downs + down_.dead * mean;
            variance = larger(variance, 0.05 * mean) + 1e-12;
            down_slope = smaller(0.5 * e * pumping_dt, e * downs);
            Row given = mean;
            if (up_.open) {
                const Row common = 0.25 * e * up_.efficiency * (jumps_variance - net_variance);
                const Row regression = common / up_variance;
                given += regression * up_off;
                down_slope -= regression * up_slope;
                variance = larger(variance - regression * common, 1e-9 * variance);
            }
            down_off = down_.arrivals - given, down_variance = variance;
            add(down_, given, variance, down_slope, law);
        }
        if (side_.open) {
            const double photons = side_.efficiency * side_rate_;
            const double per_x = photons * half_levels;
            const Row mean = per_x * x_dt + photons * 0.5 * atoms_ * tau + side_.background;
            Row variance = larger(mean, 0.0) * (1.0 + side_.dead) + per_x * per_x * x_dt_variance;
            Row given = mean, slope{};
            // The path between the ends is what they have in common.
            const Row shared = per_x * jumps_per_x_dt * x_dt_variance;
            Row with_up{};
            if (up_.open) {
                with_up = 0.5 * up_.efficiency * shared;
                const Row regression = with_up / up_variance;
                given += regression * up_off;
                slope -= regression * up_slope;
                variance -= regression * with_up;
            }
            if (down_.open) {
                Row with_down = 0.5 * down_.efficiency * shared;
                if (up_.open)
                    with_down -= 0.25 * down_.efficiency * up_.efficiency * (jumps_variance - net_variance) *
                                 with_up / up_variance;
                const Row regression = with_down / down_variance;
                given += regression * down_off;
                slope -= regression * down_slope;
                variance -= regression * with_down;
            }
            add(side_, given, larger(variance, 0.05 * mean) + 1e-12, slope, law);
        }
        return law;
    }

private:
    static constexpr double half_log_two_pi = 0.91893853320467274;

    /// One channel's count, expected with this mean at theta = 0, which changes with theta by `slope`, and
    /// this variance.
    DICKEJUMP_INLINE static void add(const TickCount& count, const Row& expected, const Row& variance,
                                     const Row& slope, LogLaw& law) {
        const double a = count.arrivals;
        const Row normal_off = a - expected, weight = 1.0 / variance;
        const Row normal = -0.5 * normal_off * normal_off * weight - half_log_two_pi;
        if (!count.few) {
            law.constant += normal;
            law.slope += normal_off * slope * weight;
            law.bend -= 0.5 * slope * slope * weight;
            law.determinant *= variance;
            return;
        }
        // Poisson, averaged over a mean that scatters with the excess variance: second order about the mean.
        // Where the mean scatters by more than a half of shot noise it is hundreds, and few clicks are far
        // from it: the normal law again.
        const Row mean = larger(expected, 1e-12), off = a - mean, excess = variance - expected;
        const Row typical = 0.5 * (mean + a) + 1.0, spread = larger(typical + excess, 0.1 * typical);
        Row poisson = 0.5 * off * off * (1.0 / typical - 1.0 / spread) - mean - count.log_factorial;
        if (a > 0.0)
            for (int i = 0; i < numeric::row_width; ++i)
                poisson[i] += a * std::log(mean[i]);
        const auto wide = excess > 0.3 * typical;
        law.constant += wide ? normal : poisson;
        law.slope += (wide ? normal_off * weight : off / mean) * slope;
        law.bend -= 0.5 * (wide ? weight : a / (mean * mean)) * slope * slope;
        law.determinant *= wide ? variance : spread / typical;
    }

    const Tick& tick_;
    double levels_, atoms_, side_rate_;
    const TickCount &down_, &up_, &side_;
    double within_bin_, blur_;
};

}  // namespace dickejump::count_filter
