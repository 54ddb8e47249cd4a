// One run at a time in one sweep's folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "results/file_io.h"

namespace mlpsweep::results {

/// Who holds a lock, or held it last.
struct LockOwner {
  std::string host;
  int process = 0;
  std::string job;    ///< Slurm's job number, or empty.
  std::string since;  ///< UTC, ISO 8601.

  /// "process 123 of job 45 on node7 since 2026-11-21T12:00:00Z"
  [[nodiscard]] std::string text() const;
};

/// Holds FOLDER/lock (flock, with an owner record in it) until it is destroyed or its process dies,
/// by whatever death. HDF5's own locks are no use here: a second H5Fcreate cuts the file to nothing
/// before it finds the lock (measured, 1.10.8).
///
/// Errors   InputError: another process holds it; its owner is named. MachineError: the lock file
///          can't be made, or its file system has no locks.
/// Threads  Not safe.
class SweepLock {
 public:
  explicit SweepLock(const std::filesystem::path& folder);
  ~SweepLock();
  SweepLock(const SweepLock&) = delete;
  SweepLock& operator=(const SweepLock&) = delete;

  /// The run that held the lock before and died without giving it back.
  [[nodiscard]] const std::optional<LockOwner>& taken_over() const { return taken_over_; }

 private:
  Descriptor file_;
  std::optional<LockOwner> taken_over_;
};

/// Who holds FOLDER/lock right now; nobody, if there is no such file or its owner is dead.
/// Errors   MachineError: the file can't be opened.
[[nodiscard]] std::optional<LockOwner> lock_owner(const std::filesystem::path& folder);

}  // namespace mlpsweep::results
