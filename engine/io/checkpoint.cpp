#include "dickejump/io/checkpoint.hpp"

#include <hwy/targets.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "ensemble/bytes.hpp"
#include "io/checksum.hpp"

namespace dickejump {

namespace {

constexpr std::string_view letters = "dickeckp";

void write(ByteWriter& out, const Provenance& provenance) {
    for (const auto* text : {&provenance.version, &provenance.git, &provenance.compiler, &provenance.flags,
                             &provenance.host, &provenance.started})
        out.text(*text);
}

Provenance read_provenance(ByteReader& in) {
    Provenance provenance;
    for (auto* text : {&provenance.version, &provenance.git, &provenance.compiler, &provenance.flags,
                       &provenance.host, &provenance.started})
        *text = in.text();
    return provenance;
}

std::string payload(const Checkpoint& checkpoint) {
    ByteWriter out;
    out.text(checkpoint.study);
    out.text(checkpoint.config);
    out.number(checkpoint.config_hash);
    out.whole(checkpoint.ensemble.trajectories);
    out.number(checkpoint.ensemble.seed);
    out.whole(checkpoint.wanted.begin);
    out.whole(checkpoint.wanted.end);
    out.number(checkpoint.target_reached ? 1 : 0);
    out.real(checkpoint.seconds);
    write(out, checkpoint.provenance);
    out.text(checkpoint.arithmetic);
    out.number(checkpoint.calibrations.size());
    for (const double number : checkpoint.calibrations)
        out.real(number);
    out.text(to_bytes(checkpoint.sums));
    return out.take();
}

/// Keys with their values, in the order of the lines; those of tables under the table's name and number.
std::vector<std::pair<std::string, std::string>> keys(const std::string& config) {
    std::vector<std::pair<std::string, std::string>> result;
    std::istringstream lines(config);
    std::map<std::string, int> tables;
    std::string table;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("[[")) {
            const auto name = line.substr(2, line.find(']') - 2);
            table = name + " " + std::to_string(++tables[name]) + " ";
        } else if (line.starts_with("[")) {
            const auto dot = line.find('.');
            const auto number = table.find(' ');
            if (dot == std::string::npos) continue;
            table = table.substr(0, table.find(' ', number + 1) + 1) +
                    line.substr(dot + 1, line.find(']') - dot - 1) + " ";
        } else if (const auto sign = line.find(" = "); sign != std::string::npos) {
            result.emplace_back(table + line.substr(0, sign), line.substr(sign + 3));
        }
    }
    return result;
}

}  // namespace

std::vector<BlockRange> Checkpoint::done() const {
    auto ranges = sums.covered();
    if (!sums.cut) return ranges;
    const auto last = blocks_of(ensemble).end - 1;
    if (!ranges.empty() && ranges.back().end == last)
        ++ranges.back().end;
    else
        ranges.push_back({last, last + 1});
    return ranges;
}

std::vector<BlockRange> Checkpoint::missing(BlockRange range) const {
    std::vector<BlockRange> gaps;
    auto next = range.begin;
    for (const auto& there : done()) {
        if (there.end <= next || there.begin >= range.end) continue;
        if (there.begin > next) gaps.push_back({next, there.begin});
        next = there.end;
    }
    if (next < range.end) gaps.push_back({next, range.end});
    return gaps;
}

std::int64_t Checkpoint::trajectories() const {
    std::int64_t sum = 0;
    for (const auto& range : done())
        sum += trajectories_in(ensemble, range.end) - trajectories_in(ensemble, range.begin);
    return sum;
}

std::string to_bytes(const Checkpoint& checkpoint) {
    return sealed(letters, Checkpoint::format_version, payload(checkpoint));
}

Checkpoint checkpoint_in(std::string_view bytes, const std::string& name) {
    const auto [version, content] = unsealed(letters, bytes, name, "checkpoint");
    if (version != Checkpoint::format_version)
        throw InvalidInput(name + " (a checkpoint of format " + std::to_string(version) +
                           ", and this dickejump writes and reads " +
                           std::to_string(Checkpoint::format_version) +
                           ") go on with the version that wrote it");
    try {
        ByteReader in(content);
        Checkpoint checkpoint;
        checkpoint.study = in.text();
        checkpoint.config = in.text();
        checkpoint.config_hash = in.number();
        checkpoint.ensemble.trajectories = in.whole();
        checkpoint.ensemble.seed = in.number();
        checkpoint.wanted.begin = in.whole();
        checkpoint.wanted.end = in.whole();
        checkpoint.target_reached = in.number() != 0;
        checkpoint.seconds = in.real();
        checkpoint.provenance = read_provenance(in);
        checkpoint.arithmetic = in.text();
        const auto count = in.count();
        for (std::uint64_t i = 0; i < count; ++i)
            checkpoint.calibrations.push_back(in.real());
        checkpoint.sums = stored_sums_in(in.text());
        in.end();
        return checkpoint;
    } catch (const InvalidInput& error) {
        throw InvalidInput(name + ": " + error.what());
    }
}

std::string arithmetic() {
    return (hwy::SupportedTargets() & (HWY_AVX2 | HWY_AVX3 | HWY_AVX3_DL | HWY_NEON)) != 0
               ? "fused multiply-add"
               : "portable";
}

std::string content_of(const std::filesystem::path& file) {
    std::error_code error;
    std::ifstream in(file, std::ios::binary);
    if (std::filesystem::is_directory(file, error)) in.setstate(std::ios::failbit);
    std::string content;
    if (in) content.assign(std::istreambuf_iterator<char>(in), {});
    if (!in || in.bad()) throw InvalidInput(file.string() + " (cannot be read) check the path");
    return content;
}

std::vector<std::string> differences(const std::string& one, const std::string& other,
                                     const std::vector<std::string>& leave_out) {
    const auto ones = keys(one), others = keys(other);
    const std::map<std::string, std::string> a(ones.begin(), ones.end()), b(others.begin(), others.end());
    const auto said = [](const auto& all, const std::string& key) {
        const auto found = all.find(key);
        return found == all.end() ? "no " + key : key + " = " + found->second;
    };
    std::vector<std::string> result;
    const auto compare = [&](const std::string& key) {
        if (std::find(leave_out.begin(), leave_out.end(), key) != leave_out.end()) return;
        if (a.contains(key) && b.contains(key) && a.at(key) == b.at(key)) return;
        result.push_back(said(a, key) + ", " + said(b, key));
    };
    for (const auto& [key, value] : ones)
        compare(key);
    for (const auto& [key, value] : others)
        if (!a.contains(key)) compare(key);
    return result;
}

}  // namespace dickejump
