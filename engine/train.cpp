#include "engine/train.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include "engine/batch_of_one.h"
#include "engine/errors.h"
#include "engine/network.h"
#include "engine/partition.h"
#include "engine/rng.h"
#include "engine/score.h"
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

/// Batches of one epoch, one way or the other.
class Epochs {
 public:
  Epochs(const TrainSpec& spec, const Partition& partition, const RowSource& source,
         const Network<float>& network)
      : spec_(spec), partition_(partition), source_(source) {
    const auto rows = static_cast<std::int64_t>(partition.train.size());
    batch_rows_ = spec.batch_size == 0 ? rows : std::min(spec.batch_size, rows);
    if (BatchOfOne::fits(spec)) {
      one_.emplace(spec, network);
    } else {
      steps_.emplace(network, static_cast<int>(batch_rows_), source.bytes);
      updater_.emplace(spec, network);
    }
    order_ = partition.train;
  }

  /// Trains on every row once; `epoch` counts from 0 and names the order. `tally`, if given, gets
  /// the rows' figures, each before its step.
  void run(int epoch, Network<float>& network, Tally* tally) {
    if (spec_.shuffle == "each_epoch")
      shuffle(epoch);
    if (one_) {
      one_->train(network, source_, order_, tally);
      return;
    }
    const auto rows = static_cast<std::int64_t>(order_.size());
    for (std::int64_t first = 0; first < rows; first += batch_rows_) {
      const std::uint32_t* batch = order_.data() + first;
      // The last batch may be shorter; it is trained like any other, averaged over its own rows.
      steps_->step(
          network, static_cast<int>(std::min(batch_rows_, rows - first)),
          [&](int begin, int end, const Entrance<float>& entrance) {
            source_.fill(batch + begin, end - begin, entrance);
          },
          &*updater_, tally);
    }
  }

 private:
  void shuffle(int epoch) {
    const Stream stream(spec_.seed, spec_.repeat, Purpose::kOrder,
                        static_cast<std::uint32_t>(epoch));
    const std::vector<std::uint32_t> places = stream.permutation(order_.size());
    for (std::size_t i = 0; i < places.size(); ++i)
      order_[i] = partition_.train[places[i]];
  }

  const TrainSpec& spec_;
  const Partition& partition_;
  RowSource source_;
  std::int64_t batch_rows_ = 0;
  std::vector<std::uint32_t> order_;
  std::optional<BatchOfOne> one_;
  std::optional<Steps<float>> steps_;
  std::optional<Updater<float>> updater_;
};

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
        scorer_(network_),
        watched_(watched_part()),
        watch_(spec.early_stop) {
    check_settings();
    network_.initialize(spec);
  }

  TrialResult run(const TrainHooks& hooks) {
    result_.classes = data_.classes;
    const bool keep = spec_.keep_weights == "both";
    if (keep)
      result_.initial_weights = tensors_of(network_.layers);
    train_epochs(hooks);
    if (result_.state == State::kComplete)
      finish();
    if (keep)
      result_.final_weights = tensors_of(network_.layers);
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
    Epochs epochs(spec_, partition_, source_, network_);
    result_.reason = "all epochs";
    for (int epoch = 1; epoch <= spec_.epochs; ++epoch) {
      const bool running = spec_.train_figures == "running";
      Tally tally;
      epochs.run(epoch - 1, network_, running ? &tally : nullptr);
      const Figures figures = evaluate(running ? &tally : nullptr);
      result_.epochs.push_back(figures);
      result_.last = figures;
      if (hooks.epoch_done)
        hooks.epoch_done(epoch, figures);
      if (const auto fault =
              not_finite(figures, !validation_rows_.empty(), watched_ == Watched::kTest)) {
        end(State::kDiverged, *fault + " after epoch " + std::to_string(epoch));
        return;
      }
      if (stop_early(epoch, figures)) {
        end(State::kComplete, "early stop");
        return;
      }
      if (epoch < spec_.epochs && hooks.stop_requested && hooks.stop_requested()) {
        end(State::kInterrupted, "stopped on request");
        return;
      }
    }
  }

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

  /// Notes the best epoch; true once early stopping has had enough.
  bool stop_early(int epoch, const Figures& figures) {
    if (watched_ == Watched::kNothing)
      return false;
    const double loss = watched_ == Watched::kTest ? figures.monitor_loss : figures.validation_loss;
    if (watch_.is_best(loss)) {
      result_.best_epoch = epoch;
      result_.best = figures;
      if (watch_.restores_best())
        best_weights_ = network_.layers;
    }
    return watch_.enough();
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
  const auto start = std::chrono::steady_clock::now();
  TrialResult result = Trial(spec, data).run(hooks);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  result.train_seconds = taken.count();
  return result;
}

}  // namespace mlpsweep::engine
