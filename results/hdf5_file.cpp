#include "results/hdf5_file.h"

#include <fmt/format.h>
#include <hdf5.h>

#include "engine/errors.h"
#include "results/hdf5_detail.h"

namespace mlpsweep::results {
namespace {

static_assert(std::is_same_v<hid_t, std::int64_t>, "Hdf5Handle holds HDF5's identifiers");
static_assert(sizeof(hsize_t) == sizeof(std::uint64_t));

/// Deflate can't pack better than 1032 : 1; a data set that claims more is no honest one.
constexpr std::uint64_t kMostPacking = 1100;

/// HDF5 lists its calls from the inside out; the innermost has the system's own words.
std::string hdf5_message() {
  std::string message;
  const auto keep_first = [](unsigned, const H5E_error2_t* error, void* into) -> herr_t {
    auto& text = *static_cast<std::string*>(into);
    if (text.empty() && error->desc != nullptr) {
      text = error->desc;
    }
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &message);
  return message.empty() ? "no message" : message;
}

void refuse_foreign_link(hid_t group, const std::string& name) {
  H5L_info_t info;
  checked(H5Lget_info(group, name.c_str(), &info, H5P_DEFAULT), "find '" + name + "'");
  if (info.type != H5L_TYPE_HARD) {
    throw MachineError("'" + name + "' is a link to elsewhere, which mlpsweep never writes");
  }
}

void refuse_foreign_storage(hid_t dataset, const std::string& name) {
  const Hdf5Handle list = owned(H5Dget_create_plist(dataset), "look at '" + name + "'");
  const H5D_layout_t layout = H5Pget_layout(list.get());
  if ((layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED) ||
      H5Pget_external_count(list.get()) != 0) {
    throw MachineError("'" + name + "' keeps its data in a way that mlpsweep never does");
  }
  const int filters = checked(H5Pget_nfilters(list.get()), "look at '" + name + "'");
  for (unsigned i = 0; i < static_cast<unsigned>(filters); ++i) {
    unsigned flags = 0;
    std::size_t values = 0;
    const H5Z_filter_t filter =
        H5Pget_filter2(list.get(), i, &flags, &values, nullptr, 0, nullptr, nullptr);
    if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE) {
      throw MachineError("'" + name + "' is packed in a way that mlpsweep never uses");
    }
  }
}

void refuse_false_size(hid_t dataset, const std::string& name) {
  const Hdf5Handle type = owned(H5Dget_type(dataset), "look at '" + name + "'");
  const std::uint64_t bytes = elements_of(dims_of(dataset)) * H5Tget_size(type.get());
  if (bytes / kMostPacking > H5Dget_storage_size(dataset)) {
    throw MachineError("'" + name + "' claims more data than the file holds");
  }
}

/// Groups and data sets alike: no times, so that the same records give the same bytes.
Hdf5Handle creation_list(hid_t kind) {
  Hdf5Handle list = owned(H5Pcreate(kind), "make a property list");
  checked(H5Pset_obj_track_times(list.get(), false), "switch object times off");
  if (kind != H5P_DATASET_CREATE) {
    // Readers then show the columns in our order instead of the alphabet's.
    checked(H5Pset_link_creation_order(list.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
            "keep the order of names");
  }
  return list;
}

}  // namespace

void hdf5_failed(std::string_view doing) {
  throw MachineError(fmt::format("can't {} (HDF5: {})", doing, hdf5_message()));
}

void stop_printing_of_errors() {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Hdf5Handle& Hdf5Handle::operator=(Hdf5Handle&& other) noexcept {
  if (this != &other) {
    drop();
    id_ = std::exchange(other.id_, -1);
  }
  return *this;
}

void Hdf5Handle::drop() noexcept {
  if (id_ >= 0) {
    H5Idec_ref(std::exchange(id_, -1));
  }
}

void Hdf5Handle::close() {
  if (id_ >= 0) {
    checked(H5Idec_ref(std::exchange(id_, -1)), "close an object");
  }
}

Hdf5Group Hdf5Group::create_group(const std::string& name) {
  const Hdf5Handle list = creation_list(H5P_GROUP_CREATE);
  return Hdf5Group(
      owned(H5Gcreate2(handle().get(), name.c_str(), H5P_DEFAULT, list.get(), H5P_DEFAULT),
            "create the group '" + name + "'"));
}

Hdf5Dataset Hdf5Group::create_dataset(const std::string& name, ElementType type,
                                      const DatasetShape& shape) {
  const std::vector<hsize_t> dims(shape.dims.begin(), shape.dims.end());
  const Hdf5Handle space =
      owned(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), "make a shape");
  const Hdf5Handle list = creation_list(H5P_DATASET_CREATE);
  if (shape.chunk_rows > 0) {
    std::vector<hsize_t> chunk = dims;
    chunk[0] = shape.chunk_rows;
    checked(H5Pset_chunk(list.get(), static_cast<int>(chunk.size()), chunk.data()), "set chunks");
    checked(H5Pset_shuffle(list.get()), "set the shuffle filter");
    checked(H5Pset_deflate(list.get(), 1), "set the deflate filter");
  }
  const Hdf5Handle element = file_type(type);
  return Hdf5Dataset(owned(H5Dcreate2(handle().get(), name.c_str(), element.get(), space.get(),
                                      H5P_DEFAULT, list.get(), H5P_DEFAULT),
                           "create the data set '" + name + "'"));
}

bool Hdf5Group::has(const std::string& name) const {
  return checked(H5Lexists(handle().get(), name.c_str(), H5P_DEFAULT), "look for a name") > 0;
}

Hdf5Group Hdf5Group::open_group(const std::string& name) const {
  refuse_foreign_link(handle().get(), name);
  return Hdf5Group(
      owned(H5Gopen2(handle().get(), name.c_str(), H5P_DEFAULT), "open the group '" + name + "'"));
}

Hdf5Dataset Hdf5Group::open_dataset(const std::string& name) const {
  refuse_foreign_link(handle().get(), name);
  Hdf5Handle dataset = owned(H5Dopen2(handle().get(), name.c_str(), H5P_DEFAULT),
                             "open the data set '" + name + "'");
  refuse_foreign_storage(dataset.get(), name);
  refuse_false_size(dataset.get(), name);
  return Hdf5Dataset(std::move(dataset));
}

Hdf5File Hdf5File::create(OutputFile& output) {
  stop_printing_of_errors();
  const Hdf5Handle access = access_through(output);
  const Hdf5Handle list = creation_list(H5P_FILE_CREATE);
  return Hdf5File(
      owned(H5Fcreate(output.temporary().c_str(), H5F_ACC_TRUNC, list.get(), access.get()),
            "create the file"));
}

Hdf5File Hdf5File::open(const std::filesystem::path& file) {
  stop_printing_of_errors();
  checked(H5PLset_loading_state(0), "forbid filter plugins");
  const Hdf5Handle access = owned(H5Pcreate(H5P_FILE_ACCESS), "make a property list");
  checked(H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG), "set how the file is closed");
  // Some network file systems have no locks, and HDF5 then refuses to open at all.
  checked(H5Pset_file_locking(access.get(), false, true), "switch file locks off");
  return Hdf5File(
      owned(H5Fopen(file.c_str(), H5F_ACC_RDONLY, access.get()), "open the file as HDF5"));
}

void Hdf5File::close() {
  checked(H5Fclose(handle_.release()), "close the file");
}

Hdf5Group Hdf5File::root() const {
  return Hdf5Group(owned(H5Gopen2(handle_.get(), "/", H5P_DEFAULT), "open the root group"));
}

}  // namespace mlpsweep::results
