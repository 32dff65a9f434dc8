#include "bindings/job.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace dickejump::python {

namespace {

/// Progress with texts of its own.
struct Told {
    std::int64_t done, wanted;
    std::string unit, phase;
    double seconds, fraction;
};

class Job {
public:
    explicit Job(std::function<void(const cli::Host&)> work)
        : work_(std::move(work)), thread_([this] { run(); }) {}
    ~Job() { join(); }
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    void interrupt() { interrupt_ = true; }
    void join() {
        if (thread_.joinable()) thread_.join();
    }
    bool done() {
        const std::lock_guard lock(mutex_);
        return done_;
    }
    /// Waits for the end, but not for long; whether it came.
    bool wait() {
        constexpr auto turn = std::chrono::milliseconds(20);
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, turn, [this] { return done_; });
    }
    std::optional<Told> take_progress() {
        const std::lock_guard lock(mutex_);
        return std::exchange(progress_, {});
    }
    /// Of a job that is done. @throws what its work threw
    Said result() {
        join();
        if (error_) std::rethrow_exception(error_);
        return std::move(said_);
    }

private:
    void run() {
        cli::Host host;
        host.interrupt = &interrupt_;
        host.progress = [this](const Progress& now) {
            const std::lock_guard lock(mutex_);
            progress_ = Told{now.done,    now.wanted,    std::string(now.unit), std::string(now.phase),
                             now.seconds, now.fraction()};
        };
        host.inform = [this](const std::string& text) { said_.emplace_back("info", text); };
        host.warn = [this](const std::string& text) { said_.emplace_back("warning", text); };
        try {
            work_(host);
        } catch (...) {
            error_ = std::current_exception();
        }
        const std::lock_guard lock(mutex_);
        done_ = true;
        changed_.notify_all();
    }

    std::function<void(const cli::Host&)> work_;
    std::atomic<bool> interrupt_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool done_ = false;
    std::optional<Told> progress_;
    Said said_;
    std::exception_ptr error_;
    std::thread thread_;  // the last to begin, the first to end
};

/// Guarded by the interpreter's lock. What jobs own may be Python's, so that only who holds it lets go.
std::vector<std::unique_ptr<Job>>& left_behind() {
    static std::vector<std::unique_ptr<Job>> jobs;
    return jobs;
}

void leave(std::unique_ptr<Job> job) {
    job->interrupt();
    left_behind().push_back(std::move(job));
}

}  // namespace

Said run_job(std::function<void(const cli::Host&)> work, const py::object& progress) {
    std::erase_if(left_behind(), [](const auto& job) { return job->done(); });
    auto job = std::make_unique<Job>(std::move(work));
    for (;;) {
        bool done = false;
        {
            const py::gil_scoped_release released;
            done = job->wait();
        }
        if (done) return job->result();
        try {
            if (PyErr_CheckSignals() != 0) throw py::error_already_set();
            if (const auto now = job->take_progress(); now && !progress.is_none())
                progress(now->done, now->wanted, now->unit, now->phase, now->seconds, now->fraction);
        } catch (...) {
            leave(std::move(job));
            throw;
        }
    }
}

void join_left_behind() {
    auto jobs = std::move(left_behind());
    left_behind().clear();
    {
        const py::gil_scoped_release released;
        for (auto& job : jobs)
            job->join();
    }
}

}  // namespace dickejump::python
