// All that is kept of one trial.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/train.h"
#include "results/settings.h"
#include "sweeps/fingerprint.h"
#include "sweeps/value.h"

namespace mlpsweep::results {

/// When, where and how a trial ran: kept, and no part of the digest.
struct Provenance {
  std::string started;  ///< UTC, ISO 8601.
  std::string host;
  std::string processor;
  std::string isa;      ///< "avx512", "avx2", "baseline"
  std::string program;  ///< mlpsweep's version and library versions.
  int rank = 0;
  int ranks = 1;
  int threads = 1;  ///< Of the rank.
  int attempt = 1;  ///< Of this trial.
};

struct Record {
  sweeps::Fingerprint fingerprint;
  Settings settings;  ///< Every key, in the key table's order.
  std::uint64_t seed = 0;
  int repeat = 0;
  int fold = 0;
  int folds = 0;  ///< Of which `fold` is one; 0: no cross-validation.
  std::string data_checksum;
  int numerics_version = 0;
  engine::TrialResult result;
  Provenance provenance;
  /// How long the curves and the predictions are that were passed over (Detail).
  std::size_t unread_epochs = 0;
  std::size_t unread_predictions = 0;
};

[[nodiscard]] inline std::size_t epochs_run(const Record& record) {
  return record.result.epochs.size() + record.unread_epochs;
}
[[nodiscard]] inline std::size_t test_images(const Record& record) {
  return record.result.predictions.size() + record.unread_predictions;
}

/// Raised when a field changes its meaning; a new field needs no new schema.
inline constexpr int kRecordSchema = 1;

/// The record as CBOR, the payload of a journal frame: self-describing, so that the schema can
/// grow.
[[nodiscard]] std::string encode(const Record& record);

/// How much of a record is read.
enum class Detail {
  kFigures,     ///< As kWithCurves, without the curves.
  kWithCurves,  ///< All but predictions, confusion matrix, weights and provenance.
  kWhole,
};

/// Reads a payload of this or any older version; what it doesn't hold keeps its default.
/// Errors   MachineError: no CBOR, or a field of another type.
[[nodiscard]] Record decode(std::string_view payload, Detail detail = Detail::kWhole);

/// Reads the payloads of many trials: a setting that some of them share is held once.
///
/// Threads  Not safe; the records outlive it.
class RecordDecoder {
 public:
  explicit RecordDecoder(Detail detail);
  /// Errors   As decode().
  [[nodiscard]] Record decode(std::string_view payload);

 private:
  struct Pool;  ///< The settings, by their bytes in a payload.
  [[nodiscard]] Record decode_fields(std::string_view payload);

  Detail detail_;
  std::shared_ptr<Pool> pool_;
};

/// The state in the record of that trial, without the rest of it: a hundredth of decode()'s time.
/// Empty where only decode() can tell, or what is wrong with it.
[[nodiscard]] std::optional<engine::State> state_in(std::string_view payload,
                                                    const sweeps::Fingerprint& fingerprint);

/// Hash of everything in the record but its provenance and train_seconds. FORMAT.md lists what.
[[nodiscard]] sweeps::Fingerprint digest_of(const Record& record);

/// One digest over many records: a hash over fingerprint and digest of each, sorted by fingerprint.
///
/// Threads  Not safe.
class Digest {
 public:
  void add(const Record& record);
  [[nodiscard]] std::string hex() const;
  [[nodiscard]] std::size_t records() const { return entries_.size(); }

 private:
  std::vector<std::pair<sweeps::Fingerprint, sweeps::Fingerprint>> entries_;
};

/// A figure of a trial by the name that specs and tables use: train_loss, train_accuracy,
/// validation_loss, validation_accuracy, monitor_loss, monitor_accuracy (at the last epoch), best_
/// and any of these (at the best epoch), test_loss, test_accuracy (with the weights that are kept),
/// last_test_loss, last_test_accuracy (with the last ones), epochs_run, best_epoch, train_seconds.
///
/// Range    NaN where the trial has none (no such part, or it diverged before).
/// Errors   InputError: no figure of that name, with the names there are and the nearest.
[[nodiscard]] double figure(const Record& record, std::string_view name);

/// The same for many records; null: no figure of that name.
using FigureOf = double (*)(const Record&);
[[nodiscard]] FigureOf find_figure(std::string_view name);

/// The names that figure() takes.
[[nodiscard]] std::vector<std::string_view> figure_names();

}  // namespace mlpsweep::results
