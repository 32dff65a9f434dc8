#include <pybind11/stl.h>

#include <exception>

#include "bindings/bindings.hpp"
#include "cli/options.hpp"
#include "dickejump/io/result_folder.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/model/stop_request.hpp"

namespace dickejump::python {

namespace {

void raise(const char* name, const py::object& argument) {
    const auto type = py::module_::import("dickejump._errors").attr(name);
    PyErr_SetObject(type.ptr(), type(argument).ptr());
}

void translate(std::exception_ptr thrown) {
    try {
        if (thrown) std::rethrow_exception(thrown);
    } catch (const InvalidInput& error) {
        py::list problems;
        for (const auto& problem : error.problems())
            problems.append(cli::in_keys(problem));
        raise("InvalidInput", problems);
    } catch (const OutputError& error) {
        raise("OutputError", py::str(cli::in_keys(error.what())));
    } catch (const Stopped& error) {
        raise("TimeLimit", py::str(error.what()));
    }
}

}  // namespace

void add_errors(py::module_&) {
    py::register_exception_translator(translate);
}

}  // namespace dickejump::python
