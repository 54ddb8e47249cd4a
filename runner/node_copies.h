// One copy of a data set for all processes of a node: a file that each of them maps.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/dataset.h"
#include "results/file_io.h"
#include "runner/progress.h"

namespace mlpsweep::runner {

/// Unpacked data sets in a folder of the node, named by checksum. A copy appears whole (a temporary
/// file, then rename), is checked by checksums of its own each time it is opened, and is removed by
/// the last process that lets go of it. What killed processes leave is removed by the next run.
///
/// It saves memory and nothing else: where it can't be had (no room, a folder that others may write
/// to, a file system of other machines or without flock, another process that keeps the lock for
/// long) a process says so once and goes on with copies of its own.
/// Threads  One at a time, which DatasetCache sees to. Processes: any number.
class NodeCopies : public engine::DatasetShare {
 public:
  struct Options {
    std::filesystem::path folder = usual_folder();  ///< Made, for its owner alone, when needed.
    /// For another process that makes the copy: time to unpack a large set.
    std::chrono::milliseconds patience = std::chrono::seconds(60);
    std::function<void(const std::string&)> warn = log_warning;
  };
  NodeCopies() : NodeCopies(Options{}) {}
  explicit NodeCopies(Options options);

  /// mlpsweep-data-UID in the node's temporary folder (TMPDIR, else /tmp).
  [[nodiscard]] static std::filesystem::path usual_folder();

  [[nodiscard]] engine::Dataset get(const std::string& checksum, const std::string& choice,
                                    const std::function<engine::Dataset()>& make) override;

  /// Removes copies that no process uses. Errors   None: what can't be removed stays.
  void remove_unused() const;

 private:
  class Lock;

  void check_folder() const;
  [[nodiscard]] std::optional<engine::Dataset> find(const std::string& checksum,
                                                    const std::string& choice) const;
  [[nodiscard]] std::optional<engine::Dataset> find_or_lock(const std::string& checksum,
                                                            const std::string& choice,
                                                            std::optional<Lock>& lock) const;
  void replace(const engine::Dataset& data, const std::string& choice) const;
  void share(engine::Dataset& data, const std::string& choice, std::optional<Lock>& lock) const;
  void give_up(const std::exception& error);

  Options options_;
  bool given_up_ = false;
};

/// None for a rank that is alone on its node: it holds the data in memory of its own, on large
/// pages. Of several ranks the first says where sharing failed.
[[nodiscard]] std::unique_ptr<engine::DatasetShare> share_among(int ranks_here, bool first_here);

}  // namespace mlpsweep::runner
