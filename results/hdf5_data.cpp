// Element types, shapes, attributes and data sets.
#include <array>
#include <functional>
#include <stdexcept>

#include <hdf5.h>
#include <hdf5_hl.h>

#include "engine/errors.h"
#include "results/hdf5_detail.h"
#include "results/hdf5_file.h"

namespace mlpsweep::results {
namespace {

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

std::size_t bytes_of(ElementType type) {
  return type == ElementType::kText ? 0 : pair_of(type).bytes;
}

Hdf5Handle file_type(ElementType type) {
  return type == ElementType::kText ? text_type()
                                    : owned(H5Tcopy(pair_of(type).file), "copy a type");
}

std::vector<std::uint64_t> dims_of(std::int64_t dataset) {
  const Hdf5Handle space = owned(H5Dget_space(dataset), "read a shape");
  const int rank = checked(H5Sget_simple_extent_ndims(space.get()), "read a shape");
  if (rank < 1) {
    throw MachineError("a data set without rows");
  }
  std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
  checked(H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr), "read a shape");
  return {dims.begin(), dims.end()};
}

std::uint64_t elements_of(std::span<const std::uint64_t> dims) {
  std::uint64_t product = 1;
  for (const std::uint64_t length : dims) {
    if (__builtin_mul_overflow(product, length, &product) || product >> 60U != 0) {
      throw MachineError("a data set that claims more elements than memory has");
    }
  }
  return product;
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
  const Selection rows_there = select_rows(handle().get(), dims_, first_row, texts.size());
  checked(H5Dwrite(handle().get(), text_type().get(), rows_there.memory.get(),
                   rows_there.file.get(), H5P_DEFAULT, pointers_to(texts).data()),
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

}  // namespace mlpsweep::results
