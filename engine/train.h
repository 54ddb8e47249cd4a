// One trial: a spec and a data set in, curves and figures out.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dataset.h"
#include "engine/spec.h"

namespace mlpsweep::engine {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Raised whenever the numbers of an unchanged spec would change; part of every fingerprint.
inline constexpr int kNumericsVersion = 3;

/// What becomes of a trial. DO NOT CHANGE THE VALUES: they stand in journals and results files.
enum class State : std::uint8_t {
  kWaiting = 0,
  kRunning = 1,
  kComplete = 2,
  kPruned = 3,
  kDiverged = 4,     ///< A loss that is not finite: an outcome, not a fault.
  kFailed = 5,       ///< An exception; the reason is kept.
  kInterrupted = 6,  ///< Stopped on request; never recorded.
};
[[nodiscard]] std::string_view name_of(State state);

/// What Figures::only_class is where rows were given different classes, or there are none.
inline constexpr std::int16_t kSeveralClasses = -1;

/// Loss and accuracy of the parts, after an epoch.
///
/// Units    Mean loss per row without penalties; accuracy as a share, 0..1. NaN where there is no
///          such part; the monitored part is the test part with data.monitor: test, else there is
///          none. Training figures with train_figures: running are means over the epoch's rows,
///          each before its step.
struct Figures {
  double train_loss = kNaN;
  double train_accuracy = kNaN;
  double validation_loss = kNaN;
  double validation_accuracy = kNaN;
  double monitor_loss = kNaN;
  double monitor_accuracy = kNaN;
  /// The class, if all rows of the watched part (the monitored one, else the validation part) were
  /// given one and the same.
  std::int16_t only_class = kSeveralClasses;
};

/// One named array of a network's weights or biases.
///
/// Shapes   (rows, columns), row by row: weights (D, H) or (H, K); biases (1, H). Without padding.
struct Tensor {
  std::string name;  ///< "weights_1", "biases_1", ... input side first
  int rows = 0;
  int columns = 0;
  std::vector<float> values;
};

struct TrialResult {
  State state = State::kComplete;
  std::string reason;  ///< "all epochs", "early stop", "train_loss is nan after epoch 3", ...

  std::vector<Figures> epochs;  ///< One entry an epoch run, evaluated after the epoch.
  int best_epoch = 0;           ///< From 1; the lowest loss of the watched part. 0: there is none.
  Figures last;                 ///< Of the last epoch run.
  Figures best;                 ///< Of best_epoch; NaN without a watched part.

  double test_loss =
      kNaN;  ///< With the weights kept, by early_stop.restore: those of best_epoch or
  double test_accuracy = kNaN;   ///< the last ones. NaN without a test part.
  double last_test_loss = kNaN;  ///< With the last weights, whichever are kept.
  double last_test_accuracy = kNaN;
  int classes = 0;                        ///< K
  std::vector<std::int64_t> confusion;    ///< (K, K): true class in rows, predicted in columns.
  std::vector<std::uint8_t> predictions;  ///< Class given to each test row, in the set's order.
  std::vector<Tensor> initial_weights;    ///< Only with keep_weights: both.
  std::vector<Tensor> final_weights;

  double train_seconds = 0;  ///< Wall time of the whole trial; no part of the digest.
};

struct TrainState;

/// Asked from inside the training loop.
///
/// Threads  Called by whatever thread trains; must not throw.
struct TrainHooks {
  std::function<bool()> stop_requested;  ///< Asked after each epoch; true ends in kInterrupted.
  std::function<void(int epoch, const Figures&)> epoch_done;
  /// After each epoch that another one follows, or would but for stop_requested. Calling `state`
  /// copies what go_on() (train_state.h) needs; it is copied for nobody else.
  std::function<void(const std::function<TrainState()>& state)> offer_state;
};

/// Trains one network and scores it.
///
/// The result holds the same bits for any number of threads, on one instruction set and build.
/// Errors   InputError: the spec asks for more rows than the data has, or for classes that don't
/// fit
///          the output. A loss that is not finite is no error but State::kDiverged.
/// Threads  Safe; call it inside ThreadPool tasks. Idle threads of that pool help.
[[nodiscard]] TrialResult train(const TrainSpec& spec, const Dataset& data,
                                const TrainHooks& hooks = {});

}  // namespace mlpsweep::engine
