#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "dickejump/random/purpose.hpp"
#include "study/estimate/estimate_plan.hpp"

namespace dickejump {

namespace {

/// All numbers of residuals whose distances count, in a row.
std::vector<double> numbers_of(const ClickResiduals& residuals) {
    std::vector<double> numbers;
    for (const auto& process : residuals.processes) {
        numbers.insert(numbers.end(), process.excess.begin(), process.excess.end());
        numbers.insert(numbers.end(), process.short_waits.begin(), process.short_waits.end());
    }
    return numbers;
}

/// The same back.
std::vector<double> distances_of(const ClickResiduals& like, std::span<const double> numbers) {
    ClickResiduals residuals;
    residuals.processes.resize(like.processes.size());
    const double* from = numbers.data();
    for (auto& process : residuals.processes) {
        std::copy_n(from, process.excess.size(), process.excess.begin());
        from += process.excess.size();
        std::copy_n(from, process.short_waits.size(), process.short_waits.begin());
        from += process.short_waits.size();
    }
    return residuals.distances();
}

}  // namespace

FitPool simulate_fits(const PreparedEstimate::Plan& plan, double theta, double scale, std::int64_t count,
                      bool groups, double bin, const RunControl& control) {
    const auto model = plan.model.shifted(theta);
    FitPool pool;
    const auto size = static_cast<std::size_t>(count);
    pool.single.resize(size);
    pool.scores.resize(size);
    if (groups) pool.common.resize(size);
    constexpr std::int64_t together = 16;
    const auto batches = (count + together - 1) / together;
    const auto stop = control.stop();
    const auto work = [&](std::int64_t batch) {
        stop.check();
        const auto first = batch * together;
        const auto records = model.simulate(plan.config.seed, first_calibration_run + first,
                                            static_cast<int>(std::min(together, count - first)), bin, stop);
        for (std::size_t i = 0; i < records.size(); ++i) {
            stop.check();
            const auto& clicks = records[i];
            const auto index = static_cast<std::size_t>(first) + i;
            const auto told = model.estimate(
                [&](const LikelihoodFilter::Thetas& thetas) {
                    return model.filter(clicks, thetas, {}, stop);
                },
                scale, clicks.empty());
            // Without a maximum a record is looked at where the nominal pump is, as the real ones are.
            const double at = told && told->found() ? told->maximum : std::max(-theta, model.range.lowest);
            auto own = model.residuals_of(clicks, at, stop);
            pool.single[index] = own.distances();
            pool.scores[index] = told ? told->score : 0.0;
            if (groups) {
                pool.common[index] = model.residuals_of(clicks, 0.0, stop);
                for (auto& process : pool.common[index].processes)
                    process.intervals = {};
            }
        }
    };
    std::int64_t done = 0;
    const auto start = StopRequest::Clock::now();
    control.executor().in_order(batches, work, [&](std::int64_t) {
        done = std::min(count, done + together);
        if (control.progress)
            control.progress(
                {.done = done,
                 .wanted = count,
                 .seconds = std::chrono::duration<double>(StopRequest::Clock::now() - start).count(),
                 .unit = "simulated records"});
        return true;
    });
    return pool;
}

double combined_p_value(const ClickResiduals& together, std::size_t records, const FitPool& pool,
                        bool fitted) {
    const auto size = pool.common.size();
    if (size == 0) return std::numeric_limits<double>::quiet_NaN();
    std::vector<std::vector<double>> rows;
    rows.reserve(size);
    for (const auto& residuals : pool.common)
        rows.push_back(numbers_of(residuals));
    const auto count = rows.front().size();
    const auto of_pool = static_cast<double>(size);
    double mean_score = 0.0, square = 0.0;
    for (const double score : pool.scores)
        mean_score += score / of_pool;
    for (const double score : pool.scores)
        square += (score - mean_score) * (score - mean_score);
    // Fitting theta takes from residuals what they have in common with the score: to first order, their
    // regression on it.
    for (std::size_t i = 0; i < count; ++i) {
        double mean = 0.0, product = 0.0;
        for (std::size_t k = 0; k < size; ++k)
            mean += rows[k][i] / of_pool;
        for (std::size_t k = 0; k < size; ++k)
            product += (rows[k][i] - mean) * (pool.scores[k] - mean_score);
        const double slope = fitted && square > 0.0 ? product / square : 0.0;
        for (std::size_t k = 0; k < size; ++k)
            rows[k][i] -= mean + slope * (pool.scores[k] - mean_score);
    }
    // Groups of records k, k + step, k + 2 step, ..: each with other neighbours.
    std::vector<std::vector<double>> groups;
    constexpr std::size_t most_groups = 2000;
    for (std::size_t k = 0; k < std::min(size, most_groups); ++k) {
        std::vector<double> sum(count);
        const std::size_t step =
            1 + k * 7 % std::max<std::size_t>(1, size / std::max<std::size_t>(records, 1));
        for (std::size_t j = 0; j < records; ++j)
            for (std::size_t i = 0; i < count; ++i)
                sum[i] += rows[(k + j * step) % size][i];
        groups.push_back(distances_of(pool.common.front(), sum));
    }
    return fit_p_value(together.distances(), groups);
}

}  // namespace dickejump
