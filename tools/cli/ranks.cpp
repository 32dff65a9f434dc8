#include "cli/ranks.hpp"

#include <fmt/core.h>
#include <sched.h>
#include <unistd.h>

#include <chrono>
#include <set>

#include "cli/job.hpp"
#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/ranks/chunk.hpp"
#include "cli/ranks/leader.hpp"
#include "cli/ranks/messages.hpp"
#include "cli/run_file.hpp"
#include "dickejump/io/checkpoint.hpp"

namespace dickejump::cli {

namespace {

using Clock = StopRequest::Clock;

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
    const auto within = control.within(config.time_limit);
    return lead(part, wanted, within);
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
            for (std::size_t i = 0; i < done.sums.size(); ++i)
                send(0,
                     {.kind = Header::sums,
                      .scan_number = held.number,
                      .interrupted = done.reason == StopReason::interrupted,
                      .more = i + 1 < done.sums.size()},
                     done.sums[i]);
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
                idle_workers().push_back({message->from, message->header.scan_number});
            for (const auto& worker : idle_workers()) {
                send(worker.rank, {.kind = Header::end});
                away.erase(worker.rank);
            }
            idle_workers().clear();
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
