#include <algorithm>
#include <boost/random/normal_distribution.hpp>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/random/purpose.hpp"
#include "dickejump/random/stream.hpp"
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

FitPool pool_of(std::int64_t count, bool groups, std::size_t parameters) {
    FitPool pool;
    const auto size = static_cast<std::size_t>(count);
    pool.single.resize(size);
    pool.scores.assign(parameters, std::vector<double>(size));
    if (groups) pool.common.resize(size);
    return pool;
}

/// Hands the simulated records 0 .. count - 1 to `fit`, on all threads.
void each_simulated(const PreparedEstimate::Plan& plan, const ClickSource& source, std::int64_t count,
                    double bin, const RunControl& control,
                    const std::function<void(std::size_t, std::span<const Photon>)>& fit) {
    constexpr std::int64_t together = 16;
    const auto batches = (count + together - 1) / together;
    const auto stop = control.stop();
    const auto work = [&](std::int64_t batch) {
        stop.check();
        const auto first = batch * together;
        const auto records = source.clicks(plan.config.seed, first_calibration_run + first,
                                           static_cast<int>(std::min(together, count - first)), bin, stop);
        for (std::size_t i = 0; i < records.size(); ++i) {
            stop.check();
            fit(static_cast<std::size_t>(first) + i, records[i]);
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
}

}  // namespace

FitPool simulate_fits(const PreparedEstimate::Plan& plan, double theta, double scale, std::int64_t count,
                      bool groups, double bin, const RunControl& control) {
    const auto model = plan.model.shifted(theta);
    const auto stop = control.stop();
    auto pool = pool_of(count, groups, 1);
    const auto fit = [&](std::size_t index, std::span<const Photon> clicks) {
        const auto told = model.estimate(
            [&](const LikelihoodFilter::Thetas& thetas) { return model.filter(clicks, thetas, {}, stop); },
            scale, clicks.empty());
        // Without a maximum a record is looked at where the nominal pump is, as the real ones are.
        const double at = told && told->found() ? told->maximum : std::max(-theta, model.range.lowest);
        auto own = model.residuals_of(clicks, at, stop);
        pool.single[index] = own.distances();
        pool.scores[0][index] = told ? told->score : 0.0;
        if (!groups) return;
        pool.common[index] = model.residuals_of(clicks, 0.0, stop);
        for (auto& process : pool.common[index].processes)
            process.intervals = {};
    };
    const ClickSource source{model.ladder, model.pump,     model.grid,
                             model.start,  model.detector, model.side_rate};
    each_simulated(plan, source, count, bin, control, fit);
    return pool;
}

FitPool simulate_joint_fits(const PreparedEstimate::Plan& plan, const Eigen::VectorXd& at, std::int64_t count,
                            bool groups, double bin, const RunControl& control) {
    const auto& model = plan.model;
    const auto stop = control.stop();
    const auto& unknown = model.problem.unknown;
    auto pool = pool_of(count, groups, unknown.size() + 1);
    const auto fit = [&](std::size_t index, std::span<const Photon> clicks) {
        auto problem = model.problem;
        Stream random(plan.config.seed,
                      static_cast<std::uint64_t>(first_calibration_run) + static_cast<std::uint64_t>(index),
                      Purpose::prior);
        boost::random::normal_distribution<double> normal;
        for (std::size_t i = 0; i < unknown.size(); ++i)
            if (auto& prior = problem.unknown[i].prior)
                prior->value = at(static_cast<Eigen::Index>(i) + 1) + prior->error * normal(random);
        std::optional<RecordInformation::Told> first;
        const JointLikelihood likelihood = [&](const Eigen::VectorXd& x) {
            auto told = model.joint.at(clicks, x, stop);
            if (!first) first = told;  // the climb begins at `at`
            return told;
        };
        Eigen::VectorXd found = at;
        try {
            const auto fitted = estimate_jointly(likelihood, problem, at, false);
            if (fitted.converged) found = fitted.value;
        } catch (const InvalidInput&) {
            // Such a record cannot happen there: it is left as it is.
        }
        pool.single[index] = model.residuals_at(clicks, found, stop).distances();
        for (std::size_t k = 0; k < pool.scores.size(); ++k) {
            const double score = first ? first->score(static_cast<Eigen::Index>(k)) : 0.0;
            pool.scores[k][index] = std::isfinite(score) ? score : 0.0;
        }
        if (!groups) return;
        pool.common[index] = model.residuals_at(clicks, at, stop);
        for (auto& process : pool.common[index].processes)
            process.intervals = {};
    };
    each_simulated(plan, model.source_at(at), count, bin, control, fit);
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
    // Fitting theta, and what else is not known, takes from residuals what they have in common with the
    // scores: to first order, their regression on them.
    struct Along {
        std::vector<double> score;  ///< centred, without what it shares with those before
        double square = 0.0;
    };
    std::vector<Along> fitted_along;
    for (const auto& scores : pool.scores) {
        double mean_score = 0.0;
        for (const double score : scores)
            mean_score += score / of_pool;
        Along direction{scores};
        for (double& score : direction.score)
            score -= mean_score;
        for (const auto& before : fitted_along) {
            double product = 0.0;
            for (std::size_t k = 0; k < size; ++k)
                product += direction.score[k] * before.score[k];
            for (std::size_t k = 0; before.square > 0.0 && k < size; ++k)
                direction.score[k] -= product / before.square * before.score[k];
        }
        double length = 0.0;
        for (const double score : scores)
            length += (score - mean_score) * (score - mean_score);
        for (const double score : direction.score)
            direction.square += score * score;
        // What the scores before have told already is nothing new.
        constexpr double negligible = 1e-6;
        if (direction.square > negligible * length) fitted_along.push_back(std::move(direction));
    }
    for (std::size_t i = 0; i < count; ++i) {
        double mean = 0.0;
        for (std::size_t k = 0; k < size; ++k)
            mean += rows[k][i] / of_pool;
        std::vector<double> common(size, mean);
        for (const auto& [score, square] : fitted_along) {
            double product = 0.0;
            for (std::size_t k = 0; k < size; ++k)
                product += (rows[k][i] - mean) * score[k];
            const double slope = fitted && square > 0.0 ? product / square : 0.0;
            for (std::size_t k = 0; k < size; ++k)
                common[k] += slope * score[k];
        }
        for (std::size_t k = 0; k < size; ++k)
            rows[k][i] -= common[k];
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
