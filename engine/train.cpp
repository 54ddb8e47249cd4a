#include "engine/train.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <utility>

#include "engine/epochs.h"
#include "engine/errors.h"
#include "engine/network.h"
#include "engine/partition.h"
#include "engine/score.h"
#include "engine/train_state.h"
#include "engine/unknown_name.h"
#include "engine/watch.h"

namespace mlpsweep::engine {
namespace {

std::vector<std::uint32_t> sorted(std::vector<std::uint32_t> rows) {
  std::sort(rows.begin(), rows.end());
  return rows;
}

/// Which part's loss finds the best epoch.
enum class Watched { kNothing, kValidation, kTest };

/// The name of a figure and the word for what became of it, if it is no number any more.
std::optional<std::string> not_finite(const Figures& figures, bool has_validation,
                                      bool has_monitor) {
  const auto told = [](std::string_view name, double loss) {
    return std::string(name) + " is " + (std::isnan(loss) ? "nan" : (loss > 0 ? "inf" : "-inf"));
  };
  if (!std::isfinite(figures.train_loss))
    return told("train_loss", figures.train_loss);
  if (has_validation && !std::isfinite(figures.validation_loss))
    return told("validation_loss", figures.validation_loss);
  if (has_monitor && !std::isfinite(figures.monitor_loss))
    return told("monitor_loss", figures.monitor_loss);
  return std::nullopt;
}

class Trial {
 public:
  Trial(const TrainSpec& spec, const Dataset& data)
      : spec_(spec),
        data_(data),
        partition_(make_partition(spec, data)),
        as_bytes_(enters_as_bytes(spec, data, partition_.scaler)),
        bytes_(bytes_of(partition_.scaler)),
        validation_bytes_(bytes_of(partition_.validation_scaler)),
        test_bytes_(bytes_of(partition_.test_scaler)),
        source_(source_of(data.train, partition_.scaler, bytes_)),
        train_rows_(sorted(partition_.train)),
        validation_rows_(sorted(partition_.validation)),
        network_(spec, source_.inputs, data.classes),
        epochs_(spec, partition_, source_, network_),
        scorer_(network_),
        watched_(watched_part()),
        watch_(spec.early_stop) {
    check_settings();
    network_.initialize(spec);
    result_.classes = data_.classes;
    if (keeps_weights())
      result_.initial_weights = tensors_of(network_.layers);
  }

  /// Takes up the trial where that state was taken.
  void restore(const TrainState& from) {
    MLPS_CHECK(!from.epochs.empty() && static_cast<int>(from.epochs.size()) < spec_.epochs,
               std::to_string(from.epochs.size()) + " of " + std::to_string(spec_.epochs));
    for (const Figures& figures : from.epochs) {
      note(figures);
      (void)is_best(figures);
    }
    if (watch_.restores_best())
      best_weights_ = network_.layers;  // for its shape
    std::size_t next = 0;
    for (Layers<float>* layers : carried())
      take_arrays(from.arrays, next, *layers);
    MLPS_CHECK(next == from.arrays.size(), std::to_string(from.arrays.size()));
    earlier_seconds_ = from.train_seconds;
  }

  TrialResult run(const TrainHooks& hooks) {
    train_epochs(hooks);
    if (result_.state == State::kComplete)
      finish();
    if (keeps_weights())
      result_.final_weights = tensors_of(network_.layers);
    result_.train_seconds = seconds();
    return std::move(result_);
  }

 private:
  [[nodiscard]] ByteScale<float> bytes_of(const Scaler& scaler) const {
    return as_bytes_ ? ByteScale<float>(scaler.mean, scaler.factor) : ByteScale<float>();
  }
  [[nodiscard]] RowSource source_of(const ImageSet& images, const Scaler& scaler,
                                    const ByteScale<float>& bytes) const {
    return {&images, &scaler, static_cast<int>(data_.inputs()), as_bytes_ ? &bytes : nullptr};
  }

  void check_settings() const {
    check_word("shuffle", spec_.shuffle, {"each_epoch", "none"});
    check_word("keep_weights", spec_.keep_weights, {"none", "both"});
    check_word("train_figures", spec_.train_figures, {"evaluated", "running"});
    check_word("penalty_form", spec_.penalty_form, {"gradient", "outside_momentum"});
    check_word("bias_step", spec_.bias_step, {"mean", "summed"});
    if (spec_.data.monitor == "test" && partition_.test.empty())
      throw InputError("data.monitor: expected a test part to watch, found none");
    if (watched_ != Watched::kNothing)
      return;
    for (const auto& [set, key] : {std::pair{spec_.early_stop.patience.has_value(), "patience"},
                                   std::pair{watch_.restores_best(), "restore"}})
      if (set)
        throw InputError(std::string("early_stop.") + key +
                         ": expected a validation part to watch, found data.split without one");
  }

  [[nodiscard]] Watched watched_part() const {
    check_word("data.monitor", spec_.data.monitor, {"validation", "test"});
    if (spec_.data.monitor == "test")
      return Watched::kTest;
    return validation_rows_.empty() ? Watched::kNothing : Watched::kValidation;
  }

  void train_epochs(const TrainHooks& hooks) {
    result_.reason = "all epochs";
    while (epochs_run() < spec_.epochs) {
      const bool running = spec_.train_figures == "running";
      Tally tally;
      epochs_.run(epochs_run(), network_, running ? &tally : nullptr);
      const Figures figures = evaluate(running ? &tally : nullptr);
      note(figures);
      if (hooks.epoch_done)
        hooks.epoch_done(epochs_run(), figures);
      if (const auto fault =
              not_finite(figures, !validation_rows_.empty(), watched_ == Watched::kTest)) {
        end(State::kDiverged, *fault + " after epoch " + std::to_string(epochs_run()));
        return;
      }
      if (is_best(figures) && watch_.restores_best())
        best_weights_ = network_.layers;
      if (watch_.enough()) {
        end(State::kComplete, "early stop");
        return;
      }
      if (epochs_run() < spec_.epochs && stops(hooks)) {
        end(State::kInterrupted, "stopped on request");
        return;
      }
    }
  }

  /// Whether to stop between two epochs. The state is offered behind that question, so that whoever
  /// keeps states knows which one is the last.
  bool stops(const TrainHooks& hooks) {
    const bool stopping = hooks.stop_requested && hooks.stop_requested();
    if (hooks.offer_state)
      hooks.offer_state([this] { return state(); });
    return stopping;
  }

  [[nodiscard]] TrainState state() {
    TrainState state{result_.epochs, {}, seconds()};
    for (const Layers<float>* layers : carried())
      append_arrays(*layers, state.arrays);
    return state;
  }

  /// What TrainState::arrays holds, in its order.
  std::vector<Layers<float>*> carried() {
    std::vector<Layers<float>*> all = {&network_.layers};
    if (Layers<float>* velocity = epochs_.velocity())
      all.push_back(velocity);
    if (best_weights_)
      all.push_back(&*best_weights_);
    return all;
  }

  [[nodiscard]] double seconds() const {
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began_;
    return earlier_seconds_ + taken.count();
  }

  [[nodiscard]] bool keeps_weights() const { return spec_.keep_weights == "both"; }

  void end(State state, std::string reason) {
    result_.state = state;
    result_.reason = std::move(reason);
  }

  Figures evaluate(const Tally* running) {
    const Score train = running != nullptr
                            ? score_of(*running, static_cast<std::int64_t>(train_rows_.size()))
                            : scorer_.score(source_, train_rows_);
    const Score validation = scorer_.score(
        source_of(data_.train, partition_.validation_scaler, validation_bytes_), validation_rows_);
    Figures figures{train.loss, train.accuracy, validation.loss, validation.accuracy};
    figures.only_class = validation.only_class;
    if (watched_ == Watched::kTest) {
      const Score monitor = scorer_.score(test_source(), partition_.test);
      figures.monitor_loss = monitor.loss;
      figures.monitor_accuracy = monitor.accuracy;
      figures.only_class = monitor.only_class;
    }
    return figures;
  }

  void note(const Figures& figures) {
    result_.epochs.push_back(figures);
    result_.last = figures;
  }

  /// Whether the epoch that was noted last is the best so far; to be asked once an epoch.
  bool is_best(const Figures& figures) {
    if (watched_ == Watched::kNothing)
      return false;
    if (!watch_.is_best(watched_ == Watched::kTest ? figures.monitor_loss
                                                   : figures.validation_loss))
      return false;
    result_.best_epoch = epochs_run();
    result_.best = figures;
    return true;
  }

  /// Scores the test part, and leaves the network with the weights that are kept.
  void finish() {
    const bool restored = watch_.restores_best() && result_.best_epoch < epochs_run();
    if (restored) {
      const Score last = score_test(nullptr);
      result_.last_test_loss = last.loss;
      result_.last_test_accuracy = last.accuracy;
      network_.layers = std::move(*best_weights_);
    }
    const Score test = score_test(&result_.predictions);
    result_.test_loss = test.loss;
    result_.test_accuracy = test.accuracy;
    if (!restored) {
      result_.last_test_loss = test.loss;
      result_.last_test_accuracy = test.accuracy;
    }
    count_confusion();
  }

  [[nodiscard]] int epochs_run() const { return static_cast<int>(result_.epochs.size()); }

  [[nodiscard]] const ImageSet& test_images() const {
    return partition_.own_test ? data_.test : data_.train;
  }
  [[nodiscard]] RowSource test_source() const {
    return source_of(test_images(), partition_.test_scaler, test_bytes_);
  }
  Score score_test(std::vector<std::uint8_t>* predictions) {
    return scorer_.score(test_source(), partition_.test, predictions);
  }

  void count_confusion() {
    const std::vector<std::uint32_t>& rows = partition_.test;
    if (rows.empty())
      return;
    const std::size_t classes = data_.classes;
    result_.confusion.assign(classes * classes, 0);
    for (std::size_t i = 0; i < rows.size(); ++i)
      ++result_.confusion[test_images().labels[rows[i]] * classes + result_.predictions[i]];
  }

  // First, since preparing the data and the network counts as well.
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  double earlier_seconds_ = 0;  ///< Of the part of the trial that a state was taken of.
  const TrainSpec& spec_;
  const Dataset& data_;
  Partition partition_;
  bool as_bytes_;
  ByteScale<float> bytes_;
  ByteScale<float> validation_bytes_;
  ByteScale<float> test_bytes_;
  RowSource source_;
  // Scored in the set's order: neighbours in memory are read half as slowly as scattered rows.
  std::vector<std::uint32_t> train_rows_;
  std::vector<std::uint32_t> validation_rows_;
  Network<float> network_;
  Epochs epochs_;
  Scorer scorer_;
  Watched watched_;
  Watch watch_;
  std::optional<Layers<float>> best_weights_;  ///< Of best_epoch, where they are kept for the test.
  TrialResult result_;
};

}  // namespace

std::string_view name_of(State state) {
  switch (state) {
    case State::kWaiting:
      return "waiting";
    case State::kRunning:
      return "running";
    case State::kComplete:
      return "complete";
    case State::kPruned:
      return "pruned";
    case State::kDiverged:
      return "diverged";
    case State::kFailed:
      return "failed";
    case State::kInterrupted:
      return "interrupted";
  }
  check_failed(__FILE__, __LINE__, "a known state", std::to_string(static_cast<int>(state)));
}

TrialResult train(const TrainSpec& spec, const Dataset& data, const TrainHooks& hooks) {
  return Trial(spec, data).run(hooks);
}

TrialResult go_on(const TrainSpec& spec, const Dataset& data, TrainState from,
                  const TrainHooks& hooks) {
  Trial trial(spec, data);
  trial.restore(from);
  from = {};  // a second copy of all weights is nothing to keep for hours
  return trial.run(hooks);
}

}  // namespace mlpsweep::engine
