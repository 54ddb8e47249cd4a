// results.h5 while it is written.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "results/output_file.h"
#include "results/select.h"
#include "results/store.h"
#include "results/store_columns.h"
#include "results/store_rows.h"
#include "results/store_settings.h"

namespace mlpsweep::results {

/// Raised whenever a reader of the older layout would go wrong; FORMAT.md tells what changed.
inline constexpr std::int64_t kStoreSchema = 1;

/// All that must be known before the first row.
struct StorePlan {
  std::uint64_t trials = 0;
  Extents extents;
  SettingSurvey settings;
  bool weights = false;
  std::vector<StoredPart> parts = {};
};

/// What was handed to HDF5, to be found again in the finished file.
struct StoreChecksums {
  struct Dataset {
    std::string group;
    std::string name;
    sweeps::Fingerprint sum;
  };
  std::vector<Dataset> datasets;
  std::optional<sweeps::Fingerprint> weights;
};

/// A dimension of one group: a data set of its own that the others are hung on.
struct Scale {
  std::string name;
  std::uint64_t length = 0;
  std::int64_t first = 0;  ///< Its values count up from here.
  std::string description;
};

/// A group of data sets that share dimensions.
class TableWriter {
 public:
  TableWriter(Hdf5Group group, std::string name, const std::vector<Scale>& scales);

  /// A data set over `dimensions`, each the name of a scale; rows are added through the result,
  /// which stays where it is.
  RowWriter& add(const std::string& name, ElementType type,
                 const std::vector<std::string>& dimensions, std::string_view units,
                 std::string_view description,
                 const std::vector<std::pair<std::string, std::string>>& more = {});

  void finish(StoreChecksums& sums);

 private:
  struct Entry {
    std::string name;
    std::unique_ptr<RowWriter> writer;
  };

  Hdf5Group group_;
  std::string name_;
  std::map<std::string, Hdf5Dataset> scales_;
  std::vector<Entry> entries_;
};

/// Rows in, file out.
///
/// Errors   MachineError from HDF5; the disk's errors lie with the OutputFile.
class StoreWriter {
 public:
  /// `output` and `plan` must outlive it.
  StoreWriter(OutputFile& output, const StorePlan& plan);

  void add(const Row& row);

  /// After the last row. Closes the file.
  [[nodiscard]] StoreChecksums finish(const SweepInfo& info, const std::string& digest);

 private:
  using ColumnWriters = std::vector<std::pair<const Column*, RowWriter*>>;
  using ArrayWriters = std::vector<std::pair<const Array*, RowWriter*>>;

  TableWriter& table(const std::string& name, const std::string& description,
                     std::vector<Scale> scales);
  void add_columns(TableWriter& table, std::span<const Column> columns);
  void add_arrays(TableWriter& table, std::span<const Array> arrays);
  void make_trials();
  void make_layouts();
  void make_parts();
  void make_curves();
  void make_test();

  const StorePlan& plan_;
  Hdf5File file_;
  Hdf5Group root_;
  std::vector<std::unique_ptr<TableWriter>> tables_;
  ColumnWriters columns_;
  ArrayWriters arrays_;
  struct SettingWriter {
    ElementType type;
    SettingPlace place;
    RowWriter* writer;
  };
  std::vector<SettingWriter> settings_;
  RowWriter* layout_ = nullptr;
  std::optional<Hdf5Group> weights_;
  StoreChecksums sums_;
  std::size_t rows_ = 0;
};

}  // namespace mlpsweep::results
