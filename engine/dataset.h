// A data set as it lies in memory: bytes, read once, shared by all trials of a process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/spec.h"

namespace mlpsweep::engine {

/// Images and labels of one part (a file pair).
///
/// Shapes   pixels (rows, D), row by row; labels (rows).
struct ImageSet {
  std::size_t rows = 0;
  std::vector<std::uint8_t> pixels;
  std::vector<std::uint8_t> labels;
};

/// Shapes   D = height * width inputs, K classes.
/// Threads  Immutable once loaded: shared by all trials of a process.
struct Dataset {
  std::string name;  ///< The known set's name, or the training file's name without its folder.
  int height = 0;
  int width = 0;
  int classes = 0;  ///< K: the largest label of either part + 1.
  ImageSet train;
  ImageSet test;         ///< No rows where the set has no test part of its own.
  std::string checksum;  ///< XXH3-128 in hex over dimensions and unpacked bytes; never of a path.
  std::vector<std::string> files;  ///< Where it was read from, for the provenance.

  [[nodiscard]] std::size_t inputs() const {
    return static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  }
};

/// A set that goes by a name.
struct KnownSet {
  std::string_view name;
  std::string_view debian_folder;  ///< Where a Debian package puts it, or empty.
  std::string_view source;         ///< Where a user gets it, and its licence.
  int inputs = 0;  ///< Known before it is read, for topologies that are named by their size.
  int classes = 0;
};

/// Every known set, in the order in which they are shown.
[[nodiscard]] std::span<const KnownSet> known_sets();

/// Reads data sets, each once.
///
/// A known set is looked for in `data_folder`/NAME, `data_folder`, $MLPSWEEP_DATA/NAME,
/// $MLPSWEEP_DATA, then in Debian's folder: the four idx files, plain or gz.
/// Errors   InputError: no such set (with the nearest name), files not found (with every folder
///          that was looked in and where to get them), a file that is no idx file, is cut short,
///          has bytes left over, dimensions that don't fit each other, or labels of another count.
/// Threads  Safe; a set asked for by several threads at once is read once.
class DatasetCache {
 public:
  explicit DatasetCache(std::string data_folder = "");

  [[nodiscard]] std::shared_ptr<const Dataset> get(const DataSpec& spec);

 private:
  std::string data_folder_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Dataset>> loaded_;
};

}  // namespace mlpsweep::engine
