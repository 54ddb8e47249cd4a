// Records and folders for the tests of results/.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <stdlib.h>

#include "results/record.h"

namespace mlpsweep::results {

/// A record with something in every field; `number` tells records apart.
inline Record sample_record(int number = 0) {
  Record record;
  record.fingerprint = {0x0123456789ABCDEFU,
                        0xFEDCBA9876543210U + static_cast<std::uint64_t>(number)};
  record.settings = {{"hidden", std::string("203x203")},
                     {"batch_size", std::int64_t{128}},
                     {"optimizer.learning_rate", 0.05},
                     {"l2", 1.0},
                     {"data.split.stratify", true}};
  record.seed = 0xFFFFFFFFFFFFFFFFU;
  record.repeat = number;
  record.fold = 1;
  record.data_checksum = "00112233445566778899aabbccddeeff";
  record.numerics_version = 3;
  engine::TrialResult& result = record.result;
  result.state = engine::State::kDiverged;
  result.reason = "train_loss is nan after epoch 3";
  result.epochs = {{0.1, 0.5, 0.30000000000000004, 0.25}, {engine::kNaN, 1, -0.0, 1e-310}};
  result.best_epoch = 1;
  result.last = result.epochs[1];
  result.best = result.epochs[0];
  result.test_loss = std::numeric_limits<double>::infinity();
  result.test_accuracy = 2.0 / 3;
  result.classes = 2;
  result.confusion = {1, 2, 3, std::int64_t{1} << 40};
  result.predictions = {0, 1, 1, 0, 255};
  result.initial_weights = {{"weights_1", 1, 2, {0.1F, -0.0F}}};
  result.final_weights = {{"biases_1", 1, 3, {1e-45F, 3.4e38F, -7.F}}, {"weights_2", 0, 4, {}}};
  result.train_seconds = 12.5;
  record.provenance = {.started = "2026-11-21T12:00:00Z",
                       .host = "node7",
                       .processor = "a processor",
                       .isa = "avx512",
                       .program = "mlpsweep 0.1.0",
                       .rank = 3,
                       .ranks = 4,
                       .threads = 2,
                       .attempt = 5};
  return record;
}

/// The sample with something in every field that the first version had not.
inline Record sample_with_later_fields(int number = 0) {
  Record record = sample_record(number);
  record.folds = 5;
  engine::TrialResult& result = record.result;
  result.epochs[0].monitor_loss = 0.7;
  result.epochs[0].monitor_accuracy = 0.625;
  result.epochs[0].only_class = 255;
  result.epochs[1].monitor_loss = -0.0;
  result.last = result.epochs[1];
  result.best = result.epochs[0];
  result.last_test_loss = 0.5;
  result.last_test_accuracy = 1.0 / 3;
  return record;
}

/// Gives a record other settings: `change` takes the list of them.
template <class Change>
void change_settings(Record& record, const Change& change) {
  std::vector<sweeps::Setting> settings = record.settings.list();
  change(settings);
  record.settings = std::move(settings);
}

/// A folder of its own, removed at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "mlpsweep-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::filesystem::filesystem_error(name, std::make_error_code(std::errc::io_error));
    }
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace mlpsweep::results
