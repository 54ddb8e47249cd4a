// One run at a time in one sweep's folder.
#pragma once

#include <filesystem>
#include <optional>

#include "results/file_io.h"
#include "results/lock_owner.h"
#include "results/owner_file.h"

namespace mlpsweep::results {

/// Holds the folder until it is destroyed or its process dies, by whatever death.
///
/// FOLDER/lock is locked with flock and has the owner's record in it. Where the file system has no
/// flock, an owner file takes its place (owner_file.h). It is not fcntl's turn then: on Linux a
/// file system has both or neither (NFS without lockd, Lustre mounted with noflock), and two locks
/// that don't know of each other would let two runs in. Whoever took one form looks at the other's
/// record before it goes on, for flock may fail for a while only (ENOLCK), or on some nodes only.
///
/// HDF5's own locks are no use here: a second H5Fcreate cuts the file to nothing before it finds
/// the lock (measured, 1.10.8).
///
/// Errors   InputError: another process holds it; its owner is named. MachineError: the lock file
///          can't be made.
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
  void hold_file(const std::filesystem::path& folder);
  void hold_owner_file(const std::filesystem::path& folder);

  Descriptor file_;
  std::optional<OwnerFile> owner_file_;
  std::optional<LockOwner> taken_over_;
};

/// Who holds FOLDER right now; nobody, if there is no lock or its owner is known to be dead.
/// Errors   MachineError: the file can't be opened.
[[nodiscard]] std::optional<LockOwner> lock_owner(const std::filesystem::path& folder);

}  // namespace mlpsweep::results
