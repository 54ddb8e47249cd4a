// A new file under a temporary name, for libraries that can't be told of a full disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "results/file_io.h"

namespace mlpsweep::results {

/// Becomes `target` by a rename, and only once it is whole and on the disk.
///
/// A failed write is remembered and not passed on: HDF5 1.10 that is told of one can't close its
/// file any more, and takes the process down at exit (6 of 8 runs on a full disk). From the first
/// failure on, what is written is kept in memory instead, so that HDF5 reads back what it wrote and
/// closes in peace; the caller asks throw_if_failed() often enough that this stays small.
///
/// Errors   MachineError, naming the file, from the functions that are not noexcept.
/// Threads  Not safe. One process writes a target at a time (the sweep's lock sees to it): what
///          killed writers left behind is removed first. SIGXFSZ must be ignored by the program.
class OutputFile {
 public:
  explicit OutputFile(std::filesystem::path target);
  ~OutputFile();  ///< Removes the temporary file unless it was published.
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::uint64_t offset, const char* bytes, std::size_t count) noexcept;
  void read(std::uint64_t offset, char* bytes,
            std::size_t count) noexcept;  ///< Zeros past the end.
  void truncate(std::uint64_t bytes) noexcept;
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  void throw_if_failed() const;
  void sync();     ///< On the disk, under the temporary name; nothing is written after.
  void publish();  ///< Takes the target's place.
  [[nodiscard]] const std::filesystem::path& temporary() const { return temporary_; }

 private:
  void remember(const char* doing, int error_number) noexcept;

  std::filesystem::path target_;
  std::filesystem::path temporary_;
  Descriptor descriptor_;
  std::uint64_t size_ = 0;
  const char* failed_doing_ = nullptr;
  int error_number_ = 0;
  std::vector<std::pair<std::uint64_t, std::string>> unwritten_;  ///< Since the failure, in order.
  bool published_ = false;
};

}  // namespace mlpsweep::results
