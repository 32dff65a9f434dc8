#include "cli/verb.hpp"

namespace dickejump::cli {

std::vector<Verb> verbs() {
    return {scan_verb(),
            sensitivity_verb(),
            ensemble_verb(),
            compare_scan_verb(),
            compare_ensemble_verb(),
            exact_scan_verb(),
            exact_ensemble_verb(),
            exact_steady_verb(),
            exact_spectrum_verb(),
            exact_correlation_verb(),
            exact_g2_verb(),
            exact_crossings_verb(),
            steady_verb(),
            experiment_verb(),
            calibrate_verb(),
            homodyne_verb(),
            measure_verb(),
            lock_verb(),
            exact_lock_verb(),
            exact_bound_verb(),
            optimize_schedule_verb()};
}

bool take_arguments(Verb& verb, const std::vector<std::string>& arguments, Problems& problems,
                    bool readable) {
    CLI::App app(verb.summary, verb.name);
    verb.options->declare(app);
    if (!parsed(app, arguments)) return false;
    verb.options->take(app, problems);
    // How values hang together is only checked once they are all there and read: until then each by itself.
    if (verb.options->complete(problems) && verb.options->readable() && readable)
        verb.check(problems);
    else
        verb.options->judge(problems, true);
    verb.options->judge(problems, false);
    return true;
}

}  // namespace dickejump::cli

namespace dickejump {

template <>
const Keys<cli::Control>& keys<cli::Control>() {
    static const auto all = [] {
        Keys<cli::Control> keys;
        keys.number("threads", &cli::Control::threads,
                    "threads, 0 for all (default); does not change results",
                    Range::from(0.0, "a number of threads; 0 means all"));
        return keys;
    }();
    return all;
}

}  // namespace dickejump
