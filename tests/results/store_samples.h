// A sweep's records for the tests of results.h5, in most shapes that they can have.
#pragma once

#include <string>
#include <vector>

#include "results/record.h"
#include "results/store.h"

#include "sample_record.h"

namespace mlpsweep::results {

/// A trial of `epochs` epochs that was validated and scored on `images` test images of 3 classes.
inline Record trained_record(int number, int epochs = 3, int images = 6) {
  Record record;
  record.fingerprint = {0x9E3779B97F4A7C15U * static_cast<std::uint64_t>(number + 1), 7};
  record.settings = {{"hidden", std::string(number % 2 == 0 ? "128" : "64x32")},
                     {"batch_size", std::int64_t{128}},
                     {"optimizer.learning_rate", 0.1 / (1 + number)},
                     {"activation", std::string("tanh")},
                     {"data.split.stratify", number % 2 == 0}};
  record.seed = 1;
  record.repeat = number / 2;
  record.data_checksum = "00112233445566778899aabbccddeeff";
  record.numerics_version = 1;
  engine::TrialResult& result = record.result;
  result.reason = "all epochs";
  for (int epoch = 0; epoch < epochs; ++epoch) {
    result.epochs.push_back(
        {1.0 / (epoch + 1 + number), 0.5 + 0.01 * epoch, 1.1 / (epoch + 1), 0.5});
  }
  result.best_epoch = epochs;
  result.last = result.best = result.epochs.back();
  result.test_loss = 0.25;
  result.test_accuracy = 2.0 / 3;
  result.classes = 3;
  result.confusion = {2, 0, 0, 1, 1, 0, 0, 1, 1};
  for (int image = 0; image < images; ++image) {
    result.predictions.push_back(static_cast<std::uint8_t>((image * 7 + number) % 3));
  }
  result.train_seconds = 1.5 + number;
  record.provenance = {.started = "2026-11-21T12:00:00Z",
                       .host = "node7",
                       .processor = "a processor",
                       .isa = "avx2",
                       .program = "mlpsweep 0.1.0",
                       .rank = number % 2,
                       .ranks = 2,
                       .threads = 2,
                       .attempt = 1};
  return record;
}

inline Record without_validation(int number) {
  Record record = trained_record(number);
  for (engine::Figures& epoch : record.result.epochs) {
    epoch.validation_loss = epoch.validation_accuracy = engine::kNaN;
  }
  record.result.last = record.result.epochs.back();
  record.result.best = {};
  record.result.best_epoch = 0;
  return record;
}

inline Record without_test(int number) {
  Record record = trained_record(number);
  record.result.test_loss = record.result.test_accuracy = engine::kNaN;
  record.result.confusion.clear();
  record.result.predictions.clear();
  return record;
}

inline Record diverged(int number) {
  Record record = without_test(number);
  record.result.state = engine::State::kDiverged;
  record.result.reason = "train_loss is nan after epoch 1";
  record.result.epochs = {{engine::kNaN, 0.1, engine::kNaN, 0.1}};
  record.result.last = record.result.epochs.back();
  record.result.best = {};
  record.result.best_epoch = 0;
  return record;
}

inline Record failed(int number) {
  Record record = trained_record(number);
  record.result = {};
  record.result.state = engine::State::kFailed;
  record.result.reason = "Zeile 3: Maß ungültig – 温度 📈";
  return record;
}

inline Record with_weights(int number) {
  Record record = trained_record(number);
  record.result.initial_weights = {{"weights_1", 2, 3, {0.5F, -0.0F, 1e-45F, 3e38F, 1, 2}},
                                   {"biases_1", 1, 3, {7, 8, 9}}};
  record.result.final_weights = {{"weights_1", 2, 3, {6, 5, 4, 3, 2, 1}},
                                 {"biases_1", 1, 3, {0, 0, 0}},
                                 {"a_tensor_that_sorts_first", 0, 4, {}}};
  return record;
}

inline SweepInfo sample_info() {
  SweepInfo info;
  info.name = "größen";
  info.spec = "mlpsweep: 1\nname: größen\n";
  info.overrides = {"epochs=3", "hidden=64,128"};
  info.metric = "validation_loss";
  info.at_best = true;
  info.swept = {"hidden", "optimizer.learning_rate"};
  info.planned = 8;
  info.provenance = {{"program", "mlpsweep 0.1.0"}, {"host", "node7: a host: with colons"}};
  return info;
}

/// Every shape above, with the mixed column batch_size, other sizes and a key of another version.
inline std::vector<Record> records_of_many_shapes() {
  std::vector<Record> records = {trained_record(0),     trained_record(1, 7, 11),
                                 without_validation(2), without_test(3),
                                 diverged(4),           failed(5),
                                 with_weights(6)};
  change_settings(records[1], [](auto& settings) { settings[1].value = std::string("all"); });
  records[1].result.classes = 2;
  records[1].result.confusion = {std::int64_t{1} << 40, 2, 3, 4};
  change_settings(records[3], [](auto& settings) {
    settings.push_back({"a_key_of_next_year", std::int64_t{7}});
  });
  records[6].seed = 0xFFFFFFFFFFFFFFFFU;
  return records;
}

/// Some of these records by experiment; one is of two, one (not in the plan) of none.
inline std::vector<StoredPart> sample_parts() {
  return {{"rates", "", {0, 1, 3}}, {"rates", "penalty: as_coded", {4, 5}}, {"nets", "", {6, 1}}};
}

inline RecordSource source_of(const std::vector<Record>& records) {
  return [&records](std::size_t index) { return records.at(index); };
}

}  // namespace mlpsweep::results
