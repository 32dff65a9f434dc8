#include "cli/scan_store.hpp"

#include <algorithm>
#include <utility>

#include "cli/host.hpp"
#include "cli/log.hpp"

namespace dickejump::cli {

namespace {

constexpr const char* file = "checkpoint";

/// Keys that say how much is simulated, and may differ from one session to the next.
const std::vector<std::string> extent{"trajectories", "time_limit", "target_error"};

/// What is there of an ensemble that may have had another number of trajectories.
Checkpoint fitted(Checkpoint from, const Ensemble& ensemble) {
    if (from.ensemble.trajectories == ensemble.trajectories) return from;
    from.sums.cut.reset();
    const auto whole = ensemble.trajectories / Block::size;
    if (!from.sums.nodes.empty() && from.sums.nodes.back().blocks().end > whole)
        throw InvalidInput("`trajectories` = " + std::to_string(ensemble.trajectories) + " (" +
                           std::to_string(from.trajectories()) +
                           " are there, and sums cannot be taken apart) give as many, or more");
    from.ensemble = ensemble;
    from.target_reached = false;
    return from;
}

void warn_of_other_build(const Checkpoint& from) {
    const auto now = Provenance::now();
    if (from.arithmetic != arithmetic())
        log_warning("what is there was computed with " + from.arithmetic +
                    " arithmetic, and this processor has " + arithmetic() +
                    ": the result is of the same law, but not the bytes of one run");
    if (from.provenance.version != now.version || from.provenance.git != now.git ||
        from.provenance.compiler != now.compiler || from.provenance.flags != now.flags)
        log_warning("what is there was computed by dickejump " + from.provenance.version + " (" +
                    from.provenance.git + ", " + from.provenance.compiler + "), and this is " + now.version +
                    " (" + now.git + ", " + now.compiler +
                    "): the result may not be the bytes of one run by either");
}

}  // namespace

ScanStore::ScanStore(const ResultFolder* folder, const Told<ScanConfig>& told, std::string toml)
    : folder_(folder), told_(told), toml_(std::move(toml)) {
    const auto ensemble = told.config.ensemble();
    const auto& pieces = told.pieces;
    state_ = {.study = "scan",
              .config = toml_,
              .config_hash = hash(told.config),
              .ensemble = ensemble,
              .wanted = pieces.range(ensemble),
              .provenance = Provenance::now(),
              .arithmetic = arithmetic(),
              .calibrations = {},
              .sums = {}};
    if (told.config.keep_estimates && told.output.out.empty() && !host())
        throw InvalidInput(
            "`keep_estimates` (the estimates of every run go to result.h5, and there is no folder for it) "
            "give "
            "`out`");
    if (pieces.asks_for_part()) {
        Problems problems;
        problems.require(!told.output.out.empty() || host(),
                         "`out` (not given, and a part is for merging) give a folder");
        problems.require(told.config.target_errors.empty(),
                         "`target_error` (a part does not know how far the others are) run it without, or in "
                         "one piece");
        problems.raise();
    }
    for (const auto& from : pieces.from) {
        fitted(from, ensemble);  // or refused, before anything is written
        Problems problems;
        for (const auto& difference : differences(from.config, toml_, extent))
            problems.add("`out` = " + told.output.out +
                         " (it was begun with another configuration: " + difference +
                         ") go on with the one that it was begun with, or choose another folder");
        problems.raise();
        const bool extended = from.ensemble.trajectories != ensemble.trajectories;
        const bool part = from.wanted != blocks_of(from.ensemble);
        if (extended && part)
            throw InvalidInput("`trajectories` = " + std::to_string(ensemble.trajectories) +
                               " (a part cannot be extended by itself) merge the parts first");
        if (part && pieces.from.size() == 1 && !pieces.allow_gaps) state_.wanted = from.wanted;
        if (state_.calibrations.empty()) state_.calibrations = from.calibrations;
        state_.target_reached = state_.target_reached || (from.target_reached && !extended);
        warn_of_other_build(from);
    }
    // An older result gives way once it is sure that this one can be computed.
    if (folder_ && !std::filesystem::exists(folder_->path() / "summary.json")) begin();
}

bool ScanStore::only_delivers() const {
    return state_.target_reached || told_.pieces.allow_gaps;
}

void ScanStore::begin() {
    if (!folder_ || begun_) return;
    begun_ = true;
    // What lies there is of another run, or of a shorter one.
    for (const auto& name : folder_->names())
        if (name.starts_with("summary.") || name.starts_with("record-")) folder_->remove(name);
    folder_->write("config.toml", toml_);
    write_there();
    // Its sums are in the checkpoint now, if they are wanted.
    folder_->remove("result.h5");
}

/// A checkpoint of what was there from the start. Parts stay where they are until they are merged.
void ScanStore::write_there() {
    const auto& from = told_.pieces.from;
    if (from.size() >= 2) return;
    if (from.size() == 1) state_.sums = fitted(from.front(), state_.ensemble).sums;
    write();
    state_.sums = {};
}

/// Calibrations so far, so that `resume` does not run them again. What cannot be stored for now is run again.
void ScanStore::keep(std::span<const double> calibrations) noexcept {
    try {
        if (!folder_) return;
        state_.calibrations.assign(calibrations.begin(), calibrations.end());
        if (begun_)
            write_there();
        else
            begin();
    } catch (const std::exception& error) {
        warn_of_storing(error);
    }
}

PreparedScan ScanStore::prepare(const RunControl& control) {
    try {
        const auto before = state_.calibrations;
        auto scan = dickejump::prepare(told_.config, control, before,
                                       [&](std::span<const double> so_far) { keep(so_far); });
        state_.calibrations = scan.calibrations();
        begin();
        return scan;
    } catch (const InvalidInput&) {
        if (begun_ && told_.pieces.from.empty())
            for (const char* name : {file, "config.toml"})
                folder_->remove(name);
        throw;
    }
}

ScanPart ScanStore::restored(const PreparedScan& scan) const {
    ScanPart part(scan);
    for (const auto& from : told_.pieces.from)
        part.add(
            fitted(from, state_.ensemble).sums, from.seconds,
            from.target_reached && state_.target_reached ? StopReason::target_error : StopReason::completed);
    return part;
}

void ScanStore::write(const ScanPart& part) {
    if (!folder_) return;
    state_.sums = part.store();
    state_.seconds = part.seconds();
    write();
    state_.sums = {};
}

void ScanStore::write() const {
    folder_->write(file, to_bytes(state_));
}

void ScanStore::try_to_write(const ScanPart& part) noexcept {
    try {
        write(part);
    } catch (const std::exception& error) {
        warn_of_storing(error);
    }
}

void ScanStore::warn_of_storing(const std::exception& error) noexcept {
    if (!std::exchange(warned_, true))
        log_warning(std::string("no checkpoint could be written: ") + in_keys(error.what()));
}

}  // namespace dickejump::cli
