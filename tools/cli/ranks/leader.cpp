#include "cli/ranks/leader.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "cli/job.hpp"
#include "cli/ranks/chunk.hpp"
#include "cli/ranks/messages.hpp"
#include "dickejump/ensemble/stored_sums.hpp"
#include "dickejump/io/checkpoint.hpp"
#include "dickejump/io/toml.hpp"

namespace dickejump::cli {

namespace {

using Clock = StopRequest::Clock;

std::int64_t scans_so_far = 0;

/// Rank 0 over one scan: hands out chunks, computes too, and adds up what comes back. Where there are target
/// errors, blocks are added in order, and after each it is asked whether that is enough: what comes behind
/// the answer is dropped, so that it does not depend on who was quick.
class Leader {
public:
    Leader(ScanPart& part, BlockRange wanted, const RunControl& control)
        : part_(part), control_(control), stop_(control.stop()) {
        const auto& config = part.scan().config();
        task_ = {.study = "scan",
                 .config = to_toml("scan", describe(config)),
                 .config_hash = hash(config),
                 .ensemble = config.ensemble(),
                 .wanted = wanted,
                 .provenance = Provenance::now(),
                 .arithmetic = arithmetic(),
                 .calibrations = part.scan().calibrations(),
                 .sums = {}};
        auto state = task_;
        state.sums = part.store();
        queue_ = state.missing(wanted);
        for (const auto& gap : queue_)
            left_ += gap.size();
        count_ = left_;
        if (!config.target_errors.empty()) in_order_ = queue_;
    }

    StopReason run() {
        std::optional<Clock::time_point> stopped;
        for (double stored = 0.0;; Job::rest()) {
            collect_own();
            while (auto message = receive())
                take(*message);
            if (const auto why = stop_.reason(); why && !reason_) reason_ = *why;
            if (reason_ && !stopped) stopped = Clock::now();
            if (!reason_) hand_out();
            const bool all_here = outstanding_.empty() && !own_.valid();
            if (all_here && (reason_ || left_ == 0)) break;
            // Who does not answer in time loses a chunk, which is run again when the scan is resumed.
            if (stopped && !own_.valid() && Clock::now() > *stopped + patience()) break;
            const double seconds = seconds_since(start_);
            if (control_.checkpoint && seconds >= stored + control_.checkpoint_every) {
                control_.checkpoint();
                stored = seconds;
            }
        }
        const auto reason = reason_.value_or(StopReason::completed);
        part_.ran(seconds_since(start_), control_.threads, reason);
        return reason;
    }

private:
    std::chrono::milliseconds patience() const {
        // What comes behind a target is not wanted; a block under way at a time limit may take two seconds
        // more; a signal wants an answer at once.
        if (reason_ == StopReason::target_error) return std::chrono::milliseconds(0);
        return reason_ == StopReason::interrupted ? std::chrono::milliseconds(400)
                                                  : std::chrono::milliseconds(2500);
    }

    BlockRange next() {
        const auto ranks = static_cast<std::int64_t>(job().size());
        const std::int64_t all = std::thread::hardware_concurrency();
        const auto threads = control_.threads > 0 ? std::int64_t{control_.threads} : all;
        const auto few = std::min(threads, left_ / ranks);
        const auto size = std::max({std::int64_t{1}, in_order_ ? 0 : left_ / (4 * ranks), few});
        auto& gap = queue_.front();
        const BlockRange chunk{gap.begin, std::min(gap.end, gap.begin + size)};
        gap.begin = chunk.end;
        if (gap.size() == 0) queue_.erase(queue_.begin());
        left_ -= chunk.size();
        return chunk;
    }

    /// Whether there is a chunk to hand out now. Blocks in order do not run far ahead of a slow one.
    bool has_next() const {
        constexpr std::size_t most_waiting = 256;
        return left_ > 0 && waiting_.size() < most_waiting;
    }

    void hand_out() {
        if (has_next() && !own_.valid()) {
            auto control = control_;
            control.checkpoint = {};
            control.progress = {};
            own_ = std::async(std::launch::async, [&scan = part_.scan(), blocks = next(), control] {
                return compute(scan, blocks, control);
            });
        }
        // Those that have not prepared it yet begin with that.
        while (has_next() && !idle_workers().empty()) {
            const auto worker = idle_workers().back();
            idle_workers().pop_back();
            if (worker.scan_number != number_) {
                send(worker.rank, {.kind = Header::scan, .scan_number = number_, .threads = control_.threads},
                     to_bytes(task_));
                continue;
            }
            const auto blocks = next();
            double seconds = std::numeric_limits<double>::infinity();
            if (control_.deadline != Clock::time_point::max())
                seconds = std::chrono::duration<double>(control_.deadline - Clock::now()).count();
            send(worker.rank, {.kind = Header::chunk,
                               .scan_number = number_,
                               .begin = blocks.begin,
                               .end_ = blocks.end,
                               .seconds_left = seconds});
            outstanding_.insert(worker.rank);
        }
    }

    void collect_own() {
        if (!own_.valid() || own_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
        const auto chunk = own_.get();
        for (const auto& sums : chunk.sums)
            add(sums);
        if (chunk.reason != StopReason::completed && !reason_) reason_ = chunk.reason;
    }

    void take(const Received& message) {
        // Sums of an earlier scan, of a rank that was not waited for, are those of blocks that were given up.
        if (message.header.kind == Header::sums && message.header.scan_number == number_) add(message.bytes);
        if (message.header.more) return;
        if (message.header.kind == Header::sums && message.header.scan_number == number_)
            outstanding_.erase(message.from);
        // A signal that one rank hears is meant for all of them.
        if (message.header.interrupted && !reason_) reason_ = StopReason::interrupted;
        idle_workers().push_back({message.from, message.header.scan_number});
    }

    void add(const std::string& bytes) {
        auto sums = stored_sums_in(bytes);
        if (in_order_)
            add_in_order(std::move(sums));
        else
            put(sums);
    }

    void add_in_order(StoredSums sums) {
        if (sums.nodes.empty() && !sums.cut) return;  // of a block that was given up
        const auto block = sums.cut ? blocks_of(task_.ensemble).end - 1 : sums.nodes.front().blocks().begin;
        waiting_.emplace(block, std::move(sums));
        while (!in_order_->empty() && reason_ != StopReason::target_error) {
            auto& gap = in_order_->front();
            const auto next = waiting_.find(gap.begin);
            if (next == waiting_.end()) return;
            put(next->second);
            waiting_.erase(next);
            const auto end = ++gap.begin;
            if (gap.size() == 0) in_order_->erase(in_order_->begin());
            // As one process asks: where what is there without a gap ends with this block, but for the last.
            if (!in_order_->empty() && part_.blocks().front() == BlockRange{0, end} && part_.reached()) {
                reason_ = StopReason::target_error;
                waiting_.clear();
            }
        }
    }

    void put(const StoredSums& sums) {
        part_.add(sums);
        for (const auto& node : sums.nodes)
            done_ += node.blocks().size();
        done_ += sums.cut ? 1 : 0;
        if (control_.progress)
            control_.progress({.done = trajectories_in(task_.ensemble, done_),
                               .wanted = trajectories_in(task_.ensemble, count_),
                               .seconds = seconds_since(start_)});
    }

    ScanPart& part_;
    const RunControl& control_;
    StopRequest stop_;
    Clock::time_point start_ = Clock::now();
    std::int64_t number_ = scans_so_far++;
    Checkpoint task_;
    std::vector<BlockRange> queue_;
    std::int64_t left_ = 0, count_ = 0, done_ = 0;  // blocks to hand out, to do at first, and done
    std::set<int> outstanding_;
    std::future<Chunk> own_;
    std::optional<StopReason> reason_;
    std::optional<std::vector<BlockRange>> in_order_;  // blocks to add next, where their order counts
    std::map<std::int64_t, StoredSums> waiting_;       // blocks that came before their turn
};

}  // namespace

std::vector<Idle>& idle_workers() {
    static std::vector<Idle> all;
    return all;
}

StopReason lead(ScanPart& part, BlockRange wanted, const RunControl& control) {
    return Leader(part, wanted, control).run();
}

}  // namespace dickejump::cli
