#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dickejump::cli {

/// The processes that `mpirun` started together, and messages between them. A program that nothing started
/// so, or that was built without MPI, is a job of one: rank 0.
///
/// Messages go both ways (one-sided ones stall on busy ranks), one thread of a rank sends and receives, and
/// who waits sleeps between looks, so that waiting takes no core from those who work.
class Job {
public:
    struct Message {
        int from = 0;
        std::string bytes;
    };

    /// Joins the job, if there is one.
    Job();
    ~Job();
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    int rank() const { return rank_; }
    int size() const { return size_; }
    /// @throws std::runtime_error if they are more than MPI can count
    void send(int to, std::string_view bytes);
    /// A message that has come, or nothing.
    std::optional<Message> receive();
    /// Leaves it: every rank has to.
    void leave();
    /// Ends all processes at once, with this exit code.
    [[noreturn]] void abort(int code);

    /// Sleeps as long as a look at the messages may wait.
    static void rest();
    /// What it was built with, "Open MPI 4.1.4"; empty: without MPI.
    static std::string library();

private:
    int rank_ = 0, size_ = 1;
    bool joined_ = false;
};

/// The one that this program belongs to; joined at the first call.
Job& job();

}  // namespace dickejump::cli
