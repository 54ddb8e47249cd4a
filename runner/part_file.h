// A file that is not whole yet: beside its target, under a name of its own.
#pragma once

#include <filesystem>

#include "results/file_io.h"

namespace mlpsweep::runner {

/// TARGET.part, gone when this goes unless it is kept. The next one of the same target takes the
/// same name, so that not even a kill leaves more than one behind.
///
/// Errors   MachineError: the disk failed, or another process holds the part of this target.
class PartFile {
 public:
  explicit PartFile(const std::filesystem::path& target);
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  /// Syncs it and gives it the target's name.
  void keep();

  [[nodiscard]] int descriptor() const { return file_.get(); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  /// Whether the file that is open is the one that has the name now.
  [[nodiscard]] bool has_the_name() const;

  std::filesystem::path target_;
  std::filesystem::path path_;  ///< Empty once kept.
  results::Descriptor file_;
};

}  // namespace mlpsweep::runner
