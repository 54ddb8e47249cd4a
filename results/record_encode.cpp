// A record as CBOR; record.cpp reads it.
#include <bit>
#include <variant>

#include <nlohmann/json.hpp>

#include "results/curves.h"
#include "results/record.h"

namespace mlpsweep::results {
namespace {

using engine::Figures;
using engine::Tensor;
using nlohmann::json;  // its maps are sorted by key, so that equal records are equal bytes

static_assert(std::endian::native == std::endian::little, "binary arrays are little-endian");

json binary(const void* data, std::size_t bytes) {
  const auto* begin = static_cast<const std::uint8_t*>(data);
  return json::binary(std::vector<std::uint8_t>(begin, begin + bytes));
}

json to_json(const sweeps::Fingerprint& fingerprint) {
  const std::uint64_t words[] = {fingerprint.high, fingerprint.low};
  return binary(words, sizeof words);
}

json to_json(const Figures& figures) {
  json map = json::object();
  for (const Curve& curve : kCurves) {
    map[curve.name] = figures.*curve.figure;
  }
  map[kOnlyClass] = figures.only_class;
  return map;
}

json to_json(const std::vector<Figures>& epochs) {
  json map = json::object();
  for (const Curve& curve : kCurves) {
    json& values = map[curve.name] = json::array();
    for (const Figures& figures : epochs) {
      values.push_back(figures.*curve.figure);
    }
  }
  json& classes = map[kOnlyClass] = json::array();
  for (const Figures& figures : epochs) {
    classes.push_back(figures.only_class);
  }
  return map;
}

json to_json(const std::vector<Tensor>& tensors) {
  json list = json::array();
  for (const Tensor& tensor : tensors) {
    list.push_back(
        {{"name", tensor.name},
         {"rows", tensor.rows},
         {"columns", tensor.columns},
         {"values", binary(tensor.values.data(), tensor.values.size() * sizeof(float))}});
  }
  return list;
}

/// Of the weights alone.
std::size_t bytes_of(const std::vector<Tensor>& tensors) {
  std::size_t bytes = 0;
  for (const Tensor& tensor : tensors) {
    bytes += tensor.values.size() * sizeof(float);
  }
  return bytes;
}

/// Of a record without weights: 10,000 predictions and the rest.
constexpr std::size_t kUsualBytes = 16 * 1024;

json to_json(const Settings& settings) {
  json list = json::array();  // pairs, not a map: the key table's order is kept
  for (const sweeps::Setting& setting : settings) {
    json value = std::visit([](const auto& held) { return json(held); }, setting.value);
    list.push_back(json::array({setting.key, std::move(value)}));
  }
  return list;
}

json to_json(const Provenance& provenance) {
  return {{"started", provenance.started},     {"host", provenance.host},
          {"processor", provenance.processor}, {"isa", provenance.isa},
          {"program", provenance.program},     {"rank", provenance.rank},
          {"ranks", provenance.ranks},         {"threads", provenance.threads},
          {"attempt", provenance.attempt}};
}

}  // namespace

std::string encode(const Record& record) {
  const engine::TrialResult& result = record.result;
  const json map = {{"schema", kRecordSchema},
                    {"fingerprint", to_json(record.fingerprint)},
                    {"settings", to_json(record.settings)},
                    {"seed", record.seed},
                    {"repeat", record.repeat},
                    {"fold", record.fold},
                    {"folds", record.folds},
                    {"data_checksum", record.data_checksum},
                    {"numerics_version", record.numerics_version},
                    {"state", static_cast<int>(result.state)},
                    {"reason", result.reason},
                    {"epochs", to_json(result.epochs)},
                    {"best_epoch", result.best_epoch},
                    {"last", to_json(result.last)},
                    {"best", to_json(result.best)},
                    {"test_loss", result.test_loss},
                    {"test_accuracy", result.test_accuracy},
                    {"last_test_loss", result.last_test_loss},
                    {"last_test_accuracy", result.last_test_accuracy},
                    {"classes", result.classes},
                    {"confusion", result.confusion},
                    {"predictions", json::binary(result.predictions)},
                    {"initial_weights", to_json(result.initial_weights)},
                    {"final_weights", to_json(result.final_weights)},
                    {"train_seconds", result.train_seconds},
                    {"provenance", to_json(record.provenance)}};
  std::string bytes;
  bytes.reserve(bytes_of(result.initial_weights) + bytes_of(result.final_weights) + kUsualBytes);
  json::to_cbor(map, bytes);
  return bytes;
}

}  // namespace mlpsweep::results
