#include "io/hdf5.hpp"

#include <stdexcept>

namespace dickejump::hdf5 {

namespace {

void done(herr_t status) {
    if (status < 0) throw std::runtime_error("HDF5 (the library refused a call) report this as a fault");
}

/// Properties of what is created: no times, links in the order of their creation.
Handle creation(hid_t kind) {
    Handle list(H5Pcreate(kind), H5Pclose);
    done(H5Pset_obj_track_times(list, false));
    if (kind != H5P_DATASET_CREATE)
        done(H5Pset_link_creation_order(list, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED));
    return list;
}

std::recursive_mutex& of_the_library() {
    static std::recursive_mutex mutex;
    return mutex;
}

Handle in_memory() {
    Handle list(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    constexpr std::size_t increment = 1 << 20;
    done(H5Pset_fapl_core(list, increment, false));
    return list;
}

hid_t created() {
    return H5Fcreate("memory", H5F_ACC_TRUNC, creation(H5P_FILE_CREATE), in_memory());
}

hid_t opened(std::string_view bytes) {
    const auto access = in_memory();
    done(H5Pset_file_image(access, const_cast<char*>(bytes.data()), bytes.size()));
    return H5Fopen("memory", H5F_ACC_RDONLY, access);
}

Handle text_type() {
    Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    done(H5Tset_size(type, H5T_VARIABLE));
    done(H5Tset_cset(type, H5T_CSET_UTF8));
    return type;
}

Handle line(std::size_t length) {
    const hsize_t dims = length;
    return {H5Screate_simple(1, &dims, nullptr), H5Sclose};
}

void put_attribute(hid_t where, const char* name, hid_t stored, hid_t type, const void* value) {
    const Handle scalar(H5Screate(H5S_SCALAR), H5Sclose);
    const Handle attribute(H5Acreate2(where, name, stored, scalar, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    done(H5Awrite(attribute, type, value));
}

}  // namespace

Handle::Handle(hid_t id, Close close) : id_(id), close_(close) {
    done(id < 0 ? -1 : 0);
}
Handle::~Handle() {
    if (id_ >= 0) close_(id_);
}

Image::Image() : alone_(of_the_library()), file_(created(), H5Fclose) {}
Image::Image(std::string_view bytes) : alone_(of_the_library()), file_(opened(bytes), H5Fclose) {}

Handle Image::group(hid_t where, const char* name) const {
    return {H5Gcreate2(where, name, H5P_DEFAULT, creation(H5P_GROUP_CREATE), H5P_DEFAULT), H5Gclose};
}

void Image::attribute(hid_t where, const char* name, const std::string& text) const {
    const char* characters = text.c_str();
    put_attribute(where, name, text_type(), text_type(), &characters);
}
void Image::attribute(hid_t where, const char* name, std::int64_t number) const {
    put_attribute(where, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &number);
}
void Image::attribute(hid_t where, const char* name, double number) const {
    put_attribute(where, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &number);
}

Handle Image::numbers(hid_t where, const char* name, std::span<const double> values, const char* units,
                      const char* long_name, hid_t scale) const {
    Handle dataset(H5Dcreate2(where, name, H5T_IEEE_F64LE, line(values.size()), H5P_DEFAULT,
                              creation(H5P_DATASET_CREATE), H5P_DEFAULT),
                   H5Dclose);
    done(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()));
    if (scale == 0)
        done(H5DSset_scale(dataset, name));
    else
        done(H5DSattach_scale(dataset, scale, 0));
    attribute(dataset, "units", std::string(units));
    attribute(dataset, "long_name", std::string(long_name));
    return dataset;
}

Handle Image::bytes(hid_t where, const char* name, std::string_view content) const {
    const auto properties = creation(H5P_DATASET_CREATE);
    const hsize_t chunk = content.size();
    done(H5Pset_chunk(properties, 1, &chunk));
    done(H5Pset_deflate(properties, 6));
    Handle dataset(
        H5Dcreate2(where, name, H5T_STD_U8LE, line(content.size()), H5P_DEFAULT, properties, H5P_DEFAULT),
        H5Dclose);
    done(H5Dwrite(dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, content.data()));
    return dataset;
}

void Image::table(hid_t where, const char* name, hid_t type, const void* rows, std::size_t count) const {
    const Handle dataset(
        H5Dcreate2(where, name, type, line(count), H5P_DEFAULT, creation(H5P_DATASET_CREATE), H5P_DEFAULT),
        H5Dclose);
    if (count > 0) done(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows));
}

std::string Image::text_attribute(hid_t where, const char* name) const {
    const Handle attribute(H5Aopen(where, name, H5P_DEFAULT), H5Aclose);
    char* characters = nullptr;
    done(H5Aread(attribute, text_type(), &characters));
    std::string text(characters);
    H5free_memory(characters);
    return text;
}

double Image::number_attribute(hid_t where, const char* name) const {
    const Handle attribute(H5Aopen(where, name, H5P_DEFAULT), H5Aclose);
    double number = 0.0;
    done(H5Aread(attribute, H5T_NATIVE_DOUBLE, &number));
    return number;
}

std::string Image::content(const char* name) const {
    const Handle dataset(H5Dopen2(file_, name, H5P_DEFAULT), H5Dclose);
    const Handle space(H5Dget_space(dataset), H5Sclose);
    std::string bytes(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)), '\0');
    done(H5Dread(dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()));
    return bytes;
}

std::vector<double> Image::numbers(const char* name) const {
    const Handle dataset(H5Dopen2(file_, name, H5P_DEFAULT), H5Dclose);
    const Handle space(H5Dget_space(dataset), H5Sclose);
    std::vector<double> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    done(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()));
    return values;
}

std::string Image::image() const {
    done(H5Fflush(file_, H5F_SCOPE_GLOBAL));
    const auto size = H5Fget_file_image(file_, nullptr, 0);
    done(size < 0 ? -1 : 0);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    done(H5Fget_file_image(file_, bytes.data(), bytes.size()) < 0 ? -1 : 0);
    return bytes;
}

}  // namespace dickejump::hdf5
