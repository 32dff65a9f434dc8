#include "dickejump/record/loop_sampler.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "dickejump/random/stream.hpp"
#include "record/loop/loop_checks.hpp"
#include "trajectory/stream_draws.hpp"

namespace dickejump {

namespace {

/// Turns jumps and levels into clicks.
class Eye {
public:
    Eye(const Detector& detector, double side_rate, Stream stream) : stream_(stream) {
        for (const auto c : channels) {
            if (!detector[c]) continue;
            efficiency_[index(c)] = detector[c]->efficiency;
            background_ += detector[c]->background;
            backgrounds_[index(c)] = detector[c]->background;
        }
        side_ = side_rate * efficiency_[index(Channel::side)];
    }

    /// Between jumps at level n, from `begin` to `end`.
    void wait(double begin, double end, double n, std::vector<Photon>& clicks) {
        const double side = side_ * n, rate = side + background_;
        if (rate == 0.0) return;
        for (double t = begin;;) {
            t -= std::log(open_unit(stream_())) / rate;
            if (t >= end) return;
            double u = open_unit(stream_()) * rate - side;
            auto channel = Channel::side;
            for (const auto c : channels) {
                if (u < 0.0) break;
                u -= backgrounds_[index(c)];
                channel = c;
            }
            clicks.push_back({t, channel});
        }
    }
    void jump(double time, Channel channel, std::vector<Photon>& clicks) {
        const double efficiency = efficiency_[index(channel)];
        if (efficiency > 0.0 && open_unit(stream_()) < efficiency) clicks.push_back({time, channel});
    }

private:
    static constexpr std::size_t index(Channel c) { return static_cast<std::size_t>(c); }

    Stream stream_;
    std::array<double, channels.size()> efficiency_{}, backgrounds_{};
    double background_ = 0.0, side_ = 0.0;
};

/// The atoms of a run: n of the ladder, or |j, m> where single atoms act too.
class LoopAtoms {
public:
    LoopAtoms(const DickeLadder& ladder, const std::optional<LocalSpins>& spins, std::int64_t n)
        : linewidth_(ladder.linewidth()), spins_(spins), at_{ladder.atoms(), 2 * n - ladder.atoms()} {
        enter();
    }

    /// A, in units of the pump.
    double pumping() const { return pumping_; }
    /// All that the pump has no part in: collective emission, and what single atoms do.
    double others() const { return emission_ + local_; }
    double n() const { return n_; }
    std::int64_t twice_j() const { return at_.twice_j; }

    /// @param mark  uniform up to up + others()
    Process jump(double mark, double up) {
        auto process = Process::collective_pumping;
        auto next = at_;
        if (mark < up) {
            next.twice_m += 2;
        } else if (mark - up < emission_ || local_ == 0.0) {
            process = Process::collective_emission;
            next.twice_m -= 2;
        } else {
            mark -= up + emission_;
            // A share of dephasing changes nothing, and is what is left over.
            process = Process::dephasing;
            for (const auto& exit : spins_->exits(at_)) {
                if (mark < exit.rate) {
                    process = exit.process;
                    next = exit.from(at_);
                    break;
                }
                mark -= exit.rate;
            }
        }
        at_ = next;
        enter();
        return process;
    }

private:
    void enter() {
        const auto lost = static_cast<double>(spins_ ? (spins_->atoms() - at_.twice_j) / 2 : 0);
        n_ = static_cast<double>(at_.above()) + lost;
        pumping_ = LocalSpins::collective_pumping(at_), emission_ = LocalSpins::collective_emission(at_);
        if (linewidth_ != 0.0) pumping_ /= 1.0 + linewidth_ * (n_ + 1.0) * linewidth_ * (n_ + 1.0);
        if (!spins_) return;
        const auto& [emission, pumping, dephasing] = spins_->rates();
        const auto atoms = static_cast<double>(spins_->atoms());
        local_ = emission * n_ + pumping * (atoms - n_) + 0.25 * dephasing * atoms;
    }

    double linewidth_;
    const std::optional<LocalSpins>& spins_;
    SpinState at_;
    double n_ = 0.0, pumping_ = 0.0, emission_ = 0.0, local_ = 0.0;
};

}  // namespace

LoopSampler::LoopSampler(const DickeLadder& ladder, const TickGrid& grid, std::optional<Detector> detector,
                         double side_rate, const std::optional<LocalRates>& local)
    : ladder_(ladder), grid_(grid), detector_(std::move(detector)), side_rate_(side_rate) {
    if (local) spins_.emplace(ladder.atoms(), *local);
    loop::check_loop(ladder_, grid_, detector_, side_rate_);
    Problems problems;
    if (detector_) check_loop(*detector_, problems);
    problems.require(!local || side_rate_ == 0.0,
                     "`side_rate` = " + text(side_rate_) +
                         " (the side light of single atoms is their emission) leave it out");
    problems.require(!local || ladder_.is_ideal(),
                     "a ladder with a linewidth (rates of |j, m> are those of Eq. (1)) give one without");
    problems.raise();
}

LoopRun LoopSampler::operator()(std::uint64_t seed, std::int64_t trajectory,
                                std::optional<std::int64_t> start, const Controller& controller, double theta,
                                StopRequest stop) const {
    if (!controller || !std::isfinite(theta) || trajectory < 0) {
        Problems problems;
        problems.require(bool{controller},
                         "no controller (somebody sets the pump) pass a function that does");
        problems.require(std::isfinite(theta), "theta = " + text(theta) + " (a shift is finite) correct it");
        problems.require(trajectory >= 0, "trajectory = " + std::to_string(trajectory) +
                                              " (they are counted from 0) choose one of them");
        problems.raise();
    }
    const auto key = static_cast<std::uint64_t>(trajectory);
    Stream stream(seed, key, Purpose::loop);
    const double u = open_unit(stream());
    LoopRun run;
    const auto levels = static_cast<double>(ladder_.atoms()) + 1.0;
    run.start = start.value_or(std::min(ladder_.atoms(), static_cast<std::int64_t>(u * levels)));
    if (run.start < 0 || run.start > ladder_.atoms())
        throw InvalidInput("start level n = " + std::to_string(run.start) + " (the ladder has 0.." +
                           std::to_string(ladder_.atoms()) + ") choose one of them");
    StreamDraws draws(stream);
    std::optional<Eye> eye;
    if (detector_) eye.emplace(*detector_, side_rate_, Stream(seed, key, Purpose::loop_detector));
    run.ticks.reserve(static_cast<std::size_t>(grid_.ticks));

    LoopAtoms atoms(ladder_, spins_, run.start);
    std::size_t seen = 0;
    SparseCheck go_on{stop};
    for (std::int64_t tick = 0; tick < grid_.ticks; ++tick) {
        const double begin = grid_.time(tick), end = grid_.time(tick + 1);
        const double set = controller({.index = tick,
                                       .time = begin,
                                       .n = static_cast<std::int64_t>(atoms.n()),
                                       .clicks = std::span(run.clicks).subspan(seen)});
        if (!(set >= 0.0) || std::isinf(set))
            throw InvalidInput("pump = " + text(set) + " set at t = " + text(begin) +
                               " (a rate is finite and not negative) let the controller stop at 0");
        const double pump = std::max(0.0, set + theta);
        seen = run.clicks.size();
        LoopStep step{.pump = set, .n = static_cast<std::int32_t>(atoms.n())};
        double time = begin;
        for (;;) {
            go_on();
            const double pumping = atoms.pumping(), up = pump * pumping, rate = up + atoms.others(),
                         n = atoms.n();
            // Nothing is remembered of a wait that a tick cuts off: exponentials have no memory.
            const double next = time + draws.exponential() / rate;
            const bool over = !(next < end);
            const double until = over ? end : next;
            step.pumping += pumping * (until - time);
            if (eye) eye->wait(time, until, n, run.clicks);
            if (over) break;
            time = next;
            const auto process = atoms.jump(draws.uniform() * rate, up);
            step.ups += process == Process::collective_pumping;
            step.downs += process == Process::collective_emission;
            if (eye && emits_photon(process)) eye->jump(time, photon_channel(process), run.clicks);
        }
        for (const auto& click : std::span(run.clicks).subspan(seen))
            ++step.clicks[index_of(click.channel)];
        run.ticks.push_back(step);
    }
    run.end = static_cast<std::int64_t>(atoms.n());
    if (spins_) run.twice_j = atoms.twice_j();
    return run;
}

}  // namespace dickejump
