// One copy of a data set for all processes of a node: a file that each of them maps.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/dataset.h"
#include "results/file_io.h"

namespace mlpsweep::runner {

/// Unpacked data sets in a folder of the node, named by checksum. A copy appears whole (a temporary
/// file, then rename), is checked by checksums of its own each time it is opened, and is removed by
/// the last process that lets go of it. What killed processes leave is removed by whoever makes a
/// copy next.
///
/// It saves memory and nothing else: where it can't be had (no room, a folder that others may write
/// to, a file system without flock) a process goes on with a copy of its own, and a note says why.
/// Threads  One at a time, which DatasetCache sees to. Processes: any number.
class NodeCopies : public engine::DatasetShare {
 public:
  /// `folder` is made, for its owner alone, once it is needed.
  explicit NodeCopies(std::filesystem::path folder = usual_folder());

  /// mlpsweep-UID in the node's temporary folder (TMPDIR, else /tmp).
  [[nodiscard]] static std::filesystem::path usual_folder();

  [[nodiscard]] engine::Dataset get(const std::string& checksum, const std::string& choice,
                                    const std::function<engine::Dataset()>& make) override;

 private:
  void prepare_folder() const;
  [[nodiscard]] std::shared_ptr<const results::Descriptor> only_maker();
  [[nodiscard]] std::optional<engine::Dataset> find(const std::string& name) const;
  void write(const engine::Dataset& data, const std::string& name) const;
  void remove_unused() const;

  std::filesystem::path folder_;
  std::weak_ptr<const results::Descriptor> making_;  ///< Held: a view is made of a set just made.
};

/// None for a rank that is alone on its node: it holds the data in memory of its own, on large
/// pages.
[[nodiscard]] std::unique_ptr<engine::DatasetShare> share_among(int ranks_here);

}  // namespace mlpsweep::runner
