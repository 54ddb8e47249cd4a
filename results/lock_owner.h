// Who holds a sweep's folder: the record that it leaves there, and whether it still lives.
#pragma once

#include <cstdint>
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

  // A process number is given again; these tell of which process it was. Empty and 0: not known.
  std::string boot;           ///< Linux's number of this start of the machine.
  std::string process_space;  ///< The namespace (container) in which the process has its number.
  std::uint64_t start = 0;    ///< When the process began, in ticks since the machine did.

  /// "process 123 of job 45 on node7 since 2026-11-21T12:00:00Z"; "another process" of no record.
  [[nodiscard]] std::string text() const;
};

[[nodiscard]] LockOwner this_process();

enum class Fate { kAlive, kGone, kUnknown };

/// What has become of it, as far as that can be known from here: on another host, or in another
/// container of this one, it can't.
[[nodiscard]] Fate fate_of(const LockOwner& owner);

/// Replaces what is in the file, which is open for appending.
/// Errors   MachineError.
void write_owner(const Descriptor& file, const LockOwner& owner, const std::filesystem::path& name);

/// Nothing, if the record is empty (given back), was being written just now, or is none of ours.
/// Errors   MachineError.
[[nodiscard]] std::optional<LockOwner> read_owner(const Descriptor& file,
                                                  const std::filesystem::path& name);

/// An empty record tells the next one that this run ended by itself.
void give_back(const Descriptor& file) noexcept;

/// Throws InputError: FOLDER is in use by OWNER.
[[noreturn]] void refuse(const std::filesystem::path& folder, const LockOwner& owner);

/// Throws InputError if the owner is not known to be gone. Where it is not known, the error says
/// which file to remove.
void refuse_unless_gone(const std::filesystem::path& folder, const LockOwner& owner,
                        const std::filesystem::path& record);

}  // namespace mlpsweep::results
