// Records for the tests of tables, list and show: small, made up, and easy to check by hand.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "results/record.h"
#include "results/store.h"

namespace mlpsweep::results {

/// What a test says of one trial; everything else is the same in all of them.
struct Sample {
  double learning_rate = 0.01;
  std::string activation = "tanh";
  int repeat = 0;
  double validation_loss = 0.5;  ///< At the best epoch; the last one is 0.1 worse.
  double test_accuracy = 0.85;
  std::string hidden = "64";
};

inline constexpr std::size_t kSampleImages = 1000;

inline Record make_record(const Sample& sample) {
  Record record;
  record.settings = {{"hidden", sample.hidden},
                     {"activation", sample.activation},
                     {"l2", 0.0},
                     {"optimizer.learning_rate", sample.learning_rate}};
  record.seed = 1;
  record.repeat = sample.repeat;
  const std::string identity = sample.hidden + sample.activation +
                               sweeps::text_of(sample.learning_rate) + '/' +
                               std::to_string(sample.repeat);
  record.fingerprint = sweeps::hash_bytes(identity);
  record.data_checksum = "00112233445566778899aabbccddeeff";
  record.numerics_version = 1;
  engine::TrialResult& result = record.result;
  result.reason = "all epochs";
  const double loss = sample.validation_loss;
  result.epochs = {{.train_loss = loss,
                    .train_accuracy = 0.8,
                    .validation_loss = loss,
                    .validation_accuracy = 0.75},
                   {.train_loss = loss - 0.1,
                    .train_accuracy = 0.9,
                    .validation_loss = loss + 0.1,
                    .validation_accuracy = 0.7}};
  result.best_epoch = 1;
  result.best = result.epochs[0];
  result.last = result.epochs[1];
  result.test_loss = loss;
  result.test_accuracy = sample.test_accuracy;
  result.predictions.assign(kSampleImages, 0);
  result.train_seconds = 1.5;
  return record;
}

/// A trial that ended otherwise: it has no figures.
inline Record make_unfinished(const Sample& sample, engine::State state, std::string reason) {
  Record record = make_record(sample);
  const sweeps::Fingerprint fingerprint = record.fingerprint;
  record.result = {};
  record.fingerprint = fingerprint;
  record.result.state = state;
  record.result.reason = std::move(reason);
  return record;
}

/// Of a repeat that is cut into `folds`.
inline Record make_fold(Sample sample, int fold, int folds) {
  Record record = make_record(sample);
  record.fold = fold;
  record.folds = folds;
  return record;
}

/// Two learning rates times two activations times three repeats, in trial order.
inline std::vector<Record> sample_grid() {
  return {
      make_record({0.01, "tanh", 0, 0.50, 0.850}), make_record({0.01, "relu", 0, 0.46, 0.870}),
      make_record({0.05, "tanh", 0, 0.44, 0.865}), make_record({0.05, "relu", 0, 0.40, 0.890}),
      make_record({0.01, "tanh", 1, 0.52, 0.848}), make_record({0.01, "relu", 1, 0.48, 0.866}),
      make_record({0.05, "tanh", 1, 0.45, 0.861}), make_record({0.05, "relu", 1, 0.42, 0.884}),
      make_record({0.01, "tanh", 2, 0.51, 0.852}), make_record({0.01, "relu", 2, 0.47, 0.868}),
      make_record({0.05, "tanh", 2, 0.46, 0.863}), make_record({0.05, "relu", 2, 0.41, 0.887}),
  };
}

inline SweepInfo grid_info() {
  SweepInfo info;
  info.name = "kmnist";
  info.metric = "validation_loss";
  info.at_best = true;
  info.swept = {"optimizer.learning_rate", "activation"};
  info.planned = 12;
  return info;
}

/// The message of the exception that `call` throws, or "nothing was thrown".
template <class Error, class Call>
std::string message_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace mlpsweep::results
