#include <functional>
#include <memory>
#include <string_view>

#include "bindings/bindings.hpp"
#include "bindings/job.hpp"
#include "bindings/values.hpp"
#include "cli/parts.hpp"
#include "cli/stored.hpp"
#include "cli/verb.hpp"
#include "dickejump/io/result_file.hpp"

namespace dickejump::python {

namespace {

cli::Verb verb_named(const std::string& name) {
    for (auto& verb : cli::verbs())
        if (verb.name == name) return verb;
    throw InvalidInput("verb " + name + " (not one of dickejump's)");
}

py::list verbs() {
    py::list all;
    for (const auto& verb : cli::verbs()) {
        py::dict one;
        one["name"] = verb.name;
        one["summary"] = verb.summary;
        one["keys"] = described(*verb.options);
        all.append(one);
    }
    return all;
}

/// What `work` delivers. @param verb  its name @param work  must own all that it uses
py::dict answer_of(const std::string& verb, std::function<int()> work, const py::object& progress) {
    const auto answer = std::make_shared<cli::Answer>();
    const auto code = std::make_shared<int>(cli::fine);
    py::dict result;
    result["verb"] = verb;
    auto said = run_job(
        [=, work = std::move(work)](const cli::Host& host) {
            auto mine = host;
            mine.deliver = [&](const cli::Answer& given) { *answer = given; };
            const cli::Hosting hosting(mine);
            *code = work();
        },
        progress);
    result["said"] = std::move(said);
    result["code"] = *code;
    result["json"] = answer->json;
    result["table"] = answer->table;
    result["csv"] = answer->csv;
    result["config"] = answer->config;
    py::dict files;
    for (const auto& [name, bytes] : answer->more)
        files[py::str(name)] = py::bytes(bytes);
    result["files"] = files;
    return result;
}

/// Runs a verb whose options are set.
py::dict answer_of(cli::Verb verb, const py::object& progress) {
    const auto name = verb.name;
    return answer_of(
        name, [verb = std::move(verb)] { return verb.run(); }, progress);
}

/// `estimate`, which takes files and a setup. @param arguments  as on the command line
py::dict estimate(const std::vector<std::string>& arguments, const py::object& progress) {
    return answer_of(
        "estimate", [arguments] { return cli::estimate(arguments); }, progress);
}

/// Sets a verb's options to keywords, checks all of them, and runs it.
py::dict run(const std::string& name, const Values& values, const py::object& progress) {
    auto verb = verb_named(name);
    Problems problems;
    if (take(*verb.options, values, problems) && problems.empty())
        verb.check(problems);
    else
        verb.options->judge(problems, true);
    verb.options->judge(problems, false);
    problems.raise();
    return answer_of(std::move(verb), progress);
}

bool is_hdf5(std::string_view bytes) {
    return bytes.starts_with("\x89HDF");
}

cli::Source source_in(const std::string& name, const std::string& bytes) {
    return {name, is_hdf5(bytes) ? checkpoint_in_hdf5(bytes, name) : checkpoint_in(bytes, name)};
}

/// Puts together what was stored of one run: its result, if all of it is there; else what there is.
py::dict join(const std::vector<std::pair<std::string, py::bytes>>& stored, const py::object& progress) {
    std::vector<cli::Source> sources;
    Problems problems;
    for (const auto& [name, bytes] : stored)
        problems.collect([&, n = name, b = std::string(bytes)] { sources.push_back(source_in(n, b)); });
    problems.raise();
    const auto gaps = cli::gaps(sources);
    // A result that a target error or a time limit ended is one all the same.
    const bool is_result = sources.size() == 1 && (sources.front().stored.target_reached ||
                                                   is_hdf5(std::string(stored.front().second)));
    if (gaps.empty() || is_result) {
        const auto& first = sources.front();
        auto verb = cli::verb_with(first.stored.config, first.name, {});
        for (auto& source : sources)
            verb.pieces->from.push_back(std::move(source.stored));
        verb.pieces->allow_gaps = !gaps.empty();
        return answer_of(std::move(verb), progress);
    }
    const auto together = cli::joined(std::move(sources));
    py::dict result;
    result["verb"] = together.study;
    result["said"] = py::list();
    result["code"] = 0;
    result["json"] = to_json(together);
    result["table"] = "blocks " + cli::in_words(together.done()) + " of " +
                      std::to_string(blocks_of(together.ensemble).end) + "\n";
    result["csv"] = "";
    result["config"] = together.config;
    py::dict files;
    files["checkpoint"] = py::bytes(to_bytes(together));
    result["files"] = files;
    return result;
}

/// The bytes of a result.h5 or checkpoint, or of that in a folder.
py::bytes bytes_at(const std::string& path) {
    return py::bytes(cli::stored_bytes(path));
}

}  // namespace

void add_runs(py::module_& module) {
    module.def("verbs", verbs);
    module.def("run", run, py::arg("verb"), py::arg("values"), py::arg("progress") = py::none());
    module.def("estimate", estimate, py::arg("arguments"), py::arg("progress") = py::none());
    module.def("join", join, py::arg("stored"), py::arg("progress") = py::none());
    module.def("bytes_at", bytes_at);
}

}  // namespace dickejump::python
