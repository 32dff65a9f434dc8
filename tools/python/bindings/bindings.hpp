#pragma once

#include <pybind11/pybind11.h>

namespace dickejump::python {

namespace py = pybind11;

// Each adds what it is named after to the module `dickejump._engine`.

void add_errors(py::module_& module);
void add_runs(py::module_& module);
void add_samples(py::module_& module);
void add_mcsolve(py::module_& module);
void add_loops(py::module_& module);

}  // namespace dickejump::python
