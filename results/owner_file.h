// A lock for file systems without locks: a file that only one process can be the maker of.
#pragma once

#include <filesystem>
#include <optional>

#include "results/file_io.h"
#include "results/lock_owner.h"

namespace mlpsweep::results {

/// One of FOLDER/lock.1, lock.2, ...
struct OwnerRecord {
  std::filesystem::path file;
  std::uint64_t number = 0;
  std::optional<LockOwner> owner;  ///< Nothing: given back.
};

/// The one with the largest number.
/// Errors   MachineError: it can't be read, or is none of ours.
[[nodiscard]] std::optional<OwnerRecord> newest_owner_record(const std::filesystem::path& folder);

/// FOLDER/lock.N with the owner's record in it. Whoever makes the largest N holds the folder.
///
/// N may be made by whoever finds that N - 1 is the largest and was given back, or its owner is
/// dead; link(2) lets one of them have the name, on any file system and with the record in it.
/// Somebody who looked long ago could come upon a name that was made and cleared away meanwhile;
/// but then a larger one is there, since the largest is never removed, so each looks again once it
/// has made its own. The file stays, empty, when it is given back.
///
/// Errors   InputError: it is in use, or may be by a process of another machine. MachineError: it
///          can't be made.
/// Threads  Not safe.
class OwnerFile {
 public:
  explicit OwnerFile(const std::filesystem::path& folder);
  ~OwnerFile() { give_back(file_); }
  OwnerFile(const OwnerFile&) = delete;
  OwnerFile& operator=(const OwnerFile&) = delete;

  /// Who held the folder before and died without giving it back.
  [[nodiscard]] const std::optional<LockOwner>& taken_over() const { return taken_over_; }

 private:
  Descriptor file_;
  std::optional<LockOwner> taken_over_;
};

}  // namespace mlpsweep::results
