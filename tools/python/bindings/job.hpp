#pragma once

#include <pybind11/pybind11.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cli/host.hpp"

namespace dickejump::python {

namespace py = pybind11;

/// What is said of a run while it goes on: ("info" or "warning", text).
using Said = std::vector<std::pair<std::string, std::string>>;

/// Does `work` on a thread of its own, which never needs the interpreter, and waits for it. The caller holds
/// the interpreter's lock, which is free in the meantime; signals are looked for every 20 ms. A
/// KeyboardInterrupt, or an exception of `progress`, comes out at once: the thread is asked to end, and is
/// waited for at the next run or the interpreter's end.
/// @param work  must own all that it uses, apart from what the host gives it
/// @param progress  None, or called with (done, wanted, unit, phase, seconds, fraction)
/// @throws what `work` throws
Said run_job(std::function<void(const cli::Host&)> work, const py::object& progress);

/// Waits for the threads of interrupted runs.
void join_left_behind();

}  // namespace dickejump::python
