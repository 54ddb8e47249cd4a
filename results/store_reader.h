// results.h5 while it is read.
#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "results/store.h"
#include "results/store_columns.h"
#include "results/store_rows.h"
#include "results/store_settings.h"
#include "results/store_writer.h"

namespace mlpsweep::results {

/// Gives the rows of a file one by one.
///
/// Errors   MachineError: no HDF5 file, or not laid out as FORMAT.md says. InputError: a newer
/// schema.
class StoreReader {
 public:
  explicit StoreReader(const std::filesystem::path& file);

  [[nodiscard]] SweepInfo info() const;
  [[nodiscard]] std::string digest() const;
  [[nodiscard]] std::uint64_t rows() const { return rows_; }
  [[nodiscard]] Row next();  ///< At most rows() times.

 private:
  /// Where a layout's settings stand: column and type of each.
  struct Field {
    std::size_t column = 0;
    std::size_t type = 0;
    std::string key;
    const sweeps::Setting* latest = nullptr;  ///< Of the row before, or before that.
  };

  [[nodiscard]] RowReader open(const Hdf5Group& group, const std::string& name, ElementType type,
                               const std::vector<std::uint64_t>& row_dims) const;
  void open_columns(const Hdf5Group& group, std::span<const Column> columns);
  void open_arrays(const Hdf5Group& group, std::span<const Array> arrays);
  void open_settings(const Hdf5Group& trials);
  void read_settings(Record& record);
  [[nodiscard]] std::uint64_t length_of(const Hdf5Group& group, const std::string& scale) const;

  Hdf5File file_;
  Hdf5Group root_;
  std::uint64_t rows_ = 0;
  Extents room_;
  std::vector<std::pair<const Column*, RowReader>> columns_;
  std::vector<std::pair<const Array*, RowReader>> arrays_;
  std::vector<RowReader> settings_;
  std::vector<std::vector<Field>> layouts_;
  std::shared_ptr<std::deque<sweeps::Setting>> held_;  ///< The rows' settings.
  std::optional<RowReader> layout_;
  std::optional<Hdf5Group> weights_;
};

/// Reads every data set of a finished file and compares it with what was handed to HDF5.
/// Errors   MachineError: anything differs or can't be read.
void verify_store(const std::filesystem::path& file, const StoreChecksums& sums);

}  // namespace mlpsweep::results
