#include <hdf5.h>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "dickejump/model/invalid_input.hpp"
#include "io/clicks/formats.hpp"
#include "io/clicks/guarded.hpp"
#include "io/hdf5.hpp"

// Photon-HDF5 (Ingargiola et al., Biophys. J. 110, 26 (2016)): of its many fields only the times, the
// detector of each, and the unit of time are needed. The HDF5 library does not survive every damaged file, so
// it reads in a process of its own.

namespace dickejump::clicks {

namespace {

using hdf5::Handle;

constexpr const char *times_path = "/photon_data/timestamps", *detectors_path = "/photon_data/detectors",
                     *unit_path = "/photon_data/timestamps_specs/timestamps_unit";

[[noreturn]] void refuse(const std::string& file, const std::string& why_and_fix) {
    throw InvalidInput(file + " " + why_and_fix);
}

/// A file in memory, a data set of it: empty handles are refused with the words for it.
hid_t need(const std::string& file, hid_t id, const std::string& what) {
    if (id < 0) refuse(file, "(" + what + ") give a Photon-HDF5 file, or copy it again");
    return id;
}

/// @param most  so many numbers at most
std::vector<std::int64_t> column(const std::string& file, hid_t from, const char* path, std::size_t most) {
    const std::string missing = std::string("has no readable ") + path;
    const Handle set(need(file, H5Dopen2(from, path, H5P_DEFAULT), missing), H5Dclose);
    const Handle space(need(file, H5Dget_space(set), missing), H5Sclose);
    const Handle type(need(file, H5Dget_type(set), missing), H5Tclose);
    if (H5Tget_class(type) != H5T_INTEGER)
        refuse(file, std::string("(") + path + " does not hold whole numbers) write times as ticks");
    const auto points = H5Sget_simple_extent_npoints(space);
    if (H5Sget_simple_extent_ndims(space) != 1 || points < 0 || static_cast<std::size_t>(points) > most)
        refuse(file, std::string("(") + path + " with " + std::to_string(points) +
                         " numbers, which is more than there can be) copy it again");
    if (H5Tget_sign(type) == H5T_SGN_NONE && H5Tget_size(type) >= 8) {
        std::vector<std::uint64_t> raw(static_cast<std::size_t>(points));
        if (points > 0 && H5Dread(set, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()) < 0)
            refuse(file, "(" + missing + ") copy it again");
        for (const auto value : raw)
            if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
                refuse(file, std::string("(") + path + " holds " + std::to_string(value) +
                                 ") times are below 2^63");
        return {raw.begin(), raw.end()};
    }
    std::vector<std::int64_t> values(static_cast<std::size_t>(points));
    if (points > 0 && H5Dread(set, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
        refuse(file, "(" + missing + ") copy it again");
    return values;
}

/// Unit, times and detectors as plain bytes.
std::string read_inside(const std::string& file, std::string_view bytes) {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    const Handle access(need(file, H5Pcreate(H5P_FILE_ACCESS), "no HDF5"), H5Pclose);
    constexpr std::size_t increment = 1 << 20;
    if (H5Pset_fapl_core(access, increment, false) < 0 ||
        H5Pset_file_image(access, const_cast<char*>(bytes.data()), bytes.size()) < 0)
        refuse(file, "(does not fit into memory) cut it");
    const Handle opened(need(file, H5Fopen("memory", H5F_ACC_RDONLY, access), "not an HDF5 file, or damaged"),
                        H5Fclose);
    // Times ascend, which compression cannot make a bit each of; detectors may all be the same.
    const auto times = column(file, opened, times_path, 8 * bytes.size());
    const auto detectors = column(file, opened, detectors_path, times.size());
    if (times.size() != detectors.size())
        refuse(file, "(" + std::to_string(times.size()) + " timestamps with " +
                         std::to_string(detectors.size()) + " detectors) copy it again");
    const Handle unit_set(
        need(file, H5Dopen2(opened, unit_path, H5P_DEFAULT), std::string("has no ") + unit_path), H5Dclose);
    const Handle unit_space(need(file, H5Dget_space(unit_set), unit_path), H5Sclose);
    double unit = 0.0;
    if (H5Sget_simple_extent_npoints(unit_space) != 1 ||
        H5Dread(unit_set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, &unit) < 0 ||
        !std::isfinite(unit) || !(unit > 0.0))
        refuse(file, std::string("(") + unit_path + " is not one positive number) give the seconds a tick");
    std::string plain(sizeof unit + 2 * sizeof(std::int64_t) * times.size(), '\0');
    auto* to = plain.data();
    const auto put = [&](const void* from, std::size_t size) {
        if (size > 0) std::memcpy(to, from, size);
        to += size;
    };
    put(&unit, sizeof unit);
    put(times.data(), sizeof(std::int64_t) * times.size());
    put(detectors.data(), sizeof(std::int64_t) * detectors.size());
    return plain;
}

}  // namespace

ClickFile read_photon_hdf5(const std::string& file, std::string_view bytes) {
    const auto plain = guarded(file, [&] { return read_inside(file, bytes); });
    ClickFile result{.file = file, .place = "record", .clicks = {}};
    std::memcpy(&result.resolution, plain.data(), sizeof result.resolution);
    const std::size_t count = (plain.size() - sizeof result.resolution) / (2 * sizeof(std::int64_t));
    result.clicks.resize(count);
    const auto* times = plain.data() + sizeof result.resolution;
    const auto* detectors = times + count * sizeof(std::int64_t);
    for (std::size_t i = 0; i < count; ++i) {
        std::memcpy(&result.clicks[i].tick, times + i * sizeof(std::int64_t), sizeof(std::int64_t));
        std::memcpy(&result.clicks[i].channel, detectors + i * sizeof(std::int64_t), sizeof(std::int64_t));
        result.clicks[i].place = static_cast<std::int64_t>(i);
    }
    return result;
}

std::string write_photon_hdf5(const std::vector<FileClick>& clicks, double resolution) {
    const hdf5::Image image;
    const auto data = image.group(image.file(), "photon_data"), specs = image.group(data, "timestamps_specs");
    image.attribute(image.file(), "format_name", std::string("Photon-HDF5"));
    image.attribute(image.file(), "format_version", std::string("0.5"));
    const auto put = [&](hid_t where, const char* name, hid_t type, hid_t memory, const void* values,
                         std::size_t count, bool scalar) {
        const hsize_t size = count;
        const Handle space(scalar ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &size, nullptr), H5Sclose);
        const Handle set(H5Dcreate2(where, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                         H5Dclose);
        if (count > 0 && H5Dwrite(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
            throw std::runtime_error("HDF5 (the library refused a call) report this as a fault");
    };
    std::vector<std::int64_t> times, detectors;
    for (const auto& click : clicks)
        times.push_back(click.tick), detectors.push_back(click.channel);
    put(data, "timestamps", H5T_STD_I64LE, H5T_NATIVE_INT64, times.data(), times.size(), false);
    put(data, "detectors", H5T_STD_U8LE, H5T_NATIVE_INT64, detectors.data(), detectors.size(), false);
    put(specs, "timestamps_unit", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &resolution, 1, true);
    return image.image();
}

}  // namespace dickejump::clicks
