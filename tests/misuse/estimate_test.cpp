#include "misuse/wrong_calls.hpp"

namespace dickejump::misuse {
namespace {

const TickGrid grid{.duration = 1.0, .ticks = 10};

TEST_CASE("misuse: sums over runs") {
    const Eigen::VectorXd two = Eigen::VectorXd::Zero(2), three = Eigen::VectorXd::Zero(3);
    Covariance covariance(2);
    Entry("Covariance")
        .refuses_whole("dimension", {-1, std::numeric_limits<std::int64_t>::max()},
                       [](std::int64_t d) { Covariance{d}; })
        .refuses("numbers of another dimension", [&] { covariance.add(three); })
        .refuses("no numbers", [&] { covariance.add({}); })
        .refuses("a merge of another size", [&] { covariance.merge(Covariance(3)); })
        .refuses("a part that is not there",
                 [&] {
                     covariance.part({0, 2});
                 })
        .refuses("a part below 0", [&] { covariance.part({-1}); })
        .gives("no runs", 0.0, [&] { return covariance.covariance().norm(); });
    RunSamples samples(2);
    Entry("RunSamples")
        .refuses_whole("dimension", {-1, std::numeric_limits<std::int64_t>::max()},
                       [](std::int64_t d) { RunSamples{d}; })
        .refuses("numbers of another dimension", [&] { samples.add(three); })
        .refuses("a merge of another size", [&] { samples.merge(RunSamples(3)); })
        .refuses("a direction of another size", [&] { static_cast<void>(samples.carriers(three)); })
        .gives("no runs", 0.0, [&] { return samples.carriers(two); });
    Covariance several(2);
    for (int i = 0; i < 5; ++i)
        several.add(Eigen::Vector2d(i, i * i));
    Entry("agreement")
        .refuses("another dimension", [&] { agreement(several, three); })
        .refuses("fewer runs than numbers", [&] { agreement(covariance, two); })
        .refuses("an expectation of NaN", [&] { agreement(several, Eigen::Vector2d(nan, 0.0)); });
    Entry("p_of_t2")
        .refuses("T^2 =", {nan, -1.0}, [](double x) { p_of_t2(x, 2, 10); })
        .refuses_whole("d =", {0, -1, 10}, [](std::int64_t d) { p_of_t2(1.0, d, 10); })
        .refuses_whole("n =", {0, -1, 2}, [](std::int64_t n) { p_of_t2(1.0, 2, n); });
    Entry("trajectories_for_agreement").refuses_whole("d =", {-1}, [](std::int64_t d) {
        trajectories_for_agreement(d);
    });
    Entry("KnownMeans").refuses_whole("d =", {-1}, [](std::int64_t d) { KnownMeans{d}; });
    const auto judged = [&](const auto& change, double alpha = 1e-6) {
        KnownMeans known(2);
        known.mean = known.low = two, known.high = known.variance = Eigen::Vector2d::Ones();
        change(known);
        judge_means(samples, known, alpha);
    };
    Entry("judge_means")
        .refuses("means of another size", [&] { judged([&](KnownMeans& k) { k.mean = three; }); })
        .refuses("limits of another size", [&] { judged([&](KnownMeans& k) { k.high = three; }); })
        .refuses("variances of another size", [&] { judged([&](KnownMeans& k) { k.variance = three; }); })
        .refuses("least variances of another size", [&] { judged([&](KnownMeans& k) { k.least = three; }); })
        .refuses("leaders of another size", [&] { judged([](KnownMeans& k) { k.leader.clear(); }); })
        .refuses("a leader that is not there", [&] { judged([](KnownMeans& k) {
                                                         k.leader = {0, 2};
                                                     }); })
        .refuses("a mean of NaN", [&] { judged([](KnownMeans& k) { k.mean(0) = nan; }); })
        .refuses("alpha", {nan, -1.0, 2.0}, [&](double x) { judged([](KnownMeans&) {}, x); });
    Histogram histogram(0.0, 1.0, 4);
    Entry("Histogram")
        .refuses("low", {nan, inf, -inf, 1.0, 2.0}, [](double x) { Histogram(x, 1.0, 4); })
        .refuses("high", {nan, inf, -inf, 0.0, -1.0}, [](double x) { Histogram(0.0, x, 4); })
        .refuses_whole("bins", {0, -1, std::numeric_limits<int>::max()},
                       [](std::int64_t k) { Histogram(0.0, 1.0, static_cast<int>(k)); })
        .refuses("a value of NaN", [&] { histogram.add(nan); })
        .refuses_whole("bins of a trimmed one", {0, -1},
                       [&](std::int64_t k) { histogram.trimmed(static_cast<int>(k)); })
        .refuses("a merge of other bins", [&] { histogram.merge(Histogram(0.0, 1.0, 5)); })
        .refuses("a merge of another range", [&] { histogram.merge(Histogram(0.0, 2.0, 4)); })
        .gives("an infinite value: the last bin", 1.0, [&] {
            histogram.add(inf);
            return static_cast<double>(histogram.counts().back());
        });
    CurveMoments curve(4, grid, 2);
    Entry("CurveMoments")
        .refuses_whole("stride", {0, -1, 3, 11}, [&](std::int64_t k) { CurveMoments(4, grid, k); })
        .refuses_whole("atoms", {0, -1}, [&](std::int64_t n) { CurveMoments(n, grid, 1); })
        .refuses("more points than memory",
                 [&] {
                     CurveMoments(4, {1.0, std::numeric_limits<std::int64_t>::max()}, 1);
                 })
        .refuses("a merge of another N", [&] { curve.merge(CurveMoments(5, grid, 2)); })
        .refuses("a merge of other points", [&] { curve.merge(CurveMoments(4, grid, 5)); })
        .refuses("a merge of another run",
                 [&] {
                     curve.merge(CurveMoments(4, {1.0, 20}, 2));
                 })
        .refuses("a point that is not there", [&] { curve.at(6); });
    MeanCrossing crossing(4, grid, 0.5, 0.5);
    Entry("MeanCrossing")
        .refuses("centre", {nan, inf, -1.0, 2.0}, [&](double x) { MeanCrossing(4, grid, x, 0.1); })
        .refuses("reach", {nan, inf, -1.0}, [&](double x) { MeanCrossing(4, grid, 0.5, x); })
        .refuses_whole("atoms", {0, -1}, [&](std::int64_t n) { MeanCrossing(n, grid, 0.5, 0.1); })
        .refuses("more ticks than memory",
                 [&] {
                     MeanCrossing(4, {1.0, std::numeric_limits<std::int64_t>::max() / 4}, 0.5, 1.0);
                 })
        .refuses("a merge of another stretch", [&] { crossing.merge(MeanCrossing(4, grid, 0.9, 0.1)); })
        .refuses("a merge of another N", [&] { crossing.merge(MeanCrossing(5, grid, 0.5, 0.5)); });
    Entry("Moments::from_power_sums")
        .refuses_whole("count", {-1},
                       [](std::int64_t n) { Moments::from_power_sums(n, 0.0, 0.0, 0.0, 0.0, 0.0); })
        .gives("nothing", 0.0, [] {
            return static_cast<double>(Moments::from_power_sums(0, nan, nan, nan, nan, nan).count());
        });
    // What is not finite leaves nothing finite behind it.
    Moments moments;
    ScoredMoments scored;
    for (const double x : {1.0, nan, 2.0})
        moments.add(x), scored.add(1.0, x);
    Entry("Moments").gives("a value of NaN", 1.0,
                           [&] { return std::isnan(moments.mean()->value) ? 1.0 : 0.0; });
    Entry("ScoredMoments").gives("a score of NaN", 1.0, [&] {
        const auto slope = scored.slope();
        return !slope || std::isnan(slope->value) ? 1.0 : 0.0;
    });
}

TEST_CASE("misuse: estimates") {
    Entry("traits").refuses("no estimator", [] { static_cast<void>(traits(static_cast<Estimator>(99))); });
    Entry("ByEstimator").refuses("no estimator", [] {
        static_cast<void>(ByEstimator<int>()[static_cast<Estimator>(99)]);
    });
    PairedShift pairs;
    pairs.add(Estimator::area, 0.0, 1.0, false);
    pairs.add(Estimator::area, 0.5, 1.0, false);
    Entry("PairedShift")
        .refuses("shift", {nan, inf, 0.0, -1.0},
                 [&](double x) { static_cast<void>(pairs.calibration(Estimator::area, x, 1)); })
        .refuses("an infinite estimate", {inf, -inf},
                 [&](double x) { pairs.add(Estimator::area, x, 0.0, false); })
        .gives("no pairs", 0.0, [&] { return pairs.calibration(Estimator::fit, 1.0, 0) ? 1.0 : 0.0; })
        .gives("a missing estimate: left out", 0.5, [&] {
            pairs.add(Estimator::area, nan, 1.0, false);
            return pairs.calibration(Estimator::area, 1.5, 1)->slope;
        });
    Entry("sensitivity").refuses_whole("atoms", {0, -1}, [](std::int64_t n) {
        static_cast<void>(sensitivity(Estimate{1.0, 0.1}, Calibration{.slope = 1.0}, n));
    });
    const std::vector<double> x{1.0, 2.0, 4.0}, flat{1.0, 1.0, 1.0}, bad{nan, -1.0, 0.0};
    const std::vector<Estimate> y{{1.0, 0.1}, {2.0, 0.1}, {4.0, 0.1}},
        none{{nan, 0.1}, {1.0, nan}, {-1.0, 0.1}};
    const auto found = [](const auto& law) { return law ? 1.0 : 0.0; };
    Entry("fit_power_law")
        .refuses("three x and two y", [&] { fit_power_law(x, std::span(y).first(2)); })
        .refuses("no x and three y", [&] { fit_power_law({}, y); })
        .gives("nothing", 0.0, [&] { return found(fit_power_law({}, {})); })
        .gives("one x three times", 0.0, [&] { return found(fit_power_law(flat, y)); })
        .gives("x that have no logarithm", 0.0, [&] { return found(fit_power_law(bad, y)); })
        .gives("y that have none", 0.0, [&] { return found(fit_power_law(x, none)); });
    const auto likely = [](double theta) { return -theta * theta; };
    const Posterior posterior(likely, {-1.0, 1.0});
    Entry("Posterior")
        .refuses("low", {nan, inf, -inf, 1.0, 2.0},
                 [&](double a) {
                     Posterior(likely, {a, 1.0});
                 })
        .refuses("high", {nan, inf, -inf, -1.0},
                 [&](double b) {
                     Posterior(likely, {-1.0, b});
                 })
        .refuses("a record that cannot be",
                 [] {
                     Posterior([](double) { return -inf; }, {-1.0, 1.0});
                 })
        .refuses("a likelihood of", {nan, inf},
                 [](double l) {
                     Posterior([l](double) { return l; }, {-1.0, 1.0});
                 })
        .refuses("a likelihood of NaN somewhere",
                 [] {
                     Posterior([](double t) { return t > 0.5 ? nan : 0.0; }, {-1.0, 1.0});
                 })
        .refuses("no likelihood",
                 [] {
                     Posterior({}, {-1.0, 1.0});
                 })
        .refuses("a probability of", {nan, -0.1, 1.1}, [&](double p) { posterior.interval(p); })
        .refuses("below", {nan}, [&](double t) { posterior.below(t); })
        .gives("of an unknown one everything is NaN", nan, [] { return Posterior().interval(0.5).low; })
        .gives("below infinity lies all of it", 1.0, [&] { return posterior.below(inf); })
        .gives("and nothing below -infinity", 0.0, [&] { return posterior.below(-inf); });
    const auto pump = PumpSchedule::constant(1.0);
    const auto range = ThetaRange::of(pump, 1.0, 0.5);
    const auto always = [](double l) {
        return Likelihood([l](const LikelihoodFilter::Thetas&) {
            LikelihoodFilter::Result result;
            result.log_likelihood.fill(l);
            return result;
        });
    };
    Entry("ThetaRange")
        .refuses("duration", {nan, inf, 0.0, -1.0}, [&](double t) { ThetaRange::of(pump, t, 0.5); })
        .refuses("reach", {nan, inf, 0.0, -1.0}, [&](double w) { ThetaRange::of(pump, 1.0, w); });
    Entry("estimate_likelihood")
        .refuses("scale", {nan, inf, 0.0, -1.0},
                 [&](double s) { estimate_likelihood(always(0.0), s, range); })
        .refuses("no likelihood", [&] { estimate_likelihood(Likelihood(), 0.1, range); })
        .refuses("a likelihood of", {nan, inf}, [&](double l) { estimate_likelihood(always(l), 0.1, range); })
        .refuses("lowest", {nan, inf, -inf, 0.1},
                 [&](double low) {
                     estimate_likelihood(always(0.0), 0.1, {.lowest = low, .prior = {-0.5, 0.5}});
                 })
        .refuses("a prior that ends at", {nan, inf, -0.5, -1.0},
                 [&](double high) {
                     estimate_likelihood(always(0.0), 0.1, {.lowest = -1.0, .prior = {-0.5, high}});
                 })
        .refuses("a prior below the lowest theta",
                 [&] {
                     estimate_likelihood(always(0.0), 0.1, {.lowest = -1.0, .prior = {-3.0, -2.0}});
                 })
        .gives("a flat likelihood has no maximum", nan,
               [&] { return estimate_likelihood(always(0.0), 0.1, range).maximum; });
    Covariance three(3), one(1);
    Entry("FisherMatrix")
        .refuses("no leg", [] { FisherMatrix::of({}, {}); })
        .refuses("a leg that is not there", [] { FisherMatrix::of({nullptr}, {}); })
        .refuses("a leg of another size", [&] { FisherMatrix::of({&three}, {}); })
        .refuses("too few unknown", [&] { FisherMatrix::of({&one}, {Parameter::gamma}); })
        .refuses("legs of two sizes",
                 [&] {
                     FisherMatrix::of({&one, &three}, {});
                 })
        .refuses("a leg without a record", [&] { FisherMatrix::of({&one}, {}); });
    Entry("upper_triangle").refuses("a matrix that is not square", [] {
        upper_triangle(Eigen::MatrixXd::Zero(3, 2));
    });
    Entry("Coverage").refuses_whole("runs", {-1, 2}, [](std::int64_t n) {
        static_cast<void>(Coverage::of(3, 3, n));
    });
    Entry("Coverage").refuses("intervals that hold less than nothing", [] {
        static_cast<void>(Coverage::of(-1, 3, 5));
    });
}

}  // namespace
}  // namespace dickejump::misuse
