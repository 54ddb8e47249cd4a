// What a record is worth to a promise of "the same bits": FORMAT.md lists it.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>
#include <variant>

#include "results/record.h"

namespace mlpsweep::results {
namespace {

/// The canonical bytes of a record: numbers as 8 bytes, little-endian; texts and arrays with their
/// length before them, so that no two records run into the same bytes.
class Bytes {
 public:
  template <class Whole>
  requires std::is_integral_v<Whole> || std::is_enum_v<Whole>
  void add(Whole value) {
    const auto word = static_cast<std::uint64_t>(value);
    bytes_.append(reinterpret_cast<const char*>(&word), sizeof word);
  }

  void add(double value) {
    // Which of the many NaNs a processor makes is no part of a result.
    add(std::isnan(value) ? std::uint64_t{0x7FF8000000000000}
                          : std::bit_cast<std::uint64_t>(value));
  }

  void add(std::string_view text) {
    add(text.size());
    bytes_ += text;
  }

  void add(const sweeps::Fingerprint& fingerprint) {
    add(fingerprint.high);
    add(fingerprint.low);
  }

  void add(const sweeps::Value& value) {
    add(value.index());
    std::visit([this](const auto& held) { add_value(held); }, value);
  }

  /// Those of the first version; the later ones stand at the record's end.
  void add(const engine::Figures& figures) {
    add(figures.train_loss);
    add(figures.train_accuracy);
    add(figures.validation_loss);
    add(figures.validation_accuracy);
  }
  void add_later(const engine::Figures& figures) {
    add(figures.monitor_loss);
    add(figures.monitor_accuracy);
    add(figures.only_class);
  }

  void append(const Bytes& other) { bytes_ += other.bytes_; }

  void add(const std::vector<engine::Tensor>& tensors) {
    add(tensors.size());
    for (const engine::Tensor& tensor : tensors) {
      add(std::string_view(tensor.name));
      add(tensor.rows);
      add(tensor.columns);
      add(std::string_view(reinterpret_cast<const char*>(tensor.values.data()),
                           tensor.values.size() * sizeof(float)));
    }
  }

  [[nodiscard]] bool operator==(const Bytes&) const = default;
  [[nodiscard]] sweeps::Fingerprint hash() const { return sweeps::hash_bytes(bytes_); }

 private:
  void add_value(const std::string& text) { add(std::string_view(text)); }
  template <class Number>
  void add_value(Number number) {
    add(number);
  }

  std::string bytes_;
};

static_assert(std::endian::native == std::endian::little, "digests are over little-endian bytes");

void add_result(Bytes& bytes, const engine::TrialResult& result) {
  bytes.add(result.state);
  bytes.add(std::string_view(result.reason));
  bytes.add(result.epochs.size());
  for (const engine::Figures& figures : result.epochs) {
    bytes.add(figures);
  }
  bytes.add(result.best_epoch);
  bytes.add(result.last);
  bytes.add(result.best);
  bytes.add(result.test_loss);
  bytes.add(result.test_accuracy);
  bytes.add(result.classes);
  bytes.add(result.confusion.size());
  for (const std::int64_t count : result.confusion) {
    bytes.add(count);
  }
  bytes.add(std::string_view(reinterpret_cast<const char*>(result.predictions.data()),
                             result.predictions.size()));
  bytes.add(result.initial_weights);
  bytes.add(result.final_weights);
}

/// What records of the first version don't hold.
Bytes later_part(const engine::TrialResult& result) {
  Bytes bytes;
  for (const engine::Figures& figures : result.epochs) {
    bytes.add_later(figures);
  }
  bytes.add_later(result.last);
  bytes.add_later(result.best);
  bytes.add(result.last_test_loss);
  bytes.add(result.last_test_accuracy);
  return bytes;
}

/// The same with nothing in it.
Bytes empty_later_part(std::size_t epochs) {
  engine::TrialResult nothing;
  nothing.epochs.resize(epochs);
  return later_part(nothing);
}

}  // namespace

sweeps::Fingerprint digest_of(const Record& record) {
  Bytes bytes;
  bytes.add(record.fingerprint);
  bytes.add(record.settings.size());
  for (const sweeps::Setting& setting : record.settings) {
    bytes.add(std::string_view(setting.key));
    bytes.add(setting.value);
  }
  bytes.add(record.seed);
  bytes.add(record.repeat);
  bytes.add(record.fold);
  bytes.add(std::string_view(record.data_checksum));
  bytes.add(record.numerics_version);
  add_result(bytes, record.result);
  // Left out where there is nothing of it, so that the digests of older records hold.
  const Bytes later = later_part(record.result);
  if (!(later == empty_later_part(record.result.epochs.size()))) {
    bytes.append(later);
  }
  if (record.folds > 0) {
    bytes.add(record.folds);
  }
  return bytes.hash();
}

void Digest::add(const Record& record) {
  entries_.emplace_back(record.fingerprint, digest_of(record));
}

std::string Digest::hex() const {
  auto sorted = entries_;
  std::sort(sorted.begin(), sorted.end());
  Bytes bytes;
  for (const auto& [fingerprint, digest] : sorted) {
    bytes.add(fingerprint);
    bytes.add(digest);
  }
  return bytes.hash().hex();
}

}  // namespace mlpsweep::results
