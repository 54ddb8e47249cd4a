// A data set as it lies in memory: bytes, read once, shared by all trials of a process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/shared_bytes.h"
#include "engine/spec.h"

namespace mlpsweep::engine {

/// Images and labels of one part (a file pair).
///
/// Shapes   pixels (rows, D), row by row; labels (rows).
struct ImageSet {
  std::size_t rows = 0;
  SharedBytes pixels;
  std::vector<std::uint8_t> labels;
};

/// Shapes   D = height * width inputs, K classes.
/// Threads  Immutable once loaded: shared by all trials of a process.
struct Dataset {
  std::string name;  ///< The known set's name, or the training file's name without its folder.
  int height = 0;
  int width = 0;
  int classes = 0;  ///< K
  /// What the labels 0 .. K-1 stand for. idx: "0" to the largest label of either part; else all
  /// labels of both parts, in the order of numbers if all are numbers, else of their letters.
  std::vector<std::string> class_names;
  ImageSet train;
  ImageSet test;  ///< No rows where the set has no test part of its own.
  /// XXH3-128 in hex over dimensions and unpacked bytes (and class names other than 0 .. K-1);
  /// never of a path, nor of a format. Of the files: a choice of classes leaves it as it is.
  std::string checksum;
  std::vector<std::string> files;  ///< Where it was read from, for the provenance.
  std::vector<std::string> notes;  ///< What a user should know of how it was read.

  [[nodiscard]] std::size_t inputs() const {
    return static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  }
};

/// Everything that chooses a data set, as text: equal for equal sets. Not how it is split or
/// scaled.
[[nodiscard]] std::string data_key(const DataSpec& spec);

/// Where several processes may hold one copy of a data set between them.
class DatasetShare {
 public:
  DatasetShare() = default;
  virtual ~DatasetShare() = default;
  DatasetShare(const DatasetShare&) = delete;
  DatasetShare& operator=(const DatasetShare&) = delete;

  /// The set of that checksum (empty: it isn't known before the set was made), or of that choice
  /// among its rows; `make` gives it where it isn't there yet. What is said of it (name, files,
  /// notes) may be as another process read it.
  /// Errors   As `make`.
  /// Threads  One at a time.
  [[nodiscard]] virtual Dataset get(const std::string& checksum, const std::string& choice,
                                    const std::function<Dataset()>& make) = 0;
};

/// Identical images: the same bytes, whatever the label. Told apart by XXH3-128, so that two
/// different images count as one with a chance of 2^-100.
struct Twins {
  std::size_t images = 0;     ///< Of both parts of the set.
  std::size_t distinct = 0;   ///< Different ones among them.
  std::size_t with_twin = 0;  ///< Images to which there is an identical other one.
};

/// Reads data sets, each once.
///
/// Known sets are found as known_sets.h says. A choice of classes (data.classes, positive, against,
/// pool) makes a data set of its own out of the files' (view.h), so that nothing else knows of it.
/// Errors   InputError: no such set (with the nearest name), files not found (with every folder
///          that was looked in and where to get them), a file that is not of its format, is cut
///          short, has bytes left over, dimensions that don't fit each other, labels of another
///          count; no such class (with those there are).
/// Threads  Safe; a set asked for by several threads at once is read once.
class DatasetCache {
 public:
  /// Without a share this process holds all data for itself.
  explicit DatasetCache(std::string data_folder = "",
                        std::unique_ptr<DatasetShare> share = nullptr);

  [[nodiscard]] std::shared_ptr<const Dataset> get(const DataSpec& spec);

  /// count_twins() of that set, counted once.
  [[nodiscard]] Twins twins(const DataSpec& spec);

  /// What the set of that data_key() has for a checksum elsewhere: only then can a share have it
  /// without the files being read here.
  void expect(const std::string& key, const std::string& checksum);

 private:
  // All with the lock held.
  std::shared_ptr<const Dataset> whole(const DataSpec& spec);  ///< As the files hold it.
  std::shared_ptr<const Dataset> keep(const std::string& key, const std::string& choice,
                                      const std::function<Dataset()>& make);

  std::string data_folder_;
  std::unique_ptr<DatasetShare> share_;
  std::mutex mutex_;
  std::map<std::string, std::string> expected_;
  std::map<std::string, std::shared_ptr<const Dataset>> loaded_;
  std::map<std::string, Twins> twins_;
};

}  // namespace mlpsweep::engine
