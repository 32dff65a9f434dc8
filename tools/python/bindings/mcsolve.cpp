#include "dickejump/study/ensemble/mcsolve.hpp"

#include <pybind11/complex.h>
#include <pybind11/eigen.h>
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <complex>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bindings/bindings.hpp"
#include "bindings/job.hpp"

namespace dickejump::python {

namespace {

template <class T>
py::array_t<T> array(const std::vector<T>& values) {
    return py::array_t<T>(static_cast<py::ssize_t>(values.size()), values.data());
}

/// A matrix and a real function of time, or None.
using Term = std::pair<Operator, py::object>;

/// A Python function of time, called with the interpreter's lock from whichever thread needs it.
Factor factor_of(const py::object& function) {
    if (function.is_none()) return {};
    return [f = function.ptr()](double time) {  // its owner outlives the run
        const py::gil_scoped_acquire held;
        return py::cast<double>(py::reinterpret_borrow<py::object>(f)(time));
    };
}

py::dict mcsolve(const std::vector<Term>& hamiltonian, const std::vector<Term>& jumps,
                 const Eigen::VectorXcd& start, const std::vector<double>& times,
                 const std::vector<std::pair<std::string, Operator>>& operators, std::int64_t trajectories,
                 std::uint64_t seed, int threads, std::int64_t keep_records, const std::vector<double>& knots,
                 const py::object& progress) {
    auto system = std::make_shared<QuantumSystem>();
    // What is called while the run goes on stays until its thread has ended.
    const auto owners = std::make_shared<std::vector<py::object>>();
    for (const auto& [matrix, factor] : hamiltonian) {
        system->hamiltonian.push_back({matrix, factor_of(factor)});
        owners->push_back(factor);
    }
    for (const auto& [matrix, factor] : jumps) {
        system->jumps.push_back({.matrix = matrix, .factor = factor_of(factor)});
        owners->push_back(factor);
    }
    system->knots = knots;
    const auto named = std::make_shared<std::vector<NamedOperator>>();
    for (const auto& [name, op] : operators)
        named->push_back({name, op});
    const auto result = std::make_shared<McResult>();
    run_job(
        [=](const cli::Host& host) {
            static_cast<void>(owners);
            const RunControl control{
                .threads = threads, .interrupt = host.interrupt, .progress = host.progress};
            *result = dickejump::mcsolve(*system, start, times, *named,
                                         {.trajectories = trajectories, .seed = seed}, control, keep_records);
        },
        progress);
    py::dict mean, error;
    for (const auto& [name, op] : operators) {
        const auto& curve = (*result)[name];
        mean[py::str(name)] = array(curve.mean);
        error[py::str(name)] = array(curve.error);
    }
    py::list records;
    for (const auto& record : result->records) {
        py::array_t<double> when(static_cast<py::ssize_t>(record.size()));
        py::array_t<std::int64_t> which(static_cast<py::ssize_t>(record.size()));
        for (std::size_t i = 0; i < record.size(); ++i) {
            when.mutable_at(static_cast<py::ssize_t>(i)) = record[i].time;
            which.mutable_at(static_cast<py::ssize_t>(i)) = static_cast<std::int64_t>(record[i].channel);
        }
        records.append(py::make_tuple(when, which));
    }
    py::list counts;
    for (const auto& jump : result->jumps)
        counts.append(py::make_tuple(jump.value, jump.error));
    py::dict answer;
    answer["times"] = array(result->curves.times);
    answer["mean"] = mean;
    answer["error"] = error;
    answer["jumps"] = counts;
    answer["records"] = records;
    answer["trajectories"] = result->trajectories;
    answer["seconds"] = result->seconds;
    return answer;
}

}  // namespace

void add_mcsolve(py::module_& module) {
    module.def("mcsolve", mcsolve, py::arg("hamiltonian"), py::arg("jumps"), py::arg("start"),
               py::arg("times"), py::arg("operators"), py::arg("trajectories"), py::arg("seed"),
               py::arg("threads"), py::arg("keep_records"), py::arg("knots"),
               py::arg("progress") = py::none());
}

}  // namespace dickejump::python
