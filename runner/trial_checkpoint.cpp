#include "runner/trial_checkpoint.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/core.h>

#include "engine/errors.h"
#include "results/checkpoint.h"
#include "runner/progress.h"

namespace mlpsweep::runner {
namespace {

using std::chrono::steady_clock;

/// Of training, where a trial stops: less is trained again in no time.
constexpr double kWorthKeepingSeconds = 1;

/// The checkpoint of one trial, from its beginning on this rank to its end.
class TrialCheckpoint {
 public:
  TrialCheckpoint(CheckpointPolicy& policy, const sweeps::Fingerprint& trial)
      : policy_(policy), owner_{trial, policy.program}, file_(policy.folder.checkpoint(trial)) {}

  [[nodiscard]] std::optional<engine::TrainState> load(const engine::TrainSpec& spec,
                                                       const engine::Dataset& data) const {
    std::error_code ignored;
    if (!std::filesystem::exists(std::filesystem::symlink_status(file_, ignored))) {
      return std::nullopt;  // as almost always: no need for the shape
    }
    try {
      const auto inputs = static_cast<int>(data.inputs());
      auto state =
          results::read_checkpoint(file_, owner_, engine::state_shape(spec, inputs, data.classes));
      if (state) {
        log_info(fmt::format("trial {} goes on after epoch {} of {}", owner_.trial.brief(),
                             state->epochs.size(), spec.epochs));
      }
      return state;
    } catch (const std::exception& error) {
      log_warning(fmt::format("{}; the trial begins anew", words_of(error)));
      return std::nullopt;
    }
  }

  void offer(const std::function<engine::TrainState()>& state, bool stopping) {
    const std::chrono::duration<double> at_stake = steady_clock::now() - kept_;
    const double every = policy_.every_seconds;
    if (at_stake.count() < (stopping ? std::min(kWorthKeepingSeconds, every) : every)) {
      return;
    }
    try {
      results::write_checkpoint(
          file_, policy_.folder.checkpoint_temporary(owner_.trial, policy_.attempt, policy_.rank),
          owner_, state());
    } catch (const std::exception& error) {
      if (!policy_.told.exchange(true)) {
        log_warning(
            fmt::format("{}\n  Training goes on without it; later ones are tried and not "
                        "told of.",
                        words_of(error)));
      }
    }
    kept_ =
        steady_clock::now();  // of one that failed as well: it isn't tried again after every epoch
  }

 private:
  CheckpointPolicy& policy_;
  results::CheckpointOwner owner_;
  std::filesystem::path file_;
  steady_clock::time_point kept_ = steady_clock::now();  ///< Up to here nothing would be lost.
};

}  // namespace

engine::TrialResult train_with_checkpoints(CheckpointPolicy& policy,
                                           const sweeps::Fingerprint& trial,
                                           const engine::TrainSpec& spec,
                                           const engine::Dataset& data,
                                           const std::function<bool()>& must_stop) {
  TrialCheckpoint checkpoint(policy, trial);
  bool stopping = false;  // as the loop saw it: a signal may come between its two questions
  engine::TrainHooks hooks;
  hooks.stop_requested = [&] { return stopping = must_stop(); };
  hooks.offer_state = [&](const auto& state) { checkpoint.offer(state, stopping); };
  if (auto from = checkpoint.load(spec, data)) {
    return engine::go_on(spec, data, std::move(*from), hooks);
  }
  return engine::train(spec, data, hooks);
}

}  // namespace mlpsweep::runner
