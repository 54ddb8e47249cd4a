// The state of a trial that is still to be finished, in a file; FORMAT.md has its bytes.
#pragma once

#include <filesystem>
#include <optional>

#include "engine/train_state.h"
#include "results/journal.h"
#include "results/sweep_folder.h"
#include "sweeps/fingerprint.h"

namespace mlpsweep::results {

/// Whose state it is: going on from another's would give bits that are nobody's.
struct CheckpointOwner {
  sweeps::Fingerprint trial;
  /// Of instruction set, program and libraries, each of which rounds in its own way.
  sweeps::Fingerprint program;
};

/// Replaces `file` as write_whole() does, through `temporary`; makes its folder if need be.
///
/// Errors   MachineError; an older checkpoint stays as it was, and nothing else stays.
/// Threads  Safe for different temporaries: the last one to come holds.
void write_checkpoint(const std::filesystem::path& file, const std::filesystem::path& temporary,
                      const CheckpointOwner& owner, const engine::TrainState& state);

/// Nothing if there is no such file. All bytes are checked, and how many they must be is known
/// before any memory is taken for them.
///
/// Errors   MachineError: no plain file, damaged, cut short, of another version or owner; of a
///          shape that this trial's states don't have.
[[nodiscard]] std::optional<engine::TrainState> read_checkpoint(const std::filesystem::path& file,
                                                                const CheckpointOwner& owner,
                                                                const engine::StateShape& shape);

/// How many epochs the trial had run, by the file's first bytes; 0 if it has no checkpoint whose
/// beginning and length are whole. For who asks whether a trial has come on since.
[[nodiscard]] int checkpoint_epochs(const SweepFolder& folder, const sweeps::Fingerprint& trial);

/// Clears away what killed runs were writing, and checkpoints of trials that have ended since. Only
/// for whoever holds the lock.
void remove_leftover_checkpoints(const SweepFolder& folder, const JournalIndex& journals);

}  // namespace mlpsweep::results
