// Longer than our files are: it is the door to HDF5, and its parts share HDF5's own types.
#include "results/hdf5_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <functional>
#include <stdexcept>
#include <type_traits>

#include <fmt/format.h>
#include <hdf5.h>
#include <hdf5_hl.h>

#include "engine/errors.h"
#include "results/hdf5_driver.h"

namespace mlpsweep::results {
namespace {

static_assert(std::is_same_v<hid_t, std::int64_t>, "Hdf5Handle holds HDF5's identifiers");
static_assert(sizeof(hsize_t) == sizeof(std::uint64_t));

/// Deflate can't pack better than 1032 : 1; a data set that claims more is no honest one.
constexpr std::uint64_t kMostPacking = 1100;

// --- Status ----------------------------------------------------------------------------------

struct Hdf5Fault {
  std::string words;
  bool out_of_memory = false;
};

/// HDF5 lists its calls from the inside out; the innermost has the system's own words.
Hdf5Fault innermost_fault() {
  Hdf5Fault fault;
  const auto keep_first = [](unsigned, const H5E_error2_t* error, void* into) -> herr_t {
    auto& kept = *static_cast<Hdf5Fault*>(into);
    if (kept.words.empty() && error->desc != nullptr) {
      kept.words = error->desc;
      kept.out_of_memory = error->maj_num == H5E_RESOURCE &&
                           (error->min_num == H5E_NOSPACE || error->min_num == H5E_CANTALLOC);
    }
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &fault);
  if (fault.words.empty()) {
    fault.words = "no message";
  }
  return fault;
}

/// Whether the words quote an error number that no bytes of a file can bring about.
bool is_system_fault(std::string_view words) {
  constexpr std::string_view kNumber = "errno = ";
  const std::size_t found = words.rfind(kNumber);  // the name of the file stands before it
  if (found == std::string_view::npos) {
    return false;
  }
  const std::string_view digits = words.substr(found + kNumber.size());
  int number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  constexpr std::array kNumbers = {EIO, ENOMEM, ENFILE, ESTALE, ENODEV, ENXIO, ETIMEDOUT};
  return std::find(kNumbers.begin(), kNumbers.end(), number) != kNumbers.end();
}

[[noreturn]] void hdf5_failed(std::string_view doing) {
  const Hdf5Fault fault = innermost_fault();
  const std::string text = fmt::format("can't {} (HDF5: {})", doing, fault.words);
  if (fault.out_of_memory) {
    throw Hdf5OutOfMemory(text);
  }
  if (is_system_fault(fault.words)) {
    throw Hdf5SystemError(text);
  }
  throw MachineError(text);
}

template <typename Status>
Status checked(Status status, std::string_view doing) {
  if (status < 0) {
    hdf5_failed(doing);
  }
  return status;
}

/// A new identifier, which is closed when it goes.
Hdf5Handle owned(hid_t id, std::string_view doing) {
  return Hdf5Handle(checked(id, doing));
}

/// HDF5 prints every failure to stderr until it is told not to, in each thread.
void stop_printing_of_errors() {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

// --- Types and shapes ------------------------------------------------------------------------

Hdf5Handle text_type() {
  Hdf5Handle type = owned(H5Tcopy(H5T_C_S1), "make the text type");
  checked(H5Tset_size(type.get(), H5T_VARIABLE), "make the text type");
  checked(H5Tset_cset(type.get(), H5T_CSET_UTF8), "make the text type");
  return type;
}

struct TypePair {
  ElementType type;
  hid_t file;
  hid_t memory;
  std::size_t bytes;
};

/// The fixed-size types; H5T_* are calls, so this can't be a constant.
std::array<TypePair, 5> type_pairs() {
  return {{{ElementType::kUint8, H5T_STD_U8LE, H5T_NATIVE_UINT8, 1},
           {ElementType::kInt64, H5T_STD_I64LE, H5T_NATIVE_INT64, 8},
           {ElementType::kUint64, H5T_STD_U64LE, H5T_NATIVE_UINT64, 8},
           {ElementType::kFloat32, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, 4},
           {ElementType::kFloat64, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 8}}};
}

TypePair pair_of(ElementType type) {
  for (const TypePair& pair : type_pairs()) {
    if (pair.type == type) {
      return pair;
    }
  }
  throw std::logic_error("text has no fixed-size type");
}

ElementType type_of(hid_t dataset) {
  const Hdf5Handle type = owned(H5Dget_type(dataset), "read an element type");
  if (H5Tis_variable_str(type.get()) > 0) {
    return ElementType::kText;
  }
  for (const TypePair& pair : type_pairs()) {
    if (H5Tequal(type.get(), pair.file) > 0) {
      return pair.type;
    }
  }
  throw MachineError("a data set of an element type that mlpsweep doesn't write");
}

Hdf5Handle file_type(ElementType type) {
  return type == ElementType::kText ? text_type()
                                    : owned(H5Tcopy(pair_of(type).file), "copy a type");
}

std::vector<std::uint64_t> dims_of(hid_t dataset) {
  const Hdf5Handle space = owned(H5Dget_space(dataset), "read a shape");
  const int rank = checked(H5Sget_simple_extent_ndims(space.get()), "read a shape");
  if (rank < 1) {
    throw MachineError("a data set without rows");
  }
  std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
  checked(H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr), "read a shape");
  return {dims.begin(), dims.end()};
}

/// The product; refused from 2^60 on, so that a number of bytes can't overflow.
std::uint64_t elements_of(std::span<const std::uint64_t> dims) {
  std::uint64_t product = 1;
  for (const std::uint64_t length : dims) {
    if (__builtin_mul_overflow(product, length, &product) || product >> 60U != 0) {
      throw MachineError("a data set that claims more elements than memory has");
    }
  }
  return product;
}

struct Selection {
  Hdf5Handle memory;
  Hdf5Handle file;
};

Selection select_rows(hid_t dataset, std::vector<std::uint64_t> dims, std::uint64_t first_row,
                      std::uint64_t rows) {
  Selection selection;
  selection.file = owned(H5Dget_space(dataset), "read a shape");
  std::vector<hsize_t> start(dims.size(), 0);
  start[0] = first_row;
  dims[0] = rows;
  const std::vector<hsize_t> count(dims.begin(), dims.end());
  checked(H5Sselect_hyperslab(selection.file.get(), H5S_SELECT_SET, start.data(), nullptr,
                              count.data(), nullptr),
          "select rows");
  selection.memory =
      owned(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), "select rows");
  return selection;
}

/// Reads `count` variable-length texts by `read`, and gives HDF5 its memory back.
std::vector<std::string> take_texts(hid_t space, std::uint64_t count,
                                    const std::function<herr_t(char**)>& read) {
  if (count == 0) {
    return {};
  }
  std::vector<char*> raw(count, nullptr);
  checked(read(raw.data()), "read texts");
  std::vector<std::string> texts;
  texts.reserve(count);
  for (const char* text : raw) {
    texts.emplace_back(text == nullptr ? "" : text);
  }
  const Hdf5Handle type = text_type();
  checked(H5Dvlen_reclaim(type.get(), space, H5P_DEFAULT, raw.data()), "read texts");
  return texts;
}

std::vector<const char*> pointers_to(std::span<const std::string> texts) {
  std::vector<const char*> pointers;
  pointers.reserve(texts.size());
  for (const std::string& text : texts) {
    MLPS_CHECK(text.find('\0') == std::string::npos, "a text with a zero byte: " + text);
    pointers.push_back(text.c_str());
  }
  return pointers;
}

// --- What a file from elsewhere must not do --------------------------------------------------

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

// --- Property lists --------------------------------------------------------------------------

Hdf5Handle access_through(OutputFile& output) {
  Hdf5Handle access = owned(H5Pcreate(H5P_FILE_ACCESS), "make a property list");
  static const hid_t driver = checked(register_output_driver(), "register the file driver");
  OutputFile* const pointer = &output;
  checked(H5Pset_driver(access.get(), driver, &pointer), "set the file driver");
  return access;
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

// --- Attributes ------------------------------------------------------------------------------

void write_attribute(hid_t node, const std::string& name, hid_t type, hid_t space,
                     const void* value) {
  Hdf5Handle attribute =
      owned(H5Acreate2(node, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT),
            "create the attribute '" + name + "'");
  checked(H5Awrite(attribute.get(), type, value), "write the attribute '" + name + "'");
  attribute.close();
}

std::vector<std::string> read_text_attribute(hid_t node, const std::string& name) {
  const Hdf5Handle attribute =
      owned(H5Aopen(node, name.c_str(), H5P_DEFAULT), "find the attribute '" + name + "'");
  const Hdf5Handle space = owned(H5Aget_space(attribute.get()), "read the attribute's shape");
  const Hdf5Handle type = owned(H5Aget_type(attribute.get()), "read the attribute's type");
  if (H5Tis_variable_str(type.get()) <= 0) {
    throw MachineError("the attribute '" + name + "' is no text");
  }
  const auto count = checked(H5Sget_simple_extent_npoints(space.get()), "read a shape");
  const Hdf5Handle text = text_type();
  return take_texts(space.get(), static_cast<std::uint64_t>(count),
                    [&](char** into) { return H5Aread(attribute.get(), text.get(), into); });
}

}  // namespace

// --- Handles and nodes -----------------------------------------------------------------------

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

std::size_t bytes_of(ElementType type) {
  return type == ElementType::kText ? 0 : pair_of(type).bytes;
}

void Hdf5Node::set_attribute(const std::string& name, std::int64_t value) {
  const Hdf5Handle space = owned(H5Screate(H5S_SCALAR), "make a shape");
  write_attribute(handle_.get(), name, H5T_STD_I64LE, space.get(), &value);
}

void Hdf5Node::set_attribute(const std::string& name, const std::string& value) {
  const Hdf5Handle space = owned(H5Screate(H5S_SCALAR), "make a shape");
  write_attribute(handle_.get(), name, text_type().get(), space.get(),
                  pointers_to(std::span(&value, 1)).data());
}

void Hdf5Node::set_attribute(const std::string& name, std::span<const std::string> values) {
  const hsize_t count = values.size();
  const Hdf5Handle space = owned(H5Screate_simple(1, &count, nullptr), "make a shape");
  std::vector<const char*> pointers = pointers_to(values);
  pointers.push_back(nullptr);  // HDF5 refuses the null pointer that an empty vector may have
  write_attribute(handle_.get(), name, text_type().get(), space.get(), pointers.data());
}

bool Hdf5Node::has_attribute(const std::string& name) const {
  return checked(H5Aexists(handle_.get(), name.c_str()), "look for an attribute") > 0;
}

std::int64_t Hdf5Node::integer_attribute(const std::string& name) const {
  const Hdf5Handle attribute =
      owned(H5Aopen(handle_.get(), name.c_str(), H5P_DEFAULT), "find the attribute '" + name + "'");
  const Hdf5Handle space = owned(H5Aget_space(attribute.get()), "read the attribute's shape");
  if (H5Sget_simple_extent_npoints(space.get()) != 1) {
    throw MachineError("the attribute '" + name + "' is not one number");
  }
  std::int64_t value = 0;
  checked(H5Aread(attribute.get(), H5T_NATIVE_INT64, &value), "read '" + name + "'");
  return value;
}

std::string Hdf5Node::text_attribute(const std::string& name) const {
  const std::vector<std::string> texts = read_text_attribute(handle_.get(), name);
  if (texts.size() != 1) {
    throw MachineError("the attribute '" + name + "' is not one text");
  }
  return texts.front();
}

std::vector<std::string> Hdf5Node::texts_attribute(const std::string& name) const {
  return read_text_attribute(handle_.get(), name);
}

// --- Data sets -------------------------------------------------------------------------------

Hdf5Dataset::Hdf5Dataset(Hdf5Handle opened)
    : Hdf5Node(std::move(opened)), type_(type_of(handle().get())), dims_(dims_of(handle().get())) {}

std::uint64_t Hdf5Dataset::row_elements() const {
  return elements_of(std::span(dims_).subspan(1));
}

void Hdf5Dataset::write(std::uint64_t first_row, std::uint64_t count, const void* elements) {
  const Selection rows_there = select_rows(handle().get(), dims_, first_row, count);
  checked(H5Dwrite(handle().get(), pair_of(type_).memory, rows_there.memory.get(),
                   rows_there.file.get(), H5P_DEFAULT, elements),
          "write rows");
}

void Hdf5Dataset::read(std::uint64_t first_row, std::uint64_t count, void* elements) const {
  const Selection rows_there = select_rows(handle().get(), dims_, first_row, count);
  checked(H5Dread(handle().get(), pair_of(type_).memory, rows_there.memory.get(),
                  rows_there.file.get(), H5P_DEFAULT, elements),
          "read rows");
}

void Hdf5Dataset::write_texts(std::uint64_t first_row, std::span<const std::string> texts) {
  // HDF5 would take, and clear, a megabyte for each text column to convert a few references in.
  constexpr std::size_t kConverted = std::size_t{64} << 10;
  const Hdf5Handle transfer = owned(H5Pcreate(H5P_DATASET_XFER), "make a property list");
  checked(H5Pset_buffer(transfer.get(), kConverted, nullptr, nullptr), "set a buffer");
  const Selection rows_there = select_rows(handle().get(), dims_, first_row, texts.size());
  checked(H5Dwrite(handle().get(), text_type().get(), rows_there.memory.get(),
                   rows_there.file.get(), transfer.get(), pointers_to(texts).data()),
          "write texts");
}

std::vector<std::string> Hdf5Dataset::read_texts(std::uint64_t first_row,
                                                 std::uint64_t count) const {
  const Selection rows_there = select_rows(handle().get(), dims_, first_row, count);
  const Hdf5Handle type = text_type();
  return take_texts(rows_there.memory.get(), count, [&](char** into) {
    return H5Dread(handle().get(), type.get(), rows_there.memory.get(), rows_there.file.get(),
                   H5P_DEFAULT, into);
  });
}

void Hdf5Dataset::make_scale(const std::string& name) {
  checked(H5DSset_scale(handle().get(), name.c_str()), "make the dimension '" + name + "'");
}

void Hdf5Dataset::attach_scale(unsigned dimension, const Hdf5Dataset& scale) {
  checked(H5DSattach_scale(handle().get(), scale.handle().get(), dimension), "name a dimension");
}

// --- Groups and files ------------------------------------------------------------------------

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
