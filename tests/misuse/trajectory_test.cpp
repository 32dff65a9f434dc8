#include "misuse/wrong_calls.hpp"

namespace dickejump::misuse {
namespace {

const TickGrid grid{.duration = 1.0, .ticks = 10};

/// Runs that no sampler can make, of N = 4 but where said.
std::vector<std::pair<std::string, LadderSetup>> wrong_setups() {
    const LadderSetup good{DickeLadder(4), PumpSchedule::constant(1.0), grid, StartState::dicke(0)};
    std::vector<std::pair<std::string, LadderSetup>> all;
    const auto add = [&](const std::string& what, const auto& change) {
        auto setup = good;
        change(setup);
        all.emplace_back(what, setup);
    };
    for (const double bad : {nan, inf, 0.0, -1.0})
        add("duration " + text(bad), [&](LadderSetup& s) { s.grid.duration = bad; });
    for (const std::int64_t bad : {0, -1})
        add("ticks " + std::to_string(bad), [&](LadderSetup& s) { s.grid.ticks = bad; });
    for (const std::int64_t bad : {-1, 5})
        add("start n = " + std::to_string(bad), [&](LadderSetup& s) { s.start = StartState::dicke(bad); });
    for (const double bad : {nan, inf, -1.0})
        add("steady start at " + text(bad), [&](LadderSetup& s) { s.start = StartState::steady(bad); });
    return all;
}

/// What every sampler of levels refuses when it runs.
template <class S>
void wrong_runs(const std::string& name, const S& sampler) {
    const WindowSink sink = [](const Window&) {};
    Entry(name)
        .refuses_whole("lanes", {0, -1, std::numeric_limits<int>::min()},
                       [&](std::int64_t count) {
                           sampler(Lanes{.count = static_cast<int>(count)}, Quantities::none, sink);
                       })
        .refuses("a trajectory before the first",
                 [&] { sampler(Lanes{.first_trajectory = -1}, Quantities::none, sink); })
        .refuses("nobody to show to", [&] { sampler(Lanes{}, Quantities::none, {}); })
        .refuses("crossings both ways",
                 [&] { sampler(Lanes{}, Quantities::crossings_up | Quantities::crossings_down, sink); });
}

TEST_CASE("misuse: samplers of levels") {
    for (const auto& [what, wrong] : wrong_setups()) {
        const auto& s = wrong;
        Entry("LadderSampler").refuses(what, [&] { LadderSampler(s.ladder, s.pump, s.grid, s.start); });
        Entry("DirectKernel").refuses(what, [&] { DirectKernel(s.ladder, s.pump, s.grid, s.start); });
        Entry("UniformisationKernel").refuses(what, [&] {
            UniformisationKernel(s.ladder, s.pump, s.grid, s.start);
        });
        Entry("SphereKernel").refuses(what, [&] { SphereKernel(s.ladder, s.pump, s.grid, s.start); });
        Entry("SpinSampler").refuses(what, [&] { SpinSampler(LocalSpins(4, {}), s.pump, s.grid, s.start); });
        Entry("SpinKernel").refuses(what, [&] { SpinKernel(LocalSpins(4, {}), s.pump, s.grid, s.start); });
        Entry("make_sampler").refuses(what + ", single atoms", [&] {
            make_sampler(Method::exact, s, 0, LocalRates{.emission = 0.1});
        });
        Entry("make_paired_sampler").refuses(what + ", single atoms", [&] {
            make_paired_sampler(Method::exact, s, 0, LocalRates{.emission = 0.1});
        });
        for (const auto method : {Method::exact, Method::sphere}) {
            Entry("make_sampler").refuses(what, [&] { make_sampler(method, s); });
            Entry("make_paired_sampler").refuses(what, [&] { make_paired_sampler(method, s); });
        }
    }
    const DickeLadder ladder(4);
    const auto pump = PumpSchedule::constant(1.0);
    const auto start = StartState::dicke(0);
    wrong_runs("LadderSampler", LadderSampler(ladder, pump, grid, start));
    wrong_runs("DirectKernel", DirectKernel(ladder, pump, grid, start));
    wrong_runs("UniformisationKernel", UniformisationKernel(ladder, pump, grid, start));
    wrong_runs("SphereKernel", SphereKernel(ladder, pump, grid, start));
    wrong_runs("SpinSampler", SpinSampler(LocalSpins(4, {.emission = 0.1}), pump, grid, start));
    wrong_runs("SpinKernel", SpinKernel(LocalSpins(4, {.emission = 0.1}), pump, grid, start));
    wrong_runs("Sampler", Sampler(LadderSampler(ladder, pump, grid, start)));
    const LadderSetup setup{ladder, pump, grid, start};
    Entry("SphereKernel")
        .refuses_whole("steps", {-1, std::numeric_limits<int>::min()},
                       [&](std::int64_t k) { SphereKernel(ladder, pump, grid, start, static_cast<int>(k)); })
        .refuses("time tags", [&] {
            SphereKernel(ladder, pump, grid, start)(Lanes{}, Quantities::time_tags, [](const Window&) {});
        });
    Entry("UniformisationKernel")
        .refuses_whole(
            "band", {-1, 70'000},
            [&](std::int64_t k) { UniformisationKernel(ladder, pump, grid, start, static_cast<int>(k)); })
        .refuses("more atoms than sixteen bits hold",
                 [&] { UniformisationKernel(DickeLadder(65535), pump, grid, start); })
        .refuses("a tick of too many events", [&] {
            UniformisationKernel(DickeLadder(60'000), pump, {.duration = 100.0, .ticks = 1}, start);
        });
    Entry("make_sampler")
        .refuses("automatic", [&] { make_sampler(Method::automatic, setup); })
        .refuses("local rates of NaN",
                 [&] { make_sampler(Method::exact, setup, 0, LocalRates{.emission = nan}); })
        .refuses("a sphere of atoms that act at no rate",
                 [&] { make_sampler(Method::sphere, setup, 0, LocalRates{.emission = -0.1}); })
        .refuses("steps below 0", [&] { make_sampler(Method::sphere, setup, -1); });
    Entry("make_paired_sampler")
        .refuses("automatic", [&] { make_paired_sampler(Method::automatic, setup); })
        .refuses("a sphere of atoms that act at no rate",
                 [&] { make_paired_sampler(Method::sphere, setup, 0, LocalRates{.emission = -0.1}); });
    Entry("run").refuses("photons of the sphere", [&] {
        PhotonRecords records(1, 0, Direction::up, 0.0);
        run(make_sampler(Method::sphere, setup), Lanes{}, records);
    });
    struct Half {
        double exponential() { return 1.0; }
        double uniform() { return 0.5; }
    };
    Entry("LadderWalk").refuses_whole("n =", {-1, 5}, [&](std::int64_t n) {
        LadderWalk<Half>(ladder, pump, n, {});
    });
    Entry("SpinWalk")
        .refuses("j above N/2",
                 [&] {
                     SpinWalk<Half>(LocalSpins(4, {}), pump, {6, 0}, {});
                 })
        .refuses("m above j",
                 [&] {
                     SpinWalk<Half>(LocalSpins(4, {}), pump, {4, 6}, {});
                 })
        .refuses("m of a half", [&] {
            SpinWalk<Half>(LocalSpins(4, {}), pump, {4, 1}, {});
        });
}

/// A window of two lanes and three ticks, in which something may be missing.
Window window_of(const std::function<void(Window&)>& change = [](Window&) {}) {
    Window window;
    window.grid = {.duration = 1.0, .ticks = 3}, window.ticks = 3, window.lanes = 2;
    window.start = {0, 0};
    window.n.assign(6, 1);
    window.jumps_up.assign(6, 1), window.jumps_down.assign(6, 1);
    window.n_dt.assign(6, 0.5);
    window.first_crossing.assign(2, 0.5), window.last_crossing.assign(2, 0.5);
    window.tags.resize(2);
    change(window);
    return window;
}

TEST_CASE("misuse: observers of windows") {
    const std::vector<std::pair<std::string, Window>> wrong{
        {"a window of nothing", window_of([](Window& w) { w.start.clear(), w.n.clear(), w.tags.clear(); })},
        {"no starts", window_of([](Window& w) { w.start.clear(); })},
        {"levels of one tick too few", window_of([](Window& w) { w.n.resize(5); })},
        {"more lanes than levels", window_of([](Window& w) { w.lanes = 3; })},
        {"-1 lanes", window_of([](Window& w) { w.lanes = -1; })},
        {"-1 ticks", window_of([](Window& w) { w.ticks = -1; })},
        {"ticks from -1 on", window_of([](Window& w) { w.first_tick = -1; })},
        {"ticks beyond the run", window_of([](Window& w) { w.first_tick = 1; })}};
    const auto show = [](auto observer, const Window& window) { observer.observe(window); };
    for (const auto& [what, bad] : wrong) {
        const auto& window = bad;
        Entry("JumpCount").refuses(what, [&] { show(JumpCount(), window); });
        Entry("Crossings").refuses(what, [&] { show(Crossings<Direction::up>(4), window); });
        Entry("InversionIntegral").refuses(what, [&] { show(InversionIntegral(4), window); });
        Entry("InversionSamples").refuses(what, [&] { show(InversionSamples(4, {1, 3}), window); });
        Entry("CurveMoments").refuses(what, [&] { show(CurveMoments(4, window.grid, 1), window); });
        Entry("MeanCrossing").refuses(what, [&] { show(MeanCrossing(4, window.grid, 0.5, 0.5), window); });
        Entry("CountedPhotons").refuses(what, [&] { show(CountedPhotons(), window); });
        Entry("PhotonRecords").refuses(what, [&] { show(PhotonRecords(1, 0, Direction::up, 1.0), window); });
    }
    Entry("JumpCount").refuses("no jumps", [&] {
        show(JumpCount(), window_of([](Window& w) { w.jumps_up.clear(); }));
    });
    Entry("Crossings").refuses("no crossings", [&] {
        show(Crossings<Direction::down>(4), window_of([](Window& w) { w.last_crossing.clear(); }));
    });
    Entry("InversionIntegral").refuses("no integrals", [&] {
        show(InversionIntegral(4), window_of([](Window& w) { w.n_dt.clear(); }));
    });
    Entry("CountedPhotons").refuses("no integrals", [&] {
        show(CountedPhotons(), window_of([](Window& w) { w.n_dt.clear(); }));
    });
    Entry("PhotonRecords").refuses("no tags", [&] {
        show(PhotonRecords(1, 0, Direction::up, 0.0), window_of([](Window& w) { w.tags.clear(); }));
    });
    Entry("InversionSamples").refuses_whole("tick", {0, -1}, [](std::int64_t tick) {
        InversionSamples(4, {tick});
    });
    // Lanes that change within a run.
    Entry("MeanCrossing").refuses("a run of other ticks", [&] {
        show(MeanCrossing(4, {.duration = 1.0, .ticks = 30}, 0.5, 0.5), window_of());
    });
    Entry("CurveMoments").refuses("a run of other ticks", [&] {
        show(CurveMoments(4, {.duration = 1.0, .ticks = 30}, 1), window_of());
    });
    const auto second_half = [](auto observer) {
        observer.observe(window_of([](Window& w) { w.grid.ticks = 6; }));
        observer.observe(window_of([](Window& w) { w.grid.ticks = 6, w.first_tick = 3, w.lanes = 1; }));
    };
    Entry("MeanCrossing").refuses("lanes that go", [&] {
        second_half(MeanCrossing(4, {.duration = 1.0, .ticks = 6}, 0.5, 0.5));
    });
    Entry("InversionIntegral").refuses("lanes that go", [&] { second_half(InversionIntegral(4)); });
    Entry("CountedPhotons").refuses("lanes that go", [&] { second_half(CountedPhotons()); });
    Entry("MeanCrossing").refuses("a run from its middle on", [&] {
        MeanCrossing(4, {.duration = 1.0, .ticks = 6}, 0.5, 0.5).observe(window_of([](Window& w) {
            w.grid.ticks = 6, w.first_tick = 3;
        }));
    });
    Entry("CountedPhotons").refuses("a run from its middle on", [&] {
        CountedPhotons().observe(window_of([](Window& w) { w.grid.ticks = 6, w.first_tick = 3; }));
    });
}

TEST_CASE("misuse: wavefunctions on the ladder") {
    const DickeLadder ladder(2);
    const auto channels = collective_channels(ladder);
    const auto pump = PumpSchedule::constant(1.0);
    const auto good = DickeState::dicke(ladder, 0), other = DickeState::dicke(DickeLadder(3), 0);
    const std::vector<double> times{0.0, 0.1};
    Stream random(1, 0, Purpose::test);
    const DiagonalSampler diagonal(channels, pump, good);
    const DiffusiveSampler diffusive(channels, pump, good, {});
    const ConditionalStateSampler conditional(channels, pump, good, {});
    const DiagonalSampler::Show show = [](std::size_t, const LadderView&) {};
    const DiffusiveSampler::Show show_state = [](std::size_t, const Eigen::VectorXcd&) {};
    const ConditionalStateSampler::Show show_matrix = [](std::size_t, const Eigen::MatrixXcd&) {};
    Entry("DiagonalSampler")
        .refuses("a start of another N", [&] { DiagonalSampler(channels, pump, other); })
        .refuses("another start of another N", [&] { diagonal(random, other, times, show); })
        .refuses("nobody to show to", [&] { diagonal(random, times, {}); });
    Entry("DiffusiveSampler")
        .refuses("a start of another N", [&] { DiffusiveSampler(channels, pump, other, {}); })
        .refuses("nobody to show to", [&] { diffusive(random, times, {}); });
    Entry("ConditionalStateSampler")
        .refuses("a start of another N", [&] { ConditionalStateSampler(channels, pump, other, {}); })
        .refuses("nobody to show to", [&] { conditional(random, times, {}); });
    for (const auto& [what, wrong] : wrong_times()) {
        const auto& t = wrong;
        Entry("DiagonalSampler").refuses(what, [&] { diagonal(random, t, show); });
        Entry("DiffusiveSampler").refuses(what, [&] { diffusive(random, t, show_state); });
        Entry("ConditionalStateSampler").refuses(what, [&] { conditional(random, t, show_matrix); });
    }
    const auto seen = [](double efficiency, double phase = 0.0, double step = 0.0) {
        return CavityDetection{.phase = phase, .efficiency = efficiency, .longest_step = step};
    };
    Entry("DiffusiveSampler")
        .refuses("efficiency", {nan, inf, -1.0, 0.5, 2.0},
                 [&](double x) { DiffusiveSampler(channels, pump, good, seen(x)); })
        .refuses("phase", {nan, inf}, [&](double x) { DiffusiveSampler(channels, pump, good, seen(1.0, x)); })
        .refuses("longest step", {nan, inf, -1.0},
                 [&](double x) { DiffusiveSampler(channels, pump, good, seen(1.0, 0.0, x)); });
    Entry("ConditionalStateSampler")
        .refuses("efficiency", {nan, inf, -1.0, 2.0},
                 [&](double x) { ConditionalStateSampler(channels, pump, good, seen(x)); })
        .refuses("phase", {nan, inf},
                 [&](double x) { ConditionalStateSampler(channels, pump, good, seen(1.0, x)); })
        .refuses("longest step", {nan, inf, -1.0},
                 [&](double x) { ConditionalStateSampler(channels, pump, good, seen(1.0, 0.0, x)); });
    const std::vector<double> weights{0.5, 0.5}, phases{0.0};
    Entry("spin_moments")
        .refuses("fewer phases than weights",
                 [&] { spin_moments({.atoms = 2, .first = 0, .weights = weights, .phases = phases}); })
        .refuses("levels beyond the ladder",
                 [&] { spin_moments({.atoms = 2, .first = 2, .weights = weights, .phases = weights}); })
        .refuses("levels below it",
                 [&] { spin_moments({.atoms = 2, .first = -1, .weights = weights, .phases = weights}); });
}

TEST_CASE("misuse: random numbers") {
    std::vector<Stream::Block> words(4);
    std::vector<double> too_many(9);
    Entry("negative_logarithms").refuses("fewer words than exponentials", [&] {
        negative_logarithms(words, too_many);
    });
}

}  // namespace
}  // namespace dickejump::misuse
