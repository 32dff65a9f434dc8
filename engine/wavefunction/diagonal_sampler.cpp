#include "dickejump/wavefunction/diagonal_sampler.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/model/quantum_system.hpp"
#include "dickejump/trajectory/ladder_walk.hpp"
#include "model/checks.hpp"
#include "numeric/bisection.hpp"
#include "wavefunction/decaying_weights.hpp"

namespace dickejump {

namespace {

constexpr double nothing = -std::numeric_limits<double>::infinity();

/// ln of the weight below which a level does not count: between two jumps the others fall by e^-37 at most.
constexpr double negligible = -110.0;

/// One trajectory under way.
///
/// The entries of a state keep their places and a jump moves the ladder below them: entry i is level
/// i + offset_.
class DiagonalWalk {
public:
    DiagonalWalk(const DiagonalSampler::Levels& levels, std::span<const PumpSchedule::Piece> pieces,
                 const DickeState& start, Stream& random)
        : levels_(levels),
          pieces_(pieces),
          random_(random),
          log_weights_(start.log_weights().begin(), start.log_weights().end()),
          phases_(start.phases().begin(), start.phases().end()),
          q_(log_weights_.size()),
          last_(log_weights_.size() - 1) {
        draw();
        settle();
        guess_from_state();
    }

    /// Move to the next jump if it comes by `limit`, else to `limit`; before, show the states at the times in
    /// between, with `show(time)`.
    template <class Show>
    bool advance(double limit, const Show& show) {
        for (;;) {
            const auto& piece = pieces_[piece_];
            const double end = std::min(piece.end, limit);
            const auto wait = next_jump(piece, end - time_);
            const double until = wait ? time_ + *wait : end;
            show(until, bool(wait));
            if (wait) {
                jump(piece, *wait, until);
                return true;
            }
            if (end == limit) return false;
            cross_knot(piece, end);
        }
    }

    /// The state at `time`, within what `advance` is about to pass.
    LadderView view(std::int64_t atoms, double time, std::vector<double>& weights,
                    std::vector<double>& phases) const {
        const double dt = std::max(0.0, time - time_), pump_time = pieces_[piece_].integral(time_, dt);
        const auto size = active_last_ - active_first_ + 1;
        weights.resize(size);
        phases.resize(size);
        const auto n = level(active_first_);
        if (size == 1) {
            weights[0] = 1.0;
        } else {
            const double norm = decay(part(log_weights_), at_levels(levels_.up), at_levels(levels_.down),
                                      pump_time, dt, weights)
                                    .norm;
            // What is not there has the least that an exponential gives.
            for (std::size_t i = 0; i < size; ++i)
                weights[i] = log_weights_[active_first_ + i] == nothing ? 0.0 : weights[i] / norm;
        }
        for (std::size_t i = 0; i < size; ++i)
            phases[i] = phases_[active_first_ + i] - levels_.energy[n + i] * pump_time;
        return {.atoms = atoms, .first = static_cast<std::int64_t>(n), .weights = weights, .phases = phases};
    }

    double time() const { return time_; }
    int last_step() const { return last_step_; }

private:
    std::size_t level(std::size_t i) const {
        return static_cast<std::size_t>(static_cast<std::int64_t>(i) + offset_);
    }
    std::span<const double> part(const std::vector<double>& values) const {
        return std::span(values).subspan(active_first_, active_last_ - active_first_ + 1);
    }
    std::span<double> looked_ahead() {
        return std::span(q_).subspan(active_first_, active_last_ - active_first_ + 1);
    }
    std::span<const double> at_levels(const std::vector<double>& values) const {
        return std::span(values).subspan(level(active_first_), active_last_ - active_first_ + 1);
    }
    bool single() const { return first_ == last_; }

    void draw() {
        hazard_ = -std::log(open_unit(random_()));
        choice_ = open_unit(random_());
    }

    /// Leave out what is not there, and find what counts.
    void settle() {
        while (first_ < last_ && log_weights_[first_] == nothing)
            ++first_;
        while (last_ > first_ && log_weights_[last_] == nothing)
            --last_;
        active_first_ = first_;
        active_last_ = last_;
        while (active_first_ < last_ && !(log_weights_[active_first_] > negligible))
            ++active_first_;
        while (active_last_ > active_first_ && !(log_weights_[active_last_] > negligible))
            --active_last_;
    }

    /// Total rate now and its variance over levels, for the first guess of the waiting time; `weight(i)` need
    /// not be normalised.
    template <class Weight>
    void guess(double pump, const Weight& weight) {
        double norm = 0.0, up = 0.0, mean = 0.0, square = 0.0;
        const auto size = active_last_ - active_first_ + 1;
        const auto n = level(active_first_);
        for (std::size_t i = 0; i < size; ++i) {
            const double w = weight(i), rate = pump * levels_.up[n + i] + levels_.down[n + i];
            norm += w;
            up += w * levels_.up[n + i];
            mean += w * rate;
            square += w * rate * rate;
        }
        rate_ = mean / norm;
        up_rate_ = up / norm;
        rate_variance_ = std::max(0.0, square / norm - rate_ * rate_);
    }
    void guess_from_state() {
        if (single()) return;
        decay(part(log_weights_), at_levels(levels_.up), at_levels(levels_.down), 0.0, 0.0, looked_ahead());
        guess(pieces_[piece_].at(time_), [&](std::size_t i) { return q_[active_first_ + i]; });
    }

    /// How long until the norm has fallen by e^-hazard_, if that is by `limit`. Leaves in q_ the weights
    /// then, or at `limit`.
    std::optional<double> next_jump(const PumpSchedule::Piece& piece, double limit) {
        if (single()) {
            const auto n = level(first_);
            const double wait = waiting_time(piece.at(time_) * levels_.up[n] + levels_.down[n],
                                             piece.slope * levels_.up[n], hazard_);
            return wait <= limit ? std::optional(wait) : std::nullopt;
        }
        // The logarithm of the norm is -rate t + variance t^2/2 - ..
        double wait = waiting_time(rate_, piece.slope * up_rate_ - rate_variance_, hazard_);
        if (!std::isfinite(wait)) wait = hazard_ / rate_;
        if (!(wait < limit)) wait = limit;
        numeric::Bracket bracket{0.0, limit};
        // At constant w the logarithm is convex and Newton never overshoots; the bracket is for ramps. The
        // last step is not looked at again but carried over to first order, which is why this is not
        // numeric::first_root.
        for (int iteration = 0; iteration < 200; ++iteration) {
            sums_ = decay(part(log_weights_), at_levels(levels_.up), at_levels(levels_.down),
                          piece.integral(time_, wait), wait, looked_ahead());
            const double left = std::log(sums_.norm) + hazard_;  // > 0: still to wait
            const double rate = (piece.at(time_ + wait) * sums_.up + sums_.down) / sums_.norm;
            if (wait == limit && left > 0.0) return {};
            (left > 0.0 ? bracket.low : bracket.high) = wait;
            const double step = left / rate;
            // Quadratic convergence: what this last step misses is below rounding.
            if (std::abs(left) < 1e-8) {
                rest_ = std::clamp(step, -wait, limit - wait);
                return wait + rest_;
            }
            const double newton = wait + step;
            const double next = newton >= limit ? limit : bracket.safeguarded(newton);
            if (next == wait || bracket.high - bracket.low <= 1e-16 * bracket.high) break;
            wait = next;
        }
        rest_ = 0.0;
        return wait;
    }

    void cross_knot(const PumpSchedule::Piece& piece, double end) {
        const double dt = end - time_, pump_time = piece.integral(time_, dt);
        if (single()) {
            const auto n = level(first_);
            hazard_ -= levels_.up[n] * pump_time + levels_.down[n] * dt;
        } else {
            hazard_ += std::log(sums_.norm);
        }
        hazard_ = std::max(0.0, hazard_);
        evolve(dt, pump_time, single() ? 0.0 : -std::log(sums_.norm));
        time_ = end;
        ++piece_;
        settle();
        guess_from_state();
    }

    /// No jump over dt; `gain` is added to all logarithms.
    void evolve(double dt, double pump_time, double gain) {
        if (single()) {
            turn_phase(first_, pump_time);
            return;
        }
        for (std::size_t i = first_; i <= last_; ++i) {
            const auto n = level(i);
            log_weights_[i] += gain - levels_.up[n] * pump_time - levels_.down[n] * dt;
        }
        if (levels_.has_phases)
            for (std::size_t i = first_; i <= last_; ++i)
                turn_phase(i, pump_time);
    }
    void turn_phase(std::size_t i, double pump_time) { phases_[i] -= levels_.energy[level(i)] * pump_time; }

    void jump(const PumpSchedule::Piece& piece, double wait, double at) {
        const double pump = piece.at(at), pump_time = piece.integral(time_, wait);
        double up = levels_.up[level(first_)] * pump, down = levels_.down[level(first_)];
        if (!single()) {
            // The weights are those at wait - rest_: carry them over to first order, which is exact here.
            const auto n = level(active_first_);
            up = down = 0.0;
            for (std::size_t i = 0; i <= active_last_ - active_first_; ++i) {
                double& q = q_[active_first_ + i];
                q *= 1.0 - (pump * levels_.up[n + i] + levels_.down[n + i]) * rest_;
                up += q * levels_.up[n + i];
                down += q * levels_.down[n + i];
            }
            up *= pump;
        }
        const bool pumped = up >= choice_ * (up + down);
        const auto& log_rate = pumped ? levels_.log_up : levels_.log_down;
        evolve(wait, pump_time, 0.0);
        if (!single()) {
            const double gain = -std::log(pumped ? up / pump : down);
            for (std::size_t i = first_; i <= last_; ++i)
                log_weights_[i] += log_rate[level(i)] + gain;
        }
        if (pumped && levels_.has_phases)
            for (std::size_t i = first_; i <= last_; ++i)
                phases_[i] += levels_.turn[level(i)];
        // An entry that the jump destroys must not be looked up beyond the ladder's end.
        if (!single()) {
            if (pumped && level(last_) + 1 == levels_.up.size()) --last_;
            if (!pumped && level(first_) == 0) ++first_;
        }
        const auto& rates = pumped ? levels_.up : levels_.down;
        const auto before = level(active_first_);
        last_step_ = pumped ? 1 : -1;
        offset_ += last_step_;
        time_ = at;
        const auto old_first = active_first_, old_last = active_last_;
        settle();
        if (!single()) {
            // What counts now but did not before has nothing in q_; a guess may miss it.
            const auto missing = [&](std::size_t i) { return i < old_first || i > old_last; };
            guess(pump, [&](std::size_t i) {
                const auto entry = active_first_ + i;
                return missing(entry) ? 0.0 : q_[entry] * rates[before + (entry - old_first)];
            });
        }
        draw();
    }

    const DiagonalSampler::Levels& levels_;
    std::span<const PumpSchedule::Piece> pieces_;
    Stream& random_;
    std::vector<double> log_weights_, phases_;  ///< [entry]
    std::vector<double> q_;                     ///< [entry] weights of the latest look ahead
    std::int64_t offset_ = 0;
    std::size_t first_ = 0, last_;                    // entries that are there ..
    std::size_t active_first_ = 0, active_last_ = 0;  // .. and those that count
    double time_ = 0.0;                               // of log_weights_ and phases_
    std::size_t piece_ = 0;                           // the piece of the schedule at time_
    double hazard_ = 0.0, choice_ = 0.0;              // of the next jump: what is left of -ln u; which way
    double rate_ = 0.0, up_rate_ = 0.0, rate_variance_ = 0.0;  // now, for the first guess
    WeightSums sums_{};
    double rest_ = 0.0;  // from the latest look to the jump
    int last_step_ = 0;
};

DiagonalSampler::Levels levels_of(const LadderChannels& channels) {
    DiagonalSampler::Levels levels{};
    for (std::size_t n = 0; n < channels.pumping.size(); ++n) {
        const auto k = channels.pumping[n];
        const double e = channels.emission[n];
        levels.up.push_back(std::norm(k));
        levels.down.push_back(e * e);
        levels.log_up.push_back(std::log(std::norm(k)));
        levels.log_down.push_back(std::log(e * e));
        levels.turn.push_back(std::arg(k));
        levels.energy.push_back(channels.energy[n]);
        levels.has_phases |= levels.turn.back() != 0.0 || levels.energy.back() != 0.0;
    }
    return levels;
}

void check_atoms(const LadderChannels& channels, const DickeState& start) {
    Problems problems;
    check_amplitudes(start, channels, problems);
    problems.raise();
}

}  // namespace

SpinMoments spin_moments(const LadderView& state) {
    SpinMoments moments;
    if (state.phases.size() != state.weights.size())
        throw InvalidInput("a state of " + std::to_string(state.weights.size()) + " weights and " +
                           std::to_string(state.phases.size()) +
                           " phases (an amplitude has both) give as many");
    const double total = static_cast<double>(state.atoms);
    const auto size = state.weights.size();
    if (state.first < 0 || static_cast<double>(state.first) + static_cast<double>(size) > total + 1.0)
        throw InvalidInput("a state of " + std::to_string(size) + " levels from " +
                           std::to_string(state.first) + " on (the ladder has 0.." +
                           std::to_string(state.atoms) + ") show those that there are");
    for (std::size_t i = 0; i < size; ++i) {
        const double n = static_cast<double>(state.first) + static_cast<double>(i);
        const double m = n - 0.5 * total, weight = state.weights[i];
        moments.jz += weight * m;
        moments.jz2 += weight * m * m;
        moments.jpjm += weight * (n * (total - n + 1.0));
        if (i + 1 == size) break;
        // <J+> = sum_n sqrt(A_n) c*_{n+1} c_n
        const double size_of = std::sqrt(weight * state.weights[i + 1] * (total - n) * (n + 1.0));
        const double angle = state.phases[i] - state.phases[i + 1];
        moments.jx += size_of * std::cos(angle);
        moments.jy += size_of * std::sin(angle);
    }
    return moments;
}

DiagonalSampler::DiagonalSampler(LadderChannels channels, PumpSchedule pump, DickeState start)
    : channels_(std::move(channels)), pump_(std::move(pump)), start_(std::move(start)) {
    check(channels_);
    check_atoms(channels_, start_);
    levels_ = levels_of(channels_);
}

void DiagonalSampler::operator()(Stream& random, std::span<const double> times, const Show& show,
                                 std::vector<Jump>* record, StopRequest stop) const {
    (*this)(random, start_, times, show, record, stop);
}

void DiagonalSampler::operator()(Stream& random, const DickeState& start, std::span<const double> times,
                                 const Show& show, std::vector<Jump>* record, StopRequest stop) const {
    check_atoms(channels_, start);
    check_times(times);
    check_shown(bool{show});
    if (times.empty()) return;
    DiagonalWalk walk(levels_, pump_.pieces(), start, random);
    std::vector<double> weights, phases;
    std::size_t next = 0;
    const double end = times.back();
    const auto pass = [&](double until, bool jumps) {
        // At a jump's very instant the state is that after it.
        for (; next < times.size() && (jumps ? times[next] < until : times[next] <= until); ++next)
            show(next, walk.view(channels_.atoms(), times[next], weights, phases));
    };
    SparseCheck listen{stop};
    while (walk.advance(end, pass)) {
        listen();
        if (record) record->push_back({walk.time(), collective(walk.last_step())});
    }
}

}  // namespace dickejump
