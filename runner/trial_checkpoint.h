// Trials whose state goes to the disk now and then, and comes back from there.
#pragma once

#include <atomic>
#include <functional>

#include "engine/train_state.h"
#include "results/sweep_folder.h"
#include "sweeps/fingerprint.h"

namespace mlpsweep::runner {

/// What all trials of a rank have in common here.
struct CheckpointPolicy {
  results::SweepFolder folder;
  int attempt = 1;
  int rank = 0;
  double every_seconds = 60;      ///< Of training, for each trial; 0: after every epoch.
  sweeps::Fingerprint program;    ///< See results::CheckpointOwner.
  std::atomic<bool> told{false};  ///< That one can't be written: once is enough.
};

/// Trains a trial from its checkpoint on, or from the beginning where there is none, and writes its
/// state: every so many seconds, and where it stops on request if more than a second of training
/// would be lost. Whatever goes wrong with a checkpoint is told in a warning and harms nobody: the
/// trial begins anew, or goes on without. The file is left to whoever makes the record durable.
///
/// Errors   As engine::train().
/// Threads  Safe for different trials.
[[nodiscard]] engine::TrialResult train_with_checkpoints(CheckpointPolicy& policy,
                                                         const sweeps::Fingerprint& trial,
                                                         const engine::TrainSpec& spec,
                                                         const engine::Dataset& data,
                                                         const std::function<bool()>& must_stop);

}  // namespace mlpsweep::runner
