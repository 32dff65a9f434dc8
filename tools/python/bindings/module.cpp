#include "bindings/bindings.hpp"
#include "bindings/job.hpp"
#include "study/build_info.hpp"

PYBIND11_MODULE(_engine, module) {
    using namespace dickejump::python;
    module.doc() = "The engine: verbs by name and keywords as text. The package around it is what to use.";
    module.attr("version") = dickejump::build_info::version;
    add_errors(module);
    add_runs(module);
    add_samples(module);
    add_mcsolve(module);
    add_loops(module);
    py::module_::import("atexit").attr("register")(py::cpp_function(join_left_behind));
}
