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

namespace mlpsweep::engine {
namespace {

std::vector<std::uint32_t> sorted(std::vector<std::uint32_t> rows) {
  std::sort(rows.begin(), rows.end());
  return rows;
}

/// The name of a figure and the word for what became of it, if it is no number any more.
std::optional<std::string> not_finite(const Figures& figures, bool has_validation) {
  const auto told = [](std::string_view name, double loss) {
    return std::string(name) + " is " + (std::isnan(loss) ? "nan" : (loss > 0 ? "inf" : "-inf"));
  };
  if (!std::isfinite(figures.train_loss))
    return told("train_loss", figures.train_loss);
  if (has_validation && !std::isfinite(figures.validation_loss))
    return told("validation_loss", figures.validation_loss);
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
      steps_.emplace(network, static_cast<int>(batch_rows_));
      updater_.emplace(spec, network);
    }
    order_ = partition.train;
  }

  /// Trains on every row once; `epoch` counts from 0 and names the order.
  void run(int epoch, Network<float>& network) {
    if (spec_.shuffle == "each_epoch")
      shuffle(epoch);
    if (one_) {
      one_->train(network, source_, order_);
      return;
    }
    const auto rows = static_cast<std::int64_t>(order_.size());
    for (std::int64_t first = 0; first < rows; first += batch_rows_) {
      const std::uint32_t* batch = order_.data() + first;
      // The last batch may be shorter; it is trained like any other, averaged over its own rows.
      steps_->step(
          network, static_cast<int>(std::min(batch_rows_, rows - first)),
          [&](int begin, int end, float* inputs, int stride, std::uint8_t* labels) {
            source_.fill(batch + begin, end - begin, inputs, stride, labels);
          },
          &*updater_);
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
        source_{&data.train, &partition_.scaler, static_cast<int>(data.inputs())},
        train_rows_(sorted(partition_.train)),
        validation_rows_(sorted(partition_.validation)),
        network_(spec, source_.inputs, data.classes),
        scorer_(network_) {
    check_settings();
    network_.initialize(spec);
  }

  TrialResult run(const TrainHooks& hooks) {
    result_.classes = data_.classes;
    const bool keep = spec_.keep_weights == "both";
    if (keep)
      result_.initial_weights = tensors_of(network_.layers);
    train_epochs(hooks);
    if (best_weights_ && result_.state == State::kComplete)
      network_.layers = std::move(*best_weights_);
    if (keep)
      result_.final_weights = tensors_of(network_.layers);
    if (result_.state == State::kComplete)
      score_test();
    return std::move(result_);
  }

 private:
  void check_settings() const {
    if (spec_.shuffle != "each_epoch" && spec_.shuffle != "none")
      throw InputError("shuffle: expected each_epoch or none, found '" + spec_.shuffle + "'");
    if (spec_.keep_weights != "none" && spec_.keep_weights != "both")
      throw InputError("keep_weights: expected none or both, found '" + spec_.keep_weights + "'");
    if (spec_.early_stop.patience && validation_rows_.empty())
      throw InputError(
          "early_stop.patience: expected a validation part to watch, found data.split without one");
  }

  void train_epochs(const TrainHooks& hooks) {
    Epochs epochs(spec_, partition_, source_, network_);
    result_.reason = "all epochs";
    for (int epoch = 1; epoch <= spec_.epochs; ++epoch) {
      epochs.run(epoch - 1, network_);
      const Figures figures = evaluate();
      result_.epochs.push_back(figures);
      result_.last = figures;
      if (hooks.epoch_done)
        hooks.epoch_done(epoch, figures);
      if (const auto fault = not_finite(figures, !validation_rows_.empty())) {
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

  Figures evaluate() {
    const Score train = scorer_.score(source_, train_rows_);
    const RowSource validated{&data_.train, &partition_.validation_scaler, source_.inputs};
    const Score validation = scorer_.score(validated, validation_rows_);
    return {train.loss, train.accuracy, validation.loss, validation.accuracy};
  }

  /// Notes the best epoch; true once early stopping has had enough.
  bool stop_early(int epoch, const Figures& figures) {
    if (validation_rows_.empty())
      return false;
    if (result_.best_epoch == 0 || figures.validation_loss < result_.best.validation_loss) {
      result_.best_epoch = epoch;
      result_.best = figures;
      if (spec_.early_stop.patience)
        best_weights_ = network_.layers;
    }
    if (!spec_.early_stop.patience)
      return false;
    // Equal to the best is not above it, so it breaks the row.
    const bool above = figures.validation_loss > result_.best.validation_loss;
    epochs_above_best_ = above ? epochs_above_best_ + 1 : 0;
    return epochs_above_best_ > *spec_.early_stop.patience;
  }

  void score_test() {
    if (partition_.test.empty())
      return;
    const ImageSet& images = partition_.own_test ? data_.test : data_.train;
    const std::vector<std::uint32_t>& rows = partition_.test;
    const Score test = scorer_.score({&images, &partition_.test_scaler, source_.inputs}, rows,
                                     &result_.predictions);
    result_.test_loss = test.loss;
    result_.test_accuracy = test.accuracy;
    const std::size_t classes = data_.classes;
    result_.confusion.assign(classes * classes, 0);
    for (std::size_t i = 0; i < rows.size(); ++i)
      ++result_.confusion[images.labels[rows[i]] * classes + result_.predictions[i]];
  }

  const TrainSpec& spec_;
  const Dataset& data_;
  Partition partition_;
  RowSource source_;
  // Scored in the set's order: neighbours in memory are read half as slowly as scattered rows.
  std::vector<std::uint32_t> train_rows_;
  std::vector<std::uint32_t> validation_rows_;
  Network<float> network_;
  Scorer scorer_;
  std::optional<Layers<float>> best_weights_;
  int epochs_above_best_ = 0;
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
