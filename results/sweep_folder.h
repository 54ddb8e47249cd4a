// The folder that a sweep is: names of what lies in it, and how to make one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sweeps/fingerprint.h"

namespace mlpsweep::results {

/// Paths in one sweep's folder; the object holds nothing open.
///
/// Threads  Immutable.
class SweepFolder {
 public:
  /// Makes the folder with all that must be in it, or takes one that is there already.
  ///
  /// Errors   InputError: the name is a file, or a folder that holds other things than a sweep, or
  ///          a symbolic link under one of our names; nothing in it is touched. MachineError: it
  ///          can't be made.
  [[nodiscard]] static SweepFolder create(const std::filesystem::path& root);

  /// Errors   InputError: there are other things than a sweep or parts of one.
  static void refuse_other_things(const std::filesystem::path& root);

  /// Where a part of a sweep is run by itself: ROOT/shard-7.
  [[nodiscard]] static std::filesystem::path shard(const std::filesystem::path& root, int number);

  /// Those that are there, by their numbers; none where there is no such folder.
  [[nodiscard]] static std::vector<std::filesystem::path> shards(const std::filesystem::path& root);

  /// A sweep that is there.
  /// Errors   InputError: no such folder, no sweep in it, or a symbolic link under one of our
  /// names.
  [[nodiscard]] static SweepFolder open(const std::filesystem::path& root);

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  [[nodiscard]] std::filesystem::path spec() const { return root_ / "sweep.yaml"; }
  [[nodiscard]] std::filesystem::path resolved() const { return root_ / "resolved.json"; }
  [[nodiscard]] std::filesystem::path journals() const { return root_ / "journal"; }
  [[nodiscard]] std::filesystem::path status() const { return root_ / "status.json"; }
  [[nodiscard]] std::filesystem::path costs() const { return root_ / "costs.json"; }
  [[nodiscard]] std::filesystem::path lock() const { return root_ / "lock"; }
  [[nodiscard]] std::filesystem::path results() const { return root_ / "results.h5"; }

  /// journal/run-0007-rank-0003.mlj: sorts by attempt.
  [[nodiscard]] std::filesystem::path journal(int attempt, int rank) const;

  /// Of trials that are still to be finished; made when the first one is written.
  [[nodiscard]] std::filesystem::path checkpoints() const { return root_ / "checkpoints"; }
  [[nodiscard]] std::filesystem::path checkpoint(const sweeps::Fingerprint& trial) const {
    return checkpoints() / trial.hex();
  }
  /// What a rank writes first; two of them may hold one trial.
  [[nodiscard]] std::filesystem::path checkpoint_temporary(const sweeps::Fingerprint& trial,
                                                           int attempt, int rank) const;

  /// 1 + the largest attempt that has a journal. Only whoever holds the lock may count on it.
  [[nodiscard]] int next_attempt() const;

  /// Clears away what a run that was killed was writing. Only for whoever holds the lock.
  void remove_leftovers() const;

 private:
  explicit SweepFolder(std::filesystem::path root) : root_(std::move(root)) {}

  std::filesystem::path root_;
};

}  // namespace mlpsweep::results
