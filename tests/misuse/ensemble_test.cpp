#include "misuse/wrong_calls.hpp"

namespace dickejump::misuse {
namespace {

constexpr auto most = std::numeric_limits<std::int64_t>::max();

/// A sum that can be merged.
struct Count {
    std::int64_t runs = 0;
    void merge(const Count& other) { runs += other.runs; }

    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, Count> {
        archive("runs", self.runs);
    }
};

/// Another one.
struct Mean {
    double mean = 0.0;
    std::vector<double> values = std::vector<double>(3);
    void merge(const Mean& other) { mean += other.mean; }

    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, Mean> {
        archive("mean", self.mean);
        archive("values", self.values);
    }
};

TEST_CASE("misuse: parts") {
    Part<Count> part;
    part.put(1, 1, {2});
    Entry("Part::put")
        .refuses_whole("level", {-1, 57, 63, 64, 1000},
                       [&](std::int64_t level) { part.put(static_cast<int>(level), 0, {1}); })
        .refuses_whole("index", {-1, std::numeric_limits<std::int64_t>::min(), most},
                       [&](std::int64_t index) { part.put(0, index, {1}); })
        .refuses("an index beyond its level", [&] { part.put(56, 1, {1}); })
        .refuses("a block that is there", [&] { part.put(0, 2, {1}); })
        .refuses("blocks around one that is there", [&] { part.put(3, 0, {1}); });
    Entry("Part::merge").refuses("itself", [&] { part.merge(part); });
    Entry("Part::total")
        .refuses("blocks that are not there", [&] { part.total(4); })
        .gives("no blocks", 0.0, [&] { return part.total(0) ? 1.0 : 0.0; })
        .gives("-1 blocks: none", 0.0, [&] { return part.total(-1) ? 1.0 : 0.0; })
        .gives("as few as possible: none", 0.0,
               [&] { return part.total(std::numeric_limits<std::int64_t>::min()) ? 1.0 : 0.0; })
        .refuses("as many as possible", [&] { part.total(most); });
    Entry("Part::missing").gives("a range that ends before it begins: nothing", 0.0, [&] {
        return static_cast<double>(part.missing({5, 3}).size());
    });
    Sums<Count> sums;
    const auto one = [](const Block&) { return Count{1}; };
    const Ensemble three_blocks{.trajectories = 300};
    for (const BlockRange range : {BlockRange{-1, 2}, {0, 4}, {2, 1}, {3, 5}, {0, most}})
        Entry("simulate_blocks")
            .refuses("blocks " + std::to_string(range.begin) + " to " + std::to_string(range.end),
                     [&] { simulate_blocks(three_blocks, range, one, sums); });
    Entry("simulate_blocks")
        .refuses("a time limit of NaN",
                 [&] {
                     simulate_blocks(three_blocks, {0, 3}, one, sums, StopRule<Count>{.time_limit = nan});
                 })
        .refuses("-1 threads", [&] {
            simulate_blocks(three_blocks, {0, 3}, one, sums, {}, {.threads = -1});
        });
    Entry("simulate")
        .refuses_whole("trajectories", {-1, -200, std::numeric_limits<std::int64_t>::min()},
                       [&](std::int64_t k) { simulate(Ensemble{.trajectories = k}, one); })
        .gives("no trajectories", 0.0,
               [&] { return static_cast<double>(simulate(Ensemble{.trajectories = 0}, one).trajectories); });
    Entry("RunControl").refuses("a time limit of", {nan}, [](double s) {
        static_cast<void>(RunControl{}.within(s));
    });
    Entry("Executor")
        .refuses_whole("threads", {-1, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()},
                       [](std::int64_t k) { Executor{static_cast<int>(k)}; })
        .refuses("no work", [] { Executor(1).for_each(3, {}); })
        .refuses("nobody who takes", [] { Executor(1).in_order(3, [](std::int64_t) {}, {}); })
        .gives("-1 items: none", 0.0, [] {
            double done = 0.0;
            Executor(1).for_each(-1, [&](std::int64_t) { done += 1.0; });
            return done;
        });
}

TEST_CASE("misuse: stored sums") {
    const StoredSums good{.layout = layout_of(Count{}), .nodes = {{0, 0, state_of(Count{3})}}, .cut = {}};
    const auto with = [&](StoredSums::Node node) {
        auto sums = good;
        sums.nodes = {std::move(node)};
        return sums;
    };
    for (const auto& [level, index] :
         std::vector<std::pair<int, std::int64_t>>{{-1, 0}, {64, 0}, {100, 1}, {0, -1}, {0, most}, {56, 1}}) {
        const auto what = "a node " + std::to_string(level) + ", " + std::to_string(index);
        const auto sums = with({level, index, state_of(Count{3})});
        Entry("StoredSums").refuses(what, [&] { static_cast<void>(sums.covered()); });
        Entry("restored").refuses(what, [&] { restored(sums, Count{}); });
        Entry("stored_sums_in").refuses(what, [&] { stored_sums_in(to_bytes(sums)); });
    }
    Entry("restored")
        .refuses("another layout", [&] { restored(good, Mean{}); })
        .refuses("a state cut short",
                 [&] {
                     restored(with({0, 0, "abc"}), Count{});
                 })
        .refuses("a state that goes on", [&] {
            restored(with({0, 0, state_of(Count{3}) + "x"}), Count{});
        });
    const auto bytes = to_bytes(good);
    for (std::size_t length = 0; length < bytes.size(); ++length)
        Entry("stored_sums_in").refuses(std::to_string(length) + " bytes", [&] {
            stored_sums_in(std::string_view(bytes).substr(0, length));
        });
    Entry("stored_sums_in").refuses("a byte too many", [&] { stored_sums_in(bytes + "x"); });
    auto full = Mean{};
    full.values.resize(4);
    Mean mean;
    Count count;
    Entry("restore")
        .refuses("nothing", [&] { restore(count, ""); })
        .refuses("a longer list", [&] { restore(mean, state_of(full)); })
        .refuses("a state of something else", [&] { restore(count, state_of(mean)); });
}

TEST_CASE("misuse: ensembles of trajectories") {
    using State = Eigen::VectorXcd;
    const QuantumSystem atom{.hamiltonian = {{sigmax()}}, .jumps = {{sigmam()}}};
    const auto good = trajectory(PropagatorSampler(atom), basis(2, 1));
    const std::vector<double> times{0.0, 0.5};
    const Observables<State> z{{"z", [](const State& psi) { return expect(sigmaz(), psi); }}};
    const Ensemble few{.trajectories = 4};
    for (const auto& [what, wrong] : wrong_times()) {
        const auto& t = wrong;
        Entry("simulate(trajectory)").refuses(what, [&] { simulate(few, good, t, z); });
    }
    const auto shown = [](double value) {
        return Observables<State>{{"x", [value](const State&) { return value; }}};
    };
    Entry("simulate(trajectory)")
        .refuses("no times", [&] { simulate(few, good, std::vector<double>{}, z); })
        .refuses_whole("trajectories", {0, -1},
                       [&](std::int64_t k) { simulate(Ensemble{.trajectories = k}, good, times, z); })
        .refuses("no trajectory", [&] { simulate(few, Trajectory<State>(), times, z); })
        .refuses("a start of another system",
                 [&] { simulate(few, trajectory(PropagatorSampler(atom), basis(3, 0)), times, z); })
        .refuses("an observable of", {nan, inf}, [&](double x) { simulate(few, good, times, shown(x)); })
        .refuses("an observable without a value",
                 [&] {
                     simulate(few, good, times, Observables<State>{{"x", {}}});
                 })
        .refuses("names without values",
                 [&] {
                     simulate(few, good, times, Observables<State>({"a", "b"}, {}));
                 })
        .refuses("a name twice", [&] {
            const auto one = [](const State&) { return 1.0; };
            simulate(few, good, times, Observables<State>{{"x", one}, {"x", one}});
        });
    const Sampler levels(
        LadderSampler(DickeLadder(4), PumpSchedule::constant(1.0), {1.0, 10}, StartState::dicke(0)));
    const Observables<std::int64_t> n{{"n", [](std::int64_t k) { return static_cast<double>(k); }}};
    Entry("simulate(sampler)")
        .refuses_whole("trajectories", {0, -1},
                       [&](std::int64_t k) { simulate(Ensemble{.trajectories = k}, levels, n); })
        .refuses(
            "an observable of NaN",
            [&] {
                simulate(few, levels, Observables<std::int64_t>{{"x", [](std::int64_t) { return nan; }}});
            })
        .refuses("an observable without a value", [&] {
            simulate(few, levels, Observables<std::int64_t>{{"x", {}}});
        });
}

}  // namespace
}  // namespace dickejump::misuse
