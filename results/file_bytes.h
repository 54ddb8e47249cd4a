// A file that may grow or shrink while it is read, as a window of its bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "results/file_io.h"

namespace mlpsweep::results {

/// A file's bytes up to the size that it had when it was opened, through a buffer. No mmap: a
/// writer that cuts its file back after a full disk would kill a reader that has the pages mapped.
///
/// Errors   MachineError, also where the name is a symbolic link.
/// Threads  Not safe.
class FileBytes {
 public:
  static constexpr std::size_t kReadBytes = std::size_t{1} << 20;

  /// `file` must outlive the object. `ahead`: at least so many bytes are read at once; 0 for who
  /// jumps about.
  explicit FileBytes(const std::filesystem::path& file, std::size_t ahead = kReadBytes);

  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// Fewer than `bytes` only at the end. The view holds until the next call.
  [[nodiscard]] std::string_view at(std::uint64_t offset, std::size_t bytes);

  /// Gives back the memory of the window.
  void forget();

 private:
  const std::filesystem::path& file_;
  Descriptor open_;
  std::size_t ahead_;
  std::uint64_t size_;
  std::uint64_t start_ = 0;
  std::string buffer_;
};

}  // namespace mlpsweep::results
