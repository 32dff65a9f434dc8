#include "handwritten.hpp"

#include <cmath>
#include <random>

Handwritten handwritten(int atoms, double rate, double half_width, std::int64_t trajectories,
                        std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::exponential_distribution<double> exponential(1.0);
    std::uniform_real_distribution<double> uniform(0.0, 1.0);
    const double j = atoms / 2.0, slope = 2.0 * rate / atoms, w0 = 1.0 - 2.0 * half_width / atoms;
    const double duration = 2.0 * half_width / rate;
    std::int64_t jumps = 0;
    double sum = 0.0;
    for (std::int64_t k = 0; k < trajectories; ++k) {
        double m = -j, t = 0.0;
        while (true) {
            const double A = (j - m) * (j + m + 1.0), B = (j + m) * (j - m + 1.0);
            const double R = (w0 + slope * t) * A + B, a = slope * A, E = exponential(random);
            const double dt = a > 0.0 ? (-R + std::sqrt(R * R + 2.0 * a * E)) / a : E / R;
            if (t + dt > duration) break;
            t += dt;
            ++jumps;
            const double up = (w0 + slope * t) * A;
            m += uniform(random) * (up + B) < up ? 1.0 : -1.0;
        }
        sum += m;
    }
    return {jumps, sum / static_cast<double>(trajectories)};
}
