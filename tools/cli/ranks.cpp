#include "cli/ranks.hpp"

#include <fmt/core.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <future>
#include <limits>
#include <set>
#include <thread>

#include "cli/job.hpp"
#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/run_file.hpp"
#include "dickejump/ensemble/stored_sums.hpp"
#include "dickejump/io/checkpoint.hpp"

namespace dickejump::cli {

namespace {

using Clock = StopRequest::Clock;

/// What comes before the bytes of a message. All ranks run the same program on the same kind of processor.
struct Header {
    enum Kind : std::int64_t { idle, sums, scan, chunk, end };

    Kind kind = idle;
    std::int64_t scan_number = -1;     ///< which scan is meant; of `idle`: which one is prepared
    std::int64_t begin = 0, end_ = 0;  ///< blocks of a chunk
    std::int64_t threads = 0;          ///< of a scan: as rank 0 was told
    std::int64_t interrupted = 0;      ///< of idle and sums: a signal came
    double seconds_left = std::numeric_limits<double>::infinity();  ///< of a chunk
};

void send(int to, const Header& header, std::string_view bytes = {}) {
    std::string message(sizeof header, '\0');
    std::memcpy(message.data(), &header, sizeof header);
    job().send(to, message.append(bytes));
}

struct Received {
    int from = 0;
    Header header;
    std::string bytes;
};

std::optional<Received> receive() {
    auto message = job().receive();
    if (!message) return {};
    Received result{.from = message->from, .header = {}, .bytes = message->bytes.substr(sizeof(Header))};
    std::memcpy(&result.header, message->bytes.data(), sizeof(Header));
    return result;
}

Received wait() {
    for (;; Job::rest())
        if (auto message = receive()) return *message;
}

/// What one thread or rank made of a chunk.
struct Chunk {
    std::string bytes;
    StopReason reason = StopReason::completed;
};

Chunk compute(const PreparedScan& scan, BlockRange blocks, const RunControl& control) {
    ScanPart part(scan);
    const auto reason = part.simulate(blocks, control);
    return {.bytes = to_bytes(part.store()), .reason = reason};
}

/// The workers that have nothing to do, and what they have prepared; kept from one scan to the next.
struct Idle {
    int rank = 0;
    std::int64_t scan_number = -1;
};
std::vector<Idle> idle_workers;
std::int64_t scans_so_far = 0;

/// Rank 0 over one scan: hands out chunks, computes too, and adds up what comes back.
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
        // A block under way at a time limit may take two seconds more; a signal wants an answer at once.
        return reason_ == StopReason::interrupted ? std::chrono::milliseconds(400)
                                                  : std::chrono::milliseconds(2500);
    }

    BlockRange next() {
        const auto ranks = static_cast<std::int64_t>(job().size());
        const std::int64_t all = std::thread::hardware_concurrency();
        const auto threads = control_.threads > 0 ? std::int64_t{control_.threads} : all;
        const auto size = std::max({std::int64_t{1}, left_ / (4 * ranks), std::min(threads, left_ / ranks)});
        auto& gap = queue_.front();
        const BlockRange chunk{gap.begin, std::min(gap.end, gap.begin + size)};
        gap.begin = chunk.end;
        if (gap.size() == 0) queue_.erase(queue_.begin());
        left_ -= chunk.size();
        return chunk;
    }

    void hand_out() {
        if (left_ > 0 && !own_.valid()) {
            auto control = control_;
            control.checkpoint = {};
            control.progress = {};
            own_ = std::async(std::launch::async, [&scan = part_.scan(), blocks = next(), control] {
                return compute(scan, blocks, control);
            });
        }
        // Those that have not prepared it yet begin with that.
        while (left_ > 0 && !idle_workers.empty()) {
            const auto worker = idle_workers.back();
            idle_workers.pop_back();
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
        add(own_.get());
    }

    void take(const Received& message) {
        // Sums of an earlier scan, of a rank that was not waited for, are those of blocks that were given up.
        if (message.header.kind == Header::sums && message.header.scan_number == number_) {
            outstanding_.erase(message.from);
            add({.bytes = message.bytes});
        }
        // A signal that one rank hears is meant for all of them.
        if (message.header.interrupted && !reason_) reason_ = StopReason::interrupted;
        idle_workers.push_back({message.from, message.header.scan_number});
    }

    void add(const Chunk& chunk) {
        const auto sums = stored_sums_in(chunk.bytes);
        part_.add(sums);
        for (const auto& node : sums.nodes)
            done_ += node.blocks().size();
        done_ += sums.cut ? 1 : 0;
        if (chunk.reason != StopReason::completed && !reason_) reason_ = chunk.reason;
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
};

/// What a worker has prepared.
struct Held {
    std::int64_t number = -1, threads = 0;
    std::optional<PreparedScan> scan = {};
};

Held prepared(const Received& message, const RunControl& control) {
    const auto task = checkpoint_in(message.bytes, "the scan of rank 0");
    ScanConfig config;
    Options options;
    options.bind(config);
    Problems problems;
    RunFile(task.config, "the scan of rank 0").set(options, problems);
    problems.raise();
    config.trajectories = task.ensemble.trajectories;
    if (hash(config) != task.config_hash)
        throw InvalidInput(
            "the scan of rank 0 (a file that it names reads otherwise here) put the files where all ranks "
            "see "
            "them, and start the same program on each");
    auto own = control;
    own.threads = static_cast<int>(message.header.threads);
    try {
        return {message.header.scan_number, message.header.threads, prepare(config, own, task.calibrations)};
    } catch (const Stopped&) {
        return {};
    }
}

}  // namespace

bool is_worker() {
    return job().rank() > 0;
}

StopReason simulate_over_ranks(ScanPart& part, BlockRange wanted, const RunControl& control) {
    if (job().size() == 1) return part.simulate(wanted, control);
    const auto& config = part.scan().config();
    if (!config.target_errors.empty()) {
        log_warning(
            "target_error is asked for after every block, which ranks do not know of each other: rank 0 "
            "computes alone; give a number of trajectories instead");
        return part.simulate(wanted, control);
    }
    const auto within = control.within(config.time_limit);
    return Leader(part, wanted, within).run();
}

ScanResult simulate_over_ranks(const PreparedScan& scan, const RunControl& control) {
    ScanPart part(scan);
    simulate_over_ranks(part, blocks_of(scan.config().ensemble()), control);
    return part.result();
}

int serve() {
    const Session session(0);
    auto control = session.control();
    control.progress = {};
    Held held;
    send(0, {.kind = Header::idle});
    try {
        for (;;) {
            const auto message = wait();
            const auto& header = message.header;
            if (header.kind == Header::end) return fine;
            if (header.kind == Header::scan) {
                held = prepared(message, control);
                send(0, {.kind = Header::idle, .scan_number = held.number, .interrupted = !held.scan});
                continue;
            }
            control.threads = static_cast<int>(held.threads);
            const auto done =
                compute(*held.scan, {header.begin, header.end_}, control.within(header.seconds_left));
            send(0,
                 {.kind = Header::sums,
                  .scan_number = held.number,
                  .interrupted = done.reason == StopReason::interrupted},
                 done.bytes);
        }
    } catch (const std::exception& error) {
        log_error(fmt::format("rank {}: {}", job().rank(), in_keys(error.what())));
        job().abort(failed);
    }
}

void release_ranks(int code) {
    if (job().size() > 1 && job().rank() == 0) {
        const auto patience = Clock::now() + std::chrono::seconds(code == interrupted ? 1 : 60);
        std::set<int> away;
        for (int rank = 1; rank < job().size(); ++rank)
            away.insert(rank);
        while (true) {
            while (const auto message = receive())
                idle_workers.push_back({message->from, message->header.scan_number});
            for (const auto& worker : idle_workers) {
                send(worker.rank, {.kind = Header::end});
                away.erase(worker.rank);
            }
            idle_workers.clear();
            if (away.empty()) break;
            // Everything is written: who still computes what nobody waits for may be ended.
            if (Clock::now() > patience) job().abort(code);
            Job::rest();
        }
    }
    job().leave();
}

void warn_of_binding(int threads) {
    cpu_set_t allowed;
    if (job().size() == 1 || sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    const int cores = CPU_COUNT(&allowed);
    if (threads > cores)
        log_warning(fmt::format(
            "threads = {}, and every rank is bound to {} of the {} cores here: start it by mpirun --bind-to "
            "none, or with fewer threads",
            threads, cores, sysconf(_SC_NPROCESSORS_ONLN)));
    else if (threads == 0 && cores == 1 && sysconf(_SC_NPROCESSORS_ONLN) > job().size())
        log_warning(fmt::format(
            "every rank is bound to one of the {} cores here, and runs one thread: start it by mpirun "
            "--bind-to none for more",
            sysconf(_SC_NPROCESSORS_ONLN)));
}

}  // namespace dickejump::cli
