// HDF5 held at arm's length: every status is checked, every failure carries HDF5's own words, and
// nothing outside hdf5_file.cpp and hdf5_driver.cpp sees its headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/errors.h"
#include "results/output_file.h"

namespace mlpsweep::results {

/// The system refused HDF5 a call (a disk that can't be read, say), whatever the file's bytes are.
class Hdf5SystemError : public MachineError {
 public:
  using MachineError::MachineError;
};

/// HDF5 got no memory for what the file asks of it.
class Hdf5OutOfMemory : public MachineError {
 public:
  using MachineError::MachineError;
};

/// Every failure is a MachineError with what was being done and HDF5's innermost message. HDF5
/// itself prints nothing.
///
/// Threads  Not safe: one thread at a time in the whole process, unless HDF5 was built otherwise.
class Hdf5Handle {
 public:
  Hdf5Handle() = default;
  explicit Hdf5Handle(std::int64_t id) : id_(id) {}
  ~Hdf5Handle() { drop(); }
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept;
  Hdf5Handle(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(const Hdf5Handle&) = delete;

  [[nodiscard]] std::int64_t get() const { return id_; }
  [[nodiscard]] std::int64_t release() { return std::exchange(id_, -1); }
  void close();  ///< Unlike the destructor, it tells when closing failed.

 private:
  void drop() noexcept;

  std::int64_t id_ = -1;
};

/// What an element is, in the file (little-endian) and in memory.
enum class ElementType { kUint8, kInt64, kUint64, kFloat32, kFloat64, kText };

/// Bytes of one element in memory; 0 for text, whose elements are std::string.
[[nodiscard]] std::size_t bytes_of(ElementType type);

/// A group or data set, with its attributes.
class Hdf5Node {
 public:
  explicit Hdf5Node(Hdf5Handle handle) : handle_(std::move(handle)) {}

  void set_attribute(const std::string& name, std::int64_t value);
  void set_attribute(const std::string& name, const std::string& value);
  void set_attribute(const std::string& name, std::span<const std::string> values);
  [[nodiscard]] bool has_attribute(const std::string& name) const;
  [[nodiscard]] std::int64_t integer_attribute(const std::string& name) const;
  [[nodiscard]] std::string text_attribute(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> texts_attribute(const std::string& name) const;

  void close() { handle_.close(); }

 protected:
  [[nodiscard]] const Hdf5Handle& handle() const { return handle_; }

 private:
  Hdf5Handle handle_;
};

/// Shapes   dims: rows first; whole rows are written and read, each `row_elements` elements.
class Hdf5Dataset : public Hdf5Node {
 public:
  explicit Hdf5Dataset(Hdf5Handle handle);

  [[nodiscard]] ElementType type() const { return type_; }
  [[nodiscard]] const std::vector<std::uint64_t>& dims() const { return dims_; }
  [[nodiscard]] std::uint64_t rows() const { return dims_.front(); }
  [[nodiscard]] std::uint64_t row_elements() const;

  void write(std::uint64_t first_row, std::uint64_t rows, const void* elements);
  void read(std::uint64_t first_row, std::uint64_t rows, void* elements) const;
  /// One-dimensional text only.
  /// Errors   std::logic_error: a text with a zero byte, which HDF5 would cut off.
  void write_texts(std::uint64_t first_row, std::span<const std::string> texts);
  [[nodiscard]] std::vector<std::string> read_texts(std::uint64_t first_row,
                                                    std::uint64_t rows) const;

  /// Makes it a dimension scale of that name, as netCDF-4 and xarray read them.
  void make_scale(const std::string& name);
  void attach_scale(unsigned dimension, const Hdf5Dataset& scale);

 private:
  ElementType type_ = ElementType::kUint8;
  std::vector<std::uint64_t> dims_;
};

/// Shapes   chunk_rows 0: contiguous. Else chunks of that many rows, shuffled and deflated (1).
struct DatasetShape {
  std::vector<std::uint64_t> dims;
  std::uint64_t chunk_rows = 0;
};

class Hdf5Group : public Hdf5Node {
 public:
  using Hdf5Node::Hdf5Node;

  [[nodiscard]] Hdf5Group create_group(const std::string& name);
  [[nodiscard]] Hdf5Dataset create_dataset(const std::string& name, ElementType type,
                                           const DatasetShape& shape);

  [[nodiscard]] bool has(const std::string& name) const;
  /// Errors   Also when the link leads out of the file.
  [[nodiscard]] Hdf5Group open_group(const std::string& name) const;
  /// Errors   Also when the data lies outside the file (external or virtual storage), is filtered
  ///          by anything but shuffle and deflate, or claims to be larger than what is stored.
  [[nodiscard]] Hdf5Dataset open_dataset(const std::string& name) const;
};

class Hdf5File {
 public:
  /// Writes through `output`, which must outlive it; see there for failing disks.
  [[nodiscard]] static Hdf5File create(OutputFile& output);
  /// Opens for reading, without any lock: whole files only ever take this name by a rename.
  [[nodiscard]] static Hdf5File open(const std::filesystem::path& file);

  [[nodiscard]] Hdf5Group root() const;
  void close();  ///< With all that is still open in it; tells when anything could not be written.

 private:
  explicit Hdf5File(Hdf5Handle handle) : handle_(std::move(handle)) {}

  Hdf5Handle handle_;
};

}  // namespace mlpsweep::results
