#include "cli/job.hpp"

#include <chrono>
#include <cstdlib>
#include <thread>

#ifdef DICKEJUMP_MPI
#include <fmt/core.h>
#include <mpi.h>

#include <limits>
#include <stdexcept>
#endif

namespace dickejump::cli {

void Job::rest() {
    std::this_thread::sleep_for(std::chrono::microseconds(200));
}

Job& job() {
    static Job mine;
    return mine;
}

#ifdef DICKEJUMP_MPI

namespace {

constexpr int tag = 1;

/// Whether a launcher of one of the usual libraries started this process: joining costs a tenth of a second,
/// which a program by itself should not pay.
bool was_launched() {
    for (const char* variable : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "MPI_LOCALNRANKS"})
        if (std::getenv(variable)) return true;
    return false;
}

}  // namespace

Job::Job() {
    if (!was_launched()) return;
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
    if (provided < MPI_THREAD_FUNNELED)
        throw std::runtime_error("this MPI library allows no threads beside it: start one process by itself");
    joined_ = true;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
}

Job::~Job() {
    leave();
}

void Job::leave() {
    if (!joined_) return;
    joined_ = false;
    MPI_Finalize();
}

void Job::send(int to, std::string_view bytes) {
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw std::runtime_error("sums of more than 2 GiB cannot be sent: run in parts, and merge them");
    MPI_Send(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, to, tag, MPI_COMM_WORLD);
}

std::optional<Job::Message> Job::receive() {
    int there = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, tag, MPI_COMM_WORLD, &there, &status);
    if (!there) return {};
    int count = 0;
    MPI_Get_count(&status, MPI_BYTE, &count);
    Message message{.from = status.MPI_SOURCE, .bytes = std::string(static_cast<std::size_t>(count), '\0')};
    MPI_Recv(message.bytes.data(), count, MPI_BYTE, message.from, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return message;
}

void Job::abort(int code) {
    MPI_Abort(MPI_COMM_WORLD, code);
    std::_Exit(code);
}

std::string Job::library() {
#ifdef OMPI_MAJOR_VERSION
    return fmt::format("Open MPI {}.{}.{}", OMPI_MAJOR_VERSION, OMPI_MINOR_VERSION, OMPI_RELEASE_VERSION);
#else
    return fmt::format("MPI {}.{}", MPI_VERSION, MPI_SUBVERSION);
#endif
}

#else

Job::Job() = default;
Job::~Job() = default;
void Job::leave() {}
void Job::send(int, std::string_view) {}
std::optional<Job::Message> Job::receive() {
    return {};
}
void Job::abort(int code) {
    std::_Exit(code);
}
std::string Job::library() {
    return {};
}

#endif

}  // namespace dickejump::cli
