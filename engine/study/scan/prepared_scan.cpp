#include "dickejump/study/scan/prepared_scan.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "dickejump/ensemble/simulate.hpp"
#include "study/scan/kept_calibrations.hpp"
#include "study/scan/scan_block.hpp"
#include "study/scan/scan_plan.hpp"
#include "study/scan/scan_results.hpp"
#include "study/scan/scan_tally.hpp"

namespace dickejump {

namespace {

/// Whether an estimator's mean is known as well as asked; a record that does not have it does not count.
bool small(const std::optional<EstimatorTally>& tally, double error) {
    if (!tally) return true;
    return tally->runs.count() >= 2 && tally->runs.mean(EstimatorResult::finest)->error <= error;
}

bool reached(const ScanTally& tally, const PreparedScan::Plan& plan, const TargetError& target) {
    const bool perfect = !target.detector;
    const auto& detectors = plan.config.detectors;
    const auto asked = [&](std::size_t d) { return perfect || *target.detector == detectors[d].name; };
    if (target.estimator == Estimator::loop) {
        bool fine = !perfect || small(tally.loop, target.error);
        for (std::size_t d = 0; d < tally.detector_loops.size(); ++d)
            if (asked(d)) fine = fine && small(tally.detector_loops[d], target.error);
        return fine;
    }
    for (std::size_t i = 0; i < plan.legs.size(); ++i) {
        if (target.direction && *target.direction != plan.legs[i].leg.direction()) continue;
        const auto& leg = tally.legs[i];
        if (perfect && !small(leg.estimators.of[target.estimator], target.error)) return false;
        for (std::size_t d = 0; d < detectors.size(); ++d)
            if (asked(d) && !small(leg.detectors[d].estimators.of[target.estimator], target.error))
                return false;
    }
    return true;
}

StopRule<ScanTally> stop_rule(const PreparedScan::Plan& plan) {
    StopRule<ScanTally> rule;
    rule.time_limit = plan.time_left();
    if (!plan.config.target_errors.empty())
        rule.good_enough = [&plan](const ScanTally& tally) {
            const auto& targets = plan.config.target_errors;
            return std::all_of(targets.begin(), targets.end(),
                               [&](const TargetError& target) { return reached(tally, plan, target); });
        };
    return rule;
}

}  // namespace

const ScanConfig& PreparedScan::config() const {
    return plan_->asked;
}
const ExactScan& PreparedScan::exact() const {
    return plan_->exact;
}
const std::vector<LegBias>& PreparedScan::biases() const {
    return plan_->biases;
}
double PreparedScan::mean_jumps() const {
    double jumps = 0.0;
    for (const auto& leg : plan_->exact.legs)
        jumps += mean_jumps_of(leg);
    return jumps;
}

std::vector<double> PreparedScan::calibrations() const {
    return calibrations_of(plan_->legs);
}

PreparedScan prepare(const ScanConfig& config, const RunControl& control,
                     std::span<const double> calibrations, const KeepCalibrations& keep) {
    return PreparedScan(make_plan(config, control, nullptr, calibrations, keep));
}

struct ScanPart::Sums {
    dickejump::Sums<ScanTally> tally;
    StopReason stop_reason = StopReason::completed;
    double seconds = 0.0;
    int threads = 0;
    Provenance provenance = Provenance::now();
};

ScanPart::ScanPart(PreparedScan scan) : scan_(std::move(scan)), sums_(std::make_unique<Sums>()) {}
ScanPart::~ScanPart() = default;
ScanPart::ScanPart(ScanPart&&) noexcept = default;
ScanPart& ScanPart::operator=(ScanPart&&) noexcept = default;

std::vector<BlockRange> ScanPart::blocks() const {
    auto ranges = sums_->tally.whole.covered();
    if (sums_->tally.cut) {
        const auto last = blocks_of(scan_.config().ensemble()).end - 1;
        if (!ranges.empty() && ranges.back().end == last)
            ++ranges.back().end;
        else
            ranges.push_back({last, last + 1});
    }
    return ranges;
}

StopReason ScanPart::simulate(BlockRange range, const RunControl& control) {
    const auto all = blocks_of(scan_.config().ensemble());
    if (range.begin < 0 || range.begin >= range.end || range.end > all.end)
        throw InvalidInput("blocks " + std::to_string(range.begin) + ":" + std::to_string(range.end) +
                           " (the ensemble has 0:" + std::to_string(all.end) + ") choose a range among them");
    const auto start = StopRequest::Clock::now();
    const auto& plan = scan_.plan();
    sums_->threads = control.threads;
    sums_->stop_reason = simulate_blocks(plan.config.ensemble(), range, ScanBlock(plan), sums_->tally,
                                         stop_rule(plan), control);
    sums_->seconds += seconds_since(start);
    return sums_->stop_reason;
}

void ScanPart::merge(const ScanPart& other) {
    const auto mine = hash(scan_.config()), its = hash(other.scan_.config());
    if (mine != its || scan_.config().trajectories != other.scan_.config().trajectories)
        throw InvalidInput(
            "a part of another configuration (its sums mean something else) merge parts of one scan");
    if (sums_->tally.cut && other.sums_->tally.cut)
        throw InvalidInput(
            "the last block (it is in both parts, and would count twice) leave one of them out");
    sums_->tally.whole.merge(other.sums_->tally.whole);
    if (other.sums_->tally.cut) sums_->tally.cut = other.sums_->tally.cut;
    sums_->seconds += other.sums_->seconds;
}

bool ScanPart::reached() const {
    const auto rule = stop_rule(scan_.plan());
    const auto there = blocks();
    if (!rule.good_enough || there.empty() || there.front().begin != 0 || there.front().end < rule.min_blocks)
        return false;
    return rule.good_enough(*sums_->tally.total(scan_.config().ensemble(), there.front().end));
}

StoredSums ScanPart::store() const {
    return stored(sums_->tally, ScanBlock(scan_.plan()).empty());
}

namespace {
void check_seconds(double seconds) {
    if (!(seconds >= 0.0) || std::isinf(seconds))
        throw InvalidInput("seconds = " + text(seconds) + " (a time that runs took) give it >= 0");
}
}  // namespace

void ScanPart::add(const StoredSums& sums, double seconds, StopReason ended) {
    check_seconds(seconds);
    auto other = restored(sums, ScanBlock(scan_.plan()).empty());
    if (sums_->tally.cut && other.cut)
        throw InvalidInput(
            "the last block (it is in both parts, and would count twice) leave one of them out");
    sums_->tally.whole.merge(other.whole);
    if (other.cut) sums_->tally.cut = std::move(other.cut);
    sums_->seconds += seconds;
    sums_->stop_reason = ended;
}

void ScanPart::ran(double seconds, int threads, StopReason ended) {
    check_seconds(seconds);
    sums_->seconds += seconds;
    sums_->threads = threads;
    sums_->stop_reason = ended;
}

double ScanPart::seconds() const {
    return sums_->seconds;
}

ScanResult ScanPart::empty_result() const {
    const auto& plan = scan_.plan();
    ScanResult result{.config = plan.asked, .exact = plan.exact, .provenance = sums_->provenance};
    result.biases = plan.biases;
    result.stop_reason = sums_->stop_reason;
    result.seconds = sums_->seconds;
    result.threads = sums_->threads;
    return result;
}

ScanResult ScanPart::result() const {
    const auto ensemble = scan_.config().ensemble();
    const auto ranges = blocks();
    const auto done = !ranges.empty() && ranges.front().begin == 0 ? ranges.front().end : 0;
    auto result = empty_result();
    result.trajectories = trajectories_in(ensemble, done);
    if (const auto tally = sums_->tally.total(ensemble, done)) add_results(scan_.plan(), *tally, result);
    return result;
}

ScanResult ScanPart::result_of_all() const {
    const auto ensemble = scan_.config().ensemble();
    const auto all = blocks_of(ensemble);
    if (blocks() == std::vector{all}) return result();
    auto result = empty_result();
    result.stop_reason = StopReason::interrupted;
    auto tally = ScanBlock(scan_.plan()).empty();
    for (const auto& [begin, node] : sums_->tally.whole.nodes()) {
        tally.merge(node.sums);
        result.trajectories += Block::size << node.level;
    }
    if (sums_->tally.cut) {
        tally.merge(*sums_->tally.cut);
        result.trajectories += ensemble.trajectories - (all.end - 1) * Block::size;
    }
    if (result.trajectories > 0) add_results(scan_.plan(), tally, result);
    return result;
}

ScanResult simulate(const PreparedScan& scan, const RunControl& control) {
    ScanPart part(scan);
    part.simulate(blocks_of(scan.config().ensemble()), control);
    return part.result();
}

}  // namespace dickejump
